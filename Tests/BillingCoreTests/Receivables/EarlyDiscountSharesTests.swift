// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@Suite struct EarlyDiscountSharesTests {
  private func eur(_ minor: Int64) throws -> Money {
    Money(minor: minor, currency: try #require(Currency(code: "eur")))
  }

  @Test("2 % of 119.00 with 19 % in it is 2.00 and 0.38 of tax")
  func shares() throws {
    let discount = try EarlyDiscountShares(
      eur(238), ofTotal: eur(11900), taxes: [eur(1900)], rounding: .halfUp)
    #expect(discount.taxes == [try eur(38)])
    #expect(try discount.net() == eur(200))
  }

  @Test("several taxes get a share each, and revenue what rounding leaves")
  func several() throws {
    let discount = try EarlyDiscountShares(
      eur(100), ofTotal: eur(10_000), taxes: [eur(1050), eur(333)], rounding: .halfUp)
    #expect(discount.taxes == [try eur(11), try eur(3)])
    #expect(try discount.net() == eur(86))
  }

  @Test("a total of zero has no shares")
  func zero() throws {
    let discount = try EarlyDiscountShares(
      eur(0), ofTotal: eur(0), taxes: [eur(0)], rounding: .halfUp)
    #expect(discount.taxes == [try eur(0)])
  }
}
