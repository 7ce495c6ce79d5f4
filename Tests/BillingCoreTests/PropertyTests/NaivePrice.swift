// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// What a quantity comes to by each price model, unit by unit of the rules: exact fractions,
/// rounded once a line.
struct NaivePrice {
  /// The amounts of the lines, in minor units.
  private(set) var amounts: [Int64]

  /// A line of a whole period in major units, before rounding.
  private struct Line {
    let amount: Fraction
    /// Owed for the period, not for each unit.
    let isFee: Bool
  }

  /// Prices an ordered quantity, or one that was measured over the days: then fees, the included
  /// quantity and the minimum scale with them, unit prices and tiers do not (RULES 5).
  init(
    _ price: Price, of charge: Subscription.Charge, measured: Fraction? = nil, share: Fraction,
    units: Int64, _ mode: RoundingMode
  ) {
    var included = Fraction(price.includedQuantity)
    if measured != nil {
      // A line shows its quantity to 12 places.
      let places = Fraction(1_000_000_000_000)
      included = Fraction(Int128((included * share * places).rounded(mode))) / places
    }
    let left = (measured ?? Fraction(charge.quantity)) - included
    let quantity = max(left, Fraction(0))
    let minor = Fraction(Int128(units))
    amounts = Self.lines(price.model, quantity, charge.amount).map { line in
      let scales = measured == nil || line.isFee
      return (line.amount * minor * (scales ? share : Fraction(1))).rounded(mode)
    }
    guard let minimum = price.minimumAmount else { return }
    let missing = (Fraction(minimum) * minor * share).rounded(mode) - amounts.reduce(0, +)
    if missing > 0 { amounts.append(missing) }
  }

  /// The lines of a whole period in major units, before rounding.
  static func exact(
    _ model: PriceModel, _ quantity: Fraction, _ custom: ExactDecimal? = nil
  ) -> [Fraction] {
    lines(model, quantity, custom).map(\.amount)
  }

  private static func lines(
    _ model: PriceModel, _ quantity: Fraction, _ custom: ExactDecimal?
  ) -> [Line] {
    switch model {
    case .perUnit(let unit): [Line(amount: quantity * Fraction(unit), isFee: false)]
    case .flat(let flat): [Line(amount: Fraction(flat), isFee: true)]
    case .custom: [Line(amount: quantity * Fraction(custom ?? .zero), isFee: false)]
    case .percentage(let percent):
      [Line(amount: quantity * Fraction(percent) / Fraction(100), isFee: false)]
    case .package(let package):
      [
        Line(
          amount: begun(quantity / Fraction(package.size)) * Fraction(package.price),
          isFee: false)
      ]
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
      [
        Line(
          amount: tiers.list.first { $0.covers(quantity) }.map { Fraction($0.cost.flatCost) }
            ?? Fraction(0), isFee: true)
      ]
    }
  }

  private static func lines(_ used: [(PriceTiers.Tier, Fraction)]) -> [Line] {
    var lines: [Line] = []
    for (tier, units) in used where units > Fraction(0) {
      let (unit, flat) = (Fraction(tier.unitCost), Fraction(tier.flatCost))
      if unit != Fraction(0) || flat == Fraction(0) {
        lines.append(Line(amount: units * unit, isFee: false))
      }
      if flat != Fraction(0) { lines.append(Line(amount: flat, isFee: true)) }
    }
    return lines.isEmpty ? [Line(amount: Fraction(0), isFee: false)] : lines
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
