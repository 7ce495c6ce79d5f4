// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// `billrun run`: bills everything due up to a day.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bill everything that is due up to a day.",
    discussion: """
      What is due is the difference between what should exist and what exists, so the same day \
      again adds nothing, and a missed night is made up for. Exits with 65 when customers are \
      held, with 75 when another run is at work or the run was stopped: start it again.
      """)

  @OptionGroup var options: GlobalOptions

  @Option(
    help: ArgumentHelp("The day up to which to bill: YYYY-MM-DD, or today.", valueName: "day"))
  var asOf: AsOf

  @Option(help: ArgumentHelp("The date of the invoices, if not the as-of day.", valueName: "day"))
  var invoiceDate: LocalDate?

  @Option(
    help: ArgumentHelp("Only this step of a run; bill is the one there is.", valueName: "step"))
  var only: [Step] = []

  @Option(help: ArgumentHelp("How many connections work at once.", valueName: "count"))
  var lanes: Int?

  @Option(help: ArgumentHelp("About how many due periods make a transaction.", valueName: "count"))
  var batchSize = 2_000

  @Flag(help: "Help a run that is at work instead of opening one.")
  var join = false

  @Flag(help: "Allow an as-of day or invoice date more than 62 days ahead.")
  var yes = false

  @OptionGroup(title: "Scope") var scope: ScopeOptions

  /// A step of a run that can be asked for alone.
  enum Step: String, ExpressibleByArgument, CaseIterable {
    case bill
  }

  func validate() throws {
    if let lanes, !(1...64).contains(lanes) { throw ValidationError("--lanes is 1 to 64") }
    if !(1...1_000_000).contains(batchSize) {
      throw ValidationError("--batch-size is 1 to 1000000")
    }
  }

  func run() async throws {
    let settings = try options.loadSettings()
    let database = Database(settings)
    let progress = RunProgress()
    let engine = RunEngine(
      database: database, options: wanted(settings, try await scope.scope(of: database)),
      stop: StopSignal.install(),
      progress: progress)
    let outcome = try await ProgressDisplay(progress).show { await engine.outcome() }
    if outcome.failures.isEmpty {
      let connection = try await database.open()
      if outcome.closed.isEmpty { return try await sayWhyNothing(on: connection) }
      let statuses = try await tell(outcome.closed, on: connection)
      if statuses.contains(where: { $0 != .ok }) { throw ExitStatus.worst(of: statuses) }
      return
    }
    let failures = outcome.failures.map { BillRunError(describing: $0) }
    for failure in failures { options.output.fail(failure) }
    var statuses = failures.map(\.status)
    // What was billed all the same is told, too, unless the database is what failed.
    if !outcome.closed.isEmpty, let connection = try? await database.open() {
      statuses += try await tell(outcome.closed, on: connection)
    }
    throw ExitStatus.worst(of: statuses)
  }

  /// Prints what became of runs, and returns their exit codes.
  private func tell(_ runs: [Int64], on connection: Connection) async throws -> [ExitStatus] {
    var statuses: [ExitStatus] = []
    for id in runs {
      let summary = try await RunSummary.read(id, on: connection)
      statuses.append(summary.exitCode)
      if options.json {
        try options.output.line(summary.json)
      } else {
        try options.output.text(summary.text)
      }
    }
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
    var wanted = BillRunOptions(asOf: asOf)
    wanted.invoiceDate = invoiceDate
    wanted.seller = self.scope.seller
    wanted.lanes = lanes ?? settings.lanes ?? wanted.lanes
    wanted.batchSize = batchSize
    wanted.joins = join
    wanted.allowsFarAsOf = yes
    wanted.scope = scope
    return wanted
  }
}

/// Whom a run looks at.
struct ScopeOptions: ParsableArguments {
  /// By id or code.
  @Option(help: "Only this seller.")
  var seller: String?

  /// By id or number.
  @Option(name: .customLong("customer"), help: "Only these customers, by id or number.")
  var customers: [String] = []

  /// By name.
  @Option(name: .customLong("batch"), help: "Only these customer groups.")
  var batches: [String] = []

  /// ISO 4217.
  @Option(name: .customLong("currency"), help: "Only subscriptions in these currencies.")
  var currencies: [String] = []

  /// By code.
  @Option(name: .customLong("plan"), help: "Only subscriptions to these plans.")
  var plans: [String] = []

  /// The same as the run knows it.
  ///
  /// Throws `BillRunError` when there is no such customer.
  func scope(of database: Database) async throws -> RunScope {
    var scope = RunScope()
    if !customers.isEmpty {
      let connection = try await database.open()
      var ids: [Int64] = []
      for name in customers { ids.append(try await CustomerName.id(of: name, on: connection)) }
      await connection.close()
      scope.customers = ids
    }
    scope.batches = batches.isEmpty ? nil : batches
    scope.currencies = currencies.isEmpty ? nil : currencies.map { $0.lowercased() }
    scope.plans = plans.isEmpty ? nil : plans
    return scope
  }
}
