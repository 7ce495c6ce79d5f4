// SPDX-License-Identifier: Apache-2.0

/// What a column is found by: its index, counted from 0, or its name.
public protocol ColumnReference {
  /// The index of the column in the rows; throws when there is none of that name.
  func index(in rows: Rows) throws -> Int
}

extension Int: ColumnReference {
  /// Itself; whether there is such a column is seen on reading.
  public func index(in rows: Rows) -> Int { self }
}

extension String: ColumnReference {
  /// The index of the column of this name; throws when there is none.
  public func index(in rows: Rows) throws -> Int { try rows.column(self) }
}
