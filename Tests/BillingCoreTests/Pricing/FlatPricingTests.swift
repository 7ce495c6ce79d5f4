// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct FlatPricingTests {
  @Test("the same amount whatever the quantity", arguments: ["0", "1", "3", "0.5"])
  func flat(quantity: String) throws {
    #expect(try PriceProbe(.flat(.number("2.505"))).text(quantity) == ["1 x 2.505 = 2.51"])
  }

  @Test("a part is owed by its days, measured or not", arguments: [true, false])
  func part(isMeasured: Bool) throws {
    var probe = PriceProbe(.flat(.number("31")))
    (probe.days, probe.of, probe.isMeasured) = (10, 31, isMeasured)
    #expect(try probe.text("5") == ["1 x 10 = 10.00"])
  }
}
