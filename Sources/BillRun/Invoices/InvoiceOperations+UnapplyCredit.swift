// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

extension InvoiceOperations {
  /// Takes what credits pay off invoices again: it is the customers' credit as before, and booked
  /// as the mirror, dated today.
  ///
  /// Throws `BillRunError` with 65 for an invoice that is not open or paid, or that no credit pays.
  public func unapplyCredit(_ ids: [Int64], on connection: isolated Connection) throws {
    let invoices = try begin(.unapplyCredit, ids, on: connection)
    let rows = try connection.query(Statement(SQLFiles.listAppliedCredits), [.int64Array(ids)])
    let paid = try Set((0..<rows.count).map { try rows.int64($0, 0) })
    for invoice in invoices where !paid.contains(invoice.id) {
      throw refusal(.unapplyCredit, "nothing", "no credit pays \(invoice.name)")
    }
    let days = Dictionary(
      uniqueKeysWithValues: try invoices.map { ($0.id, try openToday(.unapplyCredit, $0)) })
    var settlements: [Settlement] = []
    for row in 0..<rows.count {
      let invoice = try rows.int64(row, 0)
      guard let day = days[invoice] else { continue }
      settlements.append(
        Settlement(
          invoice: invoice, kind: try rows.choice(row, 2), amount: -(try rows.int64(row, 3)),
          day: day, credit: try rows.int64(row, 4), reverses: try rows.int64(row, 1)))
    }
    try takeOff(settlements, on: connection)
  }

  /// Writes settlements by credit that are taken back, each with a credit; they are booked as the
  /// mirror of `use`, and the credits are open again.
  func takeOff(_ settlements: [Settlement], on connection: isolated Connection) throws {
    try settle(settlements, on: connection)
    for kind in [Settlement.Kind.credit, .creditNote] {
      let rows = settlements.filter { $0.kind == kind }
      for (day, rows) in Dictionary(grouping: rows, by: \.day) {
        try connection.execute(
          Statement(SQLFiles.bookAmounts),
          [
            .int64Array(rows.map(\.invoice)), .string(InvoiceOperation.unapplyCredit.rawValue),
            .day(day),
            .string("1200"), .string(kind == .credit ? "2100" : "2110"),
            .int64Array(rows.map { -$0.amount }),
          ])
      }
    }
    try connection.execute(
      Statement(SQLFiles.useCredits),
      [.int64Array(settlements.map(\.credit)), .int64Array(settlements.map(\.amount))])
  }
}
