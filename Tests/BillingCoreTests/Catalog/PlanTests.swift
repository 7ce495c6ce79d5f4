// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct PlanTests {
  @Test(
    "the price of a day is the last one published up to it, in whatever order they came",
    arguments: [
      ("2025-12-31", nil), ("2026-01-01", 1), ("2026-05-31", 1), ("2026-06-01", 2),
      ("2030-01-01", 3),
    ] as [(String, Int64?)])
  func price(day: String, id: Int64?) {
    func price(_ id: Int64, _ from: String) -> Price {
      Price(id: ID(id), validFrom: .on(from), model: .custom)
    }
    let plan = Plan(
      id: ID(1), code: "p", currency: .usd, interval: .month, intervalCount: 1,
      prices: [price(3, "2027-01-01"), price(1, "2026-01-01"), price(2, "2026-06-01")])
    #expect(plan.price(on: .on(day))?.id.rawValue == id)
  }
}
