// SPDX-License-Identifier: Apache-2.0

/// Which periods that are due a run bills, and how those that were missed come onto invoices
/// (RULES 5, catch-up; missed periods, backfill).
public struct CatchUp: Hashable, Sendable {
  /// What becomes of the periods that are due.
  public enum Policy: Hashable, Sendable {
    /// Each missed period has an invoice of its own.
    case each
    /// One invoice for all of a subscription's, in order; each keeps its price, coupon cycle,
    /// minimum and tax date.
    case merged
    /// So many of each subscription's due days now, the oldest; the rest stays due.
    case capped(Int)
    /// None is billed: their days are covered for a reason.
    case covered(ReasonedSpan.Reason)
  }

  /// Which invoices are charged and chased.
  public enum Collecting: String, Hashable, Sendable {
    /// All but those for periods older than the newest missed one.
    case newest
    /// None.
    case none
    /// All.
    case all
  }

  /// What becomes of the periods that are due.
  public var policy: Policy
  /// Periods that start before it are covered for the reason `earlier`; nil for no bound.
  public var from: LocalDate?
  /// Why the days before `from` are not billed.
  public var earlier: ReasonedSpan.Reason
  /// Periods that start on it or later are left as they are; nil for no bound.
  public var to: LocalDate?
  /// Which invoices are charged and chased.
  public var collecting: Collecting
  /// Whether one-off items that wait are billed, too.
  public var sweepsItems: Bool

  /// A run's usual way, where nothing else is said.
  public init(
    _ policy: Policy = .each, from: LocalDate? = nil, earlier: ReasonedSpan.Reason = .skipped,
    to: LocalDate? = nil, collecting: Collecting = .newest, sweepsItems: Bool = true
  ) {
    self.policy = policy
    self.from = from
    self.earlier = earlier
    self.to = to
    self.collecting = collecting
    self.sweepsItems = sweepsItems
  }

  /// Why a period that starts on a day is covered instead of billed; nil where it is billed.
  func reason(forPeriodFrom day: LocalDate) -> ReasonedSpan.Reason? {
    if let from, day < from { return earlier }
    if case .covered(let reason) = policy { return reason }
    return nil
  }

  /// Whether nothing is billed at all.
  var billsNothing: Bool {
    if case .covered = policy { true } else { false }
  }

  /// Whether nothing is billed, and no item that waits is taken along: nothing takes a number.
  public var numbersNothing: Bool { billsNothing && !sweepsItems }

  /// Whether an invoice counts as missed, where by age it is or is not.
  func isMissed(byAge: Bool) -> Bool {
    switch collecting {
    case .newest: byAge
    case .none: true
    case .all: false
    }
  }
}
