// SPDX-License-Identifier: Apache-2.0
import BillRun
import TestSupport
import Testing

/// What comes to nothing and is suppressed is billed as though nobody had looked at it yet, once
/// something newer touches it: the same money as where it is issued (RULES 5, zero).
@Suite struct SuppressedZeroTests {
  private func open(_ books: Books, _ kind: String) async throws {
    try await books.seller("acme", ["zero_invoices": kind])
    try await books.plan("pro", "30")
    try await books.plan("plus", "60")
    try await books.plan("free", "0")
    try await books.plan("calls", "1", ["quantity_type": "usage"])
    try await books.coupon("first", "100", ["duration_cycles": "1"])
    try await books.coupon("two", "100", ["duration_cycles": "2"])
    for id in 1...7 { try await books.customer(id) }
    for id in 1...4 {
      try await books.subscription(
        id, of: id, "pro", from: "2026-09-01", coupons: [id == 3 ? "two" : "first"])
    }
    try await books.subscription(5, of: 5, "free", from: "2026-09-01")
    try await books.subscription(6, of: 6, "calls", from: "2026-09-01", coupons: ["first"])
    try await books.subscription(7, of: 7, "pro", from: "2026-09-01", coupons: ["first"])
    try await books.usage(of: 6, "calls", on: "2026-09-05", "10")
  }

  /// By subscription, before tax.
  private func net(_ books: Books) async throws -> [String] {
    try await books.texts(
      """
      select concat_ws(' ', l.subscription_id,
        sum(case i.kind when 'invoice' then 1 else -1 end * l.net_minor))
      from invoice i join invoice_line l using (invoice_id)
      group by l.subscription_id
      order by l.subscription_id
      """)
  }

  /// September is free but for 5, where 15 of 30 days of 30.00 are charged.
  ///
  /// 7 is canceled from the 16th on and then not any more. October is free for 3; the 5 calls that
  /// came in late are September's and free, the 10 of October are charged.
  @Test("the money is the same as where it is issued", arguments: ["issue", "suppress"])
  func sameMoney(kind: String) async throws {
    try await withBooks { books in
      try await open(books, kind)
      try await books.bill("2026-09-01")
      try await books.change(of: 1, on: "2026-09-11", ["paused": "true"])
      for id in [2, 3] { try await books.change(of: id, on: "2026-09-16", plan: "plus") }
      try await books.change(of: 4, on: "2026-09-11", ["paused": "true"])
      try await books.change(of: 4, on: "2026-09-21", ["paused": "false"])
      try await books.change(of: 5, on: "2026-09-16", plan: "pro")
      try await books.run(
        "update subscription set canceled_at = '2026-09-16', prorate_cancel = true "
          + "where subscription_id = 7")
      try await books.bill("2026-09-16")
      try await books.change(of: 1, on: "2026-09-11", ["paused": "false"])
      try await books.run(
        "update subscription set canceled_at = null, prorate_cancel = false "
          + "where subscription_id = 7")
      try await books.bill("2026-09-21")
      try await books.bill("2026-10-01")
      try await books.usage(of: 6, "calls", on: "2026-09-06", "5")
      try await books.usage(of: 6, "calls", on: "2026-10-05", "10")
      try await books.bill("2026-10-02")
      try await books.bill("2026-11-01")
      let sums = try await net(books)
      #expect(
        sums
          == ["1 6000", "2 12000", "3 6000", "4 6000", "5 7500", "6 1000", "7 6000"])
      try await expectTexts(
        books,
        "select string_agg(cycles_used::text, ' ' order by subscription_id) "
          + "from subscription_discount", ["1 1 2 1 1 1"])
      try await expectTexts(books, "select code from hold", [])
      #expect(try await books.offences() == [])
    }
  }

  @Test("a plan whose add-on takes its price off: each can change")
  func offset() async throws {
    try await withBooks { books in
      try await books.seller("acme", ["zero_invoices": "suppress"])
      try await books.plan("pro", "30")
      try await books.plan("less", nil)
      try await books.price(of: "less", nil, ["pricing_mode": "custom"])
      try await books.customer(1)
      try await books.subscription(1, of: 1, "pro", from: "2026-11-01")
      try await books.addon("less", slot: 1, on: 1, ["amount": "-30"])
      try await books.bill("2026-11-01")
      try await expectTexts(books, "select count(*) from invoice", ["0"])
      try await books.change(of: 1, on: "2026-11-16", ["quantity": "2"])
      try await books.bill("2026-11-16")
      #expect(try await net(books) == ["1 1500"])
      #expect(try await books.offences() == [])
    }
  }
}
