// SPDX-License-Identifier: Apache-2.0
public import BillingCore

/// An invoice or a credit note with all that is printed of it.
public struct InvoiceDocument: Sendable {
  /// Invoice or credit note.
  public enum Kind: String, Sendable {
    case invoice
    case creditNote = "credit_note"
  }

  /// The key.
  public var id: Int64
  /// Whether it is an invoice or a credit note.
  public var kind: Kind
  /// `draft`, `open`, `voided`, `canceled`, `reversed` or `written_off`.
  public var state: String
  /// The number; nil for a draft's.
  public var number: String?
  /// The seller's code.
  public var sellerCode: String
  /// The seller as it was.
  public var seller: Party
  /// The customer as it was.
  public var customer: Party
  /// The customer's key and language; nil for any.
  public var customerID: Int64
  /// The language, as `de-AT`; nil for any.
  public var language: String?
  /// The currency of all amounts.
  public var currency: Currency
  /// The invoice date.
  public var date: LocalDate
  /// When it is due, as agreed last; nil where AutoPay has none.
  public var dueDate: LocalDate?
  /// The payment terms; nil for none.
  public var terms: String?
  /// The customer's order; nil for none.
  public var purchaseOrder: String?
  /// What the seller wrote on it.
  public var notes: String?
  /// The lines, in order.
  public var lines: [Line] = []
  /// The discounts, in order.
  public var discounts: [Discount] = []
  /// The tax groups, in order.
  public var taxes: [Tax] = []
  /// What settled it, in order.
  public var settlements: [Settlement] = []
  /// Sums in minor units; the discount is of lines and document together.
  public var subtotal: Int64 = 0
  /// All discounts.
  public var discount: Int64 = 0
  /// The taxes on top.
  public var tax: Int64 = 0
  /// The total.
  public var total: Int64 = 0
  /// The cash rounding.
  public var rounding: Int64 = 0
  /// What is settled.
  public var settled: Int64 = 0
  /// The discount for paying until a day; nil for none.
  public var earlyDiscount: (until: LocalDate, amount: Int64)?
  /// Numbers and dates of what a credit note credits.
  public var credited: [(number: String, date: LocalDate)] = []
  /// How it is charged; nil where the customer pays by itself.
  public var charge: Charge?

  /// Makes one of what every document has.
  public init(
    id: Int64, kind: Kind = .invoice, state: String = "open", number: String?, sellerCode: String,
    seller: Party, customer: Party, customerID: Int64, currency: Currency, date: LocalDate
  ) {
    self.id = id
    self.kind = kind
    self.state = state
    self.number = number
    self.sellerCode = sellerCode
    self.seller = seller
    self.customer = customer
    self.customerID = customerID
    self.currency = currency
    self.date = date
  }

  /// A line; amounts in minor units.
  public struct Line: Sendable {
    /// What it is called; nil for the usual name of its kind.
    public var name: String?
    /// Whether it is an invoice or a credit note.
    public var kind: String
    /// More about it; nil for nothing.
    public var detail: String?
    /// Plain decimals.
    public var quantity: String
    /// The price of one, a plain decimal.
    public var unitCost: String
    /// Before discounts.
    public var amount: Int64
    /// Its own discounts.
    public var discount: Int64
    /// The first and the last day; nil for none.
    public var period: (first: LocalDate, last: LocalDate)?
    /// The day that decides its tax.
    public var taxDate: LocalDate

    /// Describes a line.
    public init(
      name: String?, kind: String = "manual", detail: String? = nil, quantity: String = "1",
      unitCost: String, amount: Int64, discount: Int64 = 0,
      period: (first: LocalDate, last: LocalDate)? = nil, taxDate: LocalDate
    ) {
      self.name = name
      self.kind = kind
      self.detail = detail
      self.quantity = quantity
      self.unitCost = unitCost
      self.amount = amount
      self.discount = discount
      self.period = period
      self.taxDate = taxDate
    }
  }

  /// A discount, in minor units.
  public struct Discount: Sendable {
    /// The name; nil for the usual one.
    public var name: String?
    /// A plain decimal; nil for a fixed amount.
    public var percent: String?
    /// The amount.
    public var amount: Int64

    /// Describes a discount.
    public init(name: String?, percent: String? = nil, amount: Int64) {
      self.name = name
      self.percent = percent
      self.amount = amount
    }
  }

  /// A tax group, in minor units.
  public struct Tax: Sendable {
    /// The name; nil for the usual one.
    public var name: String?
    /// The category of EN 16931: S, Z, E, AE, K, G, O.
    public var category: String
    /// A plain decimal; nil for a fixed amount.
    public var percent: String?
    /// Whether it is within the prices.
    public var isInclusive: Bool
    /// Why there is no tax; nil for no reason.
    public var reason: String?
    /// What it is taken of; without the tax.
    public var base: Int64
    /// The amount.
    public var amount: Int64

    /// Describes a tax group.
    public init(
      name: String?, category: String = "S", percent: String?, isInclusive: Bool = false,
      reason: String? = nil, base: Int64, amount: Int64
    ) {
      self.name = name
      self.category = category
      self.percent = percent
      self.isInclusive = isInclusive
      self.reason = reason
      self.base = base
      self.amount = amount
    }
  }

  /// What changed the balance, in minor units; below zero where it was taken back.
  public struct Settlement: Sendable {
    /// `payment`, `credit`, `credit_note`, `write_off`, `early_discount`, `withholding` or
    /// `rounding`.
    public var kind: String
    /// The day.
    public var day: LocalDate
    /// The amount.
    public var amount: Int64

    /// Describes a settlement.
    public init(kind: String, day: LocalDate, amount: Int64) {
      self.kind = kind
      self.day = day
      self.amount = amount
    }
  }

  /// How AutoPay charges it.
  public struct Charge: Sendable {
    /// `card` or `bank_account`; nil where there is none now.
    public var method: String?
    /// The last four digits; nil for none.
    public var last4: String?
    /// The day of the next attempt, or of the collection by a bank; nil for none yet.
    public var day: LocalDate?
    /// By which mandate a bank account is debited, and for whom; nil for other charges.
    public var mandate: (id: String, creditorID: String)?

    /// Describes a charge.
    public init(method: String?, last4: String?, day: LocalDate?) {
      self.method = method
      self.last4 = last4
      self.day = day
    }
  }

  /// What is open, in minor units.
  public var balance: Int64 { total + rounding - settled }

  func money(_ minor: Int64) -> Money { Money(minor: minor, currency: currency) }
}
