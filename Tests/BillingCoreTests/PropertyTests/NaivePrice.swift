// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// What an ordered quantity comes to by each price model, unit by unit of the rules: exact
/// fractions, rounded once a line.
struct NaivePrice {
  /// The amounts of the lines, in minor units.
  private(set) var amounts: [Int64]

  init(
    _ price: Price, of charge: Subscription.Charge, share: Fraction, units: Int64,
    _ mode: RoundingMode
  ) {
    let left = Fraction(charge.quantity) - Fraction(price.includedQuantity)
    let quantity = max(left, Fraction(0))
    let minor = share * Fraction(Int128(units))
    let exact = Self.exact(price.model, quantity, charge.amount)
    amounts = exact.map { ($0 * minor).rounded(mode) }
    guard let minimum = price.minimumAmount else { return }
    let missing = (Fraction(minimum) * minor).rounded(mode) - amounts.reduce(0, +)
    if missing > 0 { amounts.append(missing) }
  }

  /// The lines of a whole period in major units, before rounding.
  static func exact(
    _ model: PriceModel, _ quantity: Fraction, _ custom: ExactDecimal? = nil
  ) -> [Fraction] {
    switch model {
    case .perUnit(let unit): [quantity * Fraction(unit)]
    case .flat(let flat): [Fraction(flat)]
    case .custom: [quantity * Fraction(custom ?? .zero)]
    case .percentage(let percent): [quantity * Fraction(percent) / Fraction(100)]
    case .package(let package): [begun(quantity / Fraction(package.size)) * Fraction(package.price)]
    case .tiered(let tiers):
      lines(
        tiers.list.map { tier in
          (tier.cost, max(Fraction(0), min(quantity, tier.upTo ?? quantity) - tier.above))
        })
    case .volume(let tiers):
      lines(
        tiers.list.map { tier in
          (tier.cost, tier.covers(quantity) ? quantity : Fraction(0))
        })
    case .stairstep(let tiers):
      [tiers.list.first { $0.covers(quantity) }.map { Fraction($0.cost.flatCost) } ?? Fraction(0)]
    }
  }

  private static func lines(_ used: [(PriceTiers.Tier, Fraction)]) -> [Fraction] {
    var lines: [Fraction] = []
    for (tier, units) in used where units > Fraction(0) {
      let (unit, flat) = (Fraction(tier.unitCost), Fraction(tier.flatCost))
      if unit != Fraction(0) || flat == Fraction(0) { lines.append(units * unit) }
      if flat != Fraction(0) { lines.append(flat) }
    }
    return lines.isEmpty ? [Fraction(0)] : lines
  }

  private static func begun(_ packages: Fraction) -> Fraction {
    let whole = Fraction(Int128(packages.floor))
    return whole == packages ? whole : whole + Fraction(1)
  }
}

/// A tier with both its bounds.
private struct NaiveTier {
  let cost: PriceTiers.Tier
  let above: Fraction

  var upTo: Fraction? { cost.upTo.map { Fraction($0) } }

  func covers(_ quantity: Fraction) -> Bool {
    quantity > above && (upTo.map { quantity <= $0 } ?? true)
  }
}

extension PriceTiers {
  fileprivate var list: [NaiveTier] {
    var above = Fraction(0)
    return tiers.map { tier in
      defer { above = tier.upTo.map { Fraction($0) } ?? above }
      return NaiveTier(cost: tier, above: above)
    }
  }
}
