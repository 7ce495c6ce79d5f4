// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import TestSupport
import Testing

/// Periods that several runs bill in parts, with what they keep in common.
///
/// November 2026 has 30 days.
@Suite struct PeriodPartsRunTests {
  private static let operations = InvoiceOperations(at: 1_795_176_000, by: "tester")
  private static let cancel =
    "update subscription set canceled_at = '2026-11-11', prorate_cancel = true"
  private static let goOn =
    "update subscription set canceled_at = null, prorate_cancel = false"

  private func open(_ books: Books, coupons: [String] = []) async throws {
    try await books.seller()
    try await books.plan("pro", "10")
    try await books.coupon("once", "10", ["duration_cycles": "1"])
    try await books.coupon("three", "3", ["is_percent": "false", "currency": "eur"])
    try await books.customer(1)
    try await books.subscription(1, of: 1, "pro", from: "2026-11-01", coupons: coupons)
  }

  /// What is charged and credited, by document: amount and discount of each line.
  private func lines(_ books: Books) async throws -> [String] {
    try await books.texts(
      """
      select string_agg(case i.kind when 'credit_note' then -l.amount_minor else l.amount_minor end
        || case when l.invoice_discount_minor + l.discount_minor = 0 then ''
             else ' less ' || l.invoice_discount_minor + l.discount_minor end,
        ', ' order by l.line_no)
      from invoice i join invoice_line l on l.invoice_id = i.invoice_id
      where i.state <> 'voided'
      group by i.invoice_id order by i.invoice_id
      """)
  }

  private func cycles(_ books: Books) async throws -> String {
    try await books.text("select cycles_used from subscription_discount")
  }

  private func expectSound(_ books: Books) async throws {
    #expect(try await books.offences().isEmpty)
    let replay = try await Replay.make(.init(), lanes: 1, of: books.database)
    #expect(replay.isClean)
  }

