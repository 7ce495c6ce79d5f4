// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// An open invoice that is chased, as far as it matters for its steps.
struct ChasedInvoice: Sendable {
  let id: Int64
  let customer: Int64
  let cadence: Int64
  let days: ChaseLadder.Invoice
  /// What the books say of its next chase.
  let next: LocalDate?
  /// Its number, or its id where it has none.
  let name: String
  let customerName: String
  let hasEmail: Bool
  let hasPhone: Bool
  let hasAddress: Bool

  /// Gives the chased invoices of a seller to the body, all or some of them, in order of customer
  /// and invoice.
  static func read(
    of seller: Int64, only ids: [Int64] = [], on connection: isolated Connection,
    _ body: (ChasedInvoice) throws -> Void
  ) throws {
    try connection.stream(
      Statement(SQLFiles.listChasedInvoices),
      [.int64(seller), .int64Array(ids)]
    ) { try body(ChasedInvoice($0)) }
  }

  private init(_ row: Row) throws {
    id = try row.int64("invoice_id")
    customer = try row.int64("customer_id")
    cadence = try row.int64("chasing_cadence_id")
    days = ChaseLadder.Invoice(
      issued: LocalDate(daysSince2000: try row.date("invoice_date")),
      due: try row.optionalDay("due_date"), lastStep: try row.optionalDay("last_step"),
      done: Set(try row.int16Array("done")), promised: try row.optionalDay("promised_on"))
    next = try row.optionalDay("next_chase_on")
    name = try row.string("number")
    customerName = try row.string("customer")
    hasEmail = try row.bool("has_email")
    hasPhone = try row.bool("has_phone")
    hasAddress = try row.bool("has_address")
  }

  /// Why a step cannot reach the customer; nil where it can.
  func obstacle(to action: ChasingCadence.Action) -> String? {
    switch action {
    case .email: hasEmail ? nil : "no_address"
    case .letter: hasAddress ? nil : "no_address"
    case .sms: hasPhone ? nil : "no_phone"
    default: nil
    }
  }
}
