// SPDX-License-Identifier: Apache-2.0

extension ChargedQuantity {
  /// Graduated: one line for the units in each tier that is used, its flat cost apart (RULES 1.2).
  ///
  /// The quantity is not negative. Of nothing no tier is used, so no flat cost is owed: one line of
  /// zero units.
  func graduate(_ tiers: PriceTiers, into lines: inout [PricedLine]) throws(Issue) {
    if billable.isZero { return lines.append(try nothing(at: tiers.tiers[0].unitCost, .tiered)) }
    for index in tiers.tiers.indices {
      let bounds = tiers.bounds(index)
      if billable <= bounds.above { return }
      let end = bounds.upTo.map { min($0, billable) } ?? billable
      let units = try exact { () throws(MoneyError) in try end.subtracting(bounds.above) }
      try append(tiers.tiers[index], bounds, units: units, .tiered, to: &lines)
    }
  }

  /// The lines of a tier: its units and its flat cost, each where it costs anything, and the units
  /// where neither does.
  func append(
    _ tier: PriceTiers.Tier, _ bounds: PriceTiers.Bounds, units: ExactDecimal,
    _ mode: PriceModel.Mode, to lines: inout [PricedLine]
  ) throws(Issue) {
    if !tier.unitCost.isZero || tier.flatCost.isZero {
      lines.append(
        try line(of: tier.unitCost, times: units, share: unitShare, by: .tier(mode, bounds)))
    }
    if !tier.flatCost.isZero {
      lines.append(
        try line(of: tier.flatCost, times: .one, share: share, by: .tierFee(mode, bounds)))
    }
  }

  /// The line of a quantity of zero, which covers the period: nothing is owed, but it is shown.
  func nothing(at price: ExactDecimal, _ mode: PriceModel.Mode) throws(Issue) -> PricedLine {
    try line(of: price, times: .zero, share: unitShare, by: .plain(mode))
  }
}