  @Test("charged up to a cancellation and then on, a period comes to its price (RULES 0.4)")
  func sum() async throws {
    try await withBooks { books in
      try await open(books)
      try await books.run(Self.cancel)
      try await books.bill("2026-11-01")
      try await books.run("update subscription set canceled_at = '2026-11-21'")
      try await books.bill("2026-11-12")
      try await books.run(Self.goOn)
      try await books.bill("2026-11-21")
      try await books.bill("2026-12-01")
      #expect(try await lines(books) == ["333", "333", "334", "1000"])
      #expect(
        try await books.text(
          "select pricing ->> 'parts_before' from invoice_line where amount_minor = 334") == "6.66")
      try await expectSound(books)
    }
  }

  @Test("days that a cancellation gave back and that go on have the period's coupon (RULES 5)")
  func coupon() async throws {
    try await withBooks { books in
      try await open(books, coupons: ["once"])
      try await books.bill("2026-11-01")
      try await books.run(Self.cancel)
      try await books.bill("2026-11-11")
      try await books.run(Self.goOn)
      try await books.bill("2026-11-12")
      #expect(try await lines(books) == ["1000 less 100", "-600", "667 less 67"])
      #expect(try await cycles(books) == "1")
      try await books.bill("2026-12-01")
      #expect(try await lines(books).suffix(2) == ["667 less 67", "1000"])
      try await expectSound(books)
    }
  }

  @Test("to void a later part of a period gives no cycle back, its first part does (RULES 5)")
  func voided() async throws {
    try await withBooks { books in
      try await open(books, coupons: ["once"])
      try await books.run(Self.cancel)
      try await books.bill("2026-11-01")
      try await books.run(Self.goOn)
      try await books.bill("2026-11-12")
      #expect(try await lines(books) == ["333 less 33", "667 less 67"])
      try await Self.operations.void([2], on: books.connection)
      #expect(try await cycles(books) == "1")
      try await Self.operations.void([1], on: books.connection)
      #expect(try await cycles(books) == "0")
    }
  }

  @Test("a fixed amount is taken once a period, whatever its parts (RULES 1.6)")
  func fixed() async throws {
    try await withBooks { books in
      try await open(books, coupons: ["three"])
      try await books.bill("2026-11-01")
      try await books.run(Self.cancel)
      try await books.bill("2026-11-11")
      try await books.run(Self.goOn)
      try await books.bill("2026-11-12")
      // Of 3.00 the first ten days keep 1.00.
      #expect(try await lines(books) == ["1000 less 300", "-467", "667 less 200"])
      try await expectSound(books)
    }
  }

  @Test("a period that is credited from its first day gives its cycle back (RULES 5)")
  func released() async throws {
    try await withBooks { books in
      try await open(books, coupons: ["once"])
      try await books.bill("2026-11-01")
      try await books.run(
        "update subscription set canceled_at = '2026-11-01', prorate_cancel = true")
      try await books.bill("2026-11-02")
      #expect(try await cycles(books) == "0")
      try await books.run(Self.goOn)
      try await books.bill("2026-11-03")
      #expect(try await lines(books) == ["1000 less 100", "-900", "1000 less 100"])
      #expect(try await cycles(books) == "1")
      try await expectSound(books)
    }
  }

  @Test("to void days that were billed anew for a change gives no cycle back (RULES 5)")
  func rebilled() async throws {
    try await withBooks { books in
      try await open(books, coupons: ["once"])
      try await books.bill("2026-11-01")
      try await books.change(of: 1, on: "2026-11-16", ["quantity": "2"])
      try await books.bill("2026-11-16")
      #expect(try await cycles(books) == "1")
      try await Self.operations.void([2], on: books.connection)
      #expect(try await cycles(books) == "1")
    }
  }

  @Test("usage that lowers what was billed takes its discounts back, too (RULES 0.3, 5)")
  func lateUsage() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan(
        "disk", "1", ["quantity_type": "usage", "aggregation": "last"])
      try await books.coupon("tenth", "10")
      try await books.customer(1)
      try await books.subscription(1, of: 1, "disk", from: "2026-10-01", coupons: ["tenth"])
      try await books.usage(of: 1, "disk", on: "2026-10-05", "100")
      try await books.bill("2026-11-01")
      try await books.usage(of: 1, "disk", on: "2026-10-06", "20")
      try await books.bill("2026-11-02")
      #expect(try await lines(books).first == "10000 less 1000")
      #expect(
        try await books.text("select total_minor from invoice where kind = 'credit_note'")
          == "7200")
      try await books.usage(of: 1, "disk", on: "2026-10-07", "30")
      try await books.bill("2026-11-03")
      #expect(
        try await books.text(
          "select sum(case kind when 'invoice' then total_minor else -total_minor end) from invoice"
        )
          == "2700")
      try await expectSound(books)
    }
  }

  @Test("merged periods of which one has the coupon are made again alike (RULES 5, catch-up)")
  func merged() async throws {
    try await withBooks { books in
      try await open(books, coupons: ["once"])
      try await books.bill("2027-01-01") { $0.catchUp = CatchUp(.merged) }
      #expect(try await lines(books) == ["1000 less 100, 1000, 1000"])
      try await expectSound(books)
    }
  }

  @Test("a change after a cancellation without credit leaves what was paid (RULES 5, cancel)")
  func beyondEnd() async throws {
    try await withBooks { books in
      try await open(books)
      try await books.bill("2026-11-01")
      try await books.run("update subscription set canceled_at = '2026-11-01'")
      try await books.change(of: 1, on: "2026-11-11", ["quantity": "2"])
      try await books.bill("2026-11-12")
      #expect(try await lines(books) == ["1000"])
      try await expectSound(books)
    }
  }

  @Test("what was canceled from its first day on leaves nothing to wonder about", arguments: 1...2)
  func neverBegan(periods: Int) async throws {
    try await withBooks { books in
      try await open(books)
      try await books.run("update seller set zero_invoices = 'suppress'")
      try await books.plan("free", "0")
      try await books.bill("2026-11-01")
      if periods > 1 {
        try await books.change(of: 1, on: "2026-12-01", plan: "free")
        try await books.bill("2026-12-01")
      } else {
        try await books.change(of: 1, on: "2026-12-15", ["quantity": "2"])
      }
      try await books.run(
        "update subscription set canceled_at = '2026-11-01', prorate_cancel = true")
      try await books.bill(periods > 1 ? "2026-12-05" : "2026-11-05")
      #expect(try await lines(books) == ["1000", "-1000"])
      try await expectSound(books)
    }
  }

  @Test("a fixed tax of what a coupon took to nothing is given back with its days (RULES 1.7)")
  func fixedTax() async throws {
    try await withBooks { books in
      try await open(books)
      try await books.taxRate("fee", "0.50", ["is_percent": "false", "currency": "eur"])
      try await books.coupon("all", "100")
      try await books.customer(2, ["taxes": "{fee}"])
      try await books.subscription(2, of: 2, "pro", from: "2026-11-01", coupons: ["all"])
      try await books.bill("2026-11-01")
      try await books.run(Self.cancel + " where subscription_id = 2")
      try await books.bill("2026-11-11")
      try await books.run("update subscription set canceled_at = start_date where prorate_cancel")
      try await books.bill("2026-11-12")
      #expect(
        try await books.texts(
          "select kind || ' ' || tax_minor from invoice where customer_id = 2 order by invoice_id")
          == ["invoice 50", "credit_note 33", "credit_note 17"])
      try await expectSound(books)
    }
  }
}
