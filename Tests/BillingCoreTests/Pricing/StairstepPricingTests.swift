// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct StairstepPricingTests {
  private let steps = PriceModel.stairstep(
    .of(("1000", "0", "50"), ("5000", "0", "200"), ("", "0", "350")))

  @Test(
    "the flat cost of the step that the quantity reaches; of nothing nothing",
    arguments: [
      ("0", "0 x 50 = 0.00"), ("0.1", "1 x 50 = 50.00"), ("1000", "1 x 50 = 50.00"),
      ("1000.5", "1 x 200 = 200.00"), ("5001", "1 x 350 = 350.00"),
    ])
  func reached(quantity: String, line: String) throws {
    #expect(try PriceProbe(steps).text(quantity) == [line])
  }

  @Test("a part is owed by its days, measured or not", arguments: [true, false])
  func part(isMeasured: Bool) throws {
    var probe = PriceProbe(steps)
    (probe.days, probe.of, probe.isMeasured) = (15, 30, isMeasured)
    #expect(try probe.text("1200") == ["1 x 100 = 100.00"])
  }
}
