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
    let summary = try await engine.charge()
    if options.json {
      try options.output.line(summary.json)
    } else {
      try options.output.text(summary.text + "\n")
    }
    if summary.exitCode != .ok { throw summary.exitCode }
  }
}

/// `billrun charge resolve ATTEMPT`.
struct ChargeResolve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve",
    abstract: "Say what became of a charge that neither we nor the gateway could tell.",
    discussion: """
      Look it up at the gateway first: `billrun report collections` lists the attempts with their \
      keys. An approved one is booked as a payment, a declined one follows the schedule.
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
    let resolved = try await ChargeResolution(at: WallClock.system.now(), by: SystemUser.name)
      .resolve(attempt, as: outcome, on: connection)
    try options.output.text(
      "attempt \(attempt) of \(resolved.invoice), \(resolved.amount), is "
        + "\(approved == nil ? "declined" : "approved")\n")
  }
}

/// `billrun charge adopt --gateway NAME`.
struct ChargeAdopt: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adopt",
    abstract: "Book charges that a gateway has approved and the books know nothing of.",
    discussion: """
      After a backup was restored, or a copy of the books has charged: `billrun verify --gateway` \
      finds such charges, and nobody is charged meanwhile. Each becomes the payment of the invoice \
      that its key names; what that no longer owes becomes the customer's credit. Without \
      --confirm it only lists them.
      """)

  @Option(help: ArgumentHelp("The gateway's name in the settings.", valueName: "name"))
  var gateway: String

  @Option(help: ArgumentHelp("Charges of so many days.", valueName: "count"))
  var days = Verify.usualDays

  @Option(help: ArgumentHelp("Book them: so many as were listed.", valueName: "count"))
  var confirm: Int?

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard 1...3660 ~= days else { throw ValidationError("--days is 1 to 3660") }
  }

  func run() async throws {
    let settings = try options.loadSettings()
    let now = WallClock.system.now()
    let adoption = try ChargeAdoption(
      of: gateway, among: GatewaySet(settings), in: Database(settings), at: now,
      by: SystemUser.name)
    let found = try await adoption.list(since: now - Int64(days) * 86_400)
    let good = found.filter { $0.problem == nil }
    let isDone = confirm != nil
    if let confirm, confirm != good.count {
      throw BillRunError(
        .dataError, code: "count_differs",
        "\(good.count) charges can be booked, and \(confirm) were confirmed",
        hint: "without --confirm they are listed")
    }
    if isDone { try await adoption.adopt(good) }
    try write(found, good.count, isDone)
    if found.count > good.count { throw ExitStatus.dataError }
  }

  private func write(
    _ found: [ChargeAdoption.Charge], _ good: Int, _ isDone: Bool
  ) throws {
    if options.json {
      try options.output.json { writer in
        writer.object { object in
          object.field("object", "adopted_charges")
          object.field("adopted", isDone ? good : 0)
          object.field("charges", objects: found) { element, charge in
            element.field("idempotency_key", charge.key)
            element.field("reference", charge.reference)
            element.field("invoice", charge.invoice)
            element.field("amount", raw: charge.amount.majorText)
            element.field("currency", charge.amount.currency.code)
            element.field("problem", charge.problem)
          }
        }
      }
      return
    }
    var lines = found.map { charge in
      let invoice = charge.invoice.map { "invoice \($0)" } ?? "no invoice"
      return "\(invoice): \(charge.amount), \(charge.reference)"
        + (charge.problem.map { ": not booked, \($0)" } ?? "")
    }
    lines.append(isDone ? "\(good) charges booked" : "\(good) charges can be booked")
    try options.output.text(lines.joined(separator: "\n") + "\n")
  }
}
