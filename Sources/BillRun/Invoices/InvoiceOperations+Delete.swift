// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

extension InvoiceOperations {
  /// Removes drafts that were never posted: what they have used is given back as by `cancel`, and
  /// what they were stays in the event (RULES 2).
  ///
  /// Throws `BillRunError` with 65 for what is no draft, has a number, or was made by a run.
  public func delete(_ ids: [Int64], on connection: isolated Connection) throws {
    let drafts = try begin(.delete, ids, alone: true, on: connection)
    for draft in try Posting.load(ids, on: connection) where draft.run != nil {
      throw refusal(
        .delete, "run", "invoice \(draft.id) was made by a run, which counts its documents",
        hint: "billrun invoice cancel \(draft.id)")
    }
    var objects: [String] = []
    let reader = InvoiceReader(at: moment)
    for draft in drafts {
      try reader.objects(InvoiceFilter(id: draft.id), on: connection) { objects.append($0) }
    }
    let ids = Parameter.int64Array(drafts.map(\.id))
    try connection.execute(
      Statement(SQLFiles.recordDeletions), [ids, .stringArray(objects), .string(user)])
    try release(drafts, as: "delete", waived: false, on: connection)
    try undoCredits(.delete, drafts, waived: false, on: connection)
    try freeCoupons(of: drafts, on: connection)
    for file in [
      SQLFiles.deleteLineCredits, SQLFiles.deleteDraftParts, SQLFiles.deleteRequests,
      SQLFiles.deleteDrafts,
    ] {
      try connection.execute(Statement(file), [ids])
    }
  }

  /// Gives back the redemptions of documents made by hand that were never posted (RULES 5,
  /// coupons).
  func freeCoupons(of drafts: [LockedInvoice], on connection: isolated Connection) throws {
    if drafts.isEmpty { return }
    try connection.execute(
      Statement(SQLFiles.countAttachedCoupons), [.int64Array(drafts.map(\.id)), .int32(-1)])
  }
}
