// SPDX-License-Identifier: Apache-2.0

/// A day without a zone, in the Gregorian calendar.
///
/// The valid range is the years 1 to 9999; what reads days from outside refuses others.
public struct LocalDate: Hashable, Sendable {
  /// Days since 1970-01-01.
  public let daysSince1970: Int32

  /// PostgreSQL's day zero, 2000-01-01, in days since 1970-01-01.
  public static let postgresEpoch: Int32 = 10957

  /// Makes the day so many days after 1970-01-01.
  @inlinable
  public init(daysSince1970: Int32) { self.daysSince1970 = daysSince1970 }

  /// Makes the day so many days after 2000-01-01, as PostgreSQL's `date` counts.
  @inlinable
  public init(daysSince2000: Int32) { daysSince1970 = daysSince2000 + Self.postgresEpoch }

  /// Makes the day of a date; nil when there is none or its year is outside 1 to 9999.
  public init?(year: Int, month: Int, day: Int) {
    guard
      1...9999 ~= year, 1...12 ~= month,
      day >= 1, day <= Self.daysIn(month: month, ofYear: year)
    else { return nil }
    self.init(uncheckedYear: year, month: month, day: day)
  }

  /// Reads strictly `YYYY-MM-DD`; nil when it is malformed or there is no such day.
  public init?(iso text: String) {
    let bytes = text.utf8.span
    guard
      bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let century = Self.twoDigits(bytes[0], bytes[1]),
      let yearOfCentury = Self.twoDigits(bytes[2], bytes[3]),
      let month = Self.twoDigits(bytes[5], bytes[6]),
      let day = Self.twoDigits(bytes[8], bytes[9])
    else { return nil }
    self.init(year: 100 * century + yearOfCentury, month: month, day: day)
  }

  /// Makes the day in a month counted from January of year 0, clipped to the month's last day.
  @inlinable @inline(__always)
  init(monthIndex: Int, clippingDay day: Int) {
    let months = UInt(monthIndex + 12 * Self.shiftedYears)
    let year = Int(months / 12) &- Self.shiftedYears
    let month = Int(months % 12) &+ 1
    let isClipped = day > 28 && day > Self.daysIn(month: month, ofYear: year)
    self.init(
      uncheckedYear: year, month: month,
      day: isClipped ? Self.daysIn(month: month, ofYear: year) : day)
  }

  /// Counts the days from a year that begins in March, so that the leap day is the last one.
  @inlinable @inline(__always)
  init(uncheckedYear year: Int, month: Int, day: Int) {
    let isLate = month > 2
    let marchYear = UInt(year + Self.shiftedYears - (isLate ? 0 : 1))
    let leapDays = marchYear / 4 &- marchYear / 100 &+ marchYear / 400
    let daysBeforeMonth = (153 &* UInt(bitPattern: isLate ? month &- 3 : month &+ 9) &+ 2) / 5
    let days = marchYear &* 365 &+ leapDays &+ daysBeforeMonth &+ UInt(bitPattern: day)
    daysSince1970 = Int32(Int(bitPattern: days) &- 1 &- Self.shiftedDays)
  }

  /// Years that are added so that divisions never see a negative: whole cycles of 400 years.
  @inlinable
  static var shiftedYears: Int { 400 * 20_000 }
  /// Days from 1 March of the shifted year 0 to 1970-01-01.
  @inlinable
  static var shiftedDays: Int { 146_097 * 20_000 + 719_468 }

  /// Year, month 1 to 12 and day 1 to 31, in one computation.
  @inlinable
  public var components: (year: Int, month: Int, day: Int) {
    let days = UInt(bitPattern: Int(daysSince1970) &+ Self.shiftedDays)
    let century = (4 &* days &+ 3) / 146_097
    let dayOfCentury = days &- 146_097 &* century / 4
    let yearOfCentury = (4 &* dayOfCentury &+ 3) / 1461
    let dayOfYear = dayOfCentury &- 1461 &* yearOfCentury / 4
    let month = (5 &* dayOfYear &+ 2) / 153
    let day = dayOfYear &- (153 &* month &+ 2) / 5 &+ 1
    let isLate = month < 10
    let year = Int(bitPattern: 100 &* century &+ yearOfCentury) &- Self.shiftedYears
    return (
      isLate ? year : year &+ 1, Int(bitPattern: isLate ? month &+ 3 : month &- 9),
      Int(bitPattern: day)
    )
  }

