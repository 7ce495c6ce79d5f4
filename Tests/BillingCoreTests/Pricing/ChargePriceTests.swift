// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct ChargePriceTests {
  private func amount(
    _ model: PriceModel, quantity: String = "3", amount: String? = nil
  ) throws -> Money {
    let charge = Subscription.Charge(
      slot: 0, plan: 0, quantity: .number(quantity), amount: amount.map { .number($0) })
    let price = Price(id: ID(1), validFrom: .on("2026-01-01"), model: model)
    return try price.charge(
      charge, of: ID(7), plan: "p", share: .one, currency: .usd, rounding: .halfUp
    ).amount
  }

  @Test("a unit price times the quantity, a flat price whatever the quantity")
  func models() throws {
    #expect(try amount(.perUnit(.number("2.505"))) == .of("7.52"))
    #expect(try amount(.flat(.number("2.505"))) == .of("2.51"))
    #expect(try amount(.perUnit(.number("2")), quantity: "0") == .of("0.00"))
    #expect(try amount(.perUnit(.number("2")), quantity: "0.5") == .of("1.00"))
  }

  @Test("a custom price stands on the charge, and its absence holds the account")
  func custom() throws {
    #expect(try amount(.custom, amount: "-0.15") == .of("-0.45"))
    #expect(throws: Issue.customAmountMissing(plan: "p", ID(7))) { try amount(.custom) }
  }

  @Test("a model that this version does not price holds the account")
  func unsupported() {
    #expect(throws: Issue.unsupported("pricing mode tiered", ID(7))) {
      try amount(.unsupported("tiered"))
    }
  }
}
