// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// A row that changes what is owed on a document; amounts are in minor units (RULES 0.12).
struct Settlement: Hashable, Sendable {
  /// What settles it.
  enum Kind: String, Sendable {
    case payment
    case credit
    case creditNote = "credit_note"
    case writeOff = "write_off"
    case earlyDiscount = "early_discount"
    case withholding
    case rounding
  }

  let invoice: Int64
  let kind: Kind
  /// Below zero where it takes one back.
  let amount: Int64
  let day: LocalDate
  var credit: Int64?
  /// The payment that it is a part of, or that it came with.
  var payment: Int64?
  /// The settlement that it takes back.
  var reverses: Int64?
  /// Of tax that the payer withheld.
  var certificate: String?
  /// A payment after the write-off.
  var isRecovery = false
  /// The credit note with which what was granted goes back.
  var creditNote: Int64?
  /// Of a charge: it counts as an attempt, and none is due after it.
  var isCharge = false
}

/// A side of an entry; the amount is in minor units, debit positive.
struct BookedAmount: Hashable, Sendable {
  let seller: Int64
  let currency: Currency
  let account: String
  let amount: Int64
  var taxRateVersion: Int64?
}

extension InvoiceOperations {
  /// Settles documents, all rows of one at once.
  func settle(_ rows: [Settlement], on connection: isolated Connection) throws {
    if rows.isEmpty { return }
    try connection.execute(
      Statement(SQLFiles.settleInvoices),
      [
        .int64Array(rows.map(\.invoice)), .stringArray(rows.map(\.kind.rawValue)),
        .int64Array(rows.map(\.amount)),
        .dateArray(daysSince2000: rows.map(\.day.daysSince2000)),
        .int64Array(rows.map(\.credit)), .int64Array(rows.map(\.payment)),
        .int64Array(rows.map(\.reverses)), .stringArray(rows.map(\.certificate)),
        .boolArray(rows.map(\.isRecovery)), .boolArray(rows.map(\.isCharge)),
        .int64Array(rows.map(\.creditNote)),
      ])
  }

  /// Books an event of a day: one entry a seller and currency, of one invoice where it is known.
  func book(
    _ event: String, _ amounts: [BookedAmount], on day: LocalDate, invoice: Int64? = nil,
    _ connection: isolated Connection
  ) throws {
    if amounts.isEmpty { return }
    try connection.execute(
      Statement(SQLFiles.bookEntries),
      [
        .string(event), .day(day), .int64(invoice), .int64Array(amounts.map(\.seller)),
        .stringArray(amounts.map(\.currency.code)), .stringArray(amounts.map(\.account)),
        .int64Array(amounts.map(\.amount)), .int64Array(amounts.map(\.taxRateVersion)),
      ])
  }
}
