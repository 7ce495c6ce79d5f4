// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// A calendar for the naive model, made by counting one day after the other.
enum NaiveCalendar {
  struct Day {
    let year: Int
    let month: Int
    let day: Int
    let lastOfMonth: Int
    /// 1 is Monday.
    let weekday: Int

    /// Months since year 0.
    var months: Int { year * 12 + month }
  }

  /// 2010-01-01, a Friday, in days since 1970.
  static let first = 14_610

  static let days: [Day] = {
    var days: [Day] = []
    var weekday = 5
    for year in 2010..<2080 {
      for month in 1...12 {
        let isLeap = year % 4 == 0
        let last = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        for day in 1...last {
          days.append(
            Day(year: year, month: month, day: day, lastOfMonth: last, weekday: weekday))
          weekday = weekday % 7 + 1
        }
      }
    }
    return days
  }()

  /// Reads the date of a number of days since 1970.
  static func day(_ number: Int) -> Day { days[number - first] }
}

extension LocalDate {
  /// Its number, which is all that the naive model takes from it.
  var number: Int { Int(daysSince1970) }
}
