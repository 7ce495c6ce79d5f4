// SPDX-License-Identifier: Apache-2.0

/// On which days banks work: Monday to Friday, but for holidays.
public struct BusinessCalendar: Hashable, Sendable {
  private let holidays: Set<LocalDate>
  private var isTarget = false

  /// A calendar with the holidays of a country.
  public init(holidays: Set<LocalDate> = []) { self.holidays = holidays }

  /// The days on which TARGET settles euros: not on 1 January, Good Friday, Easter Monday, 1 May,
  /// 25 and 26 December.
  public static let target: BusinessCalendar = {
    var calendar = BusinessCalendar()
    calendar.isTarget = true
    return calendar
  }()

  /// Whether a day is one of business.
  public func isBusinessDay(_ day: LocalDate) -> Bool {
    day.weekday <= 5 && !holidays.contains(day) && !(isTarget && Self.isTargetHoliday(day))
  }

  /// The first business day from a day on, that day included.
  public func businessDay(onOrAfter day: LocalDate) -> LocalDate {
    var day = day
    while !isBusinessDay(day) { day = day.adding(days: 1) }
    return day
  }

  /// The business day so many business days after a day, which need not be one itself.
  public func adding(businessDays count: Int, to day: LocalDate) -> LocalDate {
    var day = day
    for _ in 0..<count { day = businessDay(onOrAfter: day.adding(days: 1)) }
    return day
  }

  private static func isTargetHoliday(_ day: LocalDate) -> Bool {
    let (year, month, dayOfMonth) = day.components
    switch (month, dayOfMonth) {
    case (1, 1), (5, 1), (12, 25), (12, 26): return true
    case (3...5, _):
      guard let easter = easterSunday(of: year) else { return false }
      return [-2, 1].contains(day - easter)
    default: return false
    }
  }

  /// Easter by the Gregorian calendar, as Meeus, Jones and Butcher compute it.
  static func easterSunday(of year: Int) -> LocalDate? {
    let (century, yearOfCentury) = year.quotientAndRemainder(dividingBy: 100)
    let shift = century - century / 4 - (century - (century + 8) / 25 + 1) / 3
    let epact = (19 * (year % 19) + shift + 15) % 30
    let weekday = (32 + 2 * (century % 4) + 2 * (yearOfCentury / 4) - epact - yearOfCentury % 4) % 7
    let late = (year % 19 + 11 * epact + 22 * weekday) / 451
    let days = epact + weekday - 7 * late + 114
    return LocalDate(year: year, month: days / 31, day: days % 31 + 1)
  }
}
