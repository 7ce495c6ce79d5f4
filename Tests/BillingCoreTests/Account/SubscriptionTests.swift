// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct SubscriptionTests {
  @Test("a plain subscription is billed once, in advance, for ever")
  func defaults() {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"))
    #expect(subscription.charges[0].quantity == .one)
    #expect(!subscription.inArrears && !subscription.paused && subscription.changes.isEmpty)
    #expect(subscription.cycles == nil && subscription.canceledAt == nil)
    #expect(subscription.coverage.end == nil)
  }

  @Test("the end of coverage is that of the latest live span of any charge")
  func coverageEnd() {
    #expect(Subscription.Coverage.through(.on("2026-03-01")).end == .on("2026-03-01"))
    #expect(
      Subscription.Coverage.spans([
        0: [.days("2026-01-01", "2026-02-01")],
        1: [.days("2026-01-01", "2026-01-08"), .days("2026-02-01", "2026-02-08")], 2: [],
      ]).end == .on("2026-02-08"))
  }

  @Test("renewal modes are read under the names of the import format")
  func renewalNames() {
    #expect(Subscription.Renewal(rawValue: "renew_once") == .renewOnce)
    #expect(Subscription.Renewal(rawValue: "auto") == .auto)
  }

  @Test("charges that do not begin with the subscription's own plan are a bug")
  func firstSlot() async {
    await #expect(processExitsWith: .failure) {
      _ = Subscription(
        id: ID(1), charges: [.init(slot: 1, plan: 0)], start: LocalDate(daysSince1970: 0))
    }
  }
}
