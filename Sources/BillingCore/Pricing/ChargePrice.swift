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
    _ charge: Subscription.Charge, of plan: Plan, subscription: ID<Subscription>, share: Ratio,
    rounding: RoundingMode
  ) throws(Issue) -> ChargePrice {
    switch model {
    case .perUnit(let unit):
      return try unitPrice(
        unit, quantity: charge.quantity, share: share, currency: plan.currency, rounding: rounding)
    case .flat(let amount):
      return try unitPrice(
        amount, quantity: .one, share: share, currency: plan.currency, rounding: rounding)
    case .custom:
      guard let amount = charge.amount else {
        throw .customAmountMissing(plan: plan.code, subscription)
      }
      return try unitPrice(
        amount, quantity: charge.quantity, share: share, currency: plan.currency,
        rounding: rounding)
    case .unsupported(let name):
      throw .unsupported("pricing mode \(name)", subscription)
    }
  }
}
