// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// `billrun backfill`: bills missed periods, after somebody has looked at what that comes to.
struct BackfillCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backfill",
    abstract: "Bill missed periods of a window: first a plan, then just that plan.",
    discussion: """
      With --from, --to and --plan it writes a plan and shows what each payer would be billed. \
      With --approve it bills just that; who has changed since is held. Periods that start before \
      --from are covered as before_backfill, those from --to on stay due. The invoices are \
      neither charged nor chased unless --charge-missed is given with the plan.
      """)

  @Option(help: ArgumentHelp("The first day of a period that is billed.", valueName: "day"))
  var from: LocalDate?

  @Option(help: ArgumentHelp("Periods that start on it or later are left.", valueName: "day"))
  var to: LocalDate?

  @Option(help: ArgumentHelp("Write the plan to this file.", valueName: "file"))
  var plan: String?

  @Option(help: ArgumentHelp("Bill just what a plan says.", valueName: "file"))
  var approve: String?

  @Flag(help: "One invoice for all of a subscription's missed periods.")
  var merge = false

  @Option(
    help: ArgumentHelp(
      "The oldest so many of each subscription; the rest stays due.", valueName: "count"))
  var cap: Int?

  @Flag(help: "Bill nobody: the periods are covered as skipped.")
  var skip = false

  @Flag(help: "Charge and chase the invoices like any other.")
  var chargeMissed = false

  @OptionGroup var work: PlannedWork

  func validate() throws {
    if approve != nil {
      if plan != nil || from != nil || to != nil || merge || cap != nil || skip || chargeMissed {
        throw ValidationError("with --approve the plan says what is billed")
      }
      return try work.refuseDays()
    }
    guard plan != nil, let from, let to else {
      throw ValidationError("--from, --to and --plan make a plan, --approve bills one")
    }
    if to <= from { throw ValidationError("--to is after --from") }
    if [merge, cap != nil, skip].count(where: { $0 }) > 1 {
      throw ValidationError("--merge, --cap and --skip exclude each other")
    }
    if let cap, cap < 1 { throw ValidationError("--cap is at least 1") }
  }

  func run() async throws {
    var catchUp = CatchUp(
      skip ? .covered(.skipped) : merge ? .merged : cap.map { .capped($0) } ?? .each, from: from,
      earlier: .beforeBackfill, to: to, collecting: chargeMissed ? .all : .none,
      sweepsItems: false)
    if approve != nil { catchUp = CatchUp() }
    try await work.run(.backfill, catchUp, plan: plan, approving: approve)
  }
}

/// `billrun catch-up`: moves periods forward without invoices.
struct CatchUpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catch-up",
    abstract: "Move periods forward without invoices, when coming from another system.",
    discussion: """
      Every period that is due before --to is covered as migrated, and nobody is billed for it: \
      the former system has done so. With --plan it only writes down whom that is about, with \
      --approve it does just that.
      """)

  @Option(
    help: ArgumentHelp("Periods due before this day were billed elsewhere.", valueName: "day"))
  var to: LocalDate?

  @Option(help: ArgumentHelp("Write a plan to this file, and change nothing.", valueName: "file"))
  var plan: String?

  @Option(help: ArgumentHelp("Do just what a plan says.", valueName: "file"))
  var approve: String?

  @OptionGroup var work: PlannedWork

  func validate() throws {
    if (to == nil) == (approve == nil) || plan != nil && approve != nil {
      throw ValidationError("--to says up to where, or --approve which plan")
    }
    if work.asOf != nil { throw ValidationError("--to says the day, --as-of does not apply") }
    if work.draft || work.invoiceDate != nil {
      throw ValidationError("nothing is billed: --draft and --invoice-date do not apply")
    }
    if approve != nil { try work.refuseDays() }
  }

  func run() async throws {
    var work = work
    if let to { work.asOf = .day(to.adding(days: -1)) }
    try await work.run(
      .catchUp, approve == nil ? CatchUp(.covered(.migrated), sweepsItems: false) : CatchUp(),
      plan: plan, approving: approve)
  }
}

/// What backfill and catch-up share: whom it is about, and how it is planned and done.
struct PlannedWork: ParsableArguments {
  @Option(
    help: ArgumentHelp("What is due by this day: YYYY-MM-DD, or today (default).", valueName: "day")
  )
  var asOf: AsOf?

