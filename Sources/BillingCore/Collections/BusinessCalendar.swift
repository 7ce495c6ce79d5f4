// SPDX-License-Identifier: Apache-2.0

/// On which days banks work: Monday to Friday, but for a country's holidays.
public struct BusinessCalendar: Hashable, Sendable {
  private let holidays: Set<LocalDate>

  /// A calendar with the holidays of a country.
  public init(holidays: Set<LocalDate> = []) { self.holidays = holidays }

  /// Whether a day is one of business.
  public func isBusinessDay(_ day: LocalDate) -> Bool {
    day.weekday <= 5 && !holidays.contains(day)
  }

  /// The first business day from a day on, that day included.
  public func businessDay(onOrAfter day: LocalDate) -> LocalDate {
    var day = day
    while !isBusinessDay(day) { day = day.adding(days: 1) }
    return day
  }
}
