// SPDX-License-Identifier: Apache-2.0

/// A document as it is stored, with all that its figures were made from.
///
/// Amounts are in minor units and have the document's signs: on a credit note all are flipped.
public struct IssuedDocument: Sendable {
  /// Whether every sign is flipped.
  public var isCreditNote = false
  /// Of every amount.
  public let currency: Currency
  /// The seller's rounding when it was made.
  public let rounding: RoundingMode
  /// Where the seller rounded taxes when it was made.
  public let taxRounding: Seller.TaxRounding
  /// Its date.
  public let date: LocalDate
  /// The seller's smallest coin when it was made, nil where cash was not rounded.
  public var cashIncrement: Int64?
  /// In order; line n stands at n − 1.
  public var lines: [Line] = []
  /// In the order in which they were taken.
  public var discounts: [Discount] = []
  /// In order; tax n stands at n − 1.
  public var taxes: [Tax] = []
  /// What changed its balance, in order.
  public var settlements: [Settlement] = []
  /// Sums and terms.
  public var totals = Totals()

  /// Creates a document without parts.
  public init(
    currency: Currency, rounding: RoundingMode, taxRounding: Seller.TaxRounding, date: LocalDate
  ) {
    self.currency = currency
    self.rounding = rounding
    self.taxRounding = taxRounding
    self.date = date
  }
}

extension IssuedDocument {
  /// A line.
  public struct Line: Sendable {
    /// What it bills.
    public let kind: Kind
    /// Negative on a negative line.
    public var quantity: ExactDecimal
    /// In major units.
    public let unitCost: ExactDecimal
    /// Before discounts.
    public var amount: Int64
    /// The discounts that are its own.
    public var ownDiscount: Int64 = 0
    /// Its share of the document's discounts.
    public var sharedDiscount: Int64 = 0
    /// The base of its taxes.
    public var net: Int64
    /// The numbers of its taxes.
    public var taxes: [Int] = []
    /// Whether discounts touch it.
    public var isDiscountable = true
    /// The day whose tax rates count.
    public var taxDate: LocalDate?
    /// Whose charge, nil for one-off lines.
    public var subscription: Int64?
    /// Which charge of it: 0 for its own plan, else the add-on's place.
    public var slot: Int16 = 0
    /// The days it bills.
    public var period: Period?
    /// The whole period, where the line bills a part of it; of a credit line the credited one's.
    public var wholePeriod: Period?
    /// What it was priced by.
    public var price: PriceVersion?
    /// What the price rule read beyond the columns.
    public var basis = Basis()
    /// What a credit line takes back.
    public var credit: Credit?

    /// Creates a line of its figures.
    public init(
      _ kind: Kind, quantity: ExactDecimal, unitCost: ExactDecimal, amount: Int64, net: Int64
    ) {
      self.kind = kind
      self.quantity = quantity
      self.unitCost = unitCost
      self.amount = amount
      self.net = net
    }

    /// What a line bills.
    public enum Kind: String, Sendable {
      /// A period of a charge.
      case period
      /// Measured usage.
      case usage
      /// What lacks to a minimum.
      case minimum
      /// Takes billed days back.
      case credit
      /// A one-off item.
      case pending
      /// A price reduction.
      case goodwill
      /// A fee for paying late.
      case lateFee = "late_fee"
      /// Written by hand.
      case manual
    }
  }

  /// A published price with its plan's code.
  public struct PriceVersion: Sendable {
    /// The plan's code.
    public let plan: String
    /// The price.
    public let price: Price
    /// How usage records come to a quantity, nil for a plan that does not measure.
    public let aggregation: String?
    /// How many usage records the line's days have now, nil where none are counted.
    public let records: Int64?

    /// Creates a version.
    public init(plan: String, price: Price, aggregation: String? = nil, records: Int64? = nil) {
      self.plan = plan
      self.price = price
      self.aggregation = aggregation
      self.records = records
    }
  }

