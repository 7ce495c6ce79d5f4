// SPDX-License-Identifier: Apache-2.0

/// Days of a charge that are covered, with what covers them.
public struct BilledSpan: Sendable {
  /// Which charge.
  public let slot: Int16
  /// The days, half-open.
  public let days: Period
  /// What covers them.
  public let cover: Cover
  /// The coupons that count for the base period that they are part of, or of an add-on for that
  /// which they were billed with; nil for none.
  public let cycle: CouponCycle?

  /// What covers days.
  public enum Cover: Sendable {
    /// Lines of a document: the terms they were priced by, and themselves.
    case billed(Terms, [BilledLine])
    /// Nothing was billed, for a reason.
    case reason(ReasonedSpan.Reason)
    /// Something that no change touches.
    case fixed
  }

  /// What a line was priced by, as far as a change can change it.
  public struct Terms: Sendable, Hashable {
    /// Index of `Catalog.plans`.
    public let plan: Int
    /// The real quantity, nil where none was multiplied.
    public let quantity: ExactDecimal?
    /// The price of a custom charge.
    public let amount: ExactDecimal?

    /// Creates terms.
    public init(plan: Int, quantity: ExactDecimal?, amount: ExactDecimal? = nil) {
      self.plan = plan
      self.quantity = quantity
      self.amount = amount
    }
  }

  /// Creates a span.
  public init(slot: Int16, days: Period, cover: Cover, cycle: CouponCycle? = nil) {
    self.slot = slot
    self.days = days
    self.cover = cover
    self.cycle = cycle
  }
}

/// A line of a posted document, as far as crediting it needs (RULES 0.3, 1.7).
public struct BilledLine: Sendable {
  /// The document.
  public let invoice: ID<BilledInvoice>
  /// Whom it billed; nil where nobody else can have been.
  public let payer: ID<Customer>?
  /// Whether the document was written off: it is owed for ever, and not credited (RULES 2).
  public let isBadDebt: Bool
  /// Where the document is a draft that somebody has yet to post: the run that has made it.
  public var draftOf: Int64?
  /// Its number on it, from 1.
  public let number: Int32
  /// The price version it was priced by.
  public let price: ID<Price>?
  /// The days it billed, half-open.
  public let days: Period
  /// How many of them are still covered by it.
  public let liveDays: Int
  /// After its discounts and its shares of the document's, before exclusive taxes; what can be
  /// credited in all.
  public let base: Money
  /// How much of that was credited before.
  public let credited: Money
  /// What each discount took off it.
  public let discounts: [Discount]
  /// The tax groups it is in.
  public let taxes: [BilledTax]

  /// A share of a discount.
  public struct Discount: Sendable, Hashable {
    /// Index of `Catalog.coupons`, nil for goodwill.
    public let coupon: Int?
    /// What it took off the line.
    public let amount: Money

    /// Creates a share.
    public init(coupon: Int?, amount: Money) {
      self.coupon = coupon
      self.amount = amount
    }
  }

  /// Creates a line.
  public init(
    invoice: ID<BilledInvoice>, payer: ID<Customer>? = nil, isBadDebt: Bool = false,
    number: Int32, price: ID<Price>? = nil, days: Period, liveDays: Int, base: Money,
    credited: Money, discounts: [Discount] = [], taxes: [BilledTax] = []
  ) {
    self.invoice = invoice
    self.payer = payer
    self.isBadDebt = isBadDebt
    self.number = number
    self.price = price
    self.days = days
    self.liveDays = liveDays
    self.base = base
    self.credited = credited
    self.discounts = discounts
    self.taxes = taxes
  }
}

/// A tax group of a posted document, as far as taking it back needs: of one with lines of both
/// signs, what those of one sign bear, since they may bear more than all of them (RULES 1.7).
public struct BilledTax: Sendable {
  /// Its number on the document, from 1.
  public let number: Int16
  /// Index of `Catalog.taxRates` and of its versions; nil for a group without tax.
  public let rate: (index: Int, version: Int)?
  /// UNCL 5305 category.
  public let category: TaxDraft.Category
  /// Within the prices.
  public let isInclusive: Bool
  /// Why there is no tax, nil for S and Z.
  public let reason: String?
  /// The group's tax.
  public let amount: Money
  /// How many lines it is of, credit lines aside.
  public let lines: Int
  /// Σ of what the group's lines are of it.
  public let base: Money
  /// What the line that names the group is of its base, where that is not what the line comes to:
  /// where some of the group's lines also bear a tax within the price, or one that a compound tax
  /// is taken of, and others do not.
  public var share: Money?
  /// How much of that base was credited before.
  public let creditedBase: Money
  /// How much of the tax was taken back before.
  public let creditedTax: Money
  /// The credit line whose own share of the group this is; nil: what the group's charges bear.
  public let creditLine: Int32?
  /// Where the group has lines of both signs: those of the other one.
  public var opposite: Opposite?

  /// The lines of a group that have the other sign.
  public struct Opposite: Sendable {
    /// The tax of the group, of the lines of either sign.
    public let whole: Money
    /// What the lines of the other sign are of the group's base.
    public let base: Money
    /// How much of that was credited before.
    public let creditedBase: Money
    /// How much tax was taken back with it.
    public let creditedTax: Money

    /// Creates the other side of a group.
    public init(whole: Money, base: Money, creditedBase: Money, creditedTax: Money) {
      self.whole = whole
      self.base = base
      self.creditedBase = creditedBase
      self.creditedTax = creditedTax
    }
  }

  /// Creates a group.
  public init(
    number: Int16, rate: (index: Int, version: Int)?, category: TaxDraft.Category,
    isInclusive: Bool, reason: String?, amount: Money, lines: Int, base: Money,
    creditedBase: Money, creditedTax: Money, creditLine: Int32? = nil
  ) {
    self.number = number
    self.rate = rate
    self.category = category
    self.isInclusive = isInclusive
    self.reason = reason
    self.amount = amount
    self.lines = lines
    self.base = base
    self.creditedBase = creditedBase
    self.creditedTax = creditedTax
    self.creditLine = creditLine
  }
}

/// Goodwill that a run gave back with days that it credited: they have it again when they are
/// billed again (RULES 5, backdated).
public struct ReturnedGoodwill: Sendable {
  /// Which charge.
  public let slot: Int16
  /// The days that were credited, half-open.
  public let days: Period
  /// How many days the line billed that was credited.
  public let lineDays: Int
  /// What goodwill took off that line, for all of its days.
  public let amount: Money

  /// Creates a part.
  public init(slot: Int16, days: Period, lineDays: Int, amount: Money) {
    self.slot = slot
    self.days = days
    self.lineDays = lineDays
    self.amount = amount
  }

  /// Whether it took more off a day than another.
  func isMoreADay(than other: Self) -> Bool {
    Int128(amount.minor) * Int128(other.lineDays) > Int128(other.amount.minor) * Int128(lineDays)
  }
}

/// A posted document; only its key matters to what is billed after.
public enum BilledInvoice {}
