// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct MeasuredUsageTests {
  @Test("usage is that of a charge over exactly its days, and nothing where nobody summed it")
  func lookup() {
    let november = Period.days("2026-11-01", "2026-12-01")
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-11-01"),
      usage: [
        MeasuredUsage(slot: 0, days: november, quantity: .number("7")),
        MeasuredUsage(slot: 1, days: november, quantity: .number("9")),
      ])
    #expect(subscription.usage(slot: 0, over: november).quantity == .number("7"))
    let half = Period.days("2026-11-01", "2026-11-16")
    #expect(subscription.usage(slot: 0, over: half).quantity == .zero)
  }
}
