// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles
import Synchronization

/// A dry run: what the lanes note of each batch before it is taken back.
struct Rehearsal: Sendable {
  let manifest: ManifestWriter
  let totals: RehearsalTotals
  /// Nil without limits.
  let gate: GateRehearsal?

  /// Notes what a batch came to.
  func note(
    _ noted: RehearsedBatch, batch: Int32, of run: Int64, on connection: isolated Connection
  ) throws {
    try manifest.add(noted.lines, batch: batch)
    totals.add(try RunSummary.reasons(of: run, on: connection), noted.totals)
    try gate?.look(at: run, on: connection)
  }
}

/// The sums of a dry run's batches.
final class RehearsalTotals: Sendable {
  private let sum: Mutex<RunSummary>

  init(_ summary: RunSummary) { sum = Mutex(summary) }

  var summary: RunSummary { sum.withLock { $0 } }

  func add(_ reasons: [RunSummary.Reason], _ totals: [RunSummary.Total]) {
    sum.withLock {
      $0.add(reasons)
      $0.totals.add(totals)
    }
  }
}

extension RunEngine {
  /// Does all that a run would do, and takes it back, a batch at a time; what it came to stands in
  /// a manifest, a file for each seller.
  ///
  /// `manifest` is the file's path where there is one seller; nil: `manifest-SELLER-DAY.jsonl`.
  /// Throws `BillRunError`: another run at work, unfinished, or stopped (75), the file cannot be
  /// written (74), several sellers (64), and as a run does.
  public func rehearse(manifest path: String? = nil) async throws -> [RunSummary] {
    let control = try await database.open()
    var summaries: [RunSummary] = []
    let sellers = try await sellers(on: control)
    if path != nil && sellers.count > 1 { throw BillRunError.oneManifestASeller }
    for seller in sellers {
      let lock = RunLock(schema: database.schema, seller: seller.seller.id)
      try await lock.take(for: seller.code, on: control)
      if let unfinished = try await RunOpening(options: options, clock: clock)
        .unfinished(seller, on: control)
      {
        throw BillRunError.unfinished(unfinished)
      }
      summaries.append(try await rehearse(seller, to: path, control))
      try await lock.release(on: control)
    }
    await control.close()
    return summaries
  }

  private func rehearse(
    _ seller: SellerRecord, to path: String?, _ control: Connection
  ) async throws -> RunSummary {
    // What a crash has left.
    try await control.removeDryRuns(of: seller)
    let opening = RunOpening(options: options, clock: clock, look: "dry")
    let terms = try await opening.terms(for: seller, on: control)
    var watch = StopWatch()
    let plan = try await opening.open(seller, terms, on: control)
    do {
      let rehearsal = Rehearsal(
        manifest: try ManifestWriter(
          path ?? "manifest-\(seller.code)-\(terms.asOf).jsonl", of: plan,
          batches: try await control.batches(of: plan.id), options,
          books: try await Manifest.books(on: control)),
        totals: RehearsalTotals(RunSummary(rehearsing: plan)),
        gate: options.gate.map(GateRehearsal.init))
      let opened = watch.lap()
      progress.begin(population: Int(plan.population))
      if plan.population > 0 { _ = try await allBatches(of: plan, control, rehearsal) }
      let billed = watch.lap()
      var summary = rehearsal.totals.summary
      // Without those who were deleted meanwhile.
      summary.population = try await RunSummary.read(plan.id, on: control).population
      summary.gate = try await rehearsal.gate?.findings(
        of: plan.id, as: options.kind, posts: !options.writesDrafts, on: control)
      try await control.removeDryRuns(of: seller)
      if let trouble = summary.discrepancies.first { throw BillRunError.controlCheck(trouble) }
      summary.fingerprint = try rehearsal.manifest.finish(accounts: summary.population).fingerprint
      summary.phases = [
        RunSummary.Phase("open", milliseconds: opened.milliseconds),
        RunSummary.Phase("bill", milliseconds: billed.milliseconds),
      ]
      try await control.note(summary, of: seller)
      return summary
    } catch {
      try? await control.removeDryRuns(of: seller)
      if stop.isRequested { throw BillRunError.rehearsalStopped }
      throw error
    }
  }
}

extension Connection {
  /// Removes the dry runs of a seller.
  fileprivate func removeDryRuns(of seller: SellerRecord) throws {
    try execute(Statement(SQLFiles.removeDryRuns), [.int64(seller.seller.id.rawValue)])
  }

  /// The numbers of a run's batches, in order.
  fileprivate func batches(of run: Int64) throws -> [Int32] {
    try query(Statement(SQLFiles.listBatches), [.int64(run)]).map { try $0.int32(0) }
  }

  /// Notes that somebody has looked.
  fileprivate func note(_ summary: RunSummary, of seller: SellerRecord) throws {
    var detail = JSONWriter()
    detail.object {
      $0.field("as_of", summary.asOf.description)
      $0.field("population", summary.population)
      $0.field("invoices", summary.invoices)
      $0.field("fingerprint", summary.fingerprint)
      $0.field("os_user", SystemUser.name)
    }
    try execute(
      Statement(SQLFiles.recordEvent),
      [
        .string("run_rehearsed"), .string("seller"), .int64(seller.seller.id.rawValue),
        .jsonb(detail.text),
      ])
  }
}

extension RunSummary {
  /// Of a dry run, before it has billed anybody.
  fileprivate init(rehearsing plan: RunPlan) {
    self.init(
      id: nil, kind: "dry", seller: plan.seller.code, asOf: plan.terms.asOf, state: "completed",
      population: plan.population)
  }

  /// Adds what another part of the same run came to.
  fileprivate mutating func add(_ others: [Reason]) {
    for reason in others {
      if let place = reasons.firstIndex(where: {
        $0.outcome == reason.outcome && $0.code == reason.code
      }) {
        reasons[place].accounts += reason.accounts
        if let days = reason.oldestDays {
          reasons[place].oldestDays = max(days, reasons[place].oldestDays ?? 0)
        }
      } else {
        reasons.append(reason)
      }
    }
    reasons.sort {
      ($0.outcome.rawValue, -$0.accounts, $0.code ?? "")
        < ($1.outcome.rawValue, -$1.accounts, $1.code ?? "")
    }
  }
}

extension BillRunError {
  /// A dry run beside it would see half of it, and a manifest bills nobody else.
  static func unfinished(_ plan: RunPlan) -> BillRunError {
    BillRunError(
      .tryAgain, code: "run_unfinished",
      "run \(plan.id) of seller \(plan.seller.code) is not finished",
      hint: "billrun run --as-of \(plan.terms.asOf)")
  }

  /// A manifest is of one seller.
  fileprivate static var oneManifestASeller: BillRunError {
    BillRunError(
      .usage, code: "seller_missing", "a manifest is of one seller, and these books have several",
      hint: "--seller ID, or leave --manifest out: then each has a file of its own")
  }

  /// Nothing of it is left, not even a file.
  fileprivate static var rehearsalStopped: BillRunError {
    BillRunError(
      .tryAgain, code: "stopped", "the dry run was stopped, and no manifest is written",
      hint: "the same command again begins anew")
  }
}
