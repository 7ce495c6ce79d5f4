// SPDX-License-Identifier: Apache-2.0
import BillRun
import TestSupport
import Testing

/// Which coupons the parts of a base period have, and when its cycles count (RULES 5, coupons).
@Suite struct CouponPeriodsTests {
  private func open(_ books: Books, zeroInvoices kind: String = "issue") async throws {
    try await books.seller("acme", ["zero_invoices": kind])
    try await books.plan("pro", "30")
    try await books.coupon("first", "100", ["duration_cycles": "1"])
    try await books.coupon("half", "50", ["duration_cycles": "1"])
    try await books.coupon("twice", "50", ["duration_cycles": "2"])
    for id in 1...5 { try await books.customer(id) }
  }

  private static let net = """
    select concat_ws(' ', l.subscription_id,
      sum(case i.kind when 'invoice' then 1 else -1 end * l.net_minor))
    from invoice i join invoice_line l using (invoice_id)
    where i.state <> 'voided'
    group by l.subscription_id
    order by l.subscription_id
    """

  private static let cycles = """
    select concat_ws(' ', s.subscription_id, c.code, s.cycles_used)
    from subscription_discount s join coupon c using (coupon_id)
    order by s.subscription_id, s.position
    """

  /// September is free for the first three.
  ///
  /// 1 is known on the day, 2 late, 3 late in arrears. 4 pays half of September,
  /// of which 20 days are billed, and all of October; 5 pays half of both, and all of November.
  @Test(
    "what a resume brings of a past period leaves the later ones their own coupons",
    arguments: ["issue", "suppress"])
  func resumed(kind: String) async throws {
    try await withBooks { books in
      try await open(books, zeroInvoices: kind)
      for (id, coupon) in [(1, "first"), (2, "first"), (3, "first"), (4, "half"), (5, "twice")] {
        try await books.subscription(id, of: id, "pro", from: "2026-09-01", coupons: [coupon])
      }
      try await books.run(
        "update subscription set bill_in = 'arrears' where subscription_id = 3")
      try await books.bill("2026-09-01")
      for id in 1...5 { try await books.change(of: id, on: "2026-09-11", ["paused": "true"]) }
      try await books.bill("2026-09-11")
      for id in [1, 4, 5] {
        try await books.change(of: id, on: "2026-09-21", ["paused": "false"])
      }
      try await books.bill("2026-10-01")
      for id in [2, 3] { try await books.change(of: id, on: "2026-09-21", ["paused": "false"]) }
      try await books.bill("2026-11-02")
      try await expectTexts(books, Self.net, ["1 6000", "2 6000", "3 3000", "4 7000", "5 5500"])
      try await expectTexts(
        books, Self.cycles, ["1 first 1", "2 first 1", "3 first 1", "4 half 1", "5 twice 2"])
      try await expectSound(books)
    }
  }

  /// September is 0.00 for 2, of which the second coupon counts a cycle, too, October 30.00.
  @Test("a coupon that found nothing left counts a cycle", arguments: ["issue", "suppress"])
  func nothingLeft(kind: String) async throws {
    try await withBooks { books in
      try await open(books, zeroInvoices: kind)
      try await books.subscription(
        1, of: 1, "pro", from: "2026-09-01", coupons: ["first", "twice"])
      try await books.bill("2026-09-01")
      try await expectTexts(books, Self.cycles, ["1 first 1", "1 twice 1"])
      try await books.change(of: 1, on: "2026-09-16", ["quantity": "2"])
      for day in ["2026-09-16", "2026-10-01", "2026-11-01"] { try await books.bill(day) }
      try await expectTexts(books, Self.net, ["1 9000"])
      try await expectTexts(books, Self.cycles, ["1 first 1", "1 twice 2"])
      try await expectSound(books)
    }
  }

