// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Records the payments of an import, all together, as one by one would be (RULES 3).
struct PaymentStage {
  /// The moment of the import, in UNIX seconds.
  let moment: Int64
  /// For the event log.
  let user: String

  /// Records the good lines that are not recorded yet, and counts what became of all good ones.
  func take(on connection: isolated Connection) throws -> ImportReport.Count {
    let rows = try connection.query(Statement(SQLFiles.importListPayments), [])
    var payments: [NewPayment] = []
    for row in 0..<rows.count where try !rows.bool(row, 6) {
      payments.append(try payment(rows, row))
    }
    let recorded =
      payments.isEmpty
      ? [] : try PaymentOperations(at: moment, by: user).record(payments, on: connection)
    return ImportReport.Count(
      object: "payment", created: payments.count, updated: 0,
      unchanged: rows.count - payments.count, ids: recorded.map(\.id))
  }

  private func payment(_ rows: Rows, _ row: Int) throws -> NewPayment {
    var payment = NewPayment(
      customer: try rows.int64(row, 0), amount: try rows.int64(row, 2),
      currency: try rows.currency(row, 1), date: try rows.localDate(row, 3))
    // The lines are checked; what is far back or told already was overruled.
    payment.isFarBack = true
    payment.isAgain = true
    payment.method = try rows.string(row, 4)
    payment.reference = try rows.optionalString(row, 5)
    payment.invoices = zip(try rows.int64Array(row, 7), try rows.int64Array(row, 8)).map {
      .init(invoice: $0, amount: $1 == 0 ? nil : $1)
    }
    return payment
  }
}
