// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// One lane: claim → load → price → write → number, a batch a transaction, until nothing is left to
/// claim.
///
/// A crash before a commit leaves the batch unclaimed and nothing of it written; after the commit
/// it is done.
struct BillStep: Sendable {
  let plan: RunPlan
  let stop: StopSignal
  let progress: RunProgress
  let fault: @Sendable (FaultPoint) throws -> Void
  /// Set for a dry run: each batch is taken back, and stays claimed.
  var rehearsal: Rehearsal?

  /// Accounts with more lines than this are priced twice instead of being kept in memory.
  private static let linesInMemory = 20_000
  private static let maxTries = 3

  /// Works until no batch is left, or until asked to stop; returns what it did.
  func run(on connection: isolated Connection) throws -> LaneReport {
    var report = LaneReport()
    var index = try CatalogIndex.load(on: connection)
    var lane = Lane(plan: plan, index: index, of: rehearsal)
    var tries = 0
    var narrows = false
    while !stop.isRequested {
      do {
        let counts = try connection.inTransaction {
          try batch(lane, narrowing: narrows, &report.times, on: connection)
        }
        guard let counts else { return report }
        try fault(.batchCommitted)
        report.counts.add(counts)
        progress.add(accounts: counts.accounts, invoices: counts.invoices)
        (tries, narrows) = (0, false)
      } catch is CatalogChanged where tries < Self.maxTries {
        tries += 1
        index = try CatalogIndex.load(on: connection)
        lane = Lane(plan: plan, index: index, of: rehearsal)
      } catch let error as PostgresError where error.isRetryable && tries < Self.maxTries {
        tries += 1
      } catch let error where !narrows && Self.isOfAnAccount(error) {
        narrows = true
      }
    }
    report.wasStopped = true
    return report
  }

  /// Bills one payer within the caller's transaction, without numbers, for a look at it.
  func look(at payer: Int64, on connection: isolated Connection) throws {
    let lane = Lane(
      plan: plan, index: try CatalogIndex.load(on: connection), of: nil, numbers: false)
    var times = StepTimes()
    _ = try narrowed(payer, 1, lane, &times, on: connection)
  }

  /// The parts of a lane that outlive a batch.
  private final class Lane {
    let store: AccountStore
    let sink: BatchSink
    var builder: InvoiceBuilder
    var drafts: [InvoiceDraft] = []
    /// Of a run that commits a manifest: what it has of the batch's payers, and what they come to.
    var manifest: [Int64: ManifestAccount] = [:]
    var digest = AccountDigest()

    init(plan: RunPlan, index: CatalogIndex, of rehearsal: Rehearsal?, numbers: Bool = true) {
      store = AccountStore(index: index)
      sink = BatchSink(
        plan: plan, index: index, numbers: numbers && rehearsal == nil, manifest: rehearsal != nil)
      builder = InvoiceBuilder(
        catalog: index.catalog, seller: plan.seller.seller, terms: plan.terms)
    }
  }

  /// Errors that one account's figures can cause: they are narrowed down to it, and it is held.
  private static func isOfAnAccount(_ error: any Error) -> Bool {
    if error is MoneyError || error is RowError || error is UnknownColumnValue { return true }
    guard let error = error as? PostgresError else { return false }
    // What all accounts of a run share is nobody's fault: to hold one after the other would help
    // nobody.
    if let table = error.table, Self.sharedTables.contains(table) { return false }
    return Self.accountClasses.contains(String(error.sqlState.prefix(2)))
  }

  /// Wrong data, refused by a constraint, beyond a limit, refused by a trigger of somebody's own.
  private static let accountClasses: Set<String> = ["22", "23", "54", "P0"]
  private static let sharedTables: Set<String> = [
    "invoice_number", "number_series", "journal", "journal_line", "run", "run_batch", "event",
  ]

  /// Bills the next batch; nil when there is none.
  private func batch(
    _ lane: Lane, narrowing: Bool, _ times: inout StepTimes, on connection: isolated Connection
  ) throws -> BatchCounts? {
    var watch = StopWatch()
    let claimed = try connection.query(Statement(SQLFiles.claimBatch), [.int64(plan.id)])
    guard claimed.count == 1 else { return nil }
    try fault(.claimed)
    let number = try claimed.int32(0, 0)
    let payers = try claimed.int64Array(0, 1)
    times.claim += watch.lap()
    let counts = try takingBack(batch: number, lane, on: connection) {
      try bill(payers, number, narrowing, lane, &times, on: connection)
    }
    if try counts.accounts + gone(payers.count - counts.accounts, from: number, on: connection)
      != payers.count
    {
      throw BillRunError.controlCheck(
        "batch \(number) of run \(plan.id) has \(payers.count) payers, \(counts.accounts) outcomes")
    }
    try connection.execute(Statement(SQLFiles.finishBatch), [.int64(plan.id), .int32(number)])
    try fault(.beforeBatchCommit)
    return counts
  }

  /// Ends a batch that was billed, but not its claim.
  private struct TakenBack: Error {
    let counts: BatchCounts
  }

