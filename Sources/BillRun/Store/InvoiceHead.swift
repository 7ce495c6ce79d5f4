// SPDX-License-Identifier: Apache-2.0
public import BillingCore
import Postgres

/// What a list shows of a document; amounts are in minor units.
public struct InvoiceHead: Sendable {
  /// The document's id.
  public let id: Int64
  /// `invoice` or `credit_note`.
  public let kind: String
  /// The number; nil before it is posted.
  public let number: String?
  /// The customer's id.
  public let customer: Int64
  /// The customer's name.
  public let customerName: String
  /// The subscription it came from; nil when from several or none.
  public let subscription: Int64?
  /// The run that made it; nil when none did.
  public let run: Int64?
  /// The stored state.
  public let state: String
  /// The status by RULES 6.
  public let status: String
  /// Whether it was sent.
  public let wasSent: Bool
  /// The invoice date.
  public let date: LocalDate
  /// The day by which it is to be paid; nil with AutoPay.
  public let dueDate: LocalDate?
  /// The terms of payment as they were given.
  public let terms: String?
  /// The currency's code in lower case.
  public let currency: String
  /// How many digits the currency has.
  public let digits: Int
  /// Σ line amounts before discounts.
  public let subtotal: Int64
  /// Discounts of lines and document together.
  public let discounts: Int64
  /// Exclusive taxes.
  public let taxes: Int64
  /// The total before cash rounding.
  public let total: Int64
  /// Cash rounding.
  public let rounding: Int64
  /// Σ settlements.
  public let settled: Int64
  /// What is owed; 0 when voided or canceled.
  public let balance: Int64
}

extension InvoiceHead {
  init(_ row: Row) throws {
    id = try row.int64("invoice_id")
    kind = try row.string("kind")
    number = try row.optionalString("number")
    customer = try row.int64("customer_id")
    customerName = try row.string("customer_name")
    subscription = try row.optionalInt64("subscription_id")
    run = try row.optionalInt64("run_id")
    state = try row.string("state")
    status = try row.string("status")
    wasSent = try row.bool("was_sent")
    date = LocalDate(daysSince2000: try row.date("invoice_date"))
    dueDate = try row.optionalDate("due_date").map { LocalDate(daysSince2000: $0) }
    terms = try row.optionalString("payment_terms")
    currency = try row.string("currency")
    digits = Int(try row.int16("digits"))
    subtotal = try row.int64("subtotal")
    discounts = try row.int64("discounts")
    taxes = try row.int64("taxes")
    total = try row.int64("total")
    rounding = try row.int64("rounding")
    settled = try row.int64("settled")
    balance = try row.int64("balance")
  }

  /// An amount of this currency as people read it.
  public func text(_ minor: Int64) -> String { Figure.amount(minor: minor, digits: digits) }
}
