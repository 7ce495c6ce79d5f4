// SPDX-License-Identifier: Apache-2.0

/// The figures of a line: quantity × unit cost, rounded, is the amount (RULES 1.2).
struct LineFigures {
  /// Negative on a negative line (BR-27).
  let quantity: ExactDecimal
  /// In major units, never negative.
  let unitCost: ExactDecimal
  /// In minor units of the plan's currency, rounded once.
  let amount: Money
  /// False where the line reads 1 × the amount, since the product of the real factors misses it.
  let showsFactors: Bool
}

/// Quantity × unit price × share of the period, rounded once (RULES 1.2, 0.4).
///
/// The line reads quantity × unit cost = amount exactly: a prorated unit cost is shown to 12 places
/// where its product gives the amount, else the line is 1 × amount. A negative price becomes a
/// negative quantity (BR-27). Throws `amountOverflow`.
func unitPrice(
  _ price: ExactDecimal, quantity: ExactDecimal, share: Ratio, currency: Currency,
  rounding: RoundingMode
) throws(Issue) -> LineFigures {
  do {
    let sign = price.isNegative
    let unit = sign ? price.negated() : price
    let count = sign ? quantity.negated() : quantity
    let amount = try count.times(unit, per: share, in: currency, rounding: rounding)
    if share == .one {
      return LineFigures(quantity: count, unitCost: unit, amount: amount, showsFactors: true)
    }
    let shown = try unit.scaled(by: share, rounding: rounding)
    if try count.times(shown, per: .one, in: currency, rounding: rounding) == amount {
      return LineFigures(quantity: count, unitCost: shown, amount: amount, showsFactors: true)
    }
    let magnitude = amount.isNegative ? amount.negated() : amount
    let one = amount.isNegative ? ExactDecimal.one.negated() : .one
    return LineFigures(
      quantity: one, unitCost: ExactDecimal(magnitude), amount: amount, showsFactors: false)
  } catch {
    throw .amountOverflow
  }
}
