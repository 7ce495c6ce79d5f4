// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// A seller with what a run needs beside the figures: its names, zone and number formats.
public struct SellerRecord: Sendable {
  /// What figures depend on.
  public let seller: Seller
  /// The id by which people and files name it.
  public let code: String
  /// IANA name.
  public let timeZone: String
  /// Format of invoice numbers.
  public let numberFormat: String
  /// Format of credit note numbers.
  public let creditNoteFormat: String
  /// "MM-DD".
  public let fiscalYearStart: String
  /// No document is dated on or before this day (RULES 0.11).
  public let closedThrough: LocalDate?
  /// Deferred revenue is recognised up to and including this day; nil for not yet (RULES 7).
  public let recognisedThrough: LocalDate?

  /// Whether what is posted goes into the outbox.
  public let sendsInvoices: Bool

  /// Reads every seller in order of id, or only the one named; none when there is no such one.
  public static func list(code: String?, on connection: isolated Connection) throws
    -> [SellerRecord]
  {
    try records(connection.query(Statement(SQLFiles.listSellers), [.string(code)]))
  }

  /// What reads every seller, to be sent with other statements.
  static let all = Connection.Call(Statement(SQLFiles.listSellers), [.string(nil)])

  /// The sellers that were read.
  static func records(_ rows: Rows) throws -> [SellerRecord] {
    try (0..<rows.count).map { row in
      let recognition = try rows.string(row, 7)
      return SellerRecord(
        seller: Seller(
          id: ID(try rows.int64(row, 0)), country: try rows.string(row, 17),
          taxRegistrations: Set(try rows.stringArray(row, 18)),
          uncheckedTaxIDs: try rows.choice(row, 19), currency: try rows.currency(row, 2),
          rounding: try rows.choice(row, 3), cashRounding: try cashRounding(rows, row),
          taxRounding: try rows.choice(row, 4),
          taxPoint: try rows.choice(row, 5), zeroInvoices: try rows.choice(row, 6),
          creditLines: try rows.choice(row, 15), defersRevenue: recognition == "period",
          partyVersion: try rows.int32(row, 8)),
        code: try rows.string(row, 1), timeZone: try rows.string(row, 9),
        numberFormat: try rows.string(row, 10), creditNoteFormat: try rows.string(row, 11),
        fiscalYearStart: try rows.string(row, 12),
        closedThrough: try rows.optionalLocalDate(row, 14),
        recognisedThrough: try rows.optionalLocalDate(row, 20),
        sendsInvoices: try rows.text(row, 21, equals: "on_post"))
    }
  }

  private static func cashRounding(_ rows: Rows, _ row: Int) throws -> CashRounding? {
    guard let increment = try rows.optionalInt64(row, 13) else { return nil }
    let methods = try rows.stringArray(row, 16).compactMap { CashRounding.Method(rawValue: $0) }
    return CashRounding(increment: increment, methods: Set(methods))
  }

  /// The name of the series that a document of a kind and date is numbered in (RULES 2).
  func series(_ kind: InvoiceDraft.Kind, on date: LocalDate) -> String {
    NumberFormat.series(
      format: kind == .invoice ? numberFormat : creditNoteFormat, seller: code, date: date,
      fiscalYearStart: fiscalYearStart)
  }
}

extension BillRunError {
  /// A flag names a seller that the books don't have.
  static func unknownSeller(_ code: String) -> BillRunError {
    BillRunError(.usage, code: "seller_unknown", "seller \(code) does not exist")
  }
}
