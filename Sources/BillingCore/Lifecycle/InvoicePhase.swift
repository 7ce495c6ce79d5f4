// SPDX-License-Identifier: Apache-2.0

/// Where a document stands, as far as that decides what may be done with it (RULES 6).
public enum InvoicePhase: String, CaseIterable, Sendable {
  /// Never posted: without a number.
  case draft
  /// Taken back to a draft after it was posted: it keeps its number.
  case unposted
  /// Posted, and nothing is settled.
  case open
  /// Posted, and a part is settled.
  case partlySettled = "partly_settled"
  /// A charge is on its way, or nobody knows how it ended (RULES 0.5).
  case charging
  /// Nothing is left to pay.
  case paid
  /// Written off: the customer still owes.
  case badDebt = "bad_debt"
  /// Voided, reversed or canceled: for good.
  case ended

  /// The state that a document's row has.
  public enum State: String, CaseIterable, Sendable {
    /// It can still be changed.
    case draft
    /// It is posted.
    case open
    /// It was declared never valid.
    case voided
    /// It was dropped as a draft.
    case canceled
    /// A credit note has taken it back.
    case reversed
    /// Nobody expects it to be paid.
    case writtenOff = "written_off"
  }

  /// The phase of a document of a state; amounts are in minor units, `owed` is total + rounding.
  public init(
    _ state: State, hasNumber: Bool, owed: Int64, settled: Int64, hasLiveAttempt: Bool
  ) {
    switch state {
    case .draft: self = hasNumber ? .unposted : .draft
    case .voided, .canceled, .reversed: self = .ended
    case .writtenOff: self = .badDebt
    case .open:
      if hasLiveAttempt {
        self = .charging
      } else if settled == owed {
        self = .paid
      } else {
        self = settled == 0 ? .open : .partlySettled
      }
    }
  }
}