  @Option(help: ArgumentHelp("The date of the invoices, if not the as-of day.", valueName: "day"))
  var invoiceDate: LocalDate?

  @Option(help: ArgumentHelp("How many connections work at once.", valueName: "count"))
  var lanes: Int?

  @Flag(help: "Write drafts, and leave it to 'billrun runs post' to number and post them.")
  var draft = false

  @Flag(help: "Allow a day more than 62 days ahead.")
  var yes = false

  @OptionGroup(title: "Scope") var part: PartOptions
  @OptionGroup var options: GlobalOptions

  func refuseDays() throws {
    let isChosen = part.seller != nil || !part.isEverybody
    if asOf != nil || invoiceDate != nil || isChosen {
      throw ValidationError("with --approve the plan says which day, seller and customers")
    }
  }

  /// Writes a plan and shows it, or does the work.
  func run(
    _ kind: RunKind, _ catchUp: CatchUp, plan: String?, approving: String?
  ) async throws {
    let settings = try options.loadSettings()
    let database = Database(settings)
    let stop = StopSignal.install()
    var wanted = BillRunOptions(asOf: asOf ?? AsOf.today.asked(at: WallClock.system.now()))
    wanted.kind = kind
    wanted.catchUp = catchUp
    wanted.invoiceDate = invoiceDate
    wanted.seller = part.seller
    wanted.lanes = lanes ?? settings.lanes ?? wanted.lanes
    wanted.allowsFarAsOf = yes
    wanted.writesDrafts = draft
    wanted.manifest = approving
    wanted.scope = try await part.scope(of: database)
    let progress = RunProgress()
    let engine = RunEngine(database: database, options: wanted, stop: stop, progress: progress)
    if let plan {
      let summaries = try await ProgressDisplay(progress).show {
        try await engine.rehearse(manifest: plan)
      }
      return try await show(plan, summaries, on: try await database.open())
    }
    let outcome = try await ProgressDisplay(progress).show { await engine.outcome() }
    try await show(outcome, on: try await database.open())
  }

  private func show(
    _ path: String, _ summaries: [RunSummary], on connection: Connection
  ) async throws {
    let plan = try await BackfillPlan(path, on: connection)
    if options.json {
      for summary in summaries { try options.output.line(summary.json) }
    } else {
      if !plan.accounts.isEmpty { try options.output.text(plan.table.text + "\n") }
      for summary in summaries { try options.output.text(summary.text) }
      try options.output.line("plan           \(path)   --approve bills just that")
    }
    let statuses = summaries.map(\.exitCode)
    if statuses.contains(where: { $0 != .ok }) { throw ExitStatus.worst(of: statuses) }
  }

  private func show(_ outcome: RunEngine.Outcome, on connection: Connection) async throws {
    let failures = outcome.failures.map { BillRunError(describing: $0) }
    for failure in failures { options.output.fail(failure) }
    var statuses = failures.map(\.status)
    for run in outcome.closed {
      let summary = try await RunSummary.read(run, on: connection)
      statuses.append(summary.exitCode)
      try options.output.text(options.json ? summary.json + "\n" : summary.text)
      if summary.kind == RunKind.catchUp.rawValue { noteIdle(summary) }
    }
    if statuses.contains(where: { $0 != .ok }) { throw ExitStatus.worst(of: statuses) }
  }
}

extension PlannedWork {
  /// Says that a catch-up has moved nothing: its day may be mistyped.
  private func noteIdle(_ summary: RunSummary) {
    if summary.reasons.contains(where: { $0.code == "migrated" || $0.outcome == .held }) { return }
    options.output.note(
      "nothing of seller \(summary.seller) is due before \(summary.asOf.adding(days: 1)): "
        + "no period was moved")
  }
}

extension BackfillPlan {
  /// A row for each payer.
  fileprivate var table: TextTable {
    var table = TextTable([
      ("customer", .right), ("name", .left), ("outcome", .left), ("invoices", .right),
      ("oldest period", .left), ("to", .left), ("total", .right),
    ])
    for account in accounts {
      table.add([
        String(account.customer), account.name ?? "",
        account.reason.map { "\(account.outcome): \($0)" } ?? account.outcome,
        String(account.documents), account.oldest?.description ?? "",
        account.newest?.adding(days: -1).description ?? "", account.totals ?? "",
      ])
    }
    return table
  }
}
