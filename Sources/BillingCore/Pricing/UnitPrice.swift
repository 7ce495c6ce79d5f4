// SPDX-License-Identifier: Apache-2.0

/// Quantity × unit price × share of the period, rounded once (RULES 1.2, 0.4).
///
/// The line reads quantity × unit cost = amount exactly: a prorated unit cost is shown to 12 places
/// where its product gives the amount, else the line is 1 × amount. A negative price becomes a
/// negative quantity (BR-27). Throws `amountOverflow`.
func unitPrice(
  _ price: ExactDecimal, quantity: ExactDecimal, share: Ratio, currency: Currency,
  rounding: RoundingMode
) throws(Issue) -> ChargePrice {
  do {
    let sign = price.isNegative
    let unit = sign ? price.negated() : price
    let count = sign ? quantity.negated() : quantity
    let amount = try count.times(unit, per: share, in: currency, rounding: rounding)
    if share == .one { return ChargePrice(quantity: count, unitCost: unit, amount: amount) }
    let shown = try unit.scaled(by: share, rounding: rounding)
    if try count.times(shown, per: .one, in: currency, rounding: rounding) == amount {
      return ChargePrice(quantity: count, unitCost: shown, amount: amount)
    }
    let magnitude = amount.isNegative ? amount.negated() : amount
    let one = amount.isNegative ? ExactDecimal.one.negated() : .one
    return ChargePrice(quantity: one, unitCost: ExactDecimal(magnitude), amount: amount)
  } catch {
    throw .amountOverflow
  }
}
