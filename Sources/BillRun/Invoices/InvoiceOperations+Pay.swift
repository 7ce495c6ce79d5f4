// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

extension InvoiceOperations {
  /// Locks open invoices whose saved sources a person wants to charge.
  ///
  /// Throws `BillRunError` with 65 for what is not open, has AutoPay off, or whose payer has no
  /// payment source. A payer who asks may have AutoPay off.
  func beginPaying(
    _ ids: [Int64], byPayer: Bool = false, on connection: isolated Connection
  ) throws -> [LockedInvoice] {
    let invoices = try begin(.pay, ids, on: connection)
    let rows = try connection.query(Statement(SQLFiles.listSources), [.int64Array(ids)])
    for (row, invoice) in invoices.enumerated() {
      let name = invoice.name
      let customer = try rows.int64(row, 1)
      if try !byPayer && !rows.bool(row, 2) {
        throw refusal(
          .pay, "no_autopay", "\(name) is not on AutoPay",
          hint: "billrun payment record for money that came in otherwise")
      }
      if try rows.isNull(row, 3) {
        throw refusal(
          .pay, "no_source", "customer \(customer) of \(name) has no payment source",
          hint: "import the customer with a payment_source")
      }
    }
    return invoices
  }

  /// Notes that a payer asks for a charge.
  func noteAttempt(
    on invoice: Int64, _ seen: ChargeEngine.Seen, on connection: isolated Connection
  ) throws {
    var detail = JSONWriter()
    detail.object {
      $0.field("attempt", Int64(seen.number))
      $0.field("os_user", user)
    }
    try connection.execute(
      Statement(SQLFiles.recordEvent),
      [.string("payment_attempted"), .string("invoice"), .int64(invoice), .jsonb(detail.text)])
  }
}
