// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Opens or resumes the run of each seller, has lanes bill it, and closes it when the control
/// totals tie.
///
/// At work means that the run's advisory lock is held. A crash anywhere leaves an open run whose
/// batches are done or waiting; the next start finishes it first, with its frozen options.
public struct RunEngine: Sendable {
  let database: Database
  let options: BillRunOptions
  let clock: WallClock
  let stop: StopSignal
  let progress: RunProgress
  /// Of which just that is billed.
  private var manifest: Manifest?

  /// Prepares a run; nothing is read before `run`.
  public init(
    database: Database, options: BillRunOptions, clock: WallClock = .system,
    stop: StopSignal = StopSignal(), progress: RunProgress = RunProgress()
  ) {
    self.database = database
    self.options = options
    self.clock = clock
    self.stop = stop
    self.progress = progress
  }

  /// What became of all sellers.
  public struct Outcome: Sendable {
    /// The keys of the runs closed, resumed ones first.
    public fileprivate(set) var closed: [Int64] = []
    /// Why sellers were not billed: those that were refused, then what ended it all.
    public fileprivate(set) var failures: [any Error] = []
  }

  /// Bills every seller, or the one named, and returns the keys of the runs closed, resumed ones
  /// first; throws what `outcome` would tell first.
  public func run() async throws -> [Int64] {
    let outcome = await outcome()
    if let failure = outcome.failures.first { throw failure }
    return outcome.closed
  }

  /// Bills every seller, or the one named.
  ///
  /// Failures are mostly `BillRunError`: another run at work or stopped (75), a control check (70),
  /// bad options (64, 65). A seller whose own books or format refuse it doesn't keep the others
  /// from being billed.
  public func outcome() async -> Outcome {
    var outcome = Outcome()
    do { try await billAll(into: &outcome) } catch { outcome.failures.append(error) }
    return outcome
  }

  private func billAll(into outcome: inout Outcome) async throws {
    let control = try await database.open()
    if let path = options.manifest {
      try await Manifest.makeTables(on: control)
      let manifest = try await Manifest(path, on: control)
      guard manifest.kind == options.kind else { throw BillRunError.otherKind(manifest) }
      try await committing(manifest).billAll(on: control, into: &outcome)
    } else {
      try await billAll(on: control, into: &outcome)
    }
    await control.close()
  }

  /// The same for just what a manifest says.
  private func committing(_ manifest: Manifest) -> RunEngine {
    var wanted = options
    wanted.asOf = .day(manifest.asOf)
    wanted.invoiceDate = manifest.invoiceDate
    wanted.seller = manifest.seller
    wanted.catchUp = manifest.catchUp
    var engine = RunEngine(
      database: database, options: wanted, clock: clock, stop: stop, progress: progress)
    engine.manifest = manifest
    return engine
  }

  private func billAll(on control: Connection, into outcome: inout Outcome) async throws {
    for seller in try await sellers(on: control) {
      let lock = RunLock(schema: database.schema, seller: seller.seller.id)
      if options.joins {
        outcome.closed += try await join(seller, lock, control)
        continue
      }
      try await lock.take(for: seller.code, on: control)
      do {
        try await bill(seller, control, into: &outcome.closed)
      } catch let error as BillRunError where error.concernsOneSeller {
        outcome.failures.append(error)
      }
      try await lock.release(on: control)
    }
  }

  /// Keeps why a seller's run of everybody was refused: it leaves no run that could tell, and the
  /// morning report is to.
  private func note(
    _ error: BillRunError, _ seller: SellerRecord, on connection: isolated Connection
  ) throws {
    if options.kind != .regular || manifest != nil || options.scope != RunScope() { return }
    var detail = JSONWriter()
    detail.object {
      $0.field("code", error.code)
      $0.field("message", error.message)
      $0.field("hint", error.hint)
    }
    try connection.execute(
      Statement(SQLFiles.recordEvent),
      [
        .string("run_refused"), .string("seller"), .int64(seller.seller.id.rawValue),
        .jsonb(detail.text),
      ])
  }

  /// The sellers that are billed; refuses what is mistyped in the scope.
  func sellers(on connection: isolated Connection) throws -> [SellerRecord] {
    let sellers = try SellerRecord.list(code: options.seller, on: connection)
    if let code = options.seller, sellers.isEmpty { throw BillRunError.unknownSeller(code) }
    try refuseUnknownScope(on: connection)
    return sellers
  }

  /// What is mistyped in the scope would bill nobody and leave with 0.
  private func refuseUnknownScope(on connection: isolated Connection) throws {
    func list(_ names: [String]?) -> Parameter { names.map { .stringArray($0) } ?? .null }
    let scope = options.scope
    let unknown = try connection.query(
      Statement(SQLFiles.findUnknownScope),
      [
        scope.customers.map { .int64Array($0) } ?? .null, list(scope.batches),
        list(scope.currencies), list(scope.plans),
      ])
    guard let row = unknown.first else { return }
    let (what, name) = (try row.string(0), try row.string(1))
    throw BillRunError(
      .usage, code: "\(what)_not_found", "\(what) \(name) not found, nobody would be billed",
      hint: "billrun run --help")
  }

