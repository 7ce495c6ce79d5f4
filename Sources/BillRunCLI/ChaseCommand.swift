// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// `billrun chase --as-of DAY`.
struct ChaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chase",
    abstract: "Chase what is unpaid: messages into the outbox, late fees, tasks.",
    discussion: """
      Each step of a customer's cadence is taken once: the same day again, or every minute, takes \
      none twice. A step whose day was missed is made up for once, of several messages only by \
      the last. `billrun send` delivers what this puts into the outbox. Exits with 75 when \
      another one is at work or it was stopped.
      """)

  @Option(
    help: ArgumentHelp("The day whose steps are due: YYYY-MM-DD, or today.", valueName: "day"))
  var asOf: AsOf

  @Option(help: "Only this seller.") var seller: String?

  @Flag(help: "Only list who would get what and why; nothing is written.") var dry = false

  @Flag(help: "Allow an as-of day more than 62 days ahead.") var yes = false

  @OptionGroup var list: ListOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    var wanted = ChaseEngine.Options(asOf: asOf)
    wanted.seller = seller
    wanted.isDry = dry
    wanted.allowsFarAsOf = yes
    let settings = try options.loadSettings()
    let engine = ChaseEngine(
      database: Database(settings), options: wanted, stop: StopSignal.install(),
      user: SystemUser.name)
    if dry { return try tell(try await engine.chase()) }
    try await options.measured("chase", seller: seller, settings) { metrics in
      let summary = try await engine.chase()
      metrics.add(summary)
      try tell(summary)
    }
  }

  private func tell(_ summary: ChaseSummary) throws {
    let output = list.output(options)
    if output.isJSON {
      var steps = JSONList(to: output)
      for step in summary.steps.prefix(list.limit ?? .max) {
        guard try steps.append({ step.write(to: &$0) }) else { return }
      }
      return try steps.finish()
    }
    if dry { try output.text(summary.table) }
    try output.text(summary.text)
  }
}

/// `billrun report chasing`.
struct ChasingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chasing",
    abstract: "Report who was chased, who is not, and whom to call.",
    discussion: """
      The steps taken in some days, both inclusive, by action, and what was refused; what of the \
      overdue is chased, and what is not and why; and the open invoices to call about or that \
      somebody has taken over, as of now.
      """)

  @OptionGroup var days: ReportDays
  @OptionGroup var wanted: ReportOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let period = try days.period()
    try await options.deliver(wanted, seller: days.seller) { connection, _ in
      try await ChasingReport.read(
        period, seller: days.seller, at: WallClock.system.now(), on: connection)
    }
  }
}
