// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres

/// The day that `--as-of` names: a date, or `today` as the seller sees it.
public enum AsOf: Hashable, Sendable {
  /// This day.
  case day(LocalDate)
  /// The day that it is in the seller's time zone.
  case today
  /// The day that it was at a moment, in seconds since 1970, in the seller's time zone.
  case dayAt(Int64)

  /// Reads `2026-12-01` or `today`; nil when it is neither.
  public init?(_ text: String) {
    if text == "today" {
      self = .today
    } else if let day = LocalDate(iso: text) {
      self = .day(day)
    } else {
      return nil
    }
  }

  /// The day, for a seller in a time zone by its IANA name.
  public func day(in zone: String, on connection: Connection, by clock: WallClock) async throws
    -> LocalDate
  {
    switch self {
    case .day(let day): day
    case .today: try await clock.today(in: zone, on: connection)
    case .dayAt(let moment):
      try await WallClock(now: { moment }).today(in: zone, on: connection)
    }
  }

  /// The same, with `today` as it is at this moment: what goes on past midnight keeps its day.
  public func asked(at moment: Int64) -> AsOf { self == .today ? .dayAt(moment) : self }
}
