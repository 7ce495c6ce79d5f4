// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

extension InvoiceOperations {
  /// Gives up on all that is left to pay: the customer still owes it, taxes and periods stay as
  /// they are (RULES 2, 3).
  ///
  /// Throws `BillRunError` with 65 for what is not open, and what a second person has to approve.
  public func writeOff(
    _ ids: [Int64], reason: String? = nil, on connection: isolated Connection
  ) throws {
    let invoices = try begin(.writeOff, ids, on: connection)
    try requireApproval(of: invoices, on: connection)
    let days = try Dictionary(grouping: invoices) { try openToday(.writeOff, $0) }
    for (day, invoices) in days.sorted(by: { $0.key < $1.key }) {
      let ids = Parameter.int64Array(invoices.map(\.id))
      let amounts = Parameter.int64Array(invoices.map(\.balance))
      try settle(
        invoices.map {
          Settlement(invoice: $0.id, kind: .writeOff, amount: $0.balance, day: day)
        }, on: connection)
      try connection.execute(
        Statement(SQLFiles.bookAmounts),
        [ids, .string("write_off"), .day(day), .string("6100"), .string("1200"), amounts])
    }
    try move(invoices, to: .writtenOff, as: "invoice_written_off", reason: reason, on: connection)
  }

  private func requireApproval(
    of invoices: [LockedInvoice], on connection: isolated Connection
  ) throws {
    let rows = try connection.query(
      Statement(SQLFiles.listInvoiceSellers), [.int64Array(invoices.map(\.id))])
    for row in 0..<rows.count {
      let own = Set(try rows.int64Array(row, 1))
      for invoice in invoices where own.contains(invoice.id) {
        let balance = Money(minor: invoice.balance, currency: invoice.currency)
        try ApprovalRequest(
          seller: try rows.int64(row, 0), operation: .writeOff,
          facts: "write \(invoice.name) of \(balance.majorText) \(invoice.currency) off"
        ).require(amount: balance, on: connection)
      }
    }
  }
}
