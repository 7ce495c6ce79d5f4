// SPDX-License-Identifier: Apache-2.0

/// A half-open range of days, `start..<end`, never empty.
public struct Period: Hashable, Sendable {
  /// The first day.
  public let start: LocalDate
  /// The day after the last one.
  public let end: LocalDate

  /// Makes the period from a day up to, and without, another; nil when it would have no day.
  @inlinable
  public init?(from start: LocalDate, to end: LocalDate) {
    guard start < end else { return nil }
    self.start = start
    self.end = end
  }

  /// Makes a period whose order the caller has proved.
  @inlinable
  init(orderedFrom start: LocalDate, to end: LocalDate) {
    self.start = start
    self.end = end
  }

  /// How many days it has, at least 1.
  @inlinable
  public var days: Int { end - start }

  /// The last day, for printing.
  @inlinable
  public var lastDay: LocalDate { end.adding(days: -1) }

  /// Whether a day is in it.
  @inlinable
  public func contains(_ day: LocalDate) -> Bool { start <= day && day < end }

  /// Whether some day is in both.
  @inlinable
  public func overlaps(_ other: Period) -> Bool { start < other.end && other.start < end }

  /// The days that are in both; nil when there are none.
  @inlinable
  public func intersection(_ other: Period) -> Period? {
    Period(from: max(start, other.start), to: min(end, other.end))
  }

  /// The days that are in none of the others, as sorted periods that don't touch.
  public func subtracting(_ others: [Period]) -> [Period] {
    var left: [Period] = []
    var next = start
    for other in others.sorted(by: { $0.start < $1.start }) {
      if let gap = Period(from: next, to: min(other.start, end)) { left.append(gap) }
      next = max(next, other.end)
    }
    if let rest = Period(from: next, to: end) { left.append(rest) }
    return left
  }
}

extension Period: CustomStringConvertible {
  /// The first day and the day after the last one: `2026-12-01..2027-01-01`.
  public var description: String { "\(start)..\(end)" }
}
