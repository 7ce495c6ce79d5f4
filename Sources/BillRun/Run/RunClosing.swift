// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Closes a run whose control totals tie: population = invoiced + nothing due + held, payer by
/// payer.
struct RunClosing: Sendable {
  let plan: RunPlan
  let phases: RunPhases
  let fault: @Sendable (FaultPoint) throws -> Void

  /// Checks and closes in one transaction; a mismatch is a bug and leaves the run open (70).
  func close(on connection: isolated Connection) throws {
    try connection.inTransaction {
      var watch = StopWatch()
      let totals = try connection.query(Statement(SQLFiles.checkPopulation), [.int64(plan.id)])
      let (population, accounts, strays, counted) = try (
        totals.int64(0, 0), totals.int64(0, 1), totals.int64(0, 2), totals.int64(0, 3)
      )
      guard population == counted, accounts == population, strays == 0 else {
        throw BillRunError.controlCheck(
          "run \(plan.id) counted \(counted), has \(accounts) outcomes, \(strays) strange"
        )
      }
      let closed = try connection.execute(
        Statement(SQLFiles.closeRun),
        [.int64(plan.id), .jsonb(phases.json(closing: watch.lap()))])
      guard closed == 1 else {
        throw BillRunError.controlCheck("run \(plan.id) was closed by another process")
      }
      try connection.execute(
        Statement(SQLFiles.recordEvent),
        [.string("run_closed"), .string("run"), .int64(plan.id), .jsonb("{}")])
      try fault(.beforeCloseCommit)
    }
  }

  /// Batches that are not done, claimed by somebody or not.
  ///
  /// Throws `BillRunError` while the run is paused (75).
  static func waitingBatches(of run: Int64, on connection: isolated Connection) throws -> Int64 {
    let found = try connection.query(Statement(SQLFiles.countWaitingBatches), [.int64(run)])
    if let person = try found.optionalString(0, 1) { throw BillRunError.paused(run, by: person) }
    return try found.int64(0, 0)
  }
}

/// How long each step of a run took, as kept on the run.
struct RunPhases: Sendable {
  let opening: Duration
  let billing: Duration
  let lanes: Int
  let report: LaneReport
  /// How long looking at drafts and posting them took; nil where batches post.
  var posting: Duration?

  /// Phases in order; those within billing are seconds of one lane on average.
  func json(closing: Duration) -> String {
    let steps = report.times.named.map { (name: $0.name, time: $0.time / lanes) }
    let spent = steps.reduce(Duration.zero) { $0 + $1.time }
    let all =
      [(name: "open", time: opening), (name: "bill", time: billing)]
      + steps.map { (name: "bill.\($0.name)", time: $0.time) }
      + [(name: "bill.commit", time: max(.zero, billing - spent))]
      + (posting.map { [(name: "post", time: $0)] } ?? [])
      + [(name: "close", time: closing)]
    return "["
      + all.map { "{\"name\":\"\($0.name)\",\"seconds\":\(Self.seconds($0.time))}" }
      .joined(separator: ",") + "]"
  }

  /// Seconds with three places.
  private static func seconds(_ time: Duration) -> String {
    let places = String(time.milliseconds % 1_000)
    return "\(time.milliseconds / 1_000)." + String(repeating: "0", count: 3 - places.count)
      + places
  }
}
