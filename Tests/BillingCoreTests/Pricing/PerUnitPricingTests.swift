// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct PerUnitPricingTests {
  @Test("quantity × price, rounded once")
  func units() throws {
    let probe = PriceProbe(.perUnit(.number("2.505")))
    #expect(try probe.text("3") == ["3 x 2.505 = 7.52"])
    #expect(try probe.text("0.5") == ["0.5 x 2.505 = 1.25"])
    #expect(try probe.text("0") == ["0 x 2.505 = 0.00"])
  }

  @Test("a custom price stands on the charge and may be negative")
  func custom() throws {
    var probe = PriceProbe(.custom)
    probe.customPrice = "-0.15"
    #expect(try probe.text("3") == ["-3 x 0.15 = -0.45"])
  }

  @Test("of a part, an ordered quantity is charged by its days, a measured one as it is")
  func part() throws {
    var probe = PriceProbe(.perUnit(.number("10")))
    (probe.days, probe.of) = (10, 30)
    #expect(try probe.text("3") == ["3 x 3.333333333333 = 10.00"])
    probe.isMeasured = true
    #expect(try probe.text("3") == ["3 x 10 = 30.00"])
  }
}
