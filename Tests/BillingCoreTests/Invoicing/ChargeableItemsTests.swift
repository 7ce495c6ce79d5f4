// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct ChargeableItemsTests {
  private func find(
    _ subscriptions: Subscription..., asOf: String, plans: [Plan]
  ) throws -> ChargeableItems {
    var found = ChargeableItems()
    try found.find(
      in: AccountSnapshot(payer: .plain(), subscriptions: subscriptions),
      catalog: Catalog(plans: plans), asOf: .on(asOf))
    return found
  }

  static let monthAndWeek: [Plan] = [.monthly("m", "1"), .of("w", .flat(.one), .week)]

  @Test("items come by due day, then first day, then charge")
  func order() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0), .init(slot: 1, plan: 1)],
      start: .on("2026-01-01"), coverage: .spans([:]))
    let found = try find(subscription, asOf: "2026-02-04", plans: Self.monthAndWeek)
    #expect(
      found.items.map { "\($0.dueOn) \($0.charge)" } == [
        "2026-01-01 0", "2026-01-01 1", "2026-01-08 1", "2026-01-15 1", "2026-01-22 1",
        "2026-01-29 1", "2026-02-01 0",
      ])
    #expect(found.nextBillOn == [.on("2026-02-05")])
    #expect(found.coveredThrough == [.on("2026-03-01")])
  }

  @Test("charges of unlike periods are walked one by one even where they are covered alike")
  func unlikeCharges() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0), .init(slot: 1, plan: 1)],
      start: .on("2026-01-01"), coverage: .through(.on("2026-01-29")))
    let found = try find(subscription, asOf: "2026-02-01", plans: Self.monthAndWeek)
    #expect(
      found.items.map(\.span) == [
        .days("2026-01-29", "2026-02-01"), .days("2026-01-29", "2026-02-05"),
        .days("2026-02-01", "2026-03-01"),
      ])
  }

  @Test(
    "charges that end alike without holes go straight on from there",
    arguments: [
      ([0: [("01-01", "02-01")], 1: [("01-01", "02-01")]], "2026-03-01"),
      ([0: [("01-01", "02-01")]], "2026-03-01"),
      ([0: [("01-01", "01-10"), ("01-20", "02-01")]], "2026-03-01"),
      ([:], "2026-03-01"),
      ([0: [("01-01", "02-01")], 1: [("01-01", "04-01")]], nil),
      ([0: [("01-01", "04-01")], 1: [("01-01", "02-01")]], nil),
    ] as [([Int16: [(String, String)]], String?)])
  func straight(spans: [Int16: [(String, String)]], end: String?) throws {
    let live = spans.mapValues { $0.map { Period.days("2026-" + $0, "2026-" + $1) } }
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0), .init(slot: 1, plan: 1)],
      start: .on("2026-01-01"), coverage: .spans(live))
    let found = try find(
      subscription, asOf: "2026-02-04", plans: [.monthly("m", "1"), .monthly("n", "2")])
    #expect(found.straightThrough == [end.map { .on($0) }])
  }

  @Test("charges of unlike periods go straight on only while they end on the same day")
  func unlikeEnds() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0), .init(slot: 1, plan: 1)],
      start: .on("2026-01-01"), coverage: .spans([:]))
    let plans = [Plan.monthly("m", "1"), .of("d", .flat(.one), every: 59, .day)]
    let apart = try find(subscription, asOf: "2026-01-15", plans: plans)
    #expect(apart.straightThrough == [nil])
    let together = try find(subscription, asOf: "2026-02-01", plans: plans)
    #expect(together.straightThrough == [.on("2026-03-01")])
  }

  @Test("each subscription has its own cursor")
  func cursors() throws {
    let ended = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"), cycles: 1,
      coverage: .through(.on("2026-02-01")))
    let running = Subscription(
      id: ID(2), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"))
    let found = try find(ended, running, asOf: "2026-01-31", plans: [.monthly("m", "1")])
    #expect(found.nextBillOn == [nil, .on("2026-02-01")])
    #expect(found.coveredThrough == [.on("2026-02-01"), .on("2026-02-01")])
    #expect(found.items.map(\.subscription) == [1])
  }

  @Test("what one subscription charges does not order the lines of another")
  func orderOfAlikeAddons() throws {
    func subscription(_ id: Int64, quantity: String) -> Subscription {
      let change = SubscriptionChange(
        id: ID(id), effective: .on("2026-01-01"), quantity: .number(quantity))
      return Subscription(
        id: ID(id), charges: [.init(slot: 0, plan: 0), .init(slot: 1, plan: 1)],
        start: .on("2026-01-01"), changes: [change])
    }
    let found = try find(
      subscription(1, quantity: "2"), subscription(2, quantity: "3"), asOf: "2026-01-01",
      plans: [.monthly("m", "1"), .monthly("n", "2")])
    #expect(found.items.map(\.subscription) == [0, 0, 1, 1])
    #expect(found.items.map(\.isBase) == [true, false, true, false])
  }

  @Test("days billed beyond a prorated cancellation are given back from its day on")
  func creditOfCancellation() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"),
      canceledAt: .on("2026-02-10"), proratesCancel: true,
      coverage: .spans([0: [.days("2026-01-01", "2026-03-01")]]),
      billed: [
        BilledSpan(
          slot: 0, days: .days("2026-02-01", "2026-03-01"),
          cover: .billed(.init(plan: 0, quantity: .one), []))
      ])
    let before = try find(subscription, asOf: "2026-02-09", plans: [.monthly("m", "1")])
    #expect(before.items.isEmpty)
    #expect(before.nextBillOn == [.on("2026-02-10")])
    #expect(before.released.isEmpty)
    let after = try find(subscription, asOf: "2026-02-10", plans: [.monthly("m", "1")])
    #expect(after.released.map(\.days) == [.days("2026-02-10", "2026-03-01")])
    #expect(after.items.isEmpty && after.nextBillOn == [nil])
    let inTrial = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"),
      trialEnd: .on("2026-02-01"), canceledAt: .on("2026-01-10"), proratesCancel: true,
      coverage: .through(.on("2026-02-01")))
    #expect(try find(inTrial, asOf: "2026-03-01", plans: [.monthly("m", "1")]).nextBillOn == [nil])
  }
}
