// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres

/// Core value ↔ column: days, money, decimals. The only place that knows both sides.
extension Rows {
  func localDate(_ row: Int, _ column: Int) throws -> LocalDate {
    LocalDate(daysSince2000: try date(row, column))
  }

  func optionalLocalDate(_ row: Int, _ column: Int) throws -> LocalDate? {
    try optionalDate(row, column).map(LocalDate.init(daysSince2000:))
  }

  func exactDecimal(_ row: Int, _ column: Int) throws -> ExactDecimal {
    ExactDecimal(coefficient: try numeric(row, column, scale: ExactDecimal.scaleDigits))
  }

  func optionalExactDecimal(_ row: Int, _ column: Int) throws -> ExactDecimal? {
    try optionalNumeric(row, column, scale: ExactDecimal.scaleDigits).map(
      ExactDecimal.init(coefficient:))
  }

  func currency(_ row: Int, _ column: Int) throws -> Currency {
    let code = try string(row, column)
    guard let currency = Currency(code: code) else {
      throw UnknownColumnValue(statement: statementName, column: columnNames[column], value: code)
    }
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
    guard let choice = Choice(rawValue: text) else {
      throw UnknownColumnValue(statement: statementName, column: columnNames[column], value: text)
    }
    return choice
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
