// SPDX-License-Identifier: Apache-2.0

/// What a payer has open with the seller in one currency.
public struct Credit: Sendable, Hashable {
  /// The key in the database.
  public let id: ID<Credit>
  /// Where it came from, which decides how it is used (RULES 1.12).
  public let kind: Kind
  /// What is left of it, more than zero.
  public let open: Money
  /// Last day on which it can be used, nil for ever.
  public let expiresOn: LocalDate?

  /// Where a credit came from.
  public enum Kind: String, Sendable {
    /// Over- or prepayment: pays after tax.
    case money
    /// A credit note, already taxed.
    case creditNote = "credit_note"
    /// A price reduction: a discount before tax on the next invoice, never a payment.
    case goodwill
  }

  /// Creates a credit.
  public init(id: ID<Credit>, kind: Kind, open: Money, expiresOn: LocalDate? = nil) {
    self.id = id
    self.kind = kind
    self.open = open
    self.expiresOn = expiresOn
  }
}
