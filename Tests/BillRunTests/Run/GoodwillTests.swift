// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Goodwill is used once: neither given back by a document below zero, nor lost with days that are
/// credited and billed again (RULES 1.12; 5, backdated).
///
/// November 2026 has 30 days.
@Suite struct GoodwillTests {
  private static let operations = InvoiceOperations(at: 1_795_176_000, by: "tester")
  private static let cancel =
    "update subscription set prorate_cancel = true, canceled_at = '2026-11-"
  private static let goOn =
    "update subscription set canceled_at = null, prorate_cancel = false"

  /// A subscription of 30.00 a month, with a plan of 10.00 beside it, and goodwill in minor units.
  private func open(_ books: Books, goodwill: Int) async throws {
    try await books.seller()
    try await books.plan("pro", "30")
    try await books.plan("lite", "10")
    try await books.customer(1)
    try await books.subscription(1, of: 1, "pro", from: "2026-11-01")
    try await books.credit(of: 1, "goodwill", goodwill, granted: "2026-10-15")
  }

  private func used(_ books: Books) async throws -> [String] {
    try await books.texts(
      "select used_minor from credit where kind = 'goodwill' order by customer_id")
  }

  /// What all documents come to after discounts and before tax.
  private func net(_ books: Books) async throws -> String {
    try await books.text(
      """
      select sum(case kind when 'invoice' then 1 else -1 end * (subtotal_minor - discount_minor))
      from invoice where state <> 'voided'
      """)
  }

