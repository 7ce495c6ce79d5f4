// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Takes money in and gives it back (RULES 3): what it settles, the customer's credit and the
/// journal move in the one transaction that the caller has begun.
///
/// A payment is at any time Σ its settlements + Σ the credits that it became. What is taken off an
/// invoice again always becomes credit first; what leaves the house is paid out of these credits.
/// Each operation locks the payer, then its documents, then its credits. Every refusal is an error
/// with a stable code and exit status 65.
public struct PaymentOperations: Sendable {
  /// What is done to the documents themselves.
  let invoices: InvoiceOperations

  /// Makes operations at a moment, in UNIX seconds, by a user of the operating system.
  public init(at moment: Int64, by user: String) {
    invoices = InvoiceOperations(at: moment, by: user)
  }

  /// A customer under its lock.
  struct Payer {
    let customer: Int64
    let seller: Int64
    let closedThrough: LocalDate?
    let today: LocalDate
    let rounding: RoundingMode
  }

  /// Locks customers against all that settles their documents or uses their credit.
  ///
  /// Throws `BillRunError` when one does not exist.
  func lock(_ customers: [Int64], on connection: isolated Connection) throws -> [Int64: Payer] {
    let ids = Array(Set(customers)).sorted()
    let moment = Parameter.timestamptz(unixSeconds: invoices.moment)
    let rows = try connection.query(Statement(SQLFiles.lockPayers), [.int64Array(ids), moment])
    var payers: [Int64: Payer] = [:]
    for row in 0..<rows.count {
      let payer = Payer(
        customer: try rows.int64(row, 0), seller: try rows.int64(row, 1),
        closedThrough: try rows.optionalLocalDate(row, 2), today: try rows.localDate(row, 3),
        rounding: try rows.choice(row, 4))
      payers[payer.customer] = payer
    }
    if let missing = ids.first(where: { payers[$0] == nil }) {
      throw BillRunError.unknownCustomer(missing)
    }
    return payers
  }

  /// Refuses a day of books that are closed, and one that has not come yet (RULES 0.11).
  func check(_ day: LocalDate, of payer: Payer, as operation: String) throws {
    if let closed = payer.closedThrough, day <= closed {
      throw Self.refusal(
        operation, "closed", "the books are closed through \(closed), this is dated \(day)")
    }
    if day > payer.today {
      throw Self.refusal(operation, "date", "\(day) has not come yet, today is \(payer.today)")
    }
  }

  /// Refuses what the books or the payment do not allow as the day on which it goes back.
  func check(_ day: LocalDate, of payment: LockedPayment, as operation: String) throws {
    try check(day, of: payment.payer, as: operation)
    if day < payment.newestDay {
      throw Self.refusal(
        operation, "date",
        "payment \(payment.id) settles since \(payment.newestDay) only, not \(day)")
    }
  }

  /// An error whose code is the operation and what stands in its way.
  static func refusal(
    _ operation: String, _ cause: String, _ message: String, hint: String? = nil
  ) -> BillRunError {
    BillRunError(.dataError, code: "\(operation)_refused_\(cause)", message, hint: hint)
  }

  /// Leaves an event for each of some subjects.
  func note(
    _ kind: String, _ subject: String, _ details: [(id: Int64, detail: JSONWriter)],
    on connection: isolated Connection
  ) throws {
    try connection.execute(
      Statement(SQLFiles.recordEvents),
      [
        .string(kind), .string(subject), .int64Array(details.map(\.id)),
        .stringArray(details.map(\.detail.text)),
      ])
  }
}
