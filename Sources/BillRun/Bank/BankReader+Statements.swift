// SPDX-License-Identifier: Apache-2.0
import Postgres
import SQLFiles

// Statements (camt.053) have each booking of an account once, and none besides: they follow one
// another, and what other files tell is in them.
extension BankReader {
  /// Keeps the balances of statements, and tells of those that do not follow one another, or are
  /// another version of one that was read.
  func compareBalances(
    _ reading: inout BankReading, _ connection: isolated Connection
  ) throws {
    let corrected = try connection.query(Statement(SQLFiles.noteCorrectedStatements), [])
    reading.remarks += try corrected.indices.map { row in
      BankReading.Remark(
        subject: try corrected.string(row, 0), reason: "statement_differs",
        told: try corrected.string(row, 1), hint: "compare the two: what is new in it is listed")
    }
    try connection.execute(Statement(SQLFiles.keepBankStatements), [])
    let gaps = try connection.query(Statement(SQLFiles.listBankGaps), [])
    reading.remarks += try gaps.indices.map { row in
      BankReading.Remark(
        subject: try gaps.string(row, 0), reason: try gaps.string(row, 1),
        told: try gaps.string(row, 2), hint: "ask the bank for the statement that is missing")
    }
  }

  /// Compares what other files have told with the statements that are read by now, and lists what
  /// those do not have; what they have by now is listed no more.
  func compareStatements(
    with own: Set<String>, _ reading: inout BankReading, _ connection: isolated Connection
  ) throws {
    let now = [Parameter.timestamptz(unixSeconds: moment), .string(user)]
    try connection.execute(Statement(SQLFiles.noteStatedEntries), [])
    try connection.execute(Statement(SQLFiles.clearStatedEntries), now)
    let returns = try connection.query(Statement(SQLFiles.forgetUnstatedReturns), [])
    reading.unmatched += try Self.unmatched(
      try connection.query(
        Statement(SQLFiles.keepRejectedCredits),
        [
          .int64Array(try returns.indices.map { try returns.int64($0, 0) }),
          .stringArray(own.sorted()),
        ]))
    let bookings = try connection.query(Statement(SQLFiles.forgetUnstatedBookings), [])
    reading.remarks += try bookings.indices.map { row in
      BankReading.Remark(
        subject: try bookings.string(row, 0), reason: "not_in_statement",
        told: try bookings.string(row, 1), hint: "ask the bank whether it has collected it")
    }
    reading.unmatched += try Self.unmatched(
      try connection.query(Statement(SQLFiles.keepUnstatedEntries), []))
    reading.unmatched += try Self.unmatched(
      try connection.query(Statement(SQLFiles.keepUncreditedReturns), now))
  }
}
