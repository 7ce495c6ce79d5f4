// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

/// Which days' usage a run needs (RULES 5, due, late usage).
@Suite struct UsageWindowsTests {
  private let catalog = Catalog(plans: [
    .monthly("pro", "30"),
    Plan(
      id: ID(2), code: "calls", currency: .usd, interval: .month, intervalCount: 1,
      quantityType: .usage, prices: []),
  ])

  private func windows(
    asOf day: String, covered: [Int16: [Period]] = [:], usageFrom: String? = nil
  ) throws -> [Period] {
    let subscription = Subscription(
      id: ID(5), charges: [.init(slot: 0, plan: 0), .init(slot: 1, plan: 1)],
      start: .on("2026-11-01"), coverage: .spans(covered),
      usageFrom: usageFrom.map { .on($0) })
    let account = AccountSnapshot(payer: .plain(), subscriptions: [subscription])
    #expect(account.hasUsage(catalog))
    let found = try account.usageWindows(catalog: catalog, asOf: .on(day))
    #expect(found.allSatisfy { $0.subscription == ID(5) && $0.slot == 1 && $0.plan == 1 })
    return found.map(\.days)
  }

  @Test("usage is needed when its period has ended, though the fixed charge is due before")
  func ended() throws {
    #expect(try windows(asOf: "2026-11-30") == [])
    #expect(try windows(asOf: "2026-12-01") == [.days("2026-11-01", "2026-12-01")])
  }

  @Test("covered periods are needed again from the one with the earliest new record on")
  func late() throws {
    let covered: [Int16: [Period]] = [
      0: [.days("2026-11-01", "2027-02-01")], 1: [.days("2026-11-01", "2027-01-01")],
    ]
    #expect(try windows(asOf: "2027-01-05", covered: covered) == [])
    #expect(
      try windows(asOf: "2027-01-05", covered: covered, usageFrom: "2026-12-31")
        == [.days("2026-12-01", "2027-01-01")])
    #expect(
      try windows(asOf: "2027-01-05", covered: covered, usageFrom: "2026-11-30")
        == [.days("2026-11-01", "2026-12-01"), .days("2026-12-01", "2027-01-01")])
  }

  @Test("an account without measured charges needs none")
  func none() throws {
    let account = AccountSnapshot(
      payer: .plain(),
      subscriptions: [
        Subscription(id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-11-01"))
      ])
    #expect(!account.hasUsage(catalog))
    #expect(try account.usageWindows(catalog: catalog, asOf: .on("2026-12-01")).isEmpty)
  }
}
