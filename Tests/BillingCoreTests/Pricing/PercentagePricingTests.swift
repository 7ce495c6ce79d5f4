// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct PercentagePricingTests {
  @Test("so many per cent of the quantity, which is money")
  func percent() throws {
    #expect(try PriceProbe(.percentage(.number("2.9"))).text("1000") == ["1000 x 0.029 = 29.00"])
    #expect(try PriceProbe(.percentage(.number("2.9"))).text("4") == ["4 x 0.029 = 0.12"])
    #expect(try PriceProbe(.percentage(.number("2.9"))).text("0") == ["0 x 0.029 = 0.00"])
  }

  @Test("a rate of more places than a unit cost can show is 1 × the exact amount")
  func exact() throws {
    let probe = PriceProbe(.percentage(.number("0.000000000001")))
    #expect(try probe.text("1e15") == ["1 x 10 = 10.00"])
    let lines = try probe.lines(.number("1e15"))
    guard case .quantity(let quantity, _) = lines[0].basis else {
      Testing.Issue.record("no basis")
      return
    }
    #expect(
      quantity.factors == .init(quantity: .number("1e15"), price: .number("0.000000000001")))
  }

  @Test("of a part, an ordered quantity is charged by its days, a measured one as it is")
  func part() throws {
    var probe = PriceProbe(.percentage(.number("3")))
    (probe.days, probe.of) = (15, 30)
    #expect(try probe.text("100") == ["100 x 0.015 = 1.50"])
    probe.isMeasured = true
    #expect(try probe.text("100") == ["100 x 0.03 = 3.00"])
  }
}
