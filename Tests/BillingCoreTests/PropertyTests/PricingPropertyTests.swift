// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import BillingCore

/// What holds for every price, whatever its figures.
@Suite struct PricingPropertyTests {
  /// Prices, quantities and shares as odd as they come, the same for a seed on every machine.
  struct Source {
    var random: SplitMix64

    init(seed: Int) { random = SplitMix64(seed: seed) }

    /// A number from zero of at most 4 places.
    mutating func number(_ most: Int) -> ExactDecimal {
      ExactDecimal(coefficient: Int128(random.int(0...most)) * 100_000_000)
    }

    mutating func tiers(flat: Bool = true) -> PriceTiers {
      var bound = ExactDecimal.zero
      var tiers: [PriceTiers.Tier] = []
      for index in 0...random.int(0...4) {
        let isLast = index > 0 && random.oneIn(3)
        bound = ExactDecimal(
          coefficient: bound.coefficient + number(400_000).coefficient + 100_000_000)
        tiers.append(tier(upTo: isLast ? nil : bound, flat))
        if isLast { break }
      }
      if tiers.last?.upTo != nil { tiers.append(tier(upTo: nil, flat)) }
      return PriceTiers(tiers) ?? .of(("", "1", "0"))
    }

    private mutating func tier(upTo: ExactDecimal?, _ flat: Bool) -> PriceTiers.Tier {
      PriceTiers.Tier(
        upTo: upTo, unitCost: number(90_000),
        flatCost: flat && random.oneIn(2) ? number(500_000) : .zero)
    }

    mutating func model() -> PriceModel {
      switch random.int(0...6) {
      case 0: .perUnit(number(90_000))
      case 1: .flat(number(90_000))
      case 2: .tiered(tiers())
      case 3: .volume(tiers())
      case 4: .stairstep(tiers())
      case 5: .packages("\(number(90_000))", per: "0.7")
      default: .percentage(number(90_000))
      }
    }

    mutating func probe(_ model: PriceModel) -> PriceProbe {
      var probe = PriceProbe(model)
      probe.rounding = RoundingMode.allCases[random.int(0...RoundingMode.allCases.count - 1)]
      probe.currency = [Currency.usd, .jpy, .bhd][random.int(0...2)]
      return probe
    }
  }

  @Test("graduated lines are those of the units counted tier by tier", arguments: 0..<100)
  func graduated(seed: Int) throws {
    var source = Source(seed: seed)
    for _ in 0..<20 {
      let model = PriceModel.tiered(source.tiers())
      let quantity = source.number(2_000_000)
      let probe = source.probe(model)
      let lines = try probe.lines(quantity)
      let units = Fraction(Int128(probe.currency.minorUnits))
      let naive = NaivePrice.exact(model, Fraction(quantity))
      try #require(
        lines.map(\.figures.amount.minor) == naive.map { ($0 * units).rounded(probe.rounding) })
      // Before rounding the lines are the sum over the tiers to the last place.
      let products = lines.map { Fraction($0.figures.quantity) * Fraction($0.figures.unitCost) }
      try #require(
        products.reduce(Fraction(0), +) == naive.reduce(Fraction(0), +))
    }
  }

  @Test(
    "without flat costs a little more costs a little more, but for volume's steps at a bound",
    arguments: 0..<100)
  func continuity(seed: Int) throws {
    var source = Source(seed: seed)
    let tiers = source.tiers(flat: false)
    let least = ExactDecimal(coefficient: 1)
    func exact(_ model: PriceModel, _ quantity: ExactDecimal) throws -> Fraction {
      try PriceProbe(model).lines(quantity).map {
        Fraction($0.figures.quantity) * Fraction($0.figures.unitCost)
      }.reduce(Fraction(0), +)
    }
    for index in tiers.tiers.indices.dropLast() {
      let bound = try #require(tiers.tiers[index].upTo)
      let next = try bound.adding(least)
      let (low, high) = (tiers.tiers[index].unitCost, tiers.tiers[index + 1].unitCost)
      let graduated = try exact(.tiered(tiers), next) - exact(.tiered(tiers), bound)
      try #require(graduated == Fraction(least) * Fraction(high))
      try #require(try exact(.volume(tiers), bound) == Fraction(bound) * Fraction(low))
      try #require(try exact(.volume(tiers), next) == Fraction(next) * Fraction(high))
    }
    let one = PriceTiers.of(("", "\(tiers.tiers[0].unitCost)", "0"))
    let quantity = source.number(900_000)
    let plain = try exact(.perUnit(tiers.tiers[0].unitCost), quantity)
    #expect(try exact(.tiered(one), quantity) == plain)
    #expect(try exact(.volume(one), quantity) == plain)
  }

  @Test("every line multiplies out, and no unit cost is below zero", arguments: 0..<100)
  func products(seed: Int) throws {
    var source = Source(seed: seed)
    for _ in 0..<20 {
      var probe = source.probe(source.model())
      (probe.of, probe.isMeasured) = (Int64(source.random.int(1...366)), source.random.oneIn(2))
      probe.days = Int64(source.random.int(1...Int(probe.of)))
      probe.included = "\(source.random.oneIn(2) ? source.number(100_000) : .zero)"
      probe.minimum = source.random.oneIn(2) ? "\(source.number(9_000_000))" : nil
      let lines = try probe.lines(source.number(2_000_000))
      try #require(!lines.isEmpty && !lines[0].isMinimum)
      for line in lines.map(\.figures) {
        let amount = try line.quantity.times(
          line.unitCost, in: probe.currency, rounding: probe.rounding)
        try #require(amount == line.amount && !line.unitCost.isNegative)
      }
      guard let minimum = probe.minimum else { continue }
      let owed = try ExactDecimal.number(minimum).times(
        .one, per: Ratio(probe.days, probe.of) ?? .one, in: probe.currency,
        rounding: probe.rounding)
      let sum = lines.map(\.figures.amount.minor).reduce(0, +)
      try #require(lines.contains(where: \.isMinimum) ? sum == owed.minor : sum >= owed.minor)
    }
  }

  /// Until parts take what earlier ones left (RULES 0.4), each is rounded by itself: so half a unit
  /// a part and line.
  @Test("the parts of a split period sum to the whole but for their rounding", arguments: 0..<100)
  func split(seed: Int) throws {
    var source = Source(seed: seed)
    for _ in 0..<20 {
      var probe = source.probe(source.model())
      probe.rounding = .halfUp
      probe.of = 30
      let quantity = source.number(2_000_000)
      let cut = Int64(source.random.int(1...29))
      var parts: [[PricedLine]] = []
      for days in [cut, 30 - cut, 30] {
        probe.days = days
        parts.append(try probe.lines(quantity))
      }
      let sums = parts.map { $0.map(\.figures.amount.minor).reduce(0, +) }
      try #require(parts[0].count == parts[2].count && parts[1].count == parts[2].count)
      let slack = Int64(3 * parts[2].count) / 2
      try #require(abs(sums[0] + sums[1] - sums[2]) <= slack)
    }
  }
}
