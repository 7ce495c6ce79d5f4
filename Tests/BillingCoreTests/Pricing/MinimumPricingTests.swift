// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct MinimumPricingTests {
  private func probe(_ minimum: String, _ model: PriceModel = .perUnit(.number("10"))) -> PriceProbe
  {
    var probe = PriceProbe(model)
    probe.minimum = minimum
    return probe
  }

  @Test("a line of its own brings the others up to the minimum, and only where they are below")
  func missing() throws {
    #expect(try probe("100").text("8") == ["8 x 10 = 80.00", "1 x 20 = 20.00"])
    #expect(try probe("100").text("0") == ["0 x 10 = 0.00", "1 x 100 = 100.00"])
    #expect(try probe("100").text("10") == ["10 x 10 = 100.00"])
    #expect(try probe("100").text("11") == ["11 x 10 = 110.00"])
    #expect(try probe("0").text("0") == ["0 x 10 = 0.00"])
    #expect(try probe("100").lines(.number("8")).map(\.isMinimum) == [false, true])
  }

  @Test("all lines of the charge count towards it, negative ones too")
  func together() throws {
    let tiers = PriceModel.tiered(.of(("5", "2", "4"), ("", "1", "0")))
    #expect(
      try probe("20", tiers).text("6") == [
        "5 x 2 = 10.00", "1 x 4 = 4.00", "1 x 1 = 1.00", "1 x 5 = 5.00",
      ])
    #expect(
      try probe("20", .perUnit(.number("-1"))).text("5") == ["-5 x 1 = -5.00", "1 x 25 = 25.00"])
  }

  @Test("of a part the minimum is owed by its days, measured or not")
  func part() throws {
    var part = probe("100")
    (part.days, part.of) = (10, 30)
    #expect(try part.text("8") == ["8 x 3.333333333333 = 26.67", "1 x 6.66 = 6.66"])
    part.isMeasured = true
    #expect(try part.text("2") == ["2 x 10 = 20.00", "1 x 13.33 = 13.33"])
  }
}
