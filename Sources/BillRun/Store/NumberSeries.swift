// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// A series of automatic numbers: what a seller's documents of a kind and date are numbered in
/// (RULES 2).
struct NumberSeries {
  /// The key in the database.
  let id: Int64
  /// Where its numbers stand.
  let format: NumberFormat

  /// Finds or makes a series, and refuses an invoice date before its newest number's (RULES 2,
  /// order).
  ///
  /// `hint` says how a date is given, and the first day that would do follows it; nil where nothing
  /// is going to be numbered, so that any date will do.
  init(
    _ kind: InvoiceDraft.Kind, of seller: SellerRecord, on date: LocalDate, hint: String?,
    on connection: isolated Connection
  ) throws {
    let name = seller.series(kind, on: date)
    guard let format = NumberFormat(series: name) else {
      throw BillRunError(
        .configuration, code: "number_format_invalid",
        "number format \"\(name)\" of seller \(seller.code) cannot be read",
        hint: "import the seller with a format such as INV-{seq:06}")
    }
    let key: [Parameter] = [
      .int64(seller.seller.id.rawValue), .string(kind.rawValue), .string(name),
    ]
    // Making one that is there would wait for whoever takes numbers of it.
    var found = try connection.query(Statement(SQLFiles.findNumberSeries), key)
    if found.isEmpty {
      try connection.enqueue(Statement(SQLFiles.makeNumberSeries), key)
      found = try connection.query(Statement(SQLFiles.findNumberSeries), key)
    }
    if let hint, let last = try found.optionalLocalDate(0, 1), date < last {
      let column = kind == .invoice ? "number_format" : "credit_note_format"
      throw BillRunError(
        .dataError, code: "invoice_date_before_series",
        "invoice date \(date) is before \(last), the newest of series \(name) "
          + "of seller \(seller.code)",
        hint: "\(hint) \(last) or later; where that day was a slip and its documents are taken "
          + "back, another \(column) of the seller begins a new series")
    }
    id = try found.int64(0, 0)
    self.format = format
  }

  /// Numbers documents in the order given; the series is locked from here to the commit.
  func number(
    _ invoices: [Int64], on date: LocalDate, on connection: isolated Connection
  ) throws {
    let numbering: [Parameter] = [
      .int64(id), .day(date), .int64Array(invoices), .string(format.prefix),
      .string(format.suffix), .int32(Int32(format.width)),
    ]
    // Sent with what follows, so that the series is not locked for a wait of ours.
    try connection.enqueue(Statement(SQLFiles.numberDocuments), numbering) { rows in
      guard rows.affectedCount == invoices.count else {
        throw BillRunError(
          .dataError, code: "invoice_date_before_series",
          "the series has a later date than \(date)", hint: "give a later date")
      }
    }
  }
}