  /// Finishes what an earlier start left open, then opens and bills the run that was asked for.
  private func bill(
    _ seller: SellerRecord, _ control: Connection, into closed: inout [Int64]
  ) async throws {
    let opening = RunOpening(options: options, clock: clock, manifest: manifest)
    while let unfinished = try await opening.unfinished(seller, on: control) {
      let isThis = try await manifest?.run(of: seller, on: control) == unfinished.id
      // A catch-up bills nobody, unless one is to be finished.
      let isOther = options.kind == .catchUp && unfinished.terms.catchUp != options.catchUp
      if (manifest != nil || isOther) && !isThis { throw BillRunError.unfinished(unfinished) }
      try await work(on: unfinished, openedIn: .zero, control)
      closed.append(unfinished.id)
      if isThis { return }
    }
    if let run = try await manifest?.run(of: seller, on: control) {
      throw BillRunError.committed(run)
    }
    var watch = StopWatch()
    let plan: RunPlan
    do {
      let terms = try await opening.terms(for: seller, on: control)
      try await approve(seller, on: control)
      plan = try await opening.open(seller, terms, on: control)
    } catch let error as BillRunError where error.concernsOneSeller {
      try await note(error, seller, on: control)
      throw error
    }
    try options.fault(.opened)
    try await work(on: plan, openedIn: watch.lap(), control)
    closed.append(plan.id)
  }

  /// What moves periods on a plan is approved by a second person where the seller wants that
  /// (RULES 2): just the plan.
  private func approve(_ seller: SellerRecord, on control: isolated Connection) throws {
    let operation: Approval.Operation
    switch options.kind {
    case .regular:
      // What covers periods instead of billing them is a catch-up by another name.
      if options.catchUp.from == nil { return }
      operation = .catchUp
    case .backfill: operation = .backfill
    case .catchUp: operation = .catchUp
    }
    let id = seller.seller.id.rawValue
    guard let manifest else {
      if try !ApprovalRequest.isWanted(operation, seller: id, on: control) { return }
      throw BillRunError(
        .usage, code: "plan_missing",
        "a second person has to approve it for seller \(seller.code), and there is no plan",
        hint: options.kind == .regular
          ? "--dry --manifest FILE, then --commit FILE" : "--plan FILE, then --approve FILE")
    }
    try control.asking {
      try control.inTransaction {
        try ApprovalRequest(
          seller: id, operation: operation,
          facts: "\(operation.rawValue) of seller \(seller.code) as of \(manifest.asOf) by the "
            + "plan with the digest \(manifest.digest)"
        ).require(on: control)
      }
    }
  }

  /// Helps a run that is at work until it is closed, and closes it when its own process is gone.
  private func join(
    _ seller: SellerRecord, _ lock: RunLock, _ control: Connection
  ) async throws -> [Int64] {
    let opening = RunOpening(options: options, clock: clock)
    guard let plan = try await opening.unfinished(seller, on: control) else { return [] }
    progress.begin(population: Int(plan.population))
    for _ in 0..<Self.maxRounds {
      if try await lock.tryTake(on: control) {
        // While nobody held the lock, another process may have closed it.
        if try await opening.isOpen(plan, on: control) {
          try await work(on: plan, openedIn: .zero, control)
        }
        try await lock.release(on: control)
        return [plan.id]
      }
      if try await RunClosing.waitingBatches(of: plan.id, on: control) > 0,
        try await lanes(for: plan).wasStopped
      {
        throw BillRunError.stopped(plan)
      }
      if try await !opening.isOpen(plan, on: control) { return [plan.id] }
      if stop.isRequested { throw BillRunError.stopped(plan) }
      try await Task.sleep(for: Self.round)
    }
    throw BillRunError.waitedInVain(plan)
  }

  private func work(
    on plan: RunPlan, openedIn opening: Duration, _ control: Connection
  ) async throws {
    var watch = StopWatch()
    progress.begin(population: Int(plan.population))
    // Of a paused run not even the rest is done.
    _ = try await RunClosing.waitingBatches(of: plan.id, on: control)
    let report = plan.population == 0 ? LaneReport() : try await allBatches(of: plan, control)
    let billing = watch.lap()
    var refused: BillRunError?
    if let gate = plan.gate {
      do {
        try await post(plan, gate, on: control)
      } catch let error as BillRunError where error.status == .dataError {
        // What cannot be posted waits for a person; the run is closed all the same.
        refused = error
      }
    }
    let posting = plan.gate == nil ? nil : watch.lap()
    try options.fault(.beforeClose)
    try await InvoiceOperations(at: clock.now(), by: options.user ?? SystemUser.name)
      .settleCredited(byNotesOf: plan.id, on: control)
    var phases = RunPhases(
      opening: opening, billing: billing, lanes: options.lanes, report: report)
    phases.posting = posting
    try await RunClosing(plan: plan, phases: phases, fault: options.fault).close(on: control)
    if let refused { throw refused }
  }

