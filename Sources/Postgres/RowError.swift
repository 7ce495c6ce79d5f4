// SPDX-License-Identifier: Apache-2.0

/// A value that is not what the program asked for: a wrong type, a null, no such column.
public struct RowError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The name of the statement whose result it is.
  public let statement: String

  /// The row, counted from 0.
  public let row: Int

  /// The column's name, or its index in `#` when there is none.
  public let column: String

  /// What is wrong, never with the value itself.
  public let problem: String

  /// Names statement, row and column.
  public var description: String { "\(statement), row \(row), column \(column): \(problem)" }
}
