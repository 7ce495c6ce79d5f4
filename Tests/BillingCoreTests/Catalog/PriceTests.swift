// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct PriceTests {
  @Test("prices are equal only with their day and every figure of their model")
  func equality() {
    let price = Price(id: ID(1), validFrom: .on("2026-01-01"), model: .perUnit(.number("1.5")))
    #expect(
      price == Price(id: ID(1), validFrom: .on("2026-01-01"), model: .perUnit(.number("1.50"))))
    #expect(
      price != Price(id: ID(1), validFrom: .on("2026-01-02"), model: .perUnit(.number("1.5"))))
    #expect(price != Price(id: ID(1), validFrom: .on("2026-01-01"), model: .flat(.number("1.5"))))
  }

  @Test("a price includes nothing and has no minimum unless it says so, and both tell it apart")
  func terms() {
    let price = Price(id: ID(1), validFrom: .on("2026-01-01"), model: .custom)
    #expect(price.includedQuantity.isZero && price.minimumAmount == nil)
    #expect(
      price
        != Price(
          id: ID(1), validFrom: .on("2026-01-01"), model: .custom, includedQuantity: .one))
    #expect(
      price
        != Price(id: ID(1), validFrom: .on("2026-01-01"), model: .custom, minimumAmount: .zero))
  }
}
