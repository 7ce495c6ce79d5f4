// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// A payment whose payer is locked, with what it settles; amounts are in minor units.
struct LockedPayment {
  /// What a part of it, or something that was granted with it, settles.
  struct Part {
    let settlement: Int64
    let invoice: Int64
    let kind: Settlement.Kind
    let amount: Int64
    let credit: Int64?
    let certificate: String?
    let isRecovery: Bool
    /// The total of the document.
    let total: Int64

    /// Whether it is money of the payment, and nothing that came with it.
    var isMoney: Bool { kind == .payment || kind == .credit }
  }

  let id: Int64
  let payer: PaymentOperations.Payer
  let currency: Currency
  let amount: Int64
  /// What a gateway charged; nil when none did.
  let source: Int64?
  /// The day on which it came in.
  let receivedOn: LocalDate
  let refunded: Int64
  let returned: Int64
  let isDisputed: Bool
  /// Whether a dispute of it was lost, wholly or in part.
  let wasDisputed: Bool
  /// The newest first.
  private(set) var parts: [Part] = []
  /// The newest day on which it came in or settled something: what goes back is dated no earlier.
  private(set) var newestDay: LocalDate
  /// The documents that it settles.
  private(set) var invoices: [Int64: LockedInvoice] = [:]
  /// What credit notes of invoices that it recovered left open.
  private(set) var openNotes: [Int64: Int64] = [:]

  /// What is neither refunded nor returned.
  var left: Int64 { amount - refunded - returned }

  /// Locks the payer, then the documents that the payment settles, and reads how all stand.
  ///
  /// Throws `BillRunError` when there is no such payment.
  init(_ id: Int64, _ operations: PaymentOperations, on connection: isolated Connection) throws {
    let statement = Statement(SQLFiles.showPayment)
    guard let customer = try connection.query(statement, [.int64(id)]).first?.int64("customer_id")
    else { throw BillRunError.unknownPayment(id) }
    let payers = try operations.lock([customer], on: connection)
    // Another statement: what came in while this one waited is seen.
    let rows = try connection.query(statement, [.int64(id)])
    guard let row = rows.first, let payer = payers[customer] else {
      throw BillRunError.unknownPayment(id)
    }
    self.id = id
    self.payer = payer
    currency = try rows.currency(0, 2)
    amount = try row.int64("amount")
    receivedOn = try rows.localDate(0, 4)
    newestDay = receivedOn
    source = try row.optionalInt64("payment_source_id")
    refunded = try row.int64("refunded")
    returned = try row.int64("returned")
    isDisputed = try row.bool("is_disputed")
    wasDisputed = try row.bool("was_disputed")
    try read(operations, on: connection)
  }

  private mutating func read(
    _ operations: PaymentOperations, on connection: isolated Connection
  ) throws {
    let rows = try connection.query(Statement(SQLFiles.listPaymentSettlements), [.int64(id)])
    for row in 0..<rows.count {
      parts.append(
        Part(
          settlement: try rows.int64(row, 0), invoice: try rows.int64(row, 1),
          kind: try rows.choice(row, 2), amount: try rows.int64(row, 3),
          credit: try rows.isNull(row, 4) ? nil : rows.int64(row, 4),
          certificate: try rows.optionalString(row, 5), isRecovery: try rows.bool(row, 6),
          total: try rows.int64(row, 7)))
    }
    for row in 0..<rows.count { newestDay = max(newestDay, try rows.localDate(row, 8)) }
    let ids = Array(Set(parts.map(\.invoice))).sorted()
    if ids.isEmpty { return }
    for invoice in try LockedInvoice.lock(
      ids, alone: false, moment: operations.invoices.moment, on: connection)
    {
      invoices[invoice.id] = invoice
    }
    let recovered = Set(parts.filter(\.isRecovery).map(\.invoice)).sorted()
    if recovered.isEmpty { return }
    let notes = try connection.query(Statement(SQLFiles.listOpenNotes), [.int64Array(recovered)])
    for row in 0..<notes.count {
      openNotes[try notes.int64(row, 0), default: 0] += try notes.int64(row, 2)
    }
  }

  /// An amount of its currency as people read it.
  func text(_ minor: Int64) -> String {
    "\(Figure.amount(minor: minor, digits: currency.minorDigits)) \(currency)"
  }
}

extension BillRunError {
  /// An id is no payment's.
  static func unknownPayment(_ id: Int64) -> BillRunError {
    BillRunError(
      .usage, code: "payment_not_found", "payment \(id) not found, there is no such id",
      hint: "billrun payment list")
  }
}
