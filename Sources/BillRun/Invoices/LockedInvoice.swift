// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// A document under its lock, as an operation finds it.
struct LockedInvoice {
  let id: Int64
  let customer: Int64
  let kind: InvoiceDraft.Kind
  let currency: Currency
  /// Nil before it was ever posted.
  let number: String?
  let date: LocalDate
  /// Total and rounding, in minor units.
  let owed: Int64
  /// Σ settlements, in minor units.
  let settled: Int64
  let state: InvoicePhase.State
  let phase: InvoicePhase
  /// Sent, viewed, exported or in a file to a bank.
  let hasLeft: Bool
  /// A charge of it was approved.
  let wasCharged: Bool
  /// A later document takes of it back.
  let isCredited: Bool
  /// A later document bills late usage as the difference to it.
  let hasLateUsage: Bool
  /// It has credit lines itself.
  let takesBack: Bool
  /// It bills what was measured.
  let billsUsage: Bool
  /// The credit that a credit note gave was used.
  let isUsed: Bool
  /// It is a credit note of an invoice that was reversed.
  let isOfReversed: Bool
  let closedThrough: LocalDate?
  /// The day in the seller's zone.
  let today: LocalDate

  /// What is left to pay, in minor units.
  var balance: Int64 { owed - settled }

  /// How people name it: its number, else its id.
  var name: String {
    let noun = kind == .invoice ? "invoice" : "credit note"
    return "\(noun) \(number ?? String(id))"
  }

  /// Locks documents with their payers, then reads them, in order of id.
  ///
  /// `alone` keeps runs of their sellers out. Throws when a document does not exist, or when a run
  /// is at work (75).
  static func lock(
    _ ids: [Int64], alone: Bool, moment: Int64, on connection: isolated Connection
  ) throws -> [LockedInvoice] {
    let locked = try connection.query(Statement(SQLFiles.lockInvoices), [.int64Array(ids)])
    if alone {
      for seller in Set(try (0..<locked.count).map { try locked.int64($0, 1) }).sorted() {
        try RunLock(schema: connection.searchPath, seller: ID(seller))
          .takeForTransaction(on: connection)
      }
    }
    let rows = try connection.query(
      Statement(SQLFiles.showStanding),
      [.int64Array(ids), .timestamptz(unixSeconds: moment)])
    let found = try (0..<rows.count).map { try LockedInvoice(rows, $0) }
    if let missing = Set(ids).subtracting(found.map(\.id)).min() {
      throw BillRunError(
        .usage, code: "invoice_not_found", "invoice \(missing) not found, no id or number is so",
        hint: "billrun invoice list")
    }
    return found
  }

  private init(_ rows: Rows, _ row: Int) throws {
    id = try rows.int64(row, 0)
    customer = try rows.int64(row, 1)
    kind = try rows.choice(row, 2)
    currency = try rows.currency(row, 4)
    number = try rows.optionalString(row, 5)
    date = try rows.localDate(row, 6)
    owed = try rows.int64(row, 7)
    settled = try rows.int64(row, 8)
    hasLeft = try rows.bool(row, 9)
    state = try rows.choice(row, 3)
    phase = InvoicePhase(
      state, hasNumber: number != nil, owed: owed, settled: settled,
      hasLiveAttempt: try rows.bool(row, 10))
    wasCharged = try rows.bool(row, 11)
    isCredited = try rows.bool(row, 12)
    hasLateUsage = try rows.bool(row, 13)
    takesBack = try rows.bool(row, 14)
    billsUsage = try rows.bool(row, 15)
    isUsed = try rows.bool(row, 16)
    isOfReversed = try rows.bool(row, 17)
    closedThrough = try rows.optionalLocalDate(row, 18)
    today = try rows.localDate(row, 19)
  }
}