  /// Two invoices bill September, 10.00 and 20.00 less a half.
  @Test("a cycle counts as long as any day of its period is billed")
  func twoParts() async throws {
    try await withBooks { books in
      try await open(books)
      try await books.subscription(1, of: 1, "pro", from: "2026-09-01", coupons: ["half"])
      try await books.run(
        "update subscription set canceled_at = '2026-09-11', prorate_cancel = true")
      try await books.bill("2026-09-01")
      let first = try await books.newest()
      try await books.run("update subscription set canceled_at = null, prorate_cancel = false")
      try await books.bill("2026-09-05")
      let second = try await books.newest()
      try await expectTexts(books, Self.net, ["1 1500"])
      for id in [first, second] {
        #expect(
          try await PaymentBooks.attempt(books) { try PaymentBooks.documents.void([id], on: $0) }
            == nil)
        try await expectTexts(books, Self.cycles, ["1 half 1"])
        try await books.bill("2026-09-06")
        try await expectTexts(books, Self.net, ["1 1500"])
        try await expectTexts(books, Self.cycles, ["1 half 1"])
      }
      try await expectSound(books)
    }
  }

  @Test("a note that takes all of a period back gives its cycle back, and voided counts it again")
  func voidedNote() async throws {
    try await withBooks { books in
      try await open(books)
      try await books.subscription(1, of: 1, "pro", from: "2026-09-01", coupons: ["half"])
      try await books.bill("2026-09-01")
      try await books.change(of: 1, on: "2026-09-01", ["paused": "true"])
      for _ in 1...2 {
        try await books.bill("2026-09-02")
        try await expectTexts(books, Self.net, ["1 0"])
        try await expectTexts(books, Self.cycles, ["1 half 0"])
        let note = try await books.newest()
        #expect(
          try await PaymentBooks.attempt(books) { try PaymentBooks.documents.void([note], on: $0) }
            == nil)
        try await expectTexts(books, Self.net, ["1 1500"])
        try await expectTexts(books, Self.cycles, ["1 half 1"])
      }
      try await expectSound(books)
    }
  }

  /// September is free, October 60.00; the calls of September, due with October, have its coupons.
  @Test(
    "usage between the parts of a past period has the coupons of the period that it is billed with",
    arguments: ["issue", "suppress"])
  func usageBetween(kind: String) async throws {
    try await withBooks { books in
      try await open(books, zeroInvoices: kind)
      try await books.plan("calls", "1", ["quantity_type": "usage"])
      try await books.subscription(1, of: 1, "pro", from: "2026-09-01", coupons: ["first"])
      try await books.addon("calls", slot: 1, on: 1)
      try await books.bill("2026-09-01")
      try await books.usage(of: 1, "calls", on: "2026-09-05", "10")
      try await books.change(of: 1, on: "2026-09-11", ["quantity": "2"])
      try await books.bill("2026-10-01")
      try await expectTexts(books, Self.net, ["1 7000"])
      try await expectTexts(books, Self.cycles, ["1 first 1"])
      try await expectSound(books)
    }
  }

  /// Ten calls of September, which none was billed of, come in when both cycles are used.
  @Test(
    "late usage of a period in which nothing was used has the coupons that the period had",
    arguments: ["issue", "suppress"])
  func lateUsage(kind: String) async throws {
    try await withBooks { books in
      try await open(books, zeroInvoices: kind)
      try await books.plan("calls", "1", ["quantity_type": "usage"])
      try await books.subscription(1, of: 1, "pro", from: "2026-09-01", coupons: ["twice"])
      try await books.addon("calls", slot: 1, on: 1)
      for day in ["2026-09-01", "2026-10-01", "2026-11-01"] { try await books.bill(day) }
      try await books.usage(of: 1, "calls", on: "2026-09-05", "10")
      try await books.bill("2026-11-02")
      try await expectTexts(books, Self.net, ["1 6500"])
      try await expectTexts(books, Self.cycles, ["1 twice 2"])
      try await expectSound(books)
    }
  }
}
