// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct TieredPricingTests {
  private let tiers = PriceTiers.of(("50", "2", "0"), ("100", "1.5", "10"), ("", "0", "99"))

  @Test("a line for the units of each tier that is used, and one for its flat cost")
  func tier() throws {
    let probe = PriceProbe(.tiered(tiers))
    #expect(try probe.text("20") == ["20 x 2 = 40.00"])
    #expect(try probe.text("60") == ["50 x 2 = 100.00", "10 x 1.5 = 15.00", "1 x 10 = 10.00"])
    #expect(
      try probe.text("101") == [
        "50 x 2 = 100.00", "50 x 1.5 = 75.00", "1 x 10 = 10.00", "1 x 99 = 99.00",
      ])
  }

  @Test("an upper bound is in its tier, and what is between whole numbers in the next")
  func bounds() throws {
    let probe = PriceProbe(.tiered(tiers))
    #expect(try probe.sum("50") == "100.00")
    #expect(try probe.text("50.5") == ["50 x 2 = 100.00", "0.5 x 1.5 = 0.75", "1 x 10 = 10.00"])
    #expect(try probe.sum("50.000000000001") == "110.00")
  }

  @Test("units that are free are shown; nothing is one line of zero and owes no flat cost")
  func free() throws {
    let calls = PriceProbe(.tiered(.of(("1000", "0", "0"), ("", "0.01", "0"))))
    #expect(try calls.text("1300") == ["1000 x 0 = 0.00", "300 x 0.01 = 3.00"])
    let fee = PriceProbe(.tiered(.of(("5", "3", "100"), ("", "1", "0"))))
    #expect(try fee.text("0") == ["0 x 3 = 0.00"])
  }

  @Test("of a part, lines of an ordered quantity scale; of a measured one only flat costs do")
  func part() throws {
    var probe = PriceProbe(.tiered(tiers))
    (probe.days, probe.of) = (15, 30)
    #expect(try probe.text("60") == ["50 x 1 = 50.00", "10 x 0.75 = 7.50", "1 x 5 = 5.00"])
    probe.isMeasured = true
    #expect(try probe.text("60") == ["50 x 2 = 100.00", "10 x 1.5 = 15.00", "1 x 5 = 5.00"])
  }

  @Test("a price below zero makes a negative quantity")
  func negative() throws {
    let probe = PriceProbe(.tiered(.of(("10", "2", "0"), ("", "-0.5", "0"))))
    #expect(try probe.text("14") == ["10 x 2 = 20.00", "-4 x 0.5 = -2.00"])
  }
}
