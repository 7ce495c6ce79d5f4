// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

extension InvoiceOperations {
  /// Charges the saved sources of open invoices: so far it only tells why it cannot.
  ///
  /// Throws `BillRunError` with 65 for what is not open, has AutoPay off, whose payer has no
  /// payment source, and for every gateway, since none can be charged yet.
  public func pay(_ ids: [Int64], on connection: isolated Connection) throws {
    let invoices = try begin(.pay, ids, on: connection)
    let rows = try connection.query(Statement(SQLFiles.listSources), [.int64Array(ids)])
    for (row, invoice) in invoices.enumerated() {
      let name = invoice.name
      let customer = try rows.int64(row, 1)
      if try !rows.bool(row, 2) {
        throw refusal(
          .pay, "no_autopay", "\(name) is not on AutoPay",
          hint: "billrun payment record for money that came in otherwise")
      }
      guard let gateway = try rows.optionalString(row, 3) else {
        throw refusal(
          .pay, "no_source", "customer \(customer) of \(name) has no payment source",
          hint: "import the customer with a payment_source")
      }
      throw refusal(
        .pay, "no_gateway", "\(name) is not charged, gateway \(gateway) cannot be used yet")
    }
  }
}
