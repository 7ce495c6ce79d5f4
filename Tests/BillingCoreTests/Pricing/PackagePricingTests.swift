// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct PackagePricingTests {
  @Test(
    "a package that is begun costs as much as a full one; of nothing none is",
    arguments: [
      ("0", "0 x 5 = 0.00"), ("0.000000000001", "1 x 5 = 5.00"), ("20", "1 x 5 = 5.00"),
      ("20.1", "2 x 5 = 10.00"), ("45", "3 x 5 = 15.00"),
    ])
  func begun(quantity: String, line: String) throws {
    #expect(try PriceProbe(.packages("5", per: "20")).text(quantity) == [line])
  }

  @Test("sizes may be fractions, and none is zero or below")
  func sizes() throws {
    #expect(try PriceProbe(.packages("1", per: "0.25")).text("1.1") == ["5 x 1 = 5.00"])
    #expect(PriceModel.Package(price: .one, size: .zero) == nil)
    #expect(PriceModel.Package(price: .one, size: .number("-1")) == nil)
  }

  @Test("of a part, packages of an ordered quantity scale, those of a measured one do not")
  func part() throws {
    var probe = PriceProbe(.packages("5", per: "20"))
    (probe.days, probe.of) = (15, 30)
    #expect(try probe.text("45") == ["3 x 2.5 = 7.50"])
    probe.isMeasured = true
    #expect(try probe.text("45") == ["3 x 5 = 15.00"])
  }

  @Test("more packages than can be counted hold the account")
  func overflow() {
    #expect(throws: Issue.amountOverflow) {
      try PriceProbe(.packages("1", per: "0.000000000001")).text("1e15")
    }
  }
}
