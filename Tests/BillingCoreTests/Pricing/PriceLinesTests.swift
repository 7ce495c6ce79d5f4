// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct PriceLinesTests {
  @Test("what is included is taken off before pricing, but never below nothing")
  func included() throws {
    var probe = PriceProbe(.perUnit(.number("2")))
    probe.included = "10"
    #expect(try probe.text("12.5") == ["2.5 x 2 = 5.00"])
    #expect(try probe.text("10") == ["0 x 2 = 0.00"])
    #expect(try probe.text("3") == ["0 x 2 = 0.00"])
    probe.model = .packages("5", per: "20")
    #expect(try probe.text("50") == ["2 x 5 = 10.00"])
    probe.model = .volume(.of(("5", "7", "0"), ("", "6", "0")))
    #expect(try probe.text("15") == ["5 x 7 = 35.00"])
    probe.model = .percentage(.number("10"))
    #expect(try probe.text("30") == ["20 x 0.1 = 2.00"])
  }

  @Test("a custom price that is missing holds the account")
  func custom() {
    #expect(throws: Issue.customAmountMissing(plan: "p", ID(7))) {
      try PriceProbe(.custom).text("3")
    }
  }

  @Test("less than nothing has no tier, step or package, and is negative at a plain price")
  func negative() throws {
    let tiers = PriceTiers.of(("5", "7", "0"), ("", "6", "0"))
    for model: PriceModel in [
      .tiered(tiers), .volume(tiers), .stairstep(tiers), .packages("1", per: "2"),
    ] {
      #expect(throws: Issue.quantityNegative(.number("-5"), plan: "p", ID(7))) {
        try PriceProbe(model).text("-5")
      }
    }
    #expect(try PriceProbe(.perUnit(.number("2"))).text("-5") == ["-5 x 2 = -10.00"])
    #expect(try PriceProbe(.percentage(.number("2"))).text("-5") == ["-5 x 0.02 = -0.10"])
  }

  @Test("what is too large holds the account in every model, and never traps")
  func overflow() {
    let tiers = PriceTiers.of(("1", "1e15", "1e15"), ("", "1e15", "1e15"))
    for model: PriceModel in [
      .perUnit(.number("1e15")), .flat(.number("1e24")), .tiered(tiers), .volume(tiers),
      .stairstep(.of(("", "0", "1e24"))), .percentage(.number("1e15")),
      .packages("1e15", per: "0.001"),
    ] {
      for days in [1, 29] as [Int64] {
        var probe = PriceProbe(model)
        (probe.days, probe.of) = (days, 30)
        #expect(throws: Issue.amountOverflow, "\(model)") {
          try probe.lines(ExactDecimal(coefficient: .max))
        }
      }
    }
    var probe = PriceProbe(.flat(.zero))
    probe.minimum = "1e20"
    #expect(throws: Issue.amountOverflow) { try probe.text("1") }
  }

  @Test("lines are appended, and the minimum looks at those of its own charge only")
  func appended() throws {
    let price = Price(
      id: ID(1), validFrom: .on("2026-01-01"), model: .perUnit(.one),
      minimumAmount: .number("5"))
    let charged = ChargedQuantity(
      .number("2"), customPrice: nil, share: .one, isMeasured: false, currency: .usd,
      rounding: .halfUp)
    var lines: [PricedLine] = []
    for _ in 0..<2 {
      try price.lines(of: charged, subscription: ID(7), plan: "p", into: &lines)
    }
    #expect(lines.map(\.figures.amount) == [.of("2.00"), .of("3.00"), .of("2.00"), .of("3.00")])
  }
}
