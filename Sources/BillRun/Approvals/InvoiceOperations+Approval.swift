// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

extension InvoiceOperations {
  /// Has a second person's approval used where documents of runs are taken back (RULES 2).
  ///
  /// Where the seller wants one, that is: by filter, by name or one by one, a run is no less taken
  /// back than by `runs reverse`. Drafts that were never posted need none.
  ///
  /// `waive` is why nobody will be billed for their periods; nil where the next run does.
  func requireApproval(
    of operation: InvoiceOperation, _ ids: [Int64], waive: String?,
    on connection: isolated Connection
  ) throws {
    if isApproved || ids.isEmpty { return }
    for row in try connection.query(Statement(SQLFiles.digestInvoices), [.int64Array(ids)]) {
      let (first, last) = (try row.string("first"), try row.string("last"))
      let way = waive.map { ", and nobody bills it again: \($0)" } ?? ""
      try ApprovalRequest(
        seller: try row.int64("seller_id"), operation: .runReverse,
        facts: "\(operation.rawValue) "
          + "\(Figure.counted(try row.int64("documents"), "document")) of run "
          + "\(try row.string("runs")) of seller \(try row.string("seller"))\(way): "
          + "\(first == last ? first : "\(first) to \(last)"), "
          + "digest \(try row.string("digest"))"
      ).require(on: connection)
    }
  }
}
