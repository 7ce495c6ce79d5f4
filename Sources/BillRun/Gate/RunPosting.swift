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

  /// Posts the drafts that nothing holds, in the order of RULES 0.1, by lanes side by side; returns
  /// how many.
  ///
  /// Throws as posting does; what is posted stays so.
  @discardableResult
  func post(on lanes: [Connection]) async throws -> Int {
    var count = 0
    while !stop.isRequested {
      let drafts = try await drafts(on: lanes[0])
      if drafts.isEmpty { return count }
      let line = BlockLine(drafts, by: Int(blockSize), stop: stop)
      try await line.perform(on: lanes) { ids, turn, connection in
        try connection.inTransaction {
          try connection.planByKeys()
          try post(ids, turn, on: connection)
        }
      }
      count += line.finished
    }
    return count
  }

  /// Whether nothing is left to post.
  func isDone(on connection: isolated Connection) throws -> Bool {
    try drafts(on: connection).isEmpty
  }

  /// The next drafts, no more than memory is meant for.
  private func drafts(on connection: isolated Connection) throws -> [Int64] {
    try connection.query(
      Statement(SQLFiles.listDrafts), [.null, .int64(run), .null, .int64(blockSize * 100)]
    ).map { try $0.int64(0) }
  }

  private func post(
    _ ids: [Int64], _ turn: BlockLine.Turn?, on connection: isolated Connection
  ) throws {
    var operations = operations
    operations.turn = turn
    try operations.post(ids, on: connection)
    var detail = JSONWriter()
    detail.object {
      $0.field("posted", ids.count)
      $0.field("os_user", operations.user)
    }
    try note("drafts_posted", detail.text, on: connection)
    try fault(.beforePostCommit)
  }

  private func note(
    _ kind: String, _ detail: String, on connection: isolated Connection
  ) throws {
    try connection.execute(
      Statement(SQLFiles.recordEvent),
      [.string(kind), .string("run"), .int64(run), .jsonb(detail)])
  }
}