  /// What is kept with a line where its columns do not say it (`PriceBasis`); nil for what is not.
  public struct Basis: Sendable {
    /// The charge's quantity: ordered, or measured over the days.
    public var total: ExactDecimal?
    /// What the price includes of it.
    public var included: ExactDecimal?
    /// The real quantity where the line reads 1 × amount.
    public var pricedQuantity: ExactDecimal?
    /// The real price where the line reads 1 × amount, or where it is custom.
    public var price: ExactDecimal?
    /// The bounds of its tier: above which quantity, and up to which.
    public var tier: (above: ExactDecimal, upTo: ExactDecimal?)?
    /// Whether it is the flat cost of the tier.
    public var isFlatCost = false
    /// Units of a package.
    public var packageSize: ExactDecimal?
    /// Per cent.
    public var percent: ExactDecimal?
    /// The minimum of a whole period, in major units.
    public var minimum: ExactDecimal?
    /// What late usage had come to before, in major units; nil where it is not late.
    public var billedBefore: ExactDecimal?
    /// What the other parts of the period came to, in major units; nil where it is not what they
    /// leave of it.
    public var partsBefore: ExactDecimal?
    /// How many days of the credited line were still billed.
    public var liveDays: Int?
    /// Somebody gave the credit's amount.
    public var isGiven = false
    /// Whether it bills days anew that are credited.
    public var isRebilled = false

    /// Knows nothing.
    public init() {}
  }

  /// What a credit line takes back of a line of another document; amounts have the sign of the
  /// charge, whatever the kinds of both documents.
  public struct Credit: Sendable {
    /// The other document, for people: its number, or its id.
    public let document: String
    /// Its line.
    public let line: Int
    /// How many days that line billed.
    public let days: Int
    /// What it came to before discounts.
    public let billed: Int64
    /// Its discounts, own and shared.
    public let discount: Int64
    /// What earlier credits took of it.
    public let earlier: Int64
    /// What this one takes.
    public let amount: Int64
    /// What it takes back of the other document's taxes.
    public var taxes: [Tax] = []

    /// Creates one without taxes.
    public init(
      document: String, line: Int, days: Int, billed: Int64, discount: Int64, earlier: Int64,
      amount: Int64
    ) {
      self.document = document
      self.line = line
      self.days = days
      self.billed = billed
      self.discount = discount
      self.earlier = earlier
      self.amount = amount
    }

    /// A tax that is taken back.
    public struct Tax: Sendable {
      /// The other document's number of it.
      public let billedNumber: Int
      /// This document's number of it.
      public let number: Int
      /// Whether it is within the prices.
      public let isInclusive: Bool
      /// The other document's tax, without what its own credit lines took off.
      public let tax: Int64
      /// What that was taken of: before inclusive taxes were taken out, where all its lines bear
      /// the same ones.
      public let base: Int64
      /// What earlier credits took of that base.
      public let earlierBase: Int64
      /// What this one takes of it.
      public let share: Int64
      /// What they took of the tax.
      public let earlierTax: Int64
      /// What this one takes.
      public let amount: Int64
      /// How many lines of the other document bear it.
      public let lines: Int
      /// Where lines of both signs bear it and nothing is left of any: the tax of all of them, and
      /// what was taken back of those of the other sign.
      public var rest: (whole: Int64, other: Int64)?

      /// Creates one.
      public init(
        billedNumber: Int, number: Int, isInclusive: Bool, tax: Int64, base: Int64,
        earlierBase: Int64, share: Int64, earlierTax: Int64, amount: Int64, lines: Int
      ) {
        self.billedNumber = billedNumber
        self.number = number
        self.isInclusive = isInclusive
        self.tax = tax
        self.base = base
        self.earlierBase = earlierBase
        self.share = share
        self.earlierTax = earlierTax
        self.amount = amount
        self.lines = lines
      }
    }
  }
}

