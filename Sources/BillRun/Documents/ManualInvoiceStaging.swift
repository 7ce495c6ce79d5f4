// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Brings objects that somebody has written into the staging tables of an import, and checks them
/// there: what an invoice may hold is the same by hand and by the file.
struct ManualInvoiceStaging {
  /// In UNIX seconds.
  let moment: Int64

  /// Stages objects of a kind, each as a line, and refuses what that kind doesn't have.
  ///
  /// `fields` adds to the table of fields what only this kind has.
  func stage(
    _ texts: [DocumentText], as object: String, fields: SQLFile? = nil,
    on connection: isolated Connection
  ) throws {
    try StagingTables.open(forMany: false, on: connection)
    if let fields { try connection.enqueue(Statement(fields), []) }
    try stage(texts.map(\.bytes), on: connection)
    try connection.enqueue(
      Statement(SQLFiles.importNameObject), [.string(object), .string("invoice")])
    try check(texts[0].name, on: connection)
  }

  /// Stages an invoice that is known to have the right shape.
  func stage(invoice json: String, name: String, on connection: isolated Connection) throws {
    try StagingTables.open(forMany: false, on: connection)
    try stage([Array(json.utf8)], on: connection)
    try check(name, on: connection)
  }

  /// Reads the staged invoice, with what it inherits, and refuses what cannot be charged.
  func readInvoice(_ name: String, on connection: isolated Connection) throws {
    for file in Self.reading + [SQLFiles.importCheckNewNumbers] {
      try connection.enqueue(
        Statement(file),
        file.text.contains("$1")
          ? [.timestamptz(unixSeconds: moment)] : [])
    }
    try refuse(name, on: connection)
  }

  /// What reads and checks invoices.
  static let reading = [
    SQLFiles.importReadInvoices, SQLFiles.importReadInvoiceItems, SQLFiles.importCheckInvoices,
    SQLFiles.importCheckInvoiceItems, SQLFiles.importCheckInvoiceCharges,
  ]

  private func stage(_ texts: [[UInt8]], on connection: isolated Connection) throws {
    try connection.enqueue(Statement(SQLFiles.importStageText), [.byteaArray(texts)])
    try connection.enqueue(Statement(SQLFiles.importReadTexts), [])
  }

  private func check(_ name: String, on connection: isolated Connection) throws {
    for file in [
      SQLFiles.importSplitParts, SQLFiles.importFindShapes, SQLFiles.importCheckShapes,
    ] {
      try connection.enqueue(Statement(file), [])
    }
    try refuse(name, unlessReadable: true, on: connection)
  }

  /// Throws all that is wrong.
  ///
  /// `unlessReadable` waits with unknown and missing fields: the rest can be read, and may be wrong
  /// too.
  func refuse(
    _ name: String, unlessReadable: Bool = false, on connection: isolated Connection
  ) throws {
    let rows = try connection.query(Statement(SQLFiles.importListErrors), [.int64(100)])
    let isReadable = try rows.indices.allSatisfy {
      let expected = try rows.string($0, 2)
      return expected.hasPrefix("no field of this name") || expected.hasSuffix(", it is missing")
    }
    if rows.isEmpty || unlessReadable && isReadable { return }
    let faults = try rows.indices.map { row in
      ImportReport.Fault(
        file: name, line: Int(try rows.int32(row, 0)), field: try rows.string(row, 1),
        expected: try rows.string(row, 2), found: try rows.optionalString(row, 3), because: nil)
    }
    throw BillRunError(
      .dataError, code: "invoice_refused",
      "nothing written, \(faults.map(\.description).joined(separator: "; "))",
      hint: "docs/INTERFACE.md lists the fields of an invoice", field: faults.first?.field)
  }
}
