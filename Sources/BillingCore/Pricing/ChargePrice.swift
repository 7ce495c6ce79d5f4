// SPDX-License-Identifier: Apache-2.0

/// What a charge comes to for some days: the figures of its line.
struct ChargePrice {
  /// Negative on a negative line (RULES 1.2, BR-27).
  let quantity: ExactDecimal
  /// Never negative; quantity times this, rounded, is the amount (RULES 1.2).
  let unitCost: ExactDecimal
  /// In minor units of the plan's currency, rounded once.
  let amount: Money
}

extension Price {
  /// Prices a charge for a share of its period.
  ///
  /// Throws `customAmountMissing`, `unsupported` or `amountOverflow`.
  func charge(
    _ charge: Subscription.Charge, of subscription: ID<Subscription>,
    plan: @autoclosure () -> String, share: Ratio, currency: Currency, rounding: RoundingMode
  ) throws(Issue) -> ChargePrice {
    switch model {
    case .perUnit(let unit):
      return try unitPrice(
        unit, quantity: charge.quantity, share: share, currency: currency, rounding: rounding)
    case .flat(let amount):
      return try unitPrice(
        amount, quantity: .one, share: share, currency: currency, rounding: rounding)
    case .custom:
      guard let amount = charge.amount else {
        throw .customAmountMissing(plan: plan(), subscription)
      }
      return try unitPrice(
        amount, quantity: charge.quantity, share: share, currency: currency,
        rounding: rounding)
    case .unsupported(let name):
      throw .unsupported("pricing mode \(name)", subscription)
    }
  }
}