  /// The year.
  public var year: Int { components.year }

  /// The month, 1 to 12.
  public var month: Int { components.month }

  /// The day of the month, 1 to 31.
  public var day: Int { components.day }

  /// The day of the week by ISO 8601: 1 is Monday, 7 is Sunday.
  public var weekday: Int {
    let sinceMonday = Int(daysSince1970) + 3
    return sinceMonday - sinceMonday.flooredQuotient(dividingBy: 7) * 7 + 1
  }

  /// Whether its year has 366 days.
  public var isLeapYear: Bool { Self.isLeap(year) }

  /// How many days its month has, 28 to 31.
  public var daysInMonth: Int {
    let (year, month, _) = components
    return Self.daysIn(month: month, ofYear: year)
  }

  /// The day so many days later.
  @inlinable
  public func adding(days: Int) -> LocalDate {
    LocalDate(daysSince1970: Int32(Int(daysSince1970) + days))
  }

  /// The anchor day, 1 to 31, of the month so many months later, clipped to that month's last day.
  public func adding(months: Int, anchorDay: Int) -> LocalDate {
    require(1...31 ~= anchorDay, "an anchor day is \(anchorDay)")
    return LocalDate(monthIndex: monthIndex + months, clippingDay: anchorDay)
  }

  /// Its month, counted from January of year 0.
  @inlinable
  var monthIndex: Int {
    let (year, month, _) = components
    return year * 12 + month - 1
  }

  /// The days from the right day to the left one.
  @inlinable
  public static func - (left: LocalDate, right: LocalDate) -> Int {
    Int(left.daysSince1970) - Int(right.daysSince1970)
  }

  /// Days since 2000-01-01, as PostgreSQL's `date` counts.
  @inlinable
  public var daysSince2000: Int32 { daysSince1970 - Self.postgresEpoch }

  /// How many days a month has.
  @inlinable
  static func daysIn(month: Int, ofYear year: Int) -> Int {
    month == 2 ? (isLeap(year) ? 29 : 28) : 30 + (month + month >> 3) & 1
  }

  @inlinable
  static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  private static func twoDigits(_ tens: UInt8, _ ones: UInt8) -> Int? {
    guard 48...57 ~= tens, 48...57 ~= ones else { return nil }
    return Int(tens - 48) * 10 + Int(ones - 48)
  }
}

extension LocalDate: Comparable {
  /// Orders by time.
  @inlinable
  public static func < (left: LocalDate, right: LocalDate) -> Bool {
    left.daysSince1970 < right.daysSince1970
  }
}

extension LocalDate: CustomStringConvertible {
  /// The day by ISO 8601: `2026-12-01`; outside the valid range its number, `day 9999999`.
  public var description: String {
    let (year, month, day) = components
    guard 0...9999 ~= year else { return "day \(daysSince1970)" }
    let (century, yearOfCentury) = year.quotientAndRemainder(dividingBy: 100)
    func tens(_ number: Int) -> UInt8 { UInt8(48 + number / 10) }
    func ones(_ number: Int) -> UInt8 { UInt8(48 + number % 10) }
    let hyphen = UInt8(ascii: "-")
    return String(
      decoding: [
        tens(century), ones(century), tens(yearOfCentury), ones(yearOfCentury), hyphen,
        tens(month), ones(month), hyphen, tens(day), ones(day),
      ], as: UTF8.self)
  }
}

extension Int {
  /// The quotient rounded towards negative infinity; the divisor must be above zero.
  @inlinable
  func flooredQuotient(dividingBy divisor: Int) -> Int {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
