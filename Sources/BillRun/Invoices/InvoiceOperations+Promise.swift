// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

extension InvoiceOperations {
  /// Notes up to which day payment of invoices is promised, nil to end the promise: they are not
  /// chased before it has passed (DESIGN 10), and bear no late fee (RULES 3).
  ///
  /// Throws `BillRunError` with 65 for what owes nothing, for a day before today and for one more
  /// than 366 days ahead.
  public func promise(
    _ ids: [Int64], until day: LocalDate?, on connection: isolated Connection
  ) throws {
    let invoices = try begin(.annotate, ids, on: connection)
    for invoice in invoices {
      if invoice.state != .open || invoice.balance == 0 {
        throw refusal(.annotate, "settled", "\(invoice.name) owes nothing that could be promised")
      }
      if let day, day < invoice.today || day - invoice.today > 366 {
        throw refusal(
          .annotate, "promise", "a promise is of today or up to 366 days ahead, \(day) is not")
      }
    }
    try connection.execute(Statement(SQLFiles.setPromises), [.int64Array(ids), .day(day)])
    var detail = JSONWriter()
    detail.object {
      $0.field("promised_on", day?.description)
      $0.field("os_user", user)
    }
    try connection.execute(
      Statement(SQLFiles.recordEvents),
      [
        .string("payment_promised"), .string("invoice"), .int64Array(ids),
        .stringArray(ids.map { _ in detail.text }),
      ])
  }
}
