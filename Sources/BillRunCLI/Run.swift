// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// `billrun run`: bills everything due up to a day.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bill everything that is due up to a day, then charge and chase it.",
    discussion: """
      What is due is the difference between what should exist and what exists, so the same day \
      again adds nothing, and a missed night is made up for. AutoPay customers are charged after \
      it what is due, and what is unpaid is chased, unless the run is of some customers, plans or \
      currencies only. Exits with \
      65 when customers are held, with 69 when a gateway does not answer, with 75 when another run \
      is at work or the run was stopped: start it again.
      """)

  @OptionGroup var options: GlobalOptions

  @Option(
    help: ArgumentHelp("The day up to which to bill: YYYY-MM-DD, or today.", valueName: "day"))
  var asOf: AsOf?

  @Option(help: ArgumentHelp("The date of the invoices, if not the as-of day.", valueName: "day"))
  var invoiceDate: LocalDate?

  @Option(
    help: ArgumentHelp("Only this step of a run: bill, charge or chase.", valueName: "step"))
  var only: [Step] = []

  @Option(help: ArgumentHelp("How many connections work at once.", valueName: "count"))
  var lanes: Int?

  @Option(help: ArgumentHelp("About how many due periods make a transaction.", valueName: "count"))
  var batchSize = 2_000

  @Flag(help: "Help a run that is at work instead of opening one.")
  var join = false

  @Flag(help: "Allow an as-of day or invoice date more than 62 days ahead.")
  var yes = false

  @Flag(help: "Bill, and take it back: a look at what a run would do, kept as a manifest.")
  var dry = false

  @Option(
    help: ArgumentHelp(
      "Where a dry run's manifest goes; else manifest-SELLER-DAY.jsonl here.", valueName: "file"))
  var manifest: String?

  @Option(
    help: ArgumentHelp(
      "Bill just what a manifest says; who has changed since is held.", valueName: "manifest"))
  var commit: String?

  @Flag(help: "Write drafts, and leave it to 'billrun runs post' to number and post them.")
  var draft = false

  @Option(
    help: ArgumentHelp(
      "Stop by this time of day, with what is done kept: start it again.", valueName: "HH:MM"))
  var deadline: Deadline?

  @OptionGroup(title: "Missed periods") var missed: CatchUpOptions
  @OptionGroup(title: "Scope") var scope: ScopeOptions

  /// The as-of day; a manifest brings its own.
  private var day: AsOf { asOf ?? .today }

  /// A step of a run that can be asked for alone.
  enum Step: String, ExpressibleByArgument, CaseIterable {
    case bill
    case charge
    case chase
  }

  func validate() throws {
    if let lanes, !(1...64).contains(lanes) { throw ValidationError("--lanes is 1 to 64") }
    if !(1...1_000_000).contains(batchSize) {
      throw ValidationError("--batch-size is 1 to 1000000")
    }
    if asOf == nil && commit == nil {
      throw ValidationError("missing expected argument '--as-of <day>'")
    }
    if draft && (dry || join) {
      throw ValidationError("--draft goes with neither --dry nor --join")
    }
    if dry && (join || commit != nil) || manifest != nil && !dry {
      throw ValidationError("--dry and --manifest go with neither --join nor --commit")
    }
    let billsOnly = dry || commit != nil
    if billsOnly && only.contains(where: { $0 != .bill }) {
      throw ValidationError("a dry run and --commit bill only")
    }
    let isChosen = scope.seller != nil || !scope.isEverybody
    let isOtherwise = missed.catchUp != nil || missed.chargeMissed
    if join && isOtherwise {
      throw ValidationError("with --join the run that is at work says what is billed")
    }
    if commit != nil && (asOf != nil || invoiceDate != nil || isChosen || isOtherwise) {
      throw ValidationError("with --commit the manifest says which day, seller and customers")
    }
  }

  func run() async throws {
    let settings = try options.loadSettings()
    guard isWhole else {
      var metrics = Metrics(command: "run", schema: settings.schema, seller: scope.seller)
      return try await run(settings, counting: &metrics)
    }
    try await options.measured("run", seller: scope.seller, settings) {
      try await run(settings, counting: &$0)
    }
  }

  /// Whether it says that billing was done: a run of some customers, of a manifest, or help for
  /// another does not.
  private var isWhole: Bool {
    does(.bill) && !dry && !join && commit == nil && scope.isEverybody
  }

  private func run(_ settings: Settings, counting metrics: inout Metrics) async throws {
    let database = Database(settings)
    let stop = StopSignal.install()
    try deadline?.apply(to: stop)
    if dry { return try await rehearse(settings, stop) }
    var (closed, failures): ([Int64], [any Error]) = ([], [])
    if does(.bill) {
      let progress = RunProgress()
      let engine = RunEngine(
        database: database, options: wanted(settings, try await scope.scope(of: database)),
        stop: stop, progress: progress)
      let outcome = try await ProgressDisplay(progress).show { await engine.outcome() }
      (closed, failures) = (outcome.closed, outcome.failures)
    }
    var charges: ChargeSummary?
    if does(.charge), failures.isEmpty, !stop.isRequested {
      do {
        let summary = try await charge(after: closed, settings, stop)
        metrics.add(summary)
        charges = summary
      } catch {
        failures.append(error)
      }
    }
    if does(.chase), failures.isEmpty, !stop.isRequested {
      do {
        metrics.add(try await chase(after: closed, settings, stop))
      } catch {
        failures.append(error)
      }
    }
    metrics.isDone = failures.isEmpty
    try await tell(closed, charges, failures, database, counting: &metrics)
  }

  /// Bills, takes it back, and tells what it came to.
  private func rehearse(_ settings: Settings, _ stop: StopSignal) async throws {
    let progress = RunProgress()
    let engine = RunEngine(
      database: Database(settings),
      options: wanted(settings, try await scope.scope(of: Database(settings))), stop: stop,
      progress: progress)
    let file = manifest
    let summaries = try await ProgressDisplay(progress).show {
      try await engine.rehearse(manifest: file)
    }
    for summary in summaries {
      try options.output.text(options.json ? summary.json + "\n" : summary.text)
    }
    let statuses = summaries.map(\.exitCode)
    if statuses.contains(where: { $0 != .ok }) { throw ExitStatus.worst(of: statuses) }
  }

  /// Some customers alone are billed, and charged with all others by the next step of charging.
  private func does(_ step: Step) -> Bool {
    if !only.isEmpty { return only.contains(step) }
    return step == .bill || !join && commit == nil && scope.isEverybody
  }

  private func charge(
    after runs: [Int64], _ settings: Settings, _ stop: StopSignal
  ) async throws -> ChargeSummary {
    var wanted = ChargeOptions(asOf: day)
    wanted.seller = scope.seller
    wanted.allowsFarAsOf = yes
    return try await ChargeEngine(
      database: Database(settings), gateways: try GatewaySet(settings), options: wanted,
      stop: stop, user: SystemUser.name
    ).charge(runs: try await bySeller(runs, settings))
  }

  private func chase(
    after runs: [Int64], _ settings: Settings, _ stop: StopSignal
  ) async throws -> ChaseSummary {
    var wanted = ChaseEngine.Options(asOf: day)
    wanted.seller = scope.seller
    wanted.allowsFarAsOf = yes
    let chased = try await ChaseEngine(
      database: Database(settings), options: wanted, stop: stop, user: SystemUser.name
    ).chase(runs: try await bySeller(runs, settings))
    // With a run, its own summary tells.
    if does(.bill) && !runs.isEmpty { return chased }
    if options.json {
      if !does(.bill) { try options.output.line(chased.json) }
    } else if !does(.bill) || !chased.steps.isEmpty {
      try options.output.text(chased.text)
    }
    return chased
  }

  private func bySeller(
    _ runs: [Int64], _ settings: Settings
  ) async throws -> [String: Int64] {
    let connection = try await Database(settings).open()
    var steps: [String: Int64] = [:]
    for run in runs { steps[try await RunSummary.read(run, on: connection).seller] = run }
    await connection.close()
    return steps
  }

  /// Tells what became of all, and leaves with the worst exit code.
  private func tell(
    _ closed: [Int64], _ charges: ChargeSummary?, _ failures: [any Error], _ database: Database,
    counting metrics: inout Metrics
  ) async throws {
    let failures = failures.map { BillRunError(describing: $0) }
    for failure in failures { options.output.fail(failure) }
    var statuses = failures.map(\.status)
    // What was billed all the same is told, too, unless the database is what failed.
    let connection = failures.isEmpty ? try await database.open() : try? await database.open()
    if let connection, !closed.isEmpty || failures.isEmpty && does(.bill) {
      if closed.isEmpty { try await sayWhyNothing(on: connection) }
      statuses += try await tell(closed, on: connection, counting: &metrics)
    }
    if let charges {
      if !options.json || !does(.bill) { try tell(charges) }
      statuses.append(charges.exitCode)
    }
    if statuses.contains(where: { $0 != .ok }) { throw ExitStatus.worst(of: statuses) }
  }

  private func tell(_ charges: ChargeSummary) throws {
    if options.json {
      try options.output.line(charges.json)
    } else if charges != ChargeSummary() || !does(.bill) {
      try options.output.text(charges.text + "\n")
    }
  }

  /// Prints what became of runs, and returns their exit codes.
  private func tell(
    _ runs: [Int64], on connection: Connection, counting metrics: inout Metrics
  ) async throws -> [ExitStatus] {
    var statuses: [ExitStatus] = []
    var sellers: [String] = []
    for id in runs {
      let summary = try await RunSummary.read(id, on: connection)
      statuses.append(summary.exitCode)
      sellers.append(summary.seller)
      metrics.add(summary)
      if options.json {
        try options.output.line(summary.json)
      } else {
        try options.output.text(summary.text)
      }
    }
    metrics.add(
      try await WaitingDrafts.list(seller: scope.seller, on: connection), of: sellers)
    return statuses
  }

  /// Nobody to bill is no failure: a timer may be set up before the first import (exit 0).
  private func sayWhyNothing(on connection: Connection) async throws {
    if options.json {
      try options.output.line("[]")
    } else if try await SellerRecord.list(code: nil, on: connection).isEmpty {
      try options.output.line(
        "nothing to bill, these books have no seller yet: billrun import FILE")
    } else {
      try options.output.line("nothing to join, no run is at work")
    }
  }

  private func wanted(_ settings: Settings, _ scope: RunScope) -> BillRunOptions {
    var wanted = BillRunOptions(asOf: day)
    wanted.invoiceDate = invoiceDate
    wanted.seller = self.scope.seller
    wanted.lanes = lanes ?? settings.lanes ?? wanted.lanes
    wanted.batchSize = batchSize
    wanted.joins = join
    wanted.allowsFarAsOf = yes
    wanted.scope = scope
    wanted.manifest = commit
    wanted.catchUp = missed.policy
    wanted.writesDrafts = draft
    wanted.gate = settings.gate
    return wanted
  }
}
