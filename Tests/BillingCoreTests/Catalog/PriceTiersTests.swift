// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct PriceTiersTests {
  private func tiers(_ bounds: String...) -> PriceTiers? {
    PriceTiers(bounds.map { .init(upTo: ExactDecimal($0), unitCost: .one, flatCost: .zero) })
  }

  @Test("bounds rise from above zero, and only the last tier has none")
  func sound() {
    #expect(tiers("") != nil)
    #expect(tiers("0.000000000001", "50", "") != nil)
    #expect(PriceTiers([]) == nil)
    #expect(tiers("50") == nil)
    #expect(tiers("", "") == nil)
    #expect(tiers("0", "") == nil)
    #expect(tiers("-1", "") == nil)
    #expect(tiers("50", "50", "") == nil)
    #expect(tiers("50", "40", "") == nil)
    #expect(tiers("50", "", "60", "") == nil)
  }

  @Test(
    "each quantity above zero is in one tier: above its lower bound, up to its upper one",
    arguments: [
      ("0.1", 0), ("50", 0), ("50.000000000001", 1), ("50.5", 1), ("100", 1), ("101", 2),
      ("1e24", 2),
    ])
  func place(quantity: String, index: Int) throws {
    let tiers = try #require(self.tiers("50", "100", ""))
    #expect(tiers.place(of: .number(quantity)) == index)
    let bounds = tiers.bounds(index)
    #expect(bounds.above < .number(quantity))
    #expect(bounds.upTo.map { .number(quantity) <= $0 } ?? (index == 2))
  }
}
