// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// A line item of a list, with the document that it is on.
public struct LineItem: Sendable {
  /// The item's id: where a list goes on after it.
  public let id: Int64
  /// The document's id.
  public let invoice: Int64
  /// The document's number; nil before it is posted.
  public let number: String?
  /// The printed name; nil for none.
  public let name: String?
  /// The quantity.
  public let quantity: String
  /// In major units.
  public let unitCost: String
  /// Before discounts, as people read it.
  public let amount: String
  /// The currency's code in lower case.
  public let currency: String
  /// The first day it bills; nil for one-off items.
  public let periodStart: LocalDate?
  /// The last day it bills.
  public let lastDay: LocalDate?
  /// The item as the seeds' object, with the key `invoice`, as JSON text.
  public let object: String

  /// Gives items to the body in order of document and line; memory stays flat.
  ///
  /// No `invoices` means all of them, `after` only those beyond this item.
  public static func read(
    of invoices: [Int64], after: Int64? = nil, limit: Int64? = nil,
    on connection: isolated Connection, _ body: (LineItem) throws -> Void
  ) throws {
    try connection.stream(
      Statement(SQLFiles.listLineItems), [.int64Array(invoices), .int64(after), .int64(limit)]
    ) { try body(LineItem($0)) }
  }

  private init(_ row: Row) throws {
    id = try row.int64("item_id")
    invoice = try row.int64("invoice_id")
    number = try row.optionalString("number")
    name = try row.optionalString("name")
    quantity = try row.string("quantity")
    unitCost = try row.string("unit_cost")
    amount = Figure.amount(minor: try row.int64("amount"), digits: Int(try row.int16("digits")))
    currency = try row.string("currency")
    periodStart = try row.optionalDate("period_start").map { LocalDate(daysSince2000: $0) }
    lastDay = try row.optionalDate("last_day").map { LocalDate(daysSince2000: $0) }
    object = try row.string("object")
  }
}
