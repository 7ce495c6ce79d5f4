// SPDX-License-Identifier: Apache-2.0

/// What billing an account came to, beside the documents themselves.
public struct AccountResult: Sendable {
  /// How many documents were made.
  public internal(set) var documents = 0
  /// Lines on them.
  public internal(set) var lines = 0
  /// Set when none was made: why.
  public internal(set) var nothingDue: NothingDue?
  /// Days that are covered without a line.
  public internal(set) var reasoned: [ReasonedSpan] = []
  /// Days that were covered and are given back, before anything else is covered.
  public internal(set) var released: [ReleasedSpan] = []
  /// Changes that are billed herewith.
  public internal(set) var applied: [ID<SubscriptionChange>] = []
  /// Per subscription, in order: when to look again.
  public internal(set) var cursors: [Cursor] = []
  /// Coupons that counted, in order.
  public internal(set) var couponCycles: [CouponCycles] = []

  /// Why nothing was billed.
  public enum NothingDue: String, Sendable {
    /// Nothing is due yet.
    case notDue = "not_due"
    /// The days are free.
    case trial
    /// Paused.
    case paused
    /// It came to nothing, and the seller suppresses zero invoices.
    case zero
    /// Everything has ended and is billed.
    case finished
    /// Its contract has ended, and nobody has renewed it yet.
    case awaitingRenewal = "awaiting_renewal"
    /// Billed elsewhere so far.
    case migrated
    /// Missed periods that nobody is to be billed for.
    case skipped
  }

  /// When a subscription is to be looked at again.
  public struct Cursor: Sendable, Hashable {
    /// Which one.
    public let subscription: ID<Subscription>
    /// The end of what it is covered to by this run, nil where nothing is.
    public let coveredThrough: LocalDate?
    /// The same where all its charges end there now and none has holes, so that this day says it
    /// all; else nil.
    public let straightThrough: LocalDate?
    /// The first day on which something may be due, nil for never again.
    public let nextBillOn: LocalDate?
    /// Up to where usage is billed, nil where nothing is measured.
    public let usageThrough: LocalDate?
    /// The earliest day of late usage that is not billed yet, nil where all of it is.
    public let usageFrom: LocalDate?
  }

  /// How often a coupon counted.
  public struct CouponCycles: Sendable, Hashable {
    /// On which subscription.
    public let subscription: ID<Subscription>
    /// Which coupon, an index of `Catalog.coupons`.
    public let coupon: Int
    /// How many cycles more.
    public let cycles: Int
  }
}

extension AccountResult {
  /// Covers the days of a document that comes to nothing, and keeps which coupons counted for them
  /// (RULES 5, zero).
  mutating func suppress(_ draft: InvoiceDraft) {
    for line in draft.lines where line.coversPeriod {
      guard let subscription = line.subscription, let span = line.period else { continue }
      reasoned.append(
        ReasonedSpan(
          subscription: subscription, slot: line.slot, span: span, reason: .zero,
          cycle: line.cycle))
    }
  }
}
