// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

/// Documents with credits of what was billed before.
@Suite struct InvoiceBuilderChangesTests {
  private let plans: [Plan] = [
    .of("pro", .perUnit(.number("30")), id: 1), .of("same", .perUnit(.number("30")), id: 2),
    .of("free", .perUnit(.zero), id: 3), .of("year", .perUnit(.number("300")), .year, id: 4),
  ]

  /// A ledger of a subscription of a plan, to which changes come.
  private func ledger(
    _ books: Books, plan: Int = 0, trialEnd: String? = nil,
    discounts: [Subscription.AttachedCoupon] = [], _ changes: SubscriptionChange...
  ) -> TimelineLedger {
    TimelineLedger(books, .plain()) { day, applied, coverage, billed in
      let known = changes.filter { $0.effective <= day }.map { $0.marked(applied) }
      return Subscription(
        id: ID(1), charges: [.init(slot: 0, plan: plan)], start: .on("2026-11-01"),
        trialEnd: trialEnd.map { .on($0) }, discounts: discounts, coverage: .spans(coverage),
        changes: known,
        billed: known.comparedFrom(nil, coverage)
          .map { billed($0.adding(days: -31)) } ?? [])
    }
  }

  private func change(
    _ id: Int64, _ day: String, plan: Int? = nil, paused: Bool? = nil
  ) -> SubscriptionChange {
    SubscriptionChange(id: ID(id), effective: .on(day), plan: plan, paused: paused)
  }

  @Test("a document that credits as much as it charges is issued, whatever zero invoices do")
  func zero() throws {
    var books = Books(plans: plans)
    books.seller = Seller(id: ID(1), currency: .usd, zeroInvoices: .suppress)
    var ledger = ledger(books, change(1, "2026-11-16", plan: 1))
    try ledger.run(on: .on("2026-11-01"))
    let billed = try ledger.run(on: .on("2026-11-16"))
    #expect(billed.documents.map(\.total) == [.of("0")])
    #expect(billed.documents[0].lineCredits.map(\.amount) == [.of("15")])
  }

  @Test("one-off lines don't ride on a document of credits alone (RULES 1.7, separate)")
  func separate() throws {
    var books = Books(plans: plans)
    books.seller = Seller(id: ID(1), currency: .usd, creditLines: .separate)
    let line = BilledLine(
      invoice: ID(1), number: 1, days: .days("2026-11-01", "2026-12-01"), liveDays: 30,
      base: .of("30"), credited: .of("0"))
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-11-01"),
      canceledAt: .on("2026-11-16"), proratesCancel: true,
      coverage: .through(.on("2026-12-01")),
      billed: [
        BilledSpan(
          slot: 0, days: line.days, cover: .billed(.init(plan: 0, quantity: .one), [line]))
      ])
    let account = AccountSnapshot(
      payer: .plain(), subscriptions: [subscription],
      pendingItems: [.of("5.00", addedOn: .on("2026-11-15"))])
    let billed = try books.bill(account, asOf: .on("2026-11-16"))
    #expect(billed.documents.map(\.kind) == [.creditNote])
    #expect(billed.documents.map { $0.lines.map(\.kind) } == [[.credit]])
  }

  @Test("percentages count for days that came to nothing before, without a cycle more")
  func fromFree() throws {
    var books = Books(plans: plans)
    books.coupons = [
      Coupon(id: ID(0), code: "half", value: .percent(.percent("50"))),
      Coupon(id: ID(1), code: "five", value: .fixed(.of("5"))),
    ]
    var ledger = ledger(
      books, plan: 2, discounts: [.init(coupon: 0), .init(coupon: 1)],
      change(1, "2026-11-16", plan: 0))
    try ledger.run(on: .on("2026-11-01"))
    let billed = try ledger.run(on: .on("2026-11-16"))
    #expect(billed.documents.map(\.total) == [.of("7.50")])
    #expect(billed.result.couponCycles.isEmpty)
  }

  @Test("the rest of a period that a pause cut has its coupons, and counts no other cycle")
  func resumed() throws {
    var books = Books(plans: plans)
    books.coupons = [Coupon(id: ID(0), code: "half", value: .percent(.percent("50")))]
    var ledger = ledger(
      books, discounts: [.init(coupon: 0)], change(1, "2026-11-11", paused: true),
      change(2, "2026-11-22", paused: false), change(3, "2026-12-01", paused: true),
      change(4, "2026-12-22", paused: false))
    for day in ["2026-11-01", "2026-11-11"] { try ledger.run(on: .on(day)) }
    let rest = try ledger.run(on: .on("2026-11-22"))
    #expect(rest.documents.map(\.total) == [.of("4.50")])
    #expect(rest.result.couponCycles.isEmpty)
    try ledger.run(on: .on("2026-12-01"))
    let december = try ledger.run(on: .on("2026-12-22"))
    #expect(december.result.couponCycles.map(\.cycles) == [1])
  }

  @Test("free days are covered once, though another interval has a schedule of its own")
  func trial() throws {
    var ledger = ledger(
      Books(plans: plans), trialEnd: "2026-11-08", change(1, "2026-11-16", plan: 3))
    let billed = try ledger.run(on: .on("2026-11-20"))
    #expect(billed.result.reasoned.map(\.span) == [.days("2026-11-01", "2026-11-08")])
  }
}
