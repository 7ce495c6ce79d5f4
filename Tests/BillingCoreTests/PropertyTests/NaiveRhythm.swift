// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// On which days the periods of a charge start, asked day by day.
struct NaiveRhythm {
  let firstPaid: Int
  /// The first billing day on or after the first paid day.
  let boundary: Int
  private let isByMonth: Bool
  /// Days or months of a period.
  private let length: Int
  private let nth: Int
  private let firstMonth: Int

  init(_ subscription: Subscription, _ plan: Plan) {
    firstPaid = (subscription.trialEnd ?? subscription.start).number
    isByMonth = plan.interval == .month || plan.interval == .year
    length = plan.intervalCount * (plan.interval == .week ? 7 : plan.interval == .year ? 12 : 1)
    var day = firstPaid
    if let wanted = subscription.anchorDay {
      while true {
        let date = NaiveCalendar.day(day)
        let isIt = isByMonth ? date.day == min(wanted, date.lastOfMonth) : date.weekday == wanted
        if isIt { break }
        day += 1
      }
    }
    boundary = day
    nth = subscription.anchorDay ?? NaiveCalendar.day(day).day
    firstMonth = NaiveCalendar.day(day).months
  }

  /// Whether a period starts on a day, counted from the boundary only.
  func starts(_ day: Int) -> Bool {
    if !isByMonth { return (day - boundary) % length == 0 }
    let date = NaiveCalendar.day(day)
    return date.day == min(nth, date.lastOfMonth) && (date.months - firstMonth) % length == 0
  }

  /// The whole period that a day is in.
  func period(around day: Int) -> Range<Int> {
    var (first, end) = (day, day + 1)
    while !starts(first) { first -= 1 }
    while !starts(end) { end += 1 }
    return first..<end
  }
}
