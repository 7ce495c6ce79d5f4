// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct SubscriptionChangeTests {
  @Test("a change says only what is different, is prorated and waits to be billed")
  func defaults() {
    let change = SubscriptionChange(id: ID(1), effective: .on("2026-11-16"))
    #expect(change.plan == nil && change.quantity == nil && change.amount == nil)
    #expect(change.addons == nil && change.paused == nil)
    #expect(change.prorates && !change.isApplied)
  }

  @Test("no add-ons are not the same as the add-ons before")
  func addons() throws {
    let none = SubscriptionChange(id: ID(1), effective: .on("2026-11-16"), addons: [])
    #expect(none.addons?.isEmpty == true)
    #expect(SubscriptionChange.Addon(plan: 1).quantity == .one)
  }
}
