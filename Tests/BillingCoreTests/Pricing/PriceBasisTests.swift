// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct PriceBasisTests {
  private func rules(_ model: PriceModel, _ quantity: String) throws -> [PriceBasis.Rule?] {
    try PriceProbe(model).lines(.number(quantity)).map { line in
      guard case .quantity(let basis, let rule) = line.basis else { return nil }
      #expect(basis.total == .number(quantity) && basis.included.isZero && basis.factors == nil)
      return rule
    }
  }

  @Test("lines of tiers say which, lines of packages how large, percentages how many")
  func rules() throws {
    let tiers = PriceTiers.of(("5", "2", "4"), ("", "1", "0"))
    let (low, high) = (tiers.bounds(0), tiers.bounds(1))
    #expect(
      try rules(.tiered(tiers), "6")
        == [.tier(.tiered, low), .tierFee(.tiered, low), .tier(.tiered, high)])
    #expect(try rules(.volume(tiers), "6") == [.tier(.volume, high)])
    #expect(try rules(.stairstep(tiers), "5") == [.tierFee(.stairstep, low)])
    #expect(try rules(.packages("1", per: "4"), "5") == [.packages(.number("4"))])
    #expect(try rules(.percentage(.number("3")), "5") == [.percent(.number("3"))])
    #expect(try rules(.perUnit(.one), "5") == [nil])
    #expect(try rules(.tiered(tiers), "0") == [nil])
  }

  @Test("what lacks to a minimum says which minimum")
  func minimum() throws {
    var probe = PriceProbe(.perUnit(.one))
    probe.minimum = "5"
    #expect(try probe.lines(.one).map(\.basis) == [nil, .minimum(.number("5"))])
  }
}
