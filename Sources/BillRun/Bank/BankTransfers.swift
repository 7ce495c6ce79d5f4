// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Makes payments of transfers that a statement tells of, matched to invoices as a list of payments
/// is, by the numbers in their texts, though people write them in other ways (RULES 3).
struct BankTransfers {
  /// In UNIX seconds.
  let moment: Int64

  /// Records the transfers that no file told of before, and keeps what is listed.
  func take(adding reading: inout BankReading, on connection: isolated Connection) throws {
    try StagingTables.open(forMany: true, on: connection)
    for file in [
      SQLFiles.stageBankTransfers, SQLFiles.importReadPayments, SQLFiles.importMatchPayments,
      SQLFiles.dropChanceNumbers, SQLFiles.matchLooseNumbers,
    ] {
      try connection.execute(Statement(file), [])
    }
    let now = Parameter.timestamptz(unixSeconds: moment)
    try connection.execute(Statement(SQLFiles.unstageBankTransfers), [now])
    try connection.execute(Statement(SQLFiles.nameBankItems), [])
    try connection.execute(Statement(SQLFiles.importOwnPayments), [now])
    try connection.execute(Statement(SQLFiles.doubtRecordedItems), [])
    try connection.execute(Statement(SQLFiles.importCheckPayments), [])
    _ = try PaymentStage(moment: moment, user: SystemUser.name).take(on: connection)
    try write(adding: &reading, on: connection)
  }

  private func write(
    adding reading: inout BankReading, on connection: isolated Connection
  ) throws {
    let rows = try connection.query(Statement(SQLFiles.writeBankEntries), [])
    for row in rows.indices {
      guard let key = try rows.optionalString(row, 0) else {
        reading.payments = Int(try rows.int64(row, 7))
        continue
      }
      reading.unmatched.append(
        BankReading.Unmatched(
          entry: key, payer: try rows.optionalString(row, 1),
          text: try rows.optionalString(row, 2), day: try rows.localDate(row, 3),
          currency: try rows.string(row, 4), amount: try rows.int64(row, 5),
          reason: try rows.string(row, 6)))
    }
    let pending = try connection.query(Statement(SQLFiles.listPaidPending), [])
    reading.paysPending = try pending.indices.map {
      BankReading.PaidPending(
        entry: try pending.string($0, 0), invoice: try pending.string($0, 1))
    }
  }
}