  /// Looks at the drafts of a run, and posts those that pass unless a person is to.
  private func post(_ plan: RunPlan, _ gate: RunGate, on control: Connection) async throws {
    var posting = RunPosting(
      of: plan.id, at: clock.now(), by: options.user ?? SystemUser.name, stop: stop)
    posting.blockSize = Int64(max(1, options.batchSize))
    posting.fault = options.fault
    if !gate.wasLookedAt { try await posting.look(gate.limits, on: control) }
    // Where a second person approves posting, nothing posts by itself.
    let seller = plan.seller.seller.id.rawValue
    let waits = try await ApprovalRequest.isWanted(.runPost, seller: seller, on: control)
    if !gate.isDraft && !waits {
      try await posting.post(on: database.lanes(options.lanes, with: control))
    }
    if stop.isRequested { throw BillRunError.stopped(plan) }
  }

  /// Bills until no batch waits, also those that a process which joined has left behind.
  func allBatches(
    of plan: RunPlan, _ control: Connection, _ rehearsal: Rehearsal? = nil
  ) async throws -> LaneReport {
    var report = LaneReport()
    for _ in 0..<Self.maxRounds {
      let round = try await lanes(for: plan, rehearsal)
      report.counts.add(round.counts)
      report.times.add(round.times)
      let waiting = try await RunClosing.waitingBatches(of: plan.id, on: control)
      if waiting == 0 { return report }
      if round.wasStopped || stop.isRequested { throw BillRunError.stopped(plan) }
      try await Task.sleep(for: Self.round)
    }
    throw BillRunError.waitedInVain(plan)
  }

  /// Rounds that the processes at work on a run wait for each other.
  private static let maxRounds = 3_000
  private static let round = Duration.milliseconds(200)

  /// Works with the asked number of lanes; when one fails, the others end their batch and leave.
  private func lanes(
    for plan: RunPlan, _ rehearsal: Rehearsal? = nil
  ) async throws -> LaneReport {
    let halt = StopSignal()
    stop.onRequest { halt.request() }
    let step = BillStep(
      plan: plan, stop: halt, progress: progress, fault: options.fault, rehearsal: rehearsal)
    return try await withThrowingTaskGroup(of: LaneReport.self) { group in
      for _ in 0..<max(1, options.lanes) {
        group.addTask {
          do {
            let connection = try await database.connect(settings: Self.laneSettings)
            let report = try await step.run(on: connection)
            await connection.close()
            return report
          } catch {
            halt.request()
            throw error
          }
        }
      }
      var sum = LaneReport()
      for try await report in group {
        sum.counts.add(report.counts)
        sum.times.add(report.times)
        sum.wasStopped = sum.wasStopped || report.wasStopped
      }
      return sum
    }
  }

  /// A batch's statements are planned once a lane, for any batch, and by index: a table that was
  /// empty when its statistics were taken must not be read whole for each batch of the run that
  /// fills it.
  private static let laneSettings = [
    "plan_cache_mode": "force_generic_plan", "enable_seqscan": "off",
  ]
}

extension BillRunError {
  /// Whether it says nothing about other sellers: closed books, a later number, a bad format.
  fileprivate var concernsOneSeller: Bool {
    status == .dataError || code == "number_format_invalid"
  }

  /// A plan is billed by the command that has made it.
  fileprivate static func otherKind(_ manifest: Manifest) -> BillRunError {
    let command =
      switch manifest.kind {
      case .regular: "billrun run --commit FILE"
      case .backfill: "billrun backfill --approve FILE"
      case .catchUp: "billrun catch-up --approve FILE"
      }
    return BillRunError(
      .usage, code: "manifest_of_other_kind",
      "the manifest is of a \(manifest.kind.rawValue) run", hint: command)
  }

  /// A manifest is billed once.
  fileprivate static func committed(_ run: Int64) -> BillRunError {
    BillRunError(
      .dataError, code: "manifest_committed", "run \(run) has committed this manifest",
      hint: "billrun runs show \(run)")
  }

  /// The run was stopped in order; it goes on when started again.
  static func stopped(_ plan: RunPlan) -> BillRunError {
    BillRunError(
      .tryAgain, code: "stopped", "run \(plan.id) was stopped and is not finished",
      hint: "billrun run --as-of \(plan.terms.asOf)")
  }
  /// Nobody works on it until somebody lets it go on.
  static func paused(_ run: Int64, by person: String) -> BillRunError {
    BillRunError(
      .tryAgain, code: "run_paused", "run \(run) was paused by \(person)",
      hint: "billrun runs resume \(run), then billrun run")
  }

  /// Another process holds batches, or the run itself, and does not go on.
  static func waitedInVain(_ plan: RunPlan) -> BillRunError {
    BillRunError(
      .tryAgain, code: "batches_held", "run \(plan.id) is held up by another process",
      hint: "billrun run --as-of \(plan.terms.asOf)")
  }
}
