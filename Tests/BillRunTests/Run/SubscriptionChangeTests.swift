// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Changes of plan, quantity, price and add-ons on a day: credits of what is billed, charges at the
/// new terms (RULES 5; 0.2, 0.3, 1.7).
///
/// November 2026 has 30 days.
@Suite struct SubscriptionChangeTests {
  @Test("an upgrade in mid-period credits the unused days and charges them anew (RULES 5, advance)")
  func upgrade() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.bill("2026-11-01")
      try await books.change(of: 1, on: "2026-11-16", plan: "plus")
      try await books.bill("2026-11-15")
      try await expectLines(books, ["period 0 3000 2026-11-01..2026-12-01"])
      try await books.bill("2026-11-16")
      try await expectLines(
        books,
        [
          "credit 0 -1500 2026-11-16..2026-12-01", "period 0 3000 2026-11-01..2026-12-01",
          "period 0 3000 2026-11-16..2026-12-01",
        ])
      try await expectTexts(
        books, "select total_minor from invoice order by invoice_id", ["3000", "1500"])
      try await books.bill("2026-12-01")
      try await expectTexts(
        books, "select total_minor from invoice where invoice_date = '2026-12-01'", ["6000"])
      try await expectTexts(
        books, "select applied_by from subscription_change", ["3"])
      let again = try await books.bill("2026-12-02")
      #expect(again.map(\.population) == [0])
      try await expectSound(books)
    }
  }

  @Test("a downgrade's credit becomes a credit note, which settles the invoice (RULES 0.3, 0.7)")
  func downgrade() async throws {
    try await withBooks { books in
      try await books.open(plan: "plus")
      try await books.bill("2026-11-01")
      try await books.change(of: 1, on: "2026-11-16", plan: "pro")
      try await books.bill("2026-11-20")
      try await expectTexts(
        books, "select kind || ' ' || total_minor from invoice order by invoice_id",
        ["invoice 6000", "credit_note 1500"])
      try await books.bill("2026-12-01")
      try await expectTexts(
        books,
        "select concat_ws(' ', total_minor, credits_applied_minor, settled_minor) from invoice "
          + "where kind = 'invoice' order by invoice_id", ["6000 0 1500", "3000 0 0"])
      try await expectSound(books)
    }
  }

  @Test("a change that nobody ran for on its day appears on the next invoice")
  func late() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.bill("2026-11-01")
      try await books.change(of: 1, on: "2026-11-16", plan: "plus")
      try await books.bill("2026-12-01")
      try await expectTexts(
        books, "select total_minor from invoice order by invoice_id", ["3000", "7500"])
      try await expectSound(books)
    }
  }

  @Test("a period that was never billed is billed in parts, without credit")
  func missed() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.change(of: 1, on: "2026-11-16", plan: "plus")
      try await books.bill("2026-11-20")
      try await expectLines(
        books,
        ["period 0 1500 2026-11-01..2026-11-16", "period 0 3000 2026-11-16..2026-12-01"])
      try await expectTexts(books, "select count(*) from invoice", ["1"])
      try await expectSound(books)
    }
  }

  @Test("in arrears each segment is a line at the end of the period (RULES 5, change in arrears)")
  func arrears() async throws {
    try await withBooks { books in
      try await books.open(["bill_in": "arrears"])
      try await books.change(of: 1, on: "2026-11-11", ["quantity": "2"])
      try await books.change(of: 1, on: "2026-11-21", ["quantity": "3"])
      try await books.bill("2026-11-30")
      try await expectLines(books, [])
      try await books.bill("2026-12-01")
      try await expectLines(
        books,
        [
          "period 0 1000 2026-11-01..2026-11-11", "period 0 2000 2026-11-11..2026-11-21",
          "period 0 3000 2026-11-21..2026-12-01",
        ])
      try await expectSound(books)
    }
  }

  @Test("several changes on a day: the last wins field by field; taken back, nothing is left")
  func several() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.bill("2026-11-01")
      try await books.change(of: 1, on: "2026-11-16", plan: "plus", ["quantity": "5"])
      try await books.change(of: 1, on: "2026-11-16", plan: "pro")
      try await books.change(of: 1, on: "2026-11-16", ["quantity": "1"])
      try await books.bill("2026-11-16")
      try await expectLines(books, ["period 0 3000 2026-11-01..2026-12-01"])
      try await expectTexts(
        books, "select count(*) from subscription_change where applied_by is null", ["0"])
      try await expectSound(books)
    }
  }

  @Test("credits of a period in three steps never exceed what was charged, and take its tax whole")
  func steps() async throws {
    try await withBooks { books in
      try await books.open(plan: "odd", ["taxes": "{vat}"])
      try await books.bill("2026-11-01")
      for (day, quantity) in [("2026-11-11", "2"), ("2026-11-21", "3"), ("2026-11-26", "0")] {
        try await books.change(of: 1, on: day, ["quantity": quantity])
        try await books.bill(day)
      }
      // 10.01 for 10 of 30 days once, twice for 10, three times for 5, then nothing.
      try await expectTexts(
        books,
        "select sum(case kind when 'invoice' then subtotal_minor else -subtotal_minor end)"
          + " from invoice", ["1501"])
      try await expectSound(books)
    }
  }

  @Test("backdated over two billed periods: both are credited and charged anew on one invoice")
  func backdated() async throws {
    try await withBooks { books in
      try await books.open(from: "2026-10-01")
      try await books.bill("2026-10-01")
      try await books.bill("2026-11-01")
      try await books.change(of: 1, on: "2026-10-17", plan: "plus")
      try await books.bill("2026-11-10")
      try await expectTexts(
        books,
        "select subtotal_minor || ' ' || (select count(*) from invoice_line l "
          + "where l.invoice_id = i.invoice_id) from invoice i order by invoice_id desc limit 1",
        ["4451 4"])
      try await expectSound(books)
    }
  }

  @Test("older than 90 days holds the account (RULES 5, backdated)")
  func tooOld() async throws {
    try await withBooks { books in
      try await books.open(from: "2026-06-01")
      try await books.bill("2026-11-01")
      try await books.change(of: 1, on: "2026-06-10", plan: "plus")
      try await books.bill("2026-11-10")
      try await expectTexts(
        books, "select code from hold where released_at is null", ["change_too_old"])
      try await expectSound(books)
    }
  }

  @Test("without proration it counts from the next period")
  func notProrated() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.bill("2026-11-01")
      try await books.change(of: 1, on: "2026-11-16", plan: "plus", ["prorate": "false"])
      try await books.bill("2026-11-20")
      try await expectLines(books, ["period 0 3000 2026-11-01..2026-12-01"])
      try await books.bill("2026-12-01")
      try await expectTexts(
        books, "select total_minor from invoice order by invoice_id", ["3000", "6000"])
      try await expectSound(books)
    }
  }

  @Test("of those that wait for a period the last by its day wins, whichever was entered first")
  func waitingInOrder() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.bill("2026-11-01")
      for (day, quantity) in [("2026-11-14", "7"), ("2026-11-09", "2")] {
        try await books.change(of: 1, on: day, ["quantity": quantity, "prorate": "false"])
      }
      for day in ["2026-11-09", "2026-11-14", "2026-12-01"] { try await books.bill(day) }
      try await expectTexts(
        books, "select total_minor from invoice order by invoice_id", ["3000", "21000"])
      try await expectSound(books)
    }
  }

  @Test("another quantity keeps the price by which its period was billed (RULES 5, price version)")
  func priceVersion() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.bill("2026-11-01")
      try await books.price(of: "pro", "90", from: "2026-11-01")
      try await books.change(of: 1, on: "2026-11-16", ["quantity": "2"])
      try await books.bill("2026-11-16")
      try await books.change(of: 1, on: "2026-11-21", ["quantity": "3"])
      try await books.bill("2026-11-21")
      // 15 days of 30.00 back and of 60.00 charged, then 10 of 60.00 back and of 90.00 charged.
      try await expectTexts(
        books, "select total_minor from invoice order by invoice_id", ["3000", "1500", "1000"])
      try await books.bill("2026-12-01")
      try await expectTexts(
        books, "select total_minor from invoice where invoice_date = '2026-12-01'", ["27000"])
      try await expectSound(books)
    }
  }

  @Test("capped, what is known when a period is billed is of its bill (RULES 5, catch-up)")
  func capped() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.plan("quarter", "100", ["interval_count": "3"])
      try await books.customer(2)
      try await books.subscription(2, of: 2, "quarter", from: "2026-01-01", ["quantity": "20"])
      try await books.change(of: 2, on: "2026-01-11", ["quantity": "1"])
      // 10 of 90 days of 2000.00 and 80 of 100.00; then 100.00 a quarter.
      for count in 1...4 {
        try await books.bill("2026-11-20") {
          $0.catchUp = CatchUp(.capped(1))
          $0.scope.customers = [2]
        }
        try await expectTexts(
          books, "select total_minor from invoice where customer_id = 2 order by invoice_id",
          ["31111"] + Array(repeating: "10000", count: count - 1))
      }
      try await expectTexts(books, "select code from hold where released_at is null", [])
      try await expectSound(books)
    }
  }

  @Test("another interval starts on its day, with that day as anchor")
  func interval() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.bill("2026-11-01")
      try await books.change(of: 1, on: "2026-11-16", plan: "year")
      try await books.bill("2026-11-16")
      try await books.bill("2027-11-16")
      try await expectLines(
        books,
        [
          "credit 0 -1500 2026-11-16..2026-12-01", "period 0 3000 2026-11-01..2026-12-01",
          "period 0 30000 2026-11-16..2027-11-16", "period 0 30000 2027-11-16..2028-11-16",
        ])
      try await expectSound(books)
    }
  }

  @Test("an add-on comes, and goes again")
  func addons() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.bill("2026-11-01")
      let seat = try await books.text("select plan_id from plan where code = 'seat'")
      try await books.change(of: 1, on: "2026-11-11", ["addons": "[{\"plan_id\":\(seat)}]"])
      try await books.bill("2026-11-11")
      try await books.change(of: 1, on: "2026-11-21", ["addons": "[]"])
      try await books.bill("2026-11-21")
      try await books.bill("2026-12-01")
      try await expectLines(
        books,
        [
          "credit 1 100 2026-11-21..2026-12-01", "period 0 3000 2026-11-01..2026-12-01",
          "period 0 3000 2026-12-01..2027-01-01", "period 1 200 2026-11-11..2026-12-01",
        ])
      try await expectSound(books)
    }
  }

  @Test("a coupon counts for the new terms as for the old ones, and no cycle more")
  func coupons() async throws {
    try await withBooks { books in
      try await books.open(coupons: ["half", "five"])
      try await books.bill("2026-11-01")
      try await books.change(of: 1, on: "2026-11-16", plan: "plus")
      try await books.bill("2026-11-16")
      // 30.00 less 15.00 and 5.00: half of 10.00 back; 30.00 less half and the 2.50 given back.
      try await expectTexts(
        books,
        "select subtotal_minor || ' ' || discount_minor || ' ' || total_minor from invoice "
          + "order by invoice_id", ["3000 2000 1000", "2500 1750 750"])
      try await expectTexts(
        books, "select cycles_used from subscription_discount order by position", ["1", "1"])
      try await expectSound(books)
    }
  }

  @Test("a coupon on a credit note lessens what the customer gets back")
  func couponOnCreditNote() async throws {
    try await withBooks { books in
      try await books.open(plan: "plus", coupons: ["half"])
      try await books.bill("2026-11-01")
      try await books.change(of: 1, on: "2026-11-16", plan: "pro")
      try await books.bill("2026-11-16")
      // Half of 30.00 back, half of 15.00 charged.
      try await expectTexts(
        books,
        "select concat_ws(' ', kind, subtotal_minor, discount_minor, total_minor) from invoice "
          + "order by invoice_id", ["invoice 6000 3000 3000", "credit_note 0 -750 750"])
      try await expectSound(books)
    }
  }

  @Test("a prorated cancellation credits what lies beyond it (RULES 5, cancel)")
  func cancel() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.bill("2026-11-01")
      try await books.run(
        "update subscription set canceled_at = '2026-11-16', prorate_cancel = true")
      try await books.bill("2026-11-15")
      try await expectTexts(books, "select count(*) from invoice", ["1"])
      try await books.bill("2026-11-16")
      try await expectTexts(
        books, "select kind || ' ' || total_minor from invoice order by invoice_id",
        ["invoice 3000", "credit_note 1500"])
      let again = try await books.bill("2026-12-02")
      #expect(again.map(\.population) == [0])
      try await expectSound(books)
    }
  }

  @Test("a change of a day after the end leaves nothing to wonder about")
  func changeAfterEnd() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.bill("2026-11-01")
      try await books.run(
        "update subscription set canceled_at = '2026-11-16', prorate_cancel = true")
      try await books.change(of: 1, on: "2026-12-08", ["paused": "false"])
      try await books.bill("2026-11-25")
      try await expectSound(books)
    }
  }

  @Test("pause credits, resume charges to the next boundary (RULES 5, pause)")
  func pause() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.bill("2026-11-01")
      try await books.change(of: 1, on: "2026-11-11", ["paused": "true"])
      try await books.bill("2026-11-11")
      try await books.bill("2026-12-01")
      try await books.change(of: 1, on: "2026-12-22", ["paused": "false"])
      try await books.bill("2026-12-22")
      try await books.bill("2027-01-01")
      try await expectLines(
        books,
        [
          "credit 0 2000 2026-11-11..2026-12-01", "period 0 3000 2026-11-01..2026-12-01",
          "period 0 3000 2027-01-01..2027-02-01", "period 0 968 2026-12-22..2027-01-01",
        ])
      try await expectTexts(
        books,
        "select span_start || '..' || span_end from coverage "
          + "where reason = 'paused' and released_by is null order by 1",
        ["2026-11-11..2026-12-01", "2026-12-01..2026-12-22"])
      try await expectSound(books)
    }
  }

  @Test("separate credit lines always make a credit note (RULES 1.7)")
  func separate() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.run("update seller set credit_lines = 'separate'")
      try await books.bill("2026-11-01")
      try await books.change(of: 1, on: "2026-11-16", plan: "plus")
      try await books.bill("2026-11-16")
      try await expectTexts(
        books, "select kind || ' ' || total_minor from invoice order by 1",
        ["credit_note 1500", "invoice 3000", "invoice 3000"])
      try await expectSound(books)
    }
  }

  @Test("lanes and batches change no invoice: the same books, billed at once or night by night")
  func lanes() async throws {
    try await withBooks { books in
      try await books.open()
      for id in 2...40 {
        try await books.customer(id)
        try await books.subscription(id, of: id, "pro", from: "2026-11-01")
        try await books.change(of: id, on: "2026-11-\(10 + id % 20)", plan: "plus")
      }
      try await books.bill("2026-11-01", lanes: 2)
      try await books.bill("2026-11-30", lanes: 2)
      try await expectSound(books)
    }
  }

  @Test("what was written off is no credit: nobody has paid it (RULES 2)")
  func badDebt() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.bill("2026-11-01")
      try await books.connection.transaction {
        try InvoiceOperations(at: 1_793_600_000, by: "tester").writeOff([1], on: $0)
      }
      try await books.run(
        """
        update subscription set canceled_at = '2026-11-16', prorate_cancel = true
        where subscription_id = 1
        """)
      try await books.bill("2026-11-16")
      try await expectTexts(
        books, "select code || ' ' || customer_id from hold where released_at is null",
        ["credit_of_bad_debt 1"])
      try await expectTexts(
        books, "select state from invoice where customer_id = 1", ["written_off"])
      try await books.run(
        "update subscription set prorate_cancel = false where subscription_id = 1")
      try await books.bill("2026-11-17")
      try await expectTexts(books, "select code from hold where released_at is null", [])
      try await expectTexts(
        books, "select state from invoice where customer_id = 1", ["written_off"])
      try await expectSound(books)
    }
  }

  @Test("what one payer was billed for is no credit of the next one (RULES 0.7)")
  func anotherPayer() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.customer(2)
      try await books.bill("2026-11-01")
      try await books.change(of: 1, on: "2026-11-16", ["quantity": "2"])
      try await books.run(
        "update customer set parent_customer_id = 2, bill_parent = true where customer_id = 1")
      try await books.bill("2026-11-16")
      try await expectTexts(
        books, "select code || ' ' || customer_id from hold where released_at is null",
        ["credit_of_another_payer 2"])
      // As before the change of the payer.
      try await books.run(
        """
        update customer set parent_customer_id = null, bill_parent = false where customer_id = 1
        """)
      try await books.bill("2026-11-17")
      try await expectTexts(
        books, "select customer_id || ' ' || total_minor from invoice order by invoice_id",
        ["1 3000", "1 1500"])
      try await expectSound(books)
    }
  }
}

/// Kind, slot, amount and days of every line, sorted.
private func expectLines(
  _ books: Books, _ wanted: [String], sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  try await expectTexts(
    books,
    """
    select concat_ws(' ', kind, slot, amount_minor, period_start || '..' || period_end)
    from invoice_line order by 1
    """, wanted, sourceLocation: sourceLocation)
}

extension Books {
  /// A seller with 19 % VAT, plans, a customer and a subscription.
  fileprivate func open(
    plan code: String = "pro", from day: String = "2026-11-01", _ more: Columns = [:],
    coupons: [String] = []
  ) async throws {
    try await seller()
    try await taxRate("vat", "19")
    try await plan("pro", "30")
    try await plan("plus", "60")
    try await plan("odd", "10.01")
    try await plan("seat", "3")
    try await plan("year", "300", ["interval": "year"])
    try await coupon("half", "50")
    try await coupon("five", "5", ["is_percent": "false", "currency": "eur"])
    try await customer(1)
    try await subscription(1, of: 1, code, from: day, more, coupons: coupons)
  }
}
