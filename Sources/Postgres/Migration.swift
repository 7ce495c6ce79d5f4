// SPDX-License-Identifier: Apache-2.0

/// One forward step of the schema.
public struct Migration: Hashable, Sendable {
  /// The step's place in the order, from 1 without gaps.
  public let number: Int

  /// What it does, as its file is named.
  public let name: String

  /// The SQL text; `-- no transaction` as its first line runs it outside of one.
  public let sql: String

  /// Makes a step.
  public init(number: Int, name: String, sql: String) {
    self.number = number
    self.name = name
    self.sql = sql
  }

  /// Whether it has to run outside of a transaction, like `create index concurrently`.
  ///
  /// Such a step is one statement, and can be run again, since a crash may leave it done but not
  /// noted.
  public var isOutsideTransaction: Bool {
    sql.split(separator: "\n", maxSplits: 1).first?.hasPrefix("-- no transaction") ?? false
  }
}