  /// Bills a batch; of a dry run it is noted and taken back, while the claim stays.
  private func takingBack(
    batch: Int32, _ lane: Lane, on connection: isolated Connection,
    _ bill: () throws -> BatchCounts
  ) throws -> BatchCounts {
    guard let rehearsal else { return try bill() }
    // Of a try that failed.
    _ = lane.sink.takeManifest()
    do {
      return try connection.inSavepoint {
        let counts = try bill()
        try rehearsal.note(
          lane.sink.takeManifest(), batch: batch, of: plan.id, on: connection)
        throw TakenBack(counts: counts)
      }
    } catch let back as TakenBack {
      return back.counts
    }
  }

  private func bill(
    _ payers: [Int64], _ batch: Int32, _ narrowing: Bool, _ lane: Lane, _ times: inout StepTimes,
    on connection: isolated Connection
  ) throws -> BatchCounts {
    if !narrowing { return try bill(payers, batch, lane, &times, on: connection) }
    var counts = BatchCounts()
    for payer in payers {
      counts.add(try narrowed(payer, batch, lane, &times, on: connection))
    }
    return counts
  }

  /// How many payers of a batch nobody can bill, since they were deleted; strikes them from the
  /// population.
  private func gone(
    _ missing: Int, from batch: Int32, on connection: isolated Connection
  ) throws -> Int {
    if missing == 0 { return 0 }
    let struck = try connection.query(
      Statement(SQLFiles.strikePayers), [.int64(plan.id), .int32(batch)])
    let count = try struck.int64(0, 0)
    try connection.execute(
      Statement(SQLFiles.recordEvent),
      [
        .string("payers_gone"), .string("run"), .int64(plan.id),
        .jsonb("{\"batch\":\(batch),\"gone\":\(count)}"),
      ])
    return Int(count)
  }

  /// Bills one payer alone, and holds it where the database or its figures refuse.
  private func narrowed(
    _ payer: Int64, _ batch: Int32, _ lane: Lane, _ times: inout StepTimes,
    on connection: isolated Connection
  ) throws -> BatchCounts {
    do {
      return try connection.inSavepoint { try bill([payer], batch, lane, &times, on: connection) }
    } catch let error where Self.isOfAnAccount(error) {
      let issue: Issue =
        error is MoneyError ? .amountOverflow : .databaseRefused(Self.reason(error))
      lane.sink.begin(batch: batch)
      lane.sink.hold(payer: ID(payer), issue)
      try lane.sink.finish(on: connection, fault: fault)
      return lane.sink.counts
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? PostgresError else { return "\(error)" }
    return error.constraint.map { "\(error.sqlState) \($0)" }
      ?? "\(error.sqlState) \(error.message)"
  }

  private func bill(
    _ payers: [Int64], _ batch: Int32, _ lane: Lane, _ times: inout StepTimes,
    on connection: isolated Connection
  ) throws -> BatchCounts {
    var watch = StopWatch()
    lane.sink.begin(batch: batch)
    try connection.execute(
      Statement(SQLFiles.giveBackSuppressed),
      [.int64Array(payers), .day(plan.terms.asOf), .string("run \(plan.id)")])
    var rows = try BatchRows(payers: payers, index: lane.store.index, on: connection)
    if lane.store.index.measuresUsage {
      try lane.store.loadUsage(of: &rows, by: plan.terms, on: connection)
    }
    if plan.commitsManifest {
      lane.manifest = try ManifestAccount.load(payers, of: plan.id, on: connection)
    }
    try fault(.loaded)
    times.load += watch.lap()
    try lane.store.read(rows) { loaded in
      try price(loaded, lane, on: connection)
    }
    times.price += watch.lap()
    try lane.sink.finish(on: connection, fault: fault)
    times.write += watch.lap()
    return lane.sink.counts
  }

  /// Makes an account's documents; they reach the sink only when all of them stand.
  private func price(
    _ loaded: AccountStore.Loaded, _ lane: Lane, on connection: isolated Connection
  ) throws {
    let expected = lane.manifest[loaded.account.payer.id.rawValue]
    if let expected, !expected.inputs.isEmpty, expected.inputs != loaded.inputs {
      return lane.sink.hold(loaded, .inputsChanged)
    }
    lane.drafts.removeAll(keepingCapacity: true)
    lane.digest.begin(loaded.account.payer.id)
    var lines = 0
    let result: AccountResult
    do {
      result = try lane.builder.build(loaded.account) { draft in
        lines += draft.lines.count
        if expected != nil { lane.digest.add(draft) }
        if lines <= Self.linesInMemory {
          lane.drafts.append(draft)
        } else {
          lane.drafts.removeAll()
        }
      }
    } catch {
      return lane.sink.hold(loaded, error)
    }
    if let expected, expected.outputs != lane.digest.finish() {
      return lane.sink.hold(loaded, .outputsChanged)
    }
    lane.sink.begin(loaded.account.payer, result)
    if lines <= Self.linesInMemory {
      for draft in lane.drafts { try lane.sink.add(draft, of: loaded.account, on: connection) }
    } else {
      try stream(loaded, lane, on: connection)
    }
    lane.sink.end(loaded, result)
  }

  /// Prices a large account a second time, document by document, now that it is known to stand.
  private func stream(
    _ loaded: AccountStore.Loaded, _ lane: Lane, on connection: isolated Connection
  ) throws {
    var failure: (any Error)?
    _ = try lane.builder.build(loaded.account) { draft in
      if failure != nil { return }
      do {
        try lane.sink.add(draft, of: loaded.account, on: connection)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }
}
