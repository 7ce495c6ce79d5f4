// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// A document under its lock, as an operation finds it.
struct LockedInvoice {
  let id: Int64
  let seller: Int64
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
  let phase: InvoicePhase
  /// Sent, viewed or exported.
  let hasLeft: Bool
  /// A charge of it was approved.
  let wasCharged: Bool
  /// A later document takes of it back, or bills late usage as the difference to it.
  let isCredited: Bool
  /// It has credit lines itself.
  let takesBack: Bool
  /// It bills what was measured.
  let billsUsage: Bool
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

  /// Locks documents with their payers, in order of id; throws when one does not exist.
  static func lock(
    _ ids: [Int64], moment: Int64, on connection: isolated Connection
  ) throws -> [LockedInvoice] {
    let rows = try connection.query(
      Statement(SQLFiles.lockInvoices),
      [.int64Array(ids), .timestamptz(microseconds: (moment - 946_684_800) * 1_000_000)])
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
    seller = try rows.int64(row, 1)
    customer = try rows.int64(row, 2)
    kind = try rows.choice(row, 3)
    currency = try rows.currency(row, 5)
    number = try rows.optionalString(row, 6)
    date = try rows.localDate(row, 7)
    owed = try rows.int64(row, 8)
    settled = try rows.int64(row, 9)
    hasLeft = try rows.bool(row, 10)
    phase = InvoicePhase(
      try rows.choice(row, 4), hasNumber: number != nil, owed: owed, settled: settled,
      hasLiveAttempt: try rows.bool(row, 11))
    wasCharged = try rows.bool(row, 12)
    isCredited = try rows.bool(row, 13)
    takesBack = try rows.bool(row, 14)
    billsUsage = try rows.bool(row, 15)
    closedThrough = try rows.optionalLocalDate(row, 16)
    today = try rows.localDate(row, 17)
  }
}
