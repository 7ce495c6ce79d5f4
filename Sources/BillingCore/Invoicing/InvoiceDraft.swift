// SPDX-License-Identifier: Apache-2.0

/// A document as priced, before it has an id or a number.
///
/// All amounts are in `currency`.
public struct InvoiceDraft: Sendable {
  /// Invoice, or credit note where the lines came to less than nothing (then every sign is
  /// flipped).
  public internal(set) var kind: Kind = .invoice
  /// The only subscription it bills, nil for several or none.
  public internal(set) var subscription: ID<Subscription>?
  /// The currency of every amount on it.
  public internal(set) var currency: Currency
  /// The lines in order; line n is numbered n + 1.
  public internal(set) var lines: [LineDraft] = []
  /// The discounts in order of application.
  public internal(set) var discounts: [DiscountDraft] = []
  /// The tax groups in order of first use.
  public internal(set) var taxes: [TaxDraft] = []
  /// Sum of the line amounts, before discounts.
  public internal(set) var subtotal: Money
  /// Sum of all discounts; negative on a credit note.
  public internal(set) var discount: Money
  /// Sum of the exclusive taxes.
  public internal(set) var tax: Money
  /// subtotal − discount + tax, never negative (DESIGN 13.1).
  public internal(set) var total: Money
  /// Cash rounding (BT-114): total + rounding is owed (RULES 1.10).
  public internal(set) var rounding: Money
  /// Credits that pay it at posting, in order.
  public internal(set) var creditsApplied: [CreditUse] = []
  /// What its credit lines take back.
  public internal(set) var lineCredits: [LineCredit] = []
  /// What of other documents' cash rounding a credit note gives back; its own is their sum.
  public internal(set) var roundingCredits: [RoundingCredit] = []
  /// Last day to pay; nil for AutoPay and for no terms.
  public internal(set) var dueDate: LocalDate?
  /// The early payment discount of terms such as `2% 10 NET 30`; nil for none.
  public internal(set) var earlyDiscount: EarlyDiscount?
  /// Its periods are over and newer ones are billed too: not charged or chased unless asked.
  public internal(set) var isMissed = false
  /// In a simulation: the run before has made it (`BillingTerms.earlierRun`).
  public internal(set) var isEarlier = false
  /// The first day of its oldest line's period: orders a payer's documents (RULES 0.1).
  public internal(set) var firstPeriodStart: LocalDate

  /// What kind of document it is.
  public enum Kind: String, Sendable {
    /// The customer owes.
    case invoice
    /// The customer is owed.
    case creditNote = "credit_note"
  }

  /// An empty document.
  init(currency: Currency, firstPeriodStart: LocalDate) {
    self.currency = currency
    self.subtotal = .zero(currency)
    self.discount = .zero(currency)
    self.tax = .zero(currency)
    self.total = .zero(currency)
    self.rounding = .zero(currency)
    self.firstPeriodStart = firstPeriodStart
  }

  /// Σ credits applied at issue (BT-113).
  public var credited: Money {
    Money(minor: creditsApplied.reduce(0) { $0 + $1.amount.minor }, currency: currency)
  }
}

/// One line as priced.
public struct LineDraft: Sendable {
  /// What it bills.
  public let kind: Kind
  /// Whose charge, nil for one-off lines.
  public let subscription: ID<Subscription>?
  /// Which charge of it.
  public let slot: Int16
  /// Index of the account's subscription or pending item that it bills.
  let source: Int
  /// Index of `Catalog.plans`, nil for one-off lines.
  public let plan: Int?
  /// The price version.
  public let price: ID<Price>?
  /// The pending item it sweeps up.
  public let pendingItem: ID<PendingItem>?
  /// The catalog item.
  public let item: ID<Item>?
  /// Printed name, nil: the plan's.
  public let name: String?
  /// Printed below the name.
  public let description: String?
  /// Negative on a negative line.
  public internal(set) var quantity: ExactDecimal
  /// Major units, never negative.
  public let unitCost: ExactDecimal
  /// Quantity × unit cost, rounded once.
  public internal(set) var amount: Money
  /// Its own discounts and its share of the document's.
  public internal(set) var discount: Money
  /// How much of that is its own, in minor units.
  public internal(set) var ownDiscountMinor: Int64 = 0
  /// After discounts and without inclusive taxes: the base of its taxes (BT-131).
  public internal(set) var net: Money
  /// The days it bills, half-open; nil for one-off lines.
  public let period: Period?
  /// Whether coverage of these days names it: true of a charge's first line for them.
  public let coversPeriod: Bool
  /// The share of its whole period, one for a whole one.
  public let share: Ratio
  /// The whole period that `share` is of, where it is not one.
  public let wholePeriod: Period?
  /// What the other parts of the whole period came to, where the line is what they leave of it
  /// (RULES 0.4).
  public var partsBefore: Money?
  /// What it was priced from, nil where the figures above say it.
  public let basis: PriceBasis?
  /// The day whose tax rates count (RULES 1.5).
  public let taxDate: LocalDate
  /// Bit n: tax group n of the document applies.
  public internal(set) var taxMask: UInt32 = 0
  /// Whether discounts touch it.
  public let isDiscountable: Bool
  /// Whether taxes touch it.
  public let isTaxable: Bool
  /// Tax on it of no rate, with its sign; nil for none.
  var anonymousTax: Money?
  /// The coupons that count for its base period, or of an add-on for that which it is billed with;
  /// nil for none.
  public internal(set) var cycle: CouponCycle?
  /// Bills days anew that are credited: its discounts are those that they had.
  public internal(set) var isRebilled = false
  /// Bills usage that came in after its period was billed.
  public internal(set) var isLateUsage = false

