// SPDX-License-Identifier: Apache-2.0

/// What people call the state of a document: derived, never stored (RULES 6).
///
/// The schema's `invoice_status` derives the same for lists and views.
public enum InvoiceStatus: String, CaseIterable, Sendable {
  /// It was declared never valid.
  case voided
  /// It was dropped as a draft.
  case canceled
  /// It is not posted.
  case draft
  /// A credit note has taken it back.
  case reversed
  /// It was written off.
  case badDebt = "bad_debt"
  /// The customer's bank is asked to take a payment of it back.
  case disputed
  /// Nothing is left to pay.
  case paid
  /// A charge is on its way, or nobody knows how it ended.
  case pending
  /// Its day to be paid by is over.
  case pastDue = "past_due"
  /// The customer has seen it.
  case viewed
  /// It was sent.
  case sent
  /// It is posted, and nothing else.
  case notSent = "not_sent"

  /// What the status is derived from; amounts are in minor units.
  public struct Facts: Sendable {
    /// The stored state.
    public var state = InvoicePhase.State.open
    /// Whether a payment of it is disputed.
    public var isDisputed = false
    /// Total + cash rounding.
    public var owed: Int64 = 0
    /// Σ settlements.
    public var settled: Int64 = 0
    /// Whether a charge is on its way, or nobody knows how it ended (RULES 0.5).
    public var hasLiveAttempt = false
    /// The last day to pay, as amended; nil for none.
    public var dueDate: LocalDate?
    /// Whether it is charged by itself.
    public var autopay = false
    /// How many charges were tried.
    public var attempts = 0
    /// Whether the customer has seen it.
    public var wasViewed = false
    /// Whether it was sent.
    public var wasSent = false

    /// Facts of an open document of nothing.
    public init() {}
  }

  /// The status as seen on a day of the seller; the first that fits.
  ///
  /// AutoPay without a due date is past due from its first failed attempt (RULES 3).
  public init(_ facts: Facts, today: LocalDate) {
    switch facts.state {
    case .voided: self = .voided
    case .canceled: self = .canceled
    case .draft: self = .draft
    case .reversed: self = .reversed
    case .writtenOff: self = .badDebt
    case .open: self = Self.open(facts, today: today)
    }
  }

  private static func open(_ facts: Facts, today: LocalDate) -> InvoiceStatus {
    if facts.isDisputed { return .disputed }
    if facts.settled == facts.owed { return .paid }
    if facts.hasLiveAttempt { return .pending }
    let isPastDue = facts.dueDate.map { $0 < today } ?? (facts.autopay && facts.attempts > 0)
    if isPastDue { return .pastDue }
    return facts.wasViewed ? .viewed : facts.wasSent ? .sent : .notSent
  }
}
