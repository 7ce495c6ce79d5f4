// SPDX-License-Identifier: Apache-2.0

/// The periods of a subscription, each computed from the anchor and never from the one before.
///
/// So 31 January leads to 28 February and back to 31 March, and a yearly 29 February to the 28th
/// in common years and back to the 29th in leap years (DESIGN 6).
public struct BillingCycle: Hashable, Sendable {
  /// The unit of the length of a period.
  public let interval: Interval
  /// How many units a period has, 1 to 9999.
  public let count: Int
  /// The first day of period 0.
  public let anchor: LocalDate
  /// The day on which periods of months and years start, 1 to 31, clipped to short months.
  public let anchorDay: Int

  /// Days or months in a period, by the interval.
  @usableFromInline let stride: Int
  /// The anchor's month, counted from January of year 0.
  @usableFromInline let anchorMonth: Int

  /// Makes the cycle whose period 0 starts at the anchor.
  ///
  /// The anchor day may be above the anchor's own day only where the anchor's month was too short
  /// for it (2027-02-28 with 31). Nil when it is not so for months and years, when the count is not
  /// in 1 to 9999, or the anchor day not in 1 to 31.
  public init?(interval: Interval, count: Int, anchor: LocalDate, anchorDay: Int) {
    guard 1...9999 ~= count, 1...31 ~= anchorDay else { return nil }
    self.interval = interval
    self.count = count
    self.anchor = anchor
    self.anchorDay = anchorDay
    anchorMonth = anchor.monthIndex
    switch interval {
    case .day: stride = count
    case .week: stride = 7 * count
    case .month: stride = count
    case .year: stride = 12 * count
    }
    guard !isByMonth || start(ofPeriod: 0) == anchor else { return nil }
  }

  /// The first day of period n; n may be negative.
  @inlinable
  public func start(ofPeriod n: Int) -> LocalDate {
    isByMonth
      ? LocalDate(monthIndex: anchorMonth + n * stride, clippingDay: anchorDay)
      : anchor.adding(days: n * stride)
  }

  /// Period n, which ends where the next one starts; n may be negative.
  @inlinable
  public func period(_ n: Int) -> Period {
    Period(orderedFrom: start(ofPeriod: n), to: start(ofPeriod: n + 1))
  }

  /// The number of the period that contains a day; negative before the anchor.
  public func index(containing day: LocalDate) -> Int {
    guard isByMonth else { return (day - anchor).flooredQuotient(dividingBy: stride) }
    let n = (day.monthIndex - anchorMonth).flooredQuotient(dividingBy: stride)
    // In the month in which period n starts, the days before that start are still period n - 1.
    return start(ofPeriod: n) <= day ? n : n - 1
  }

  @inlinable
  var isByMonth: Bool {
    switch interval {
    case .day, .week: false
    case .month, .year: true
    }
  }
}