  /// What a line bills.
  public enum Kind: String, Sendable {
    /// A period of a subscription's charge.
    case period
    /// Measured usage of a period that has ended; without coverage, what came in late.
    case usage
    /// What lacks to the minimum of a charge's period.
    case minimum
    /// Takes back days of a line that was billed before, as they were billed (RULES 0.3).
    case credit
    /// A pending item.
    case pending
    /// Written by hand.
    case manual
    /// For paying another invoice late.
    case lateFee = "late_fee"
  }
}

/// A discount of a document, spread over lines.
public struct DiscountDraft: Sendable {
  /// Index of `Catalog.coupons`; nil for goodwill.
  public let coupon: Int?
  /// The goodwill credit it uses, nil for coupons.
  public let credit: ID<Credit>?
  /// Index of the only line it is of; nil for one that is spread over lines.
  public internal(set) var line: Int?
  /// The discount; negative on a credit note, where it lessens what the customer gets back.
  public internal(set) var amount: Money
  /// Which lines it takes how much from; they sum to the amount.
  public internal(set) var shares: [Share]
  /// Whether it counts as one of the coupon's cycles (RULES 5, coupons).
  public internal(set) var countsCycle = false

  /// One line's part of a discount.
  public struct Share: Sendable {
    /// Index of the line.
    public let line: Int
    /// Its part.
    public internal(set) var amount: Money
  }
}

/// The coupons of which a cycle counts for a base period, also where they found nothing left to
/// take it off (RULES 5, coupons).
///
/// They are decided once, with the part of the period that is billed first, and count as long as
/// any of its days is billed.
public struct CouponCycle: Sendable, Hashable {
  /// The period's first paid day.
  public let start: LocalDate
  /// Indices of `Catalog.coupons`.
  public let coupons: [Int]

  /// Creates a cycle.
  public init(start: LocalDate, coupons: [Int]) {
    self.start = start
    self.coupons = coupons
  }
}

/// What a credit line takes back of a line of another document.
public struct LineCredit: Sendable {
  /// Index of the credit line.
  public let line: Int
  /// The document that billed it.
  public let invoice: ID<BilledInvoice>
  /// The line of that document, from 1.
  public let number: Int32
  /// How much is taken back, before exclusive taxes; above zero where the line was.
  public let amount: Money
  /// What is taken back of that document's taxes.
  public internal(set) var taxes: [Tax]

  /// What is taken back of a tax.
  public struct Tax: Sendable {
    /// The group of that document.
    let billed: BilledTax
    /// Its number there, from 1.
    public var number: Int16 { billed.number }
    /// How much.
    public let amount: Money
    /// Index of this document's group.
    public internal(set) var group = 0
  }
}

/// What a credit note gives back of the cash rounding of an invoice (RULES 1.10).
public struct RoundingCredit: Sendable, Hashable {
  /// The invoice.
  public let invoice: ID<BilledInvoice>
  /// How much, below zero where the invoice was rounded down.
  public let amount: Money
}

/// A tax group of a document: one rate, one base, rounded once (RULES 1.3).
public struct TaxDraft: Sendable {
  /// Index of `Catalog.taxRates`; nil for a group without tax, and for amounts of no rate (S).
  public let rate: Int?
  /// Index of the rate's versions.
  public let version: Int
  /// UNCL 5305 category.
  public let category: Category
  /// Within the prices.
  public let isInclusive: Bool
  /// Net of the group's lines (plus earlier taxes where the rate is compound).
  public internal(set) var base: Money
  /// The tax.
  public internal(set) var amount: Money
  /// Why there is none, nil for S and Z.
  public let reason: String?

  /// UNCL 5305 categories as far as bills need them.
  public enum Category: String, Sendable {
    /// Standard or reduced rate.
    case standard = "S"
    /// Zero rate.
    case zero = "Z"
    /// Exempt.
    case exempt = "E"
    /// The customer owes the tax: reverse charge.
    case reverseCharge = "AE"
    /// Outside the scope of tax.
    case outsideScope = "O"
  }
}

/// A part of a credit that pays a document.
public struct CreditUse: Sendable, Hashable {
  /// Which credit.
  public let credit: ID<Credit>
  /// What kind it is.
  public let kind: Credit.Kind
  /// How much of it, more than zero.
  public let amount: Money
}

/// A discount for paying early (RULES 1.13).
public struct EarlyDiscount: Sendable, Hashable {
  /// Last day to pay less.
  public let until: LocalDate
  /// How much less, of the total with tax.
  public let amount: Money
}
