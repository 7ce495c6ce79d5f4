// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// `billrun charge`: charges AutoPay customers, or settles what nobody could tell.
struct ChargeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "charge",
    abstract: "Charge AutoPay customers what is due up to a day.",
    discussion: """
      What an earlier start left open is asked for first, with the same keys: nobody is charged \
      twice, and the same day again charges nobody. Exits with 65 when a charge has been unknown \
      for over 24 hours, with 69 when a gateway does not answer, with 75 when another one is at \
      work or it was stopped, with 78 when a gateway is not configured or the books are a copy.
      """,
    subcommands: [ChargeDue.self, ChargeResolve.self, ChargeAdopt.self],
    defaultSubcommand: ChargeDue.self)
}

/// `billrun charge --as-of DAY`.
struct ChargeDue: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "due", abstract: "Charge what is due up to a day.")

  @OptionGroup var options: GlobalOptions

  @Option(
    help: ArgumentHelp("The day up to which to charge: YYYY-MM-DD, or today.", valueName: "day"))
  var asOf: AsOf

  @Option(help: "Only this seller.")
  var seller: String?

  @Option(help: ArgumentHelp("How many calls are under way at once.", valueName: "count"))
  var inFlight = 64

  @Flag(help: "Allow an as-of day more than 62 days ahead.")
  var yes = false

  func validate() throws {
    if !(1...1024).contains(inFlight) { throw ValidationError("--in-flight is 1 to 1024") }
  }

  func run() async throws {
    let settings = try options.loadSettings()
    var wanted = ChargeOptions(asOf: asOf)
    wanted.seller = seller
    wanted.inFlight = inFlight
    wanted.allowsFarAsOf = yes
    let engine = ChargeEngine(
      database: Database(settings), gateways: try GatewaySet(settings), options: wanted,
      stop: StopSignal.install(), user: SystemUser.name)
    try await options.measured("charge", seller: seller, settings) { metrics in
      let summary = try await engine.charge()
      metrics.add(summary)
      if options.json {
        try options.output.line(summary.json)
      } else {
        try options.output.text(summary.text + "\n")
      }
      if summary.exitCode != .ok { throw summary.exitCode }
    }
  }
}

/// `billrun charge resolve ATTEMPT`.
struct ChargeResolve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve",
    abstract: "Say what became of a charge that neither we nor the gateway could tell.",
    discussion: """
      Look it up at the gateway first: `billrun report collections` lists the attempts with their \
      keys. The gateway is asked too, and evidence that it contradicts is refused (65); when it \
      does not answer, nothing is written (69). An approved one is booked as a payment, a declined \
      one follows the schedule.
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(help: "The attempt's id.")
  var attempt: Int64

  @Option(help: ArgumentHelp("The gateway's id of the charge that it made.", valueName: "id"))
  var approved: String?

  @Option(
    help: ArgumentHelp(
      "The code that it was declined with; not_sent when it never arrived.", valueName: "code"))
  var declined: String?

  @Flag(help: "Take your word for it, and don't ask the gateway.")
  var unasked = false

  func validate() throws {
    if (approved == nil) == (declined == nil) {
      throw ValidationError("give --approved ID or --declined CODE")
    }
  }

  func run() async throws {
    let settings = try options.loadSettings()
    let connection = try await Database(settings).open()
    let outcome: ChargeOutcome =
      if let approved {
        .approved(reference: approved)
      } else {
        .declined(code: declined ?? "", reference: nil)
      }
    let resolution = ChargeResolution(
      at: WallClock.system.now(), by: SystemUser.name, asking: try GatewaySet(settings),
      asks: !unasked)
    let resolved = try await resolution.resolve(attempt, as: outcome, on: connection)
    try options.output.text(
      "attempt \(attempt) of \(resolved.invoice), \(resolved.amount), is "
        + "\(approved == nil ? "declined" : "approved")"
        + "\(resolved.isConfirmed ? ", the gateway says so too" : "")\n")
  }
}
