// SPDX-License-Identifier: Apache-2.0

extension ChargedQuantity {
  /// The line that brings the others of the charge up to its minimum; nil where they reach it
  /// (RULES 5, minimum).
  func missing(
    to minimum: ExactDecimal, of lines: ArraySlice<PricedLine>
  ) throws(Issue) -> PricedLine? {
    let missing = try exact { () throws(MoneyError) in
      var missing = try minimum.times(.one, per: share, in: currency, rounding: rounding)
      for line in lines { missing = try missing.subtracting(line.figures.amount) }
      return missing
    }
    if missing.isZero || missing.isNegative { return nil }
    let figures = LineFigures(
      quantity: .one, unitCost: ExactDecimal(missing), amount: missing, showsFactors: true)
    return PricedLine(figures: figures, basis: .minimum(minimum))
  }
}
