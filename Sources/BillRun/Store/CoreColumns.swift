// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres

/// Core value ↔ column: days, money, decimals. The only place that knows both sides.
extension Rows {
  /// Throws `UnknownColumnValue` for days outside the calendar, such as PostgreSQL's infinity.
  func localDate(_ row: Int, _ column: Int) throws -> LocalDate {
    let days = try date(row, column)
    guard Self.calendar.contains(days) else {
      throw UnknownColumnValue(
        statement: statementName, column: columnNames[column], value: "a day outside the calendar")
    }
    return LocalDate(daysSince2000: days)
  }

  func optionalLocalDate(_ row: Int, _ column: Int) throws -> LocalDate? {
    try isNull(row, column) ? nil : localDate(row, column)
  }

  /// The days of the years 1 to 9999, since 2000-01-01.
  private static var calendar: ClosedRange<Int32> { -730_119...2_921_939 }

  /// Throws `MoneyError` for a number beyond all decimals.
  func exactDecimal(_ row: Int, _ column: Int) throws -> ExactDecimal {
    do {
      return ExactDecimal(
        coefficient: try numeric(row, column, scale: ExactDecimal.scaleDigits))
    } catch let error as RowError {
      if try isNull(row, column) { throw error }
      throw MoneyError.overflow
    }
  }

  func optionalExactDecimal(_ row: Int, _ column: Int) throws -> ExactDecimal? {
    try isNull(row, column) ? nil : exactDecimal(row, column)
  }

  func exactDecimals(_ row: Int, _ column: Int) throws -> [ExactDecimal] {
    try numericArray(row, column, scale: ExactDecimal.scaleDigits).map {
      ExactDecimal(coefficient: $0)
    }
  }

  func currency(_ row: Int, _ column: Int) throws -> Currency {
    let code = try string(row, column)
    guard let currency = Currency(code: code) else { throw unknownValue(column, code) }
    return currency
  }

  func optionalCurrency(_ row: Int, _ column: Int) throws -> Currency? {
    try isNull(row, column) ? nil : currency(row, column)
  }

  /// A value of an enumeration that a check constraint keeps to its cases.
  func choice<Choice: RawRepresentable>(
    _ row: Int, _ column: Int, of type: Choice.Type = Choice.self
  ) throws -> Choice where Choice.RawValue == String {
    let text = try string(row, column)
    guard let choice = Choice(rawValue: text) else { throw unknownValue(column, text) }
    return choice
  }

  /// What to throw for a value that the schema should have refused.
  func unknownValue(_ column: Int, _ value: String) -> UnknownColumnValue {
    UnknownColumnValue(statement: statementName, column: columnNames[column], value: value)
  }
}

/// A column holds what no version of this program has written.
public struct UnknownColumnValue: Error, CustomStringConvertible, Sendable {
  let statement: String
  let column: String
  let value: String

  /// One line for people.
  public var description: String {
    "\(statement): column \(column) holds \"\(value)\", which nobody knows"
  }
}

extension CopyBuffer {
  mutating func day(_ day: LocalDate?) { date(daysSince2000: day?.daysSince2000) }

  mutating func decimal(_ value: ExactDecimal) {
    numeric(coefficient: value.coefficient, scale: ExactDecimal.scaleDigits)
  }
}

extension Parameter {
  /// A day; nil is null.
  public static func day(_ day: LocalDate?) -> Parameter {
    .date(daysSince2000: day?.daysSince2000)
  }
}
