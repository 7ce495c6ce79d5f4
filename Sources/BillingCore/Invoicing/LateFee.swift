// SPDX-License-Identifier: Apache-2.0

/// What is asked for paying an invoice late: a document of its own, beside that invoice (RULES 3).
public struct LateFee: Sendable {
  /// How much it is.
  public let amount: Money
  /// Printed below its name: which invoice, since when it is due, which step.
  public let reason: String

  /// How a fee is worked out.
  public enum Rate: Hashable, Sendable {
    /// So much, in major units of the invoice's currency.
    case amount(ExactDecimal)
    /// A percentage of what is overdue.
    case percent(ExactDecimal)

    /// The fee on an overdue balance, which has no fees in it: they are documents of their own.
    ///
    /// A percentage is rounded once. Nil for what is not above zero, does not fit, or is an amount
    /// with more digits than the currency has.
    public func fee(on overdue: Money, rounding: RoundingMode) -> Money? {
      let fee: Money? =
        switch self {
        case .amount(let amount): Money(major: "\(amount)", currency: overdue.currency)
        case .percent(let percent):
          Ratio(percent: percent).flatMap { try? overdue.scaled(by: $0, rounding: rounding) }
        }
      return fee.flatMap { $0.minor > 0 ? $0 : nil }
    }
  }

  /// Creates a fee of an amount above zero.
  public init(_ amount: Money, because reason: String) {
    self.amount = amount
    self.reason = reason
  }

  /// Its line, as the pipeline prices one-off lines.
  func item(on day: LocalDate) -> PendingItem {
    PendingItem(
      id: ID(0), name: "Late fee", description: reason, quantity: .one,
      unitCost: ExactDecimal(amount), currency: amount.currency, discountable: false,
      addedOn: day)
  }
}
