// SPDX-License-Identifier: Apache-2.0

/// An order that recurs, with what is covered of it so far.
public final class Subscription: Sendable {
  /// The key in the database.
  public let id: ID<Subscription>
  /// What is charged: the subscription's own plan in slot 0, then its add-ons by slot.
  public let charges: [Charge]
  /// First day.
  public let start: LocalDate
  /// First paid day, nil without a trial.
  public let trialEnd: LocalDate?
  /// Whether fixed charges are due at the end of their period.
  public let inArrears: Bool
  /// Days before a period's start on which it is due in advance.
  public let leadDays: Int
  /// Day of the month (1–31, 31 = last) or week (1–7, Monday first) on which periods start, with a
  /// prorated first part; nil: the first paid day's.
  public let anchorDay: Int?
  /// Full periods after the first part, nil for no end.
  public let cycles: Int?
  /// What happens when the term ends.
  public let renewal: Renewal
  /// Periods of a renewed term, nil: `cycles`.
  public let renewalCycles: Int?
  /// Terms agreed so far, at least one.
  public let terms: Int
  /// No period starts on or after this day.
  public let canceledAt: LocalDate?
  /// Ends with the period in which that was first seen.
  public let cancelsAtPeriodEnd: Bool
  /// The last period is charged up to `canceledAt` only.
  public let proratesCancel: Bool
  /// No period starts while paused.
  public let paused: Bool
  /// Billed elsewhere up to this day, exclusive.
  public let migratedThrough: LocalDate?
  /// Rates for its lines, as indices of `Catalog.taxRates`.
  public let taxes: [Int]
  /// Attached coupons in order.
  public let discounts: [AttachedCoupon]
  /// What is covered so far.
  public let coverage: Coverage
  /// Tells, where the result is written, whether it was edited since it was read.
  public let cursorVersion: Int32
  /// What is different from a day on, in any order.
  public let changes: [SubscriptionChange]
  /// What is billed, line by line, where that may have to be compared with what is wanted; else
  /// empty.
  public let billed: [BilledSpan]
  /// Goodwill of days that were credited; what is billed of them again has it again.
  public let returnedGoodwill: [ReturnedGoodwill]
  /// What measured charges come to over the days that are due.
  public let usage: [MeasuredUsage]
  /// The earliest day with a record that no run has seen, nil for none.
  public let usageFrom: LocalDate?

  /// One thing that is charged each period.
  public struct Charge: Sendable, Hashable {
    /// With the subscription's id the charge's name: 0 is its own plan (RULES 0.2).
    public let slot: Int16
    /// Index of `Catalog.plans`.
    public let plan: Int
    /// How many.
    public let quantity: ExactDecimal
    /// The price where the plan's model is `custom`.
    public let amount: ExactDecimal?
    /// Printed on the line, nil for none.
    public let description: String?

    /// Creates a charge.
    public init(
      slot: Int16, plan: Int, quantity: ExactDecimal = .one, amount: ExactDecimal? = nil,
      description: String? = nil
    ) {
      self.slot = slot
      self.plan = plan
      self.quantity = quantity
      self.amount = amount
      self.description = description
    }
  }

  /// A coupon on the subscription.
  public struct AttachedCoupon: Sendable {
    /// Index of `Catalog.coupons`.
    public let coupon: Int
    /// Base periods billed with it so far.
    public let cyclesUsed: Int

    /// Attaches a coupon.
    public init(coupon: Int, cyclesUsed: Int = 0) {
      self.coupon = coupon
      self.cyclesUsed = cyclesUsed
    }
  }

  /// What happens when the term ends (RULES 5, cycles and renewal).
  public enum Renewal: String, Sendable {
    /// It is finished.
    case none
    /// A new term begins by itself.
    case auto
    /// It waits to be renewed.
    case manual
    /// One more term, then none.
    case renewOnce = "renew_once"
  }

  /// What is covered of a subscription's charges.
  public enum Coverage: Sendable {
    /// All charges alike up to a day (exclusive), without holes; nil for nothing yet.
    case through(LocalDate?)
    /// Live spans by slot, the earliest first, where charges differ.
    case spans([Int16: [Period]])
  }

  /// Creates a subscription; charges must begin with slot 0.
  public init(
    id: ID<Subscription>, charges: [Charge], start: LocalDate, trialEnd: LocalDate? = nil,
    inArrears: Bool = false, leadDays: Int = 0, anchorDay: Int? = nil, cycles: Int? = nil,
    renewal: Renewal = .none, renewalCycles: Int? = nil, terms: Int = 1,
    canceledAt: LocalDate? = nil, cancelsAtPeriodEnd: Bool = false, proratesCancel: Bool = false,
    paused: Bool = false, migratedThrough: LocalDate? = nil, taxes: [Int] = [],
    discounts: [AttachedCoupon] = [], coverage: Coverage = .through(nil), cursorVersion: Int32 = 0,
    changes: [SubscriptionChange] = [], billed: [BilledSpan] = [],
    returnedGoodwill: [ReturnedGoodwill] = [], usage: [MeasuredUsage] = [],
    usageFrom: LocalDate? = nil
  ) {
    require(charges.first?.slot == 0, "a subscription's charges begin with its own plan")
    self.id = id
    self.charges = charges
    self.start = start
    self.trialEnd = trialEnd
    self.inArrears = inArrears
    self.leadDays = leadDays
    self.anchorDay = anchorDay
    self.cycles = cycles
    self.renewal = renewal
    self.renewalCycles = renewalCycles
    self.terms = terms
    self.canceledAt = canceledAt
    self.cancelsAtPeriodEnd = cancelsAtPeriodEnd
    self.proratesCancel = proratesCancel
    self.paused = paused
    self.migratedThrough = migratedThrough
    self.taxes = taxes
    self.discounts = discounts
    self.coverage = coverage
    self.cursorVersion = cursorVersion
    self.changes = changes
    self.billed = billed
    self.returnedGoodwill = returnedGoodwill
    self.usage = usage
    self.usageFrom = usageFrom
  }
}
