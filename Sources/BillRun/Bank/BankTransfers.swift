// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Makes payments of transfers that a statement tells of, matched to invoices as a list of payments
/// is: by the numbers in their texts (RULES 3).
struct BankTransfers {
  /// In UNIX seconds.
  let moment: Int64

  /// Records the transfers that are staged and that no file told of before.
  func take(adding reading: inout BankReading, on connection: isolated Connection) throws {
    try connection.run(script: SQLFiles.importOpen.text, name: "import_open")
    try connection.execute(Statement(SQLFiles.stageBankTransfers), [])
    for file in [
      SQLFiles.importReadPayments, SQLFiles.importMatchPayments, SQLFiles.nameBankTransfers,
    ] {
      try connection.execute(Statement(file), [])
    }
    try connection.execute(
      Statement(SQLFiles.importOwnPayments),
      [.timestamptz(unixSeconds: moment)])
    try connection.execute(Statement(SQLFiles.importCheckPayments), [])
    _ = try PaymentStage(moment: moment).take(on: connection)
    let rows = try connection.query(Statement(SQLFiles.writeBankEntries), [])
    for row in rows.indices {
      guard let key = try rows.optionalString(row, 0) else {
        reading.payments = Int(try rows.int64(row, 6))
        reading.known += Int(try rows.int64(row, 7))
        continue
      }
      reading.unmatched.append(
        BankReading.Unmatched(
          entry: key, payer: try rows.optionalString(row, 1),
          text: try rows.optionalString(row, 2), day: try rows.localDate(row, 3),
          amount: try rows.int64(row, 4), reason: try rows.string(row, 5)))
    }
    try connection.run(script: SQLFiles.importClose.text, name: "import_close")
  }
}
