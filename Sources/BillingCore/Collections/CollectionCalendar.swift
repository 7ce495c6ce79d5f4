// SPDX-License-Identifier: Apache-2.0

/// When a bank collects what a file asks for, and when that is final (RULES 4).
public struct CollectionCalendar: Hashable, Sendable {
  /// The days on which banks work.
  public let calendar: BusinessCalendar
  /// How many business days before the collection the file is at the bank, at least 1.
  public let leadDays: Int
  /// How many business days after the collection a return may still come.
  public let settleDays: Int

  /// Makes one of its parts.
  public init(calendar: BusinessCalendar = .target, leadDays: Int, settleDays: Int) {
    self.calendar = calendar
    self.leadDays = leadDays
    self.settleDays = settleDays
  }

  /// The first day on which a file can be collected that is ready on a day: what comes after the
  /// cut-off is with the bank on the next business day.
  public func firstCollection(fileReady day: LocalDate, afterCutOff: Bool) -> LocalDate {
    let next = afterCutOff ? day.adding(days: 1) : day
    return calendar.adding(businessDays: leadDays, to: calendar.businessDay(onOrAfter: next))
  }

  /// The day of a collection that the payer was told of: a business day, not before the notice
  /// period is over, and not before the bank can do it.
  public func collection(
    noticeOn day: LocalDate, noticeDays: Int, notBefore first: LocalDate
  ) -> LocalDate {
    calendar.businessDay(onOrAfter: max(day.adding(days: noticeDays), first))
  }

  /// The first day on which a collection without a return is final.
  public func finalDay(of collection: LocalDate) -> LocalDate {
    calendar.adding(businessDays: settleDays, to: collection)
  }
}
