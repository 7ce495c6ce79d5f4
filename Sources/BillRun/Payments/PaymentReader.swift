// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// Reads payments: rows for people, and objects as JSON, which the server writes.
public struct PaymentReader: Sendable {
  /// Which payments are shown; nil means all.
  public struct Filter: Sendable {
    /// The payment's id.
    public var id: Int64?
    /// The customer's id.
    public var customer: Int64?
    /// Only those of which something is open credit.
    public var isUnapplied = false
    /// Only payments beyond this id.
    public var after: Int64?
    /// At most so many.
    public var limit: Int64?

    /// Makes the filter that shows everything.
    public init() {}
  }

  /// Makes a reader.
  public init() {}

  /// Gives payments to the body as they arrive, the oldest first.
  public func payments(
    _ filter: Filter, on connection: isolated Connection, _ body: (Payment) throws -> Void
  ) throws {
    try connection.stream(
      Statement(SQLFiles.listPayments),
      [
        .int64(filter.id), .int64(filter.customer), .bool(filter.isUnapplied),
        .int64(filter.limit), .int64(filter.after),
      ]
    ) { try body(Payment($0)) }
  }

  /// A payment; throws `BillRunError` when there is none of this id.
  public func payment(_ id: Int64, on connection: isolated Connection) throws -> Payment {
    var filter = Filter()
    filter.id = id
    var found: Payment?
    try payments(filter, on: connection) { found = $0 }
    guard let found else { throw BillRunError.unknownPayment(id) }
    return found
  }

  /// Whether a gateway charged a payment.
  public func isCharged(_ id: Int64, on connection: isolated Connection) throws -> Bool {
    try connection.query(Statement(SQLFiles.showChargeOfPayment), [.int64(id)]).count > 0
  }

  /// The numbers of the invoices that a payment pays while a charge of them is on its way.
  public func charging(_ id: Int64, on connection: isolated Connection) throws -> [String] {
    try connection.query(Statement(SQLFiles.listChargingInvoices), [.int64(id)])
      .map { try $0.string("number") }
  }

  /// Whose payment it is that a customer makes for some invoices: theirs, if it is the customer's
  /// own or its payer's, else the payer's.
  public func owner(
    ofPaymentBy customer: Int64, for invoices: [Int64], on connection: isolated Connection
  ) throws -> Int64 {
    try connection.query(
      Statement(SQLFiles.findPaymentOwner), [.int64(customer), .int64Array(invoices)]
    ).first?.int64(0) ?? customer
  }
}

/// What a list shows of a payment; amounts are in minor units.
public struct Payment: Sendable {
  /// The payment's id.
  public let id: Int64
  /// The customer's id.
  public let customer: Int64
  /// The customer's name.
  public let customerName: String
  /// The currency's code.
  public let currency: String
  /// How many digits the currency has.
  public let digits: Int
  /// The day on which it came in.
  public let date: LocalDate
  /// How it came.
  public let method: String
  /// What the bank or the payer calls it.
  public let reference: String?
  /// `applied`, `partly_applied`, `unapplied`, `disputed`, `refunded` or `returned`.
  public let status: String
  /// What came in.
  public let amount: Int64
  /// What settles invoices.
  public let applied: Int64
  /// What is open credit.
  public let unapplied: Int64
  /// The Payment object of INTERFACE.md.
  public let json: String

  init(_ row: Row) throws {
    id = try row.int64("payment_id")
    customer = try row.int64("customer_id")
    customerName = try row.string("customer_name")
    currency = try row.string("currency")
    digits = Int(try row.int16("digits"))
    date = LocalDate(daysSince2000: try row.date("received_on"))
    method = try row.string("method")
    reference = try row.optionalString("reference")
    status = try row.string("status")
    amount = try row.int64("amount")
    applied = try row.int64("applied")
    unapplied = try row.int64("unapplied")
    json = try row.string("object")
  }

  /// An amount of this currency as people read it.
  public func text(_ minor: Int64) -> String { Figure.amount(minor: minor, digits: digits) }

  /// The table that people read.
  public static func table(of payments: [Payment]) -> TextTable {
    var table = TextTable([
      ("id", .right), ("date", .left), ("status", .left), ("customer", .right), ("name", .left),
      ("method", .left), ("reference", .left), ("currency", .left), ("amount", .right),
      ("applied", .right), ("unapplied", .right),
    ])
    for payment in payments {
      table.add([
        "\(payment.id)", "\(payment.date)", payment.status, "\(payment.customer)",
        payment.customerName, payment.method, payment.reference ?? "", payment.currency,
        payment.text(payment.amount), payment.text(payment.applied),
        payment.text(payment.unapplied),
      ])
    }
    return table
  }
}
