// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

extension InvoiceOperations {
  /// Declares open or unposted invoices never valid: number kept, journal mirrored today, periods
  /// billed again by the next run unless `waive` says why nobody will (RULES 2, 6).
  ///
  /// What they take back of earlier documents is billed there again. Throws `BillRunError` with 65
  /// for what has left the house, is settled, charged, credited or in closed books, and where
  /// another document has billed since what they take back; and what a second person has to
  /// approve.
  public func void(
    _ ids: [Int64], waive: String? = nil, on connection: isolated Connection
  ) throws {
    var invoices = try begin(.void, ids, alone: true, on: connection)
    if try unsettleCredited(by: invoices, for: .void, on: connection) {
      invoices = try begin(.void, ids, alone: true, on: connection)
    }
    for invoice in invoices {
      try refuseWhatIsKnown(.void, invoice)
      try refuseWaivedUsage(.void, invoice, waive: waive)
    }
    try requireApproval(of: .void, ids, waive: waive, on: connection)
    // An unposted draft's entry is mirrored already.
    try mirror(.void, invoices.filter { $0.phase != .unposted }, on: connection)
    try release(invoices, as: "void", waived: waive != nil, on: connection)
    try undoCredits(.void, invoices, waived: waive != nil, on: connection)
    try withdraw(invoices, on: connection)
    try move(invoices, to: .voided, as: "invoice_voided", reason: waive, on: connection)
  }

  /// Drops drafts for good: their periods are billed again by the next run unless `waive` says why
  /// nobody will.
  ///
  /// One that has a number is voided, since its number stays. A run of which nothing is left gives
  /// back also what it has covered without billing it; returns how many spans that are. Throws
  /// `BillRunError` with 65 for what is no draft, and as voiding does for what takes earlier
  /// documents back.
  @discardableResult
  public func cancel(
    _ ids: [Int64], waive: String? = nil, on connection: isolated Connection
  ) throws -> Int {
    let drafts = try begin(.cancel, ids, alone: true, on: connection)
    for draft in drafts {
      try refuseCredited(.cancel, draft)
      try refuseWaivedUsage(.cancel, draft, waive: waive)
    }
    try requireApproval(of: .cancel, ids, waive: waive, on: connection)
    try release(drafts, as: "cancel", waived: waive != nil, on: connection)
    try undoCredits(.cancel, drafts, waived: waive != nil, on: connection)
    try freeCoupons(of: drafts.filter { $0.phase == .draft }, on: connection)
    for (phase, state) in [(InvoicePhase.draft, InvoicePhase.State.canceled), (.unposted, .voided)]
    {
      try move(
        drafts.filter { $0.phase == phase }, to: state, as: "invoice_\(state.rawValue)",
        reason: waive, on: connection)
    }
    let ended = try connection.query(Statement(SQLFiles.endRuns), [.int64Array(ids)])
    var freed = 0
    for run in ended {
      guard try run.string("state") == "canceled" else { continue }
      freed += try releaseDays(
        of: try run.int64("run_id"), nil, as: "cancel", waived: waive != nil, on: connection)
    }
    return freed
  }
}