  @Test("a document takes goodwill down to zero, tax included, and below zero none (RULES 1.12)")
  func belowZero() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.taxRate("vat", "19")
      try await books.plan("ten", "10")
      let items = [
        ("-10", "{vat}"), ("-12", "{}"), ("-8", "{vat}"), ("-8", "{}"), ("-9.5", "{vat}"),
      ]
      for id in 1...items.count {
        try await books.customer(id)
        try await books.subscription(id, of: id, "ten", from: "2026-11-01")
        try await books.credit(of: id, "goodwill", 1300, granted: "2026-10-15")
      }
      try await books.bill("2026-11-01")
      #expect(try await used(books) == Array(repeating: "1000", count: 5))
      for (id, item) in zip(1..., items) {
        try await books.pendingItem(of: id, item.0, added: "2026-11-15", ["taxes": item.1])
      }
      try await books.bill("2026-12-01")
      // -1.90 of tax; -2.00; 2.00 less 1.52 of tax; 2.00; 0.50 less 1.81 of tax.
      try await expectTexts(
        books,
        """
        select concat_ws(' ', kind, discount_minor, tax_minor, total_minor) from invoice
        where invoice_date = '2026-12-01' order by customer_id
        """,
        [
          "credit_note 0 190 190", "credit_note 0 0 200", "invoice 48 -152 0", "invoice 200 0 0",
          "credit_note 0 181 131",
        ])
      #expect(try await used(books) == ["1000", "1000", "1048", "1200", "1000"])
      try await expectTexts(books, "select code from hold where released_at is null", [])
      try await books.bill("2027-01-01")
      #expect(try await used(books) == Array(repeating: "1300", count: 5))
      try await expectSound(books)
    }
  }

  @Test("a cancellation that is taken back leaves the goodwill used (RULES 5, backdated)")
  func canceled() async throws {
    try await withBooks { books in
      try await open(books, goodwill: 600)
      try await books.bill("2026-11-01")
      try await books.run(Self.cancel + "11'")
      try await books.bill("2026-11-11")
      #expect(try await net(books) == "800")
      try await books.run(Self.goOn)
      try await books.bill("2026-11-12")
      // 30.00 less 6.00, 20 of 30 days of 24.00 back, 20.00 less 4.00.
      #expect(try await net(books) == "2400")
      #expect(try await used(books) == ["600"])
      try await books.bill("2026-12-01")
      #expect(try await net(books) == "5400")
      try await expectSound(books)
    }
  }

  @Test("moved, taken back, and from the first day on: each time the days have their share")
  func moved() async throws {
    try await withBooks { books in
      try await open(books, goodwill: 600)
      try await books.bill("2026-11-01")
      // After each: 30.00 less 6.00 by the days that are billed.
      for (step, wanted) in [
        (Self.cancel + "11'", "800"), (Self.cancel + "16'", "1200"), (Self.goOn, "2400"),
        (Self.cancel + "01'", "0"), (Self.goOn, "2400"), (Self.cancel + "21'", "1600"),
        (Self.goOn, "2400"),
      ] {
        try await books.run(step)
        try await books.bill("2026-11-22")
        #expect(try await net(books) == wanted, "\(step)")
      }
      #expect(try await used(books) == ["600"])
      try await expectSound(books)
    }
  }

  @Test("resumed days have the goodwill that the pause gave back", arguments: ["21", "11", "01"])
  func paused(resumed day: String) async throws {
    try await withBooks { books in
      try await open(books, goodwill: 600)
      try await books.bill("2026-11-01")
      let first = day == "01" ? "01" : "11"
      try await books.change(of: 1, on: "2026-11-" + first, ["paused": "true"])
      try await books.bill("2026-11-12")
      #expect(try await net(books) == (day == "01" ? "0" : "800"))
      try await books.change(of: 1, on: "2026-11-" + day, ["paused": "false"])
      try await books.bill("2026-11-22")
      #expect(try await net(books) == (day == "21" ? "1600" : "2400"))
      try await expectSound(books)
    }
  }

  @Test("down and up again in two runs: what the small price had no room for is not lost")
  func downAndUp() async throws {
    try await withBooks { books in
      try await open(books, goodwill: 4000)
      try await books.bill("2026-11-01")
      try await books.change(of: 1, on: "2026-11-11", plan: "lite")
      try await books.bill("2026-11-11")
      try await books.change(of: 1, on: "2026-11-11", plan: "pro")
      try await books.bill("2026-11-12")
      #expect(try await net(books) == "0")
      #expect(try await used(books) == ["3000"])
      try await books.bill("2026-12-01")
      #expect(try await net(books) == "2000")
      #expect(try await used(books) == ["4000"])
      try await expectSound(books)
    }
  }

  @Test("voided, what bills days again gives their goodwill to what bills them next")
  func voided() async throws {
    try await withBooks { books in
      try await open(books, goodwill: 600)
      try await books.bill("2026-11-01")
      try await books.run(Self.cancel + "11'")
      try await books.bill("2026-11-11")
      try await books.run(Self.goOn)
      // So that it pays nothing, and what it would pay can be voided.
      try await books.run("update credit set expires_on = '2026-11-11' where kind = 'credit_note'")
      try await books.bill("2026-11-12")
      let newest = try await books.text("select max(invoice_id) from invoice")
      try await Self.operations.void([Int64(newest) ?? 0], on: books.connection)
      try await books.bill("2026-11-13")
      #expect(try await net(books) == "2400")
      #expect(try await used(books) == ["600"])
      try await expectSound(books)
    }
  }

  @Test("reversed once a part is credited, the rest has its goodwill again, and no more")
  func reversed() async throws {
    try await withBooks { books in
      try await open(books, goodwill: 600)
      try await books.bill("2026-11-01")
      try await books.run(Self.cancel + "11'")
      try await books.bill("2026-11-11")
      #expect(try await net(books) == "800")
      try await books.connection.transaction {
        try Self.operations.reverse([1], keepingPayments: true, on: $0)
      }
      try await books.bill("2026-11-21")
      try await books.run(Self.goOn)
      try await books.bill("2026-11-22")
      #expect(try await net(books) == "2400")
      #expect(try await used(books) == ["600"])
      try await books.bill("2026-12-01")
      #expect(try await net(books) == "5400")
      try await expectSound(books)
    }
  }

  @Test("another payer does not get the goodwill of who paid before")
  func anotherPayer() async throws {
    try await withBooks { books in
      try await open(books, goodwill: 600)
      try await books.customer(2)
      try await books.bill("2026-11-01")
      try await books.run(Self.cancel + "11'")
      try await books.bill("2026-11-11")
      try await books.run(Self.goOn)
      try await books.run(
        "update customer set parent_customer_id = 2, bill_parent = true where customer_id = 1")
      try await books.bill("2026-11-12")
      try await expectTexts(
        books, "select total_minor from invoice where customer_id = 2", ["2000"])
    }
  }
}
