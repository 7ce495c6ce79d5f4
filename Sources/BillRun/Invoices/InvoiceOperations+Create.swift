// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

extension InvoiceOperations {
  /// Makes an invoice from an object as the seeds' create call has it, and returns its id: a draft
  /// where it says so, else posted at once.
  ///
  /// Throws `BillRunError` with 65 and all that is wrong with the object, or why it cannot be
  /// charged or posted, and for a date far ahead unless that is meant; nothing is written then.
  public func create(
    _ text: DocumentText, farAhead: Bool = false, on connection: isolated Connection
  ) throws -> Int64 {
    let staging = ManualInvoiceStaging(moment: moment)
    try staging.stage(text, as: "invoice", on: connection)
    try staging.readInvoice(text.name, on: connection)
    let (written, unpriced) = try ManualInvoiceWriter(on: connection).write(1...1, on: connection)
    if let issue = unpriced.first?.issue { throw BillRunError(issue) }
    guard let invoice = written.first else {
      throw BillRunError.controlCheck("an invoice was neither written nor refused")
    }
    if !farAhead { try FarDates.refuseInvoiceDate(invoice.date, aheadOf: invoice.today) }
    try connection.enqueue(
      Statement(SQLFiles.recordInvoiceEvents),
      [.int64Array([invoice.id]), .string("invoice_created"), .string(user)])
    if invoice.bringsID {
      try connection.enqueue(Statement(SQLFiles.importMoveSequences), [])
    }
    if !invoice.isDraft {
      try connection.enqueue(Statement(SQLFiles.planByKeys), [])
      try post([invoice.id], on: connection)
    }
    return invoice.id
  }
}
