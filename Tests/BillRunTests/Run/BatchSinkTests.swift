// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import TestSupport
import Testing

/// What documents use up beside covering days, each exactly once.
@Suite struct BatchSinkTests {
  @Test("a pending item's own discounts stand on its line, a coupon's shares apart (RULES 1.1)")
  func ownDiscounts() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.coupon("ten", "10")
      try await books.customer(1)
      try await books.pendingItem(
        of: 1, "50", added: "2026-10-01", ["discounts": #"["ten", {"amount": 2.5}]"#])
      try await books.bill("2026-11-01")
      try await expectTexts(
        books,
        "select concat_ws(' ', discount_minor, invoice_discount_minor, net_minor) "
          + "from invoice_line", ["750 0 4250"])
      try await expectTexts(
        books,
        "select concat_ws(' ', discount_no, line_no, coupon_id, amount_minor) "
          + "from invoice_discount order by 1", ["1 1 1 500", "2 1 250"])
      try await expectSound(books)
    }
  }

  @Test("a pending item rides on one invoice, whatever the lanes and however often it is run")
  func pendingItems() async throws {
    try await withBooks { books in
      try await books.payers(8)
      for id in 1...8 { try await books.pendingItem(of: id, "2.50", added: "2026-11-01") }
      await #expect(throws: Crash.self) {
        try await books.bill("2026-12-01", lanes: 2) { options in
          options.batchSize = 2
          let count = Once(on: 2)
          options.fault = { if $0 == .beforeBatchCommit, count.first() { throw Crash() } }
        }
      }
      try await books.bill("2026-12-01") { $0.batchSize = 2 }
      try await books.bill("2027-01-01")
      try await expectTexts(
        books,
        "select count(*) || ' ' || count(distinct invoice_id) from invoice_line where kind = "
          + "'pending'",
        ["8 8"])
      // Each rides on the oldest of the two that were due.
      try await expectTexts(
        books,
        """
        select distinct min(o.period_start) from pending_line_item p
        join invoice_line o on o.invoice_id = p.invoice_id and o.kind = 'period'
        group by p.pending_line_item_id
        """, ["2026-11-01"])
      try await expectSound(books)
    }
  }

  @Test("a pending item waits for the next invoice, but no longer than 31 days")
  func waitingItem() async throws {
    try await withBooks { books in
      try await books.payers(1)
      try await books.bill("2026-11-01")
      try await books.pendingItem(of: 1, "2.50", added: "2026-11-10")
      try await books.customer(9)
      try await books.pendingItem(of: 9, "4", added: "2026-11-10")
      try await books.bill("2026-11-20")
      try await expectTexts(books, "select count(*) from invoice", ["1"])
      try await expectTexts(
        books, "select customer_id || ' ' || reason from run_account where run_id = 2 order by 1",
        ["1 not_due", "9 not_due"])
      try await books.bill("2026-12-10")
      try await expectTexts(books, "select count(*) from invoice where customer_id = 9", ["0"])
      try await books.bill("2026-12-11")
      try await expectTexts(
        books, "select customer_id || ' ' || total_minor from invoice order by invoice_id",
        ["1 1000", "1 1250", "9 400"])
      try await expectSound(books)
    }
  }

  @Test("credit is used once, in its order, and only in its currency and time")
  func credits() async throws {
    try await withBooks { books in
      try await books.payers(1)
      try await books.credit(of: 1, "money", 100, granted: "2026-01-01")
      try await books.credit(of: 1, "credit_note", 300, granted: "2026-05-01")
      try await books.credit(
        of: 1, "money", 50, granted: "2026-06-01", ["expires_on": "2026-12-31"])
      try await books.credit(
        of: 1, "money", 999, granted: "2026-06-01", ["expires_on": "2026-10-31"])
      try await books.credit(of: 1, "money", 777, granted: "2026-06-01", ["currency": "usd"])
      try await books.bill("2026-12-01", lanes: 2)
      // 10.00 for November: 0.50 expiring, 3.00 credit note, 1.00 money; nothing is left for
      // December.
      try await expectTexts(
        books,
        """
        select concat_ws(' ', line.period_start, i.total_minor, i.settled_minor,
        i.credits_applied_minor)
        from invoice i join invoice_line line using (invoice_id) order by 1
        """, ["2026-11-01 1000 450 450", "2026-12-01 1000 0 0"])
      try await expectTexts(
        books,
        "select credit_id || ' ' || kind || ' ' || amount_minor from settlement order by "
          + "settlement_id",
        ["3 credit 50", "2 credit_note 300", "1 credit 100"])
      try await expectTexts(
        books, "select used_minor from credit order by credit_id", ["100", "300", "50", "0", "0"])
      try await books.bill("2027-01-01")
      try await expectTexts(books, "select sum(used_minor) from credit", ["450"])
      try await expectSound(books)
    }
  }

  @Test("goodwill lowers the price before tax, once")
  func goodwill() async throws {
    try await withBooks { books in
      try await books.payers(1)
      try await books.taxRate("de19", "19")
      try await books.run("update customer set taxes = '{de19}'")
      try await books.credit(of: 1, "goodwill", 1200, granted: "2026-01-01")
      try await books.bill("2026-12-01")
      try await expectTexts(
        books,
        """
        select concat_ws(' ', subtotal_minor, discount_minor, tax_minor, total_minor)
        from invoice order by total_minor
        """, ["1000 1000 0 0", "1000 200 152 952"])
      try await expectTexts(books, "select used_minor from credit", ["1200"])
      try await expectSound(books)
    }
  }

  @Test("a coupon counts its cycles over runs, and ends")
  func coupons() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.coupon("half", "50", ["duration_cycles": "3"])
      try await books.customer(1)
      try await books.subscription(1, of: 1, "pro", from: "2026-09-01", coupons: ["half"])
      try await books.bill("2026-10-01")
      try await expectTexts(books, "select cycles_used from subscription_discount", ["2"])
      try await books.bill("2026-10-15")
      try await expectTexts(books, "select cycles_used from subscription_discount", ["2"])
      try await books.bill("2026-12-01")
      try await expectTexts(books, "select cycles_used from subscription_discount", ["3"])
      try await expectTexts(
        books, "select total_minor from invoice order by invoice_id", ["500", "500", "500", "1000"])
      try await expectSound(books)
    }
  }

  @Test(
    "less than nothing becomes a credit note of its own series, whose credit pays the next invoice")
  func creditNote() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.plan("own", nil)
      try await books.price(of: "own", nil, ["pricing_mode": "custom"])
      try await books.taxRate("de19", "19")
      try await books.customer(1, ["taxes": "{de19}"])
      try await books.subscription(1, of: 1, "own", from: "2026-10-01", ["amount": "-20"])
      try await books.bill("2026-10-01")
      try await books.run("update subscription set canceled_at = '2026-10-31'")
      try await books.subscription(2, of: 1, "pro", from: "2026-11-01")
      try await books.bill("2026-11-01")
      try await expectTexts(
        books,
        """
        select concat_ws(' ', n.number, i.kind, i.subtotal_minor, i.tax_minor, i.total_minor,
        i.settled_minor)
        from invoice i join invoice_number n using (invoice_id) order by i.invoice_id
        """,
        [
          "CN-000001 credit_note 2000 380 2380 0", "INV-000001 invoice 1000 190 1190 1190",
        ])
      try await expectTexts(
        books, "select concat_ws(' ', kind, amount_minor, used_minor, credit_note_id) from credit",
        ["credit_note 2380 1190 1"])
      try await expectTexts(
        books,
        """
        select account_code || ' ' || sum(amount_minor) from journal_line
        where account_code in ('1200', '2110', '2200') group by account_code having
        sum(amount_minor) <> 0
        order by 1
        """, ["2110 -1190", "2200 190"])
      try await expectSound(books)
    }
  }

  @Test("an invoice of nothing is issued, or suppressed with its reason, as the seller wants")
  func zero() async throws {
    for (policy, wanted) in [("issue", ["0"]), ("suppress", [])] {
      try await withBooks { books in
        try await books.seller("acme", ["zero_invoices": policy])
        try await books.plan("free", "0")
        try await books.customer(1)
        try await books.subscription(1, of: 1, "free", from: "2026-11-01")
        try await books.bill("2026-11-01")
        try await expectTexts(books, "select total_minor from invoice", wanted)
        try await expectTexts(
          books, "select coalesce(reason, 'billed') from coverage",
          [policy == "issue" ? "billed" : "zero"])
        try await books.bill("2026-11-01")
        try await expectTexts(books, "select count(*) from coverage", ["1"])
        try await expectSound(books)
      }
    }
  }

  @Test("a parent pays for children that it is billed for, and each only once")
  func parents() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.customer(1, ["payment_terms": "NET 9"])
      try await books.customer(2, ["parent_customer_id": "1"])
      try await books.customer(3, ["parent_customer_id": "1", "bill_parent": "false"])
      // A chain: each is billed to the next above.
      try await books.customer(4, ["parent_customer_id": "2"])
      for id in 1...4 { try await books.subscription(id, of: id, "pro", from: "2026-11-01") }
      try await books.pendingItem(of: 2, "1", added: "2026-11-01")
      let runs = try await books.bill("2026-11-01", lanes: 4) { $0.batchSize = 1 }
      #expect(runs.map(\.exitCode) == [.ok])
      try await expectTexts(
        books,
        """
        select concat_ws(' ', customer_id, subscription_id, total_minor, due_date) from invoice
        order by customer_id, subscription_id
        """,
        ["1 1 1100 2026-11-10", "1 2 1000 2026-11-10", "2 4 1000", "3 3 1000"])
      try await expectSound(books)
    }
  }

  @Test("a parent is of the same seller")
  func foreignParent() async throws {
    try await withBooks { books in
      try await books.seller("acme")
      try await books.seller("beta")
      try await books.customer(1, of: "acme")
      let error = await #expect(throws: PostgresError.self) {
        try await books.customer(2, of: "beta", ["parent_customer_id": "1"])
      }
      #expect(error?.constraint == "customer_parent_fkey")
    }
  }

  @Test(
    "a consolidated customer gets one invoice for all, and another for each month that was missed")
  func consolidated() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.plan("seat", "3")
      try await books.plan("usd", "7", currency: "usd")
      try await books.customer(1, ["consolidated": "true"])
      try await books.subscription(1, of: 1, "pro", from: "2026-10-01")
      try await books.subscription(2, of: 1, "seat", from: "2026-10-15", addons: ["seat"])
      try await books.subscription(3, of: 1, "usd", from: "2026-11-01")
      try await books.bill("2026-11-20")
      try await expectTexts(
        books,
        "select concat_ws(' ', currency, total_minor, missed) from invoice order by invoice_id",
        ["eur 1600 t", "eur 1600 f", "usd 700 f"])
      try await expectTexts(books, "select count(*) from coverage", ["7"])
      try await expectSound(books)
    }
  }

  @Test("what another system has billed is covered with its reason")
  func migrated() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "30")
      try await books.customer(1)
      try await books.subscription(
        1, of: 1, "pro", from: "2026-09-01", ["migrated_through": "2026-11-11"])
      try await books.bill("2026-12-01")
      try await expectTexts(
        books,
        """
        select concat_ws(' ', c.span_start, c.span_end, c.reason, l.amount_minor)
        from coverage c left join invoice_line l using (invoice_id, line_no) order by 1
        """,
        [
          "2026-09-01 2026-11-11 migrated", "2026-11-11 2026-12-01 2000",
          "2026-12-01 2027-01-01 3000",
        ])
      try await expectSound(books)
    }
  }
}

extension Books {
  /// So many customers with a monthly plan at 10.00 since November.
  fileprivate func payers(_ count: Int) async throws {
    try await seller()
    try await plan("pro", "10")
    for id in 1...count {
      try await customer(id)
      try await subscription(id, of: id, "pro", from: "2026-11-01")
    }
  }
}
