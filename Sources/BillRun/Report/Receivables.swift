// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// What a seller's customers owe in one currency by age, in its minor units (RULES 3).
public struct Receivables: Sendable {
  /// The seller's code.
  public let seller: String
  /// The currency's code in lower case.
  public let currency: String
  /// How many digits the currency has.
  public let digits: Int
  /// How many invoices are owed on.
  public let invoices: Int64
  /// Not due yet.
  public let current: Int128
  /// Due for 1–30, 31–60, 61–90, 91–120 and over 120 days.
  public let overdue: [Int128]
  /// All that is owed.
  public let total: Int128
  /// Credits that pay for nothing yet; not taken off the total.
  public let unappliedCredit: Int128
  /// Payments that are disputed: settled, so no part of the total, but not ours for certain.
  public let disputed: Int128

  /// The names of the ages in `overdue`, as JSON calls them.
  static let ages = ["1_30", "31_60", "61_90", "91_120", "over_120"]
}

extension Receivables {
  /// What is owed at the end of a day, one for each seller and currency in the order of their
  /// codes; nil means every seller.
  static func read(
    seller: String?, asOf: LocalDate, on connection: isolated Connection
  ) throws -> [Receivables] {
    try connection.query(
      Statement(SQLFiles.reportReceivables),
      [.string(seller), .date(daysSince2000: asOf.daysSince2000)]
    ).map(Receivables.init)
  }

  private init(_ row: Row) throws {
    seller = try row.string("seller")
    currency = try row.string("currency")
    digits = Int(try row.int16("digits"))
    invoices = try row.int64("invoices")
    current = try row.numeric("not_due", scale: 0)
    overdue = try ["days_30", "days_60", "days_90", "days_120", "older"].map {
      try row.numeric($0, scale: 0)
    }
    total = try row.numeric("total", scale: 0)
    unappliedCredit = try row.numeric("unapplied_credit", scale: 0)
    disputed = try row.numeric("disputed", scale: 0)
  }

  func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("currency", currency)
      $0.field("invoices", invoices)
      $0.field("current", minor: current, digits: digits)
      for (age, amount) in zip(Self.ages, overdue) { $0.field(age, minor: amount, digits: digits) }
      $0.field("total", minor: total, digits: digits)
      $0.field("unapplied_credit", minor: unappliedCredit, digits: digits)
      $0.field("disputed", minor: disputed, digits: digits)
    }
  }

  static func table(of rows: [Receivables]) -> TextTable {
    var table = TextTable(
      [("currency", .left), ("invoices", .right), ("current", .right)]
        + ["1–30", "31–60", "61–90", "91–120", "over 120", "total", "unapplied credit", "disputed"]
        .map { ($0, .right) })
    for row in rows {
      let amounts = [row.current] + row.overdue + [row.total, row.unappliedCredit, row.disputed]
      table.add(
        [row.currency, Figure.count(row.invoices)]
          + amounts.map { Figure.amount(minor: $0, digits: row.digits) })
    }
    return table
  }
}
