// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

extension InvoiceOperations {
  /// Makes open invoices with nothing settled drafts again: the number stays with them, the journal
  /// is mirrored today, their periods stay claimed (RULES 6).
  ///
  /// Throws `BillRunError` with 65 for what has left the house, is settled, charged, credited or in
  /// closed books.
  public func unpost(_ ids: [Int64], on connection: isolated Connection) throws {
    let invoices = try begin(.unpost, ids, alone: true, on: connection)
    for invoice in invoices { try refuseWhatIsKnown(.unpost, invoice) }
    try mirror(.unpost, invoices, on: connection)
    try move(invoices, to: .draft, as: "invoice_unposted", on: connection)
  }

  /// Makes unposted drafts open invoices again: under the number that they have, booked on the
  /// invoice date, paid by what the payer has open (RULES 0.8, 6).
  ///
  /// Throws `BillRunError` with 65 for what is no draft, or is dated in closed books.
  public func post(_ ids: [Int64], on connection: isolated Connection) throws {
    let drafts = try begin(.post, ids, on: connection)
    for draft in drafts {
      if let closed = draft.closedThrough, draft.date <= closed {
        throw refusal(
          .post, "closed", "\(draft.name) is dated in books that are closed through \(closed)")
      }
    }
    for (date, drafts) in Dictionary(grouping: drafts, by: \.date).sorted(by: { $0.key < $1.key }) {
      try connection.execute(
        Statement(SQLFiles.bookDocuments),
        [.int64Array(drafts.map(\.id)), .string("post"), .int32(1), .day(date)])
    }
    try move(drafts, to: .open, as: "invoice_posted", on: connection)
    try payByCredit(drafts, in: .post, on: connection)
  }
}
