// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// Checks the invariants on the live data.
struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check that the books are sound: totals, coverage, numbers, runs, journal.",
    discussion: """
      Reads only, all checks as of one moment, also while a run is at work. Exits with 0 when \
      nothing is wrong, else with 70. Amounts of broken rows are in minor units.
      """)

  @Option(help: ArgumentHelp("Check only what this run wrote.", valueName: "number"))
  var run: Int64?

  @Option(help: ArgumentHelp("Make so many checks at a time.", valueName: "count"))
  var lanes = 2

  @Flag(help: "Compare the gateways' own lists of charges with the books, and nothing else.")
  var gateway = false

  @Option(
    help: ArgumentHelp("With --gateway: charges of so many days, else of 90.", valueName: "count"))
  var days: Int?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Make the documents of these runs, or of all, again, and compare to the cent.",
      valueName: "run"))
  var replay: [ReplayedRun] = []

  @Flag(help: "Prove that each day of each subscription is billed or has its reason.")
  var completeness = false

  @Flag(help: "List lines whose tax rate is another on their tax date, since it came in later.")
  var taxDates = false

  @OptionGroup var span: SpanOptions

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard 1...64 ~= lanes else { throw ValidationError("--lanes is 1 to 64") }
    guard 1...3660 ~= days ?? 1 else { throw ValidationError("--days is 1 to 3660") }
    if days != nil, !gateway { throw ValidationError("--days goes with --gateway") }
    let asked = [gateway, run != nil, !replay.isEmpty, completeness, taxDates].count { $0 }
    if asked > 1 {
      throw ValidationError(
        "give one of --run, --gateway, --replay, --completeness and --tax-dates")
    }
    try span.check(
      isWanted: completeness, isAllowed: completeness || !replay.isEmpty,
      takesSeller: completeness || taxDates)
    if replay.contains(.all), replay.count > 1 {
      throw ValidationError("--replay takes runs or all")
    }
  }

  /// For so many days back charges are compared.
  static let usualDays = 90

  /// Where nothing differs, charging goes on that was stopped since the books are a copy.
  private func compareGateways() async throws {
    let settings = try options.loadSettings()
    let now = WallClock.system.now()
    let comparison = try await GatewayComparison.read(
      GatewaySet(settings), since: now - Int64(days ?? Self.usualDays) * 86_400, at: now,
      of: Database(settings))
    if options.json {
      try options.output.json { comparison.write(to: &$0) }
    } else {
      try options.output.text(comparison.text)
    }
    if comparison.exitCode != .ok { throw comparison.exitCode }
  }

  func run() async throws {
    if gateway { return try await compareGateways() }
    if !replay.isEmpty { return try await makeAgain() }
    if completeness { return try await proveCompleteness() }
    if taxDates { return try await listTaxDates() }
    let settings = try options.loadSettings()
    let database = Database(settings)
    if let run {
      let connection = try await database.open()
      _ = try await RunSummary.read(run, on: connection)
      await connection.close()
      return try tell(try await verification(of: database))
    }
    try await options.measured("verify", settings) { metrics in
      let verification = try await verification(of: database)
      metrics.add(verification)
      try tell(verification)
    }
  }

  private func verification(of database: Database) async throws -> Verification {
    let output = options.output
    let isVerbose = options.verbose
    return try await Verification.check(run: run, lanes: lanes, of: database) {
      if isVerbose { output.note("\($0.title): \($0.milliseconds) ms") }
    }
  }

  private func tell(_ verification: Verification) throws {
    let output = options.output
    if output.isJSON {
      try output.json { verification.write(to: &$0) }
    } else {
      try output.text(verification.text)
    }
    guard verification.isClean else { throw verification.exitCode }
  }
}
