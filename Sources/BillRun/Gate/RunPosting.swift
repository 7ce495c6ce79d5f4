// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// From a run's drafts to posted invoices: the look between them, and the posting pass (RULES 0.1).
///
/// Each block is one transaction; killed anywhere, the same command goes on with what is left.
struct RunPosting: Sendable {
  let run: Int64
  let operations: InvoiceOperations
  let stop: StopSignal
  /// How many documents a transaction posts.
  var blockSize: Int64 = 5_000
  /// Called before each commit, for tests.
  var fault: @Sendable (FaultPoint) throws -> Void = { _ in }

  /// By a user of the operating system, at a moment in UNIX seconds.
  init(of run: Int64, at moment: Int64, by user: String, stop: StopSignal) {
    self.run = run
    self.stop = stop
    var operations = InvoiceOperations(at: moment, by: user)
    operations.leavesEvents = true
    self.operations = operations
  }

  /// Holds a run's drafts against its limits and notes what was found; does so once.
  func look(_ limits: String?, on connection: isolated Connection) throws {
    try connection.inTransaction {
      let noted = Parameter.jsonb(limits ?? "{}")
      if limits != nil {
        // Its documents are there: nothing beside them is counted.
        try connection.execute(
          Statement(SQLFiles.noteRunAnomalies),
          [
            .int64(run), noted, .string(nil), .stringArray([]), .stringArray([]), .int64Array([]),
            .int64Array([]), .int64Array([]),
          ])
        try connection.execute(Statement(SQLFiles.noteBillAnomalies), [.int64(run), noted])
      }
      let passed = try connection.query(Statement(SQLFiles.passGate), [.int64(run)])
      guard passed.count == 1 else {
        throw BillRunError.controlCheck("the drafts of run \(run) were looked at twice")
      }
      let found = try connection.query(Statement(SQLFiles.countFindings), [.int64(run)])
      var detail = JSONWriter()
      try detail.object { object in
        object.field("gate", try passed.string(0, 0))
        for row in found { object.field(try row.string("code"), try row.int64("found")) }
      }
      try note("run_looked_at", detail.text, on: connection)
      try fault(.beforeGateCommit)
    }
  }

  /// Posts the drafts that nothing holds, in the order of RULES 0.1; returns how many.
  ///
  /// Throws as posting does; what is posted stays so.
  @discardableResult
  func post(on connection: isolated Connection) throws -> Int {
    var count = 0
    while !stop.isRequested {
      let posted = try connection.inTransaction {
        let rows = try connection.query(
          Statement(SQLFiles.listDrafts), [.null, .int64(run), .null, .int64(blockSize)])
        let ids = try (0..<rows.count).map { try rows.int64($0, 0) }
        if ids.isEmpty { return 0 }
        try connection.planByKeys()
        try operations.post(ids, on: connection)
        var detail = JSONWriter()
        detail.object {
          $0.field("posted", ids.count)
          $0.field("os_user", operations.user)
        }
        try note("drafts_posted", detail.text, on: connection)
        try fault(.beforePostCommit)
        return ids.count
      }
      if posted == 0 { return count }
      count += posted
    }
    return count
  }

  private func note(
    _ kind: String, _ detail: String, on connection: isolated Connection
  ) throws {
    try connection.execute(
      Statement(SQLFiles.recordEvent),
      [.string(kind), .string("run"), .int64(run), .jsonb(detail)])
  }
}
