// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@Suite("MoneyError") struct MoneyErrorTests {
  @Test("every sum that does not fit throws overflow")
  func overflow() throws {
    let usd = try #require(Currency(code: "usd"))
    let most = Money(minor: .max, currency: usd)
    #expect(throws: MoneyError.overflow) { try most.adding(Money(minor: 1, currency: usd)) }
    #expect(throws: MoneyError.overflow) {
      try ExactDecimal(coefficient: .max).adding(.one)
    }
    let rate = try #require(Ratio(.max, 1))
    #expect(throws: MoneyError.overflow) { try rate.plus(.one) }
  }
}
