// SPDX-License-Identifier: Apache-2.0

/// What paying early takes off an invoice, and how much of that is tax (RULES 1.13).
///
/// The discount is taken off the total including tax, so each tax of the invoice gets back the
/// share that it has in the total, R(discount × tax / total), and revenue the rest.
public struct EarlyDiscountShares: Hashable, Sendable {
  /// The whole discount.
  public let amount: Money
  /// The share of each tax, in the order given.
  public let taxes: [Money]

  /// Splits a discount of a total among the taxes in it; throws when a share does not fit.
  ///
  /// A total of zero has nothing to discount: its taxes get nothing.
  public init(
    _ amount: Money, ofTotal total: Money, taxes: [Money], rounding: RoundingMode
  ) throws(MoneyError) {
    self.amount = amount
    var shares: [Money] = []
    for tax in taxes {
      guard let share = Ratio(tax.minor, total.minor) else {
        shares.append(.zero(amount.currency))
        continue
      }
      shares.append(try amount.scaled(by: share, rounding: rounding))
    }
    self.taxes = shares
  }

  /// What is left after the taxes' shares: the discount itself, without tax; throws when it does
  /// not fit.
  public func net() throws(MoneyError) -> Money {
    var net = amount
    for tax in taxes { net = try net.subtracting(tax) }
    return net
  }
}
