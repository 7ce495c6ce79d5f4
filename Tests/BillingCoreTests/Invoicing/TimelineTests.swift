// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct TimelineTests {
  static let plans: [Plan] = [
    .monthly("pro", "30"), .monthly("plus", "60"), .of("year", .flat(.number("300")), .year),
    .monthly("seat", "3"),
  ]

  private func timeline(
    _ changes: SubscriptionChange..., asOf: String, start: String = "2026-11-01"
  ) throws -> Timeline {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on(start), changes: changes)
    return try Timeline(subscription, catalog: Catalog(plans: Self.plans), asOf: .on(asOf))
  }

  private func change(
    _ id: Int64, _ day: String, plan: Int? = nil, quantity: String? = nil,
    addons: [Int]? = nil, prorates: Bool = true, isApplied: Bool = false
  ) -> SubscriptionChange {
    SubscriptionChange(
      id: ID(id), effective: .on(day), plan: plan, quantity: quantity.map { .number($0) },
      addons: addons.map { $0.map { .init(plan: $0) } }, prorates: prorates, isApplied: isApplied)
  }

  @Test("of one day's changes the last wins field by field, and what it takes back leaves nothing")
  func oneDay() throws {
    let timeline = try timeline(
      change(2, "2026-11-16", plan: 0), change(1, "2026-11-16", plan: 1, quantity: "5"),
      change(3, "2026-11-16", quantity: "1"), asOf: "2026-11-16")
    #expect(timeline.segments.count == 1)
    #expect(timeline.applied == [ID(1), ID(2), ID(3)])
    #expect(timeline.comparedFrom(slot: 0) == .on("2026-11-16"))
    #expect(timeline.comparedFrom(slot: 1) == nil)
  }

  @Test(
    "a change in mid-period counts from the first run on its day, one on a period start at once")
  func horizon() throws {
    let ahead = try timeline(
      change(1, "2026-11-16", plan: 1), change(2, "2026-12-01", quantity: "2"),
      asOf: "2026-11-15")
    #expect(ahead.segments.map(\.start) == [.on("2026-11-01"), .on("2026-12-01")])
    #expect(ahead.nextChange == .on("2026-11-16"))
    #expect(ahead.applied.isEmpty)
  }

  @Test("what a run of a later day has billed counts for a run of an earlier one, too")
  func laterRun() throws {
    let back = try timeline(
      change(1, "2026-11-25", plan: 1, isApplied: true), change(2, "2026-11-10", quantity: "2"),
      asOf: "2026-11-20")
    #expect(back.segment(on: .on("2026-11-25")).charge(0)?.plan == 1)
    #expect(
      back.parts(of: .days("2026-11-01", "2026-12-01"), slot: 0) == [
        .days("2026-11-01", "2026-11-10"), .days("2026-11-10", "2026-11-25"),
        .days("2026-11-25", "2026-12-01"),
      ])
  }

  @Test("without proration a change waits for the next period (RULES 5, prorate=false)")
  func notProrated() throws {
    let timeline = try timeline(
      change(1, "2026-11-16", quantity: "2", prorates: false), asOf: "2026-11-20")
    #expect(timeline.segments.last?.start == .on("2026-12-01"))
  }

  @Test("those that wait for one period come in order of their days, not of their coming in")
  func waiting() throws {
    for (first, second): (Int64, Int64) in [(1, 2), (2, 1)] {
      let timeline = try timeline(
        change(first, "2026-11-09", quantity: "2", prorates: false),
        change(second, "2026-11-14", quantity: "7", prorates: false),
        change(3, "2026-11-20", plan: 1, prorates: false), asOf: "2026-12-01")
      #expect(timeline.segments.map(\.start) == [.on("2026-11-01"), .on("2026-12-01")])
      #expect(timeline.segments.last?.charge(0)?.quantity == .number("7"))
    }
  }

  @Test("another interval starts a period, for which a change without proration has waited")
  func restart() throws {
    for id: Int64 in [1, 3] {
      let timeline = try timeline(
        change(2, "2026-11-16", plan: 2), change(id, "2026-11-10", quantity: "2", prorates: false),
        asOf: "2026-11-20")
      #expect(timeline.segments.map(\.start) == [.on("2026-11-01"), .on("2026-11-16")])
      #expect(timeline.eras.map(\.start) == [.on("2026-11-01"), .on("2026-11-16")])
      #expect(timeline.segment(on: .on("2026-11-16")).charge(0)?.quantity == .number("2"))
    }
  }

  @Test("another interval that is taken back the same day keeps the anchor (RULES 5, advance)")
  func anchor() throws {
    let timeline = try timeline(
      change(1, "2026-11-16", plan: 2), change(2, "2026-11-16", plan: 1), asOf: "2026-11-16")
    #expect(timeline.eras.count == 1)
  }

  @Test("a changed quantity keeps the plan's first day, another plan starts anew (price version)")
  func planStart() throws {
    let timeline = try timeline(
      change(1, "2026-11-11", plan: 1), change(2, "2026-11-16", quantity: "2"),
      change(3, "2026-11-21", plan: 0), asOf: "2026-11-30")
    let days = ["2026-11-05", "2026-11-18", "2026-11-21"].map {
      timeline.planStart(of: 0, on: .on($0))
    }
    #expect(days == ["2026-11-01", "2026-11-11", "2026-11-21"].map { .on($0) })
  }

  @Test("an add-on that goes and comes again keeps its slot, and another plan gets the next one")
  func slots() throws {
    let timeline = try timeline(
      change(1, "2026-11-05", addons: [3]), change(2, "2026-11-10", addons: []),
      change(3, "2026-11-15", addons: [1, 3, 3]), asOf: "2026-11-30")
    #expect(timeline.segments.map { $0.charges.map(\.slot) } == [[0], [0, 1], [0], [0, 1, 2, 3]])
    #expect(timeline.segments.last?.charge(1)?.plan == 3)
  }

  @Test("a change before the first day is an issue")
  func beforeStart() throws {
    #expect(throws: Issue.changeBeforeStart(ID(1))) {
      try timeline(change(1, "2026-10-31", plan: 1), asOf: "2026-11-16")
    }
  }
}
