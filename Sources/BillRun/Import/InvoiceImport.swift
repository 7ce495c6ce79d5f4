// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Takes invoices of a former system in: priced by the pipeline as those made by hand, numbered as
/// they were, and booked as opening items (RULES 7), some thousand lines at a time.
struct InvoiceImport {
  /// Whether lines of known ids are passed over instead of refused.
  let skipsKnown: Bool

  private static let linesAtOnce: Int32 = 5_000

  /// Reads and checks the lines, writes the good ones, and counts what became of them.
  func take(
    at moment: Parameter, on connection: isolated Connection
  ) throws -> ImportReport.Count {
    var skipped: Int64 = 0
    if skipsKnown {
      let rows = try connection.query(Statement(SQLFiles.importSkipKnownInvoices), [])
      skipped = try rows.int64(0, 0)
    }
    for file in ManualInvoiceStaging.reading + [SQLFiles.importCheckOpenInvoices] {
      if file.name == SQLFiles.importCheckInvoices.name {
        try connection.run(
          script: SQLFiles.importAnalyzeInvoices.text, name: "import_analyze_invoices")
      }
      try connection.execute(Statement(file), file.text.contains("$1") ? [moment] : [])
    }
    let found = try connection.query(Statement(SQLFiles.importFindInvoices), [])
    var created = 0
    if let first = try found.optionalInt32(0, 0), let last = try found.optionalInt32(0, 1) {
      // A run has drawn ids that lines may bring along.
      for seller in try found.int64Array(0, 2).sorted() {
        try RunLock(schema: connection.searchPath, seller: ID(seller))
          .takeForTransaction(on: connection)
      }
      let writer = try ManualInvoiceWriter(takesOpenItems: true, on: connection)
      var next = first
      while next <= last {
        let end = min(next + Self.linesAtOnce - 1, last)
        created += try write(next...end, by: writer, on: connection)
        next = end + 1
      }
    }
    return ImportReport.Count(
      object: "invoice", created: created, updated: 0, unchanged: Int(skipped))
  }

  private func write(
    _ lines: ClosedRange<Int32>, by writer: ManualInvoiceWriter, on connection: isolated Connection
  ) throws -> Int {
    let (written, unpriced) = try writer.write(lines, on: connection)
    if !unpriced.isEmpty {
      try connection.execute(
        Statement(SQLFiles.importRefuseInvoices),
        [
          .int32Array(unpriced.map(\.line)), .stringArray(unpriced.map(\.issue.code)),
          .stringArray(unpriced.map(\.issue.message)),
        ])
    }
    let open = written.filter { !$0.isDraft }
    let ids = Parameter.int64Array(open.map(\.id))
    let zeros = Parameter.int64Array(open.map { _ in 0 })
    try connection.execute(
      Statement(SQLFiles.writeSuppliedNumbers), [.string("legacy"), ids])
    // What the former system left to pay is not rounded again, and its credits are settled.
    try connection.execute(
      Statement(SQLFiles.postInvoices),
      [ids, zeros, zeros, .string(nil), .boolArray(open.map { _ in false })])
    for (day, open) in Dictionary(grouping: open, by: \.openingDay).sorted(by: { $0.key < $1.key })
    {
      try connection.execute(
        Statement(SQLFiles.bookDocuments),
        [.int64Array(open.map(\.id)), .string("opening"), .int32(1), .day(day), .int64(0)])
    }
    return written.count
  }
}