extension IssuedDocument {
  /// A discount.
  public struct Discount: Sendable {
    /// The only line it is of; nil for one that is spread.
    public let line: Int?
    /// The coupon's code; nil for goodwill and amounts.
    public let coupon: String?
    /// What the coupon takes off.
    public let value: Coupon.Value?
    /// The discount.
    public var amount: Int64
    /// The lines it takes something from, by number, with how much.
    public var shares: [(line: Int, amount: Int64)]
    /// Whether it is a price reduction that the customer had open.
    public var isGoodwill = false
    /// Whether it counted as one of the coupon's cycles.
    public var countsCycle = false

    /// Creates a discount.
    public init(
      line: Int?, coupon: String?, value: Coupon.Value?, amount: Int64,
      shares: [(line: Int, amount: Int64)]
    ) {
      self.line = line
      self.coupon = coupon
      self.value = value
      self.amount = amount
      self.shares = shares
    }
  }

  /// A tax group.
  public struct Tax: Sendable {
    /// The rate's code; nil for a group without rate.
    public let rate: String?
    /// What it comes to; nil for a group without rate.
    public let value: TaxRate.Value?
    /// The first day of the rate's version; nil for one from the beginning of time.
    public let validFrom: LocalDate?
    /// UNCL 5305 category.
    public let category: String
    /// Why there is none.
    public let reason: String?
    /// Within the prices.
    public let isInclusive: Bool
    /// Taken of earlier taxes, too.
    public let isCompound: Bool
    /// Whether it is an amount that was given without a rate.
    public let isGiven: Bool
    /// What it is taken of.
    public var base: Int64
    /// The tax.
    public var amount: Int64
    /// The rate's per cent as the document says them, nil where it says none.
    public var percent: ExactDecimal?

    /// Creates a group.
    public init(
      rate: String?, value: TaxRate.Value?, validFrom: LocalDate?, category: String,
      reason: String?, isInclusive: Bool, isCompound: Bool, isGiven: Bool, base: Int64,
      amount: Int64
    ) {
      self.rate = rate
      self.value = value
      self.validFrom = validFrom
      self.category = category
      self.reason = reason
      self.isInclusive = isInclusive
      self.isCompound = isCompound
      self.isGiven = isGiven
      self.base = base
      self.amount = amount
    }
  }

  /// What changed the balance.
  public struct Settlement: Sendable {
    /// `credit`, `payment` and so on.
    public let kind: String
    /// What paid, for people: `money`, a credit note's number.
    public let source: String
    /// When.
    public let day: LocalDate
    /// Whether it is a credit that was applied when the document was issued.
    public let isAtIssue: Bool
    /// How much.
    public let amount: Int64

    /// Creates a settlement.
    public init(kind: String, source: String, day: LocalDate, isAtIssue: Bool, amount: Int64) {
      self.kind = kind
      self.source = source
      self.day = day
      self.isAtIssue = isAtIssue
      self.amount = amount
    }
  }

  /// Sums and terms.
  public struct Totals: Sendable {
    /// Σ line amounts.
    public var subtotal: Int64 = 0
    /// Σ discounts.
    public var discount: Int64 = 0
    /// Σ exclusive taxes.
    public var tax: Int64 = 0
    /// subtotal − discount + tax.
    public var total: Int64 = 0
    /// Cash rounding (BT-114).
    public var rounding: Int64 = 0
    /// What a credit note gives back of cash roundings, invoice by invoice (RULES 1.10).
    public var roundingsGivenBack: [Int64] = []
    /// Σ settlements.
    public var settled: Int64 = 0
    /// Σ credits applied at issue.
    public var creditsApplied: Int64 = 0
    /// Terms of payment as they were given.
    public var terms: String?
    /// Last day to pay.
    public var dueDate: LocalDate?
    /// Whether somebody set the due date by hand, whatever the terms.
    public var isDueDateGiven = false
    /// Last day to pay less.
    public var earlyUntil: LocalDate?
    /// How much less.
    public var earlyAmount: Int64?

    /// Comes to nothing.
    public init() {}
  }
}
