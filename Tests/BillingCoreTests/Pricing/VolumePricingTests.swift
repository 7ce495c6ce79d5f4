// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct VolumePricingTests {
  private let tiers = PriceTiers.of(("5", "7", "0"), ("10", "6.50", "3"), ("", "0", "60"))

  @Test(
    "all units at the cost of the tier that they reach, its flat cost apart",
    arguments: [
      ("5", ["5 x 7 = 35.00"]), ("5.01", ["5.01 x 6.5 = 32.57", "1 x 3 = 3.00"]),
      ("10", ["10 x 6.5 = 65.00", "1 x 3 = 3.00"]), ("11", ["1 x 60 = 60.00"]),
      ("0", ["0 x 7 = 0.00"]),
    ])
  func reached(quantity: String, lines: [String]) throws {
    #expect(try PriceProbe(.volume(tiers)).text(quantity) == lines)
  }

  @Test("of a part, both lines of an ordered quantity scale; of a measured one the flat cost does")
  func part() throws {
    var probe = PriceProbe(.volume(tiers))
    (probe.days, probe.of) = (15, 30)
    #expect(try probe.text("10") == ["10 x 3.25 = 32.50", "1 x 1.5 = 1.50"])
    probe.isMeasured = true
    #expect(try probe.text("10") == ["10 x 6.5 = 65.00", "1 x 1.5 = 1.50"])
  }
}
