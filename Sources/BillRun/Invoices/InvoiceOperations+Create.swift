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
    try create([text], farAhead: farAhead, on: connection)[0]
  }

  /// The same for several, in their order: all of them or none.
  ///
  /// Their numbers follow the order of RULES 0.1. There must be one.
  public func create(
    _ texts: [DocumentText], farAhead: Bool = false, on connection: isolated Connection
  ) throws -> [Int64] {
    let staging = ManualInvoiceStaging(moment: moment)
    try staging.stage(texts, as: "invoice", on: connection)
    try staging.readInvoice(texts[0].name, on: connection)
    let (invoices, unpriced) = try ManualInvoiceWriter(on: connection)
      .write(1...Int32(texts.count), on: connection)
    if let issue = unpriced.first?.issue { throw BillRunError(issue) }
    guard invoices.count == texts.count else {
      throw BillRunError.controlCheck("an invoice was neither written nor refused")
    }
    if !farAhead {
      for invoice in invoices {
        try FarDates.refuseInvoiceDate(invoice.date, aheadOf: invoice.today)
      }
    }
    if !postsFreely, let ahead = invoices.first(where: { !$0.isDraft && $0.date > $0.today }) {
      throw refusal(.post, "scope", "an invoice of \(ahead.date) is posted by who may operate")
    }
    let ids = invoices.map(\.id)
    try connection.enqueue(
      Statement(SQLFiles.recordInvoiceEvents),
      [.int64Array(ids), .string("invoice_created"), .string(user)])
    if invoices.contains(where: \.bringsID) {
      try connection.enqueue(Statement(SQLFiles.importMoveSequences), [])
    }
    let posted = invoices.filter { !$0.isDraft }.map(\.id)
    if !posted.isEmpty {
      try connection.enqueue(Statement(SQLFiles.planByKeys), [])
      try post(posted, on: connection)
    }
    return ids
  }
}
