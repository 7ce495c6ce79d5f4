// SPDX-License-Identifier: Apache-2.0

/// Rounds what is to be paid in cash to the smallest coin (RULES 1.10).
///
/// Only the rounding of a document (BT-114) changes, never its total or a tax. It applies to
/// invoices in the seller's own currency whose way of payment the seller lists.
public struct CashRounding: Sendable, Hashable {
  /// The coin in minor units, above zero.
  public let increment: Int64
  /// The ways of payment to which it applies.
  public let methods: Set<Method>

  /// How an invoice will be paid, as far as it is known when it is made.
  public enum Method: String, Sendable {
    /// Charged to a saved card.
    case card
    /// Debited from a saved bank account.
    case bankAccount = "bank_account"
    /// Anything that the customer does: cash, a transfer.
    case other
  }

  /// Creates a rule.
  public init(increment: Int64, methods: Set<Method> = [.other]) {
    self.increment = increment
    self.methods = methods
  }

  /// What is added to an invoice so that the rest to pay is a whole number of coins; rounded by the
  /// seller's rule.
  func rounding(
    of rest: Money, payer: Customer, seller: Seller
  ) throws(MoneyError) -> Money {
    guard methods.contains(payer.paymentMethod), rest.currency == seller.currency else {
      return .zero(rest.currency)
    }
    return try seller.rounding.toIncrement(rest, increment: increment).subtracting(rest)
  }
}
