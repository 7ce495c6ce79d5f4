// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct ReleasedSpanTests {
  private static let november = Period.days("2026-11-01", "2026-12-01")

  private func released(
    _ cover: BilledSpan.Cover, days: Period = november, _ changes: SubscriptionChange...,
    asOf: String = "2026-11-20", canceledAt: String? = nil
  ) throws -> [Period] {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-06-01"),
      canceledAt: canceledAt.map { .on($0) }, proratesCancel: canceledAt != nil, changes: changes,
      billed: [BilledSpan(slot: 0, days: days, cover: cover)])
    let catalog = Catalog(plans: TimelineTests.plans)
    let timeline = try Timeline(subscription, catalog: catalog, asOf: .on(asOf))
    return try subscription.released(timeline, catalog: catalog, asOf: .on(asOf)).map(\.days)
  }

  private func billed(_ quantity: String = "1") -> BilledSpan.Cover {
    let line = BilledLine(
      invoice: ID(1), number: 1, days: Self.november, liveDays: 30, base: .of("30"),
      credited: .of("0"))
    return .billed(BilledSpan.Terms(plan: 0, quantity: .number(quantity)), [line])
  }

  private func change(
    _ day: String, quantity: String? = nil, paused: Bool? = nil, isApplied: Bool = false
  ) -> SubscriptionChange {
    SubscriptionChange(
      id: ID(1), effective: .on(day), quantity: quantity.map { .number($0) }, paused: paused,
      isApplied: isApplied)
  }

  @Test("what a change makes different is given back from its day, and nothing where it does not")
  func different() throws {
    let rest = Period.days("2026-11-16", "2026-12-01")
    #expect(try released(billed(), change("2026-11-16", quantity: "2")) == [rest])
    #expect(try released(billed("2"), change("2026-11-16", quantity: "2")).isEmpty)
    #expect(try released(billed(), change("2026-11-16", paused: true)) == [rest])
    #expect(try released(.reason(.paused), change("2026-11-16", paused: false)) == [rest])
  }

  @Test("a change that a run has billed is no longer compared")
  func applied() throws {
    #expect(try released(billed(), change("2026-11-16", quantity: "2", isApplied: true)).isEmpty)
  }

  @Test("nothing is given back before the change's day (RULES 5, due)")
  func ahead() throws {
    #expect(try released(billed(), change("2026-11-16", quantity: "2"), asOf: "2026-11-15").isEmpty)
    // A longer period that is under way when the change comes with the next one of the own plan.
    let long = Period.days("2026-11-01", "2027-02-01")
    let next = change("2026-12-01", quantity: "2")
    #expect(try released(billed(), days: long, next).isEmpty)
    #expect(
      try released(billed(), days: long, next, asOf: "2026-12-01") == [
        .days("2026-12-01", "2027-02-01")
      ])
  }

  @Test("a prorated cancellation gives back what lies beyond it, from its day on (RULES 5, cancel)")
  func cancellation() throws {
    let rest = Period.days("2026-11-16", "2026-12-01")
    #expect(try released(billed(), canceledAt: "2026-11-16") == [rest])
    #expect(try released(.reason(.paused), canceledAt: "2026-11-16") == [rest])
    #expect(try released(billed(), asOf: "2026-11-15", canceledAt: "2026-11-16").isEmpty)
    #expect(try released(.reason(.trial), canceledAt: "2026-11-16").isEmpty)
    #expect(try released(.fixed, canceledAt: "2026-11-16").isEmpty)
  }

  @Test("pieces of a span that touch are one")
  func joined() throws {
    #expect(
      try released(billed(), change("2026-11-10", quantity: "2"), canceledAt: "2026-11-16") == [
        .days("2026-11-10", "2026-12-01")
      ])
  }

  @Test("days billed more than 90 days ago are not credited (RULES 5, backdated)")
  func tooOld() throws {
    let change = change("2026-11-01", quantity: "2")
    #expect(try released(billed(), change, asOf: "2027-01-30").count == 1)
    #expect(throws: Issue.changeTooOld(.on("2026-11-02"), ID(1))) {
      try released(billed(), change, asOf: "2027-01-31")
    }
  }
}
