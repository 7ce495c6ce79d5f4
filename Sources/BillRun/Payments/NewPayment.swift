// SPDX-License-Identifier: Apache-2.0
public import BillingCore

/// Money that came in, before it is recorded; amounts are in minor units of its currency.
public struct NewPayment: Hashable, Sendable {
  /// An invoice that it is for.
  public struct Target: Hashable, Sendable {
    /// The invoice's id.
    public let invoice: Int64
    /// At most so much; nil for as much as it owes.
    public let amount: Int64?

    /// Makes one of its parts.
    public init(invoice: Int64, amount: Int64? = nil) {
      self.invoice = invoice
      self.amount = amount
    }
  }

  /// Tax that the payer kept back and pays to the tax office itself.
  public struct Withholding: Hashable, Sendable {
    /// The tax, in minor units.
    public let amount: Int64
    /// The number of the certificate that proves it.
    public let certificate: String

    /// Makes one of its parts.
    public init(amount: Int64, certificate: String) {
      self.amount = amount
      self.certificate = certificate
    }
  }

  /// Who paid: the customer whose invoices it is for, or whose credit it becomes.
  public let customer: Int64
  /// What came in.
  public let amount: Int64
  /// In what.
  public let currency: Currency
  /// The day on which it came in.
  public let date: LocalDate
  /// The invoices that it is for, in order; none leaves it to the oldest due date (RULES 3).
  public var invoices: [Target] = []
  /// How it came, such as `bank_transfer`.
  public var method = "other"
  /// What the bank or the payer calls it; the same one of a customer and method is refused.
  public var reference: String?
  /// Whether it may pay what was written off.
  public var recovers = false
  /// Up to this a rest of an invoice that it pays is given up: at most one unit of the currency.
  public var smallDifference: Int64 = 0
  /// Whether a date more than 366 days back is meant.
  public var isFarBack = false
  /// Whether it is meant though a statement told of as much.
  public var isAgain = false
  /// Tax kept back from the one invoice that it names.
  public var withholding: Withholding?
  /// The charge that brought it; nil for none.
  var attempt: Int64?
  /// The account that it comes in on (RULES 7).
  var account = "1000"

  /// Makes one of what it must have.
  public init(customer: Int64, amount: Int64, currency: Currency, date: LocalDate) {
    self.customer = customer
    self.amount = amount
    self.currency = currency
    self.date = date
  }

  /// An amount of its currency as people read it.
  func text(_ minor: Int64) -> String {
    "\(Figure.amount(minor: minor, digits: currency.minorDigits)) \(currency)"
  }
}

/// What became of money that was recorded; amounts are in minor units.
public struct RecordedPayment: Hashable, Sendable {
  /// The payment's id.
  public let id: Int64
  /// What each invoice got.
  public let parts: [PaymentAllocation.Part]
  /// What became the customer's credit.
  public let credit: Int64
  /// What somebody should know, a line each.
  public let warnings: [String]
}
