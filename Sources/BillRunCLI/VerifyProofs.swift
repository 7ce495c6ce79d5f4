// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// What `--replay` makes again: a run's documents, or all.
enum ReplayedRun: ExpressibleByArgument, Equatable {
  /// Those of all runs, and those of none.
  case all
  /// Those of one run.
  case run(Int64)

  init?(argument: String) {
    if argument == "all" {
      self = .all
    } else if let run = Int64(argument) {
      self = .run(run)
    } else {
      return nil
    }
  }

  /// The run's number, nil for all.
  var number: Int64? {
    if case .run(let run) = self { run } else { nil }
  }
}

/// The days and the seller of a proof.
struct SpanOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "With --completeness: from this day. With --replay: dated then or later.", valueName: "day"))
  var from: LocalDate?

  @Option(
    help: ArgumentHelp(
      "With --completeness: to this day. With --replay: dated then or before.", valueName: "day"))
  var to: LocalDate?

  @Option(
    help: ArgumentHelp("With --completeness or --tax-dates: only this seller.", valueName: "id"))
  var seller: String?

  /// Refuses days where they mean nothing, and asks for them where they are needed.
  func check(isWanted: Bool, isAllowed: Bool, takesSeller: Bool) throws {
    if isWanted, from == nil || to == nil {
      throw ValidationError("--completeness goes with --from and --to")
    }
    if !isAllowed, from != nil || to != nil {
      throw ValidationError("--from and --to go with --completeness and --replay")
    }
    if !takesSeller, seller != nil {
      throw ValidationError("--seller goes with --completeness and --tax-dates")
    }
    if let from, let to, from > to { throw ValidationError("--from is after --to") }
  }
}

extension Verify {
  /// Makes documents again and compares them with what is stored.
  func makeAgain() async throws {
    let runs = replay.compactMap(\.number)
    let made = try await Replay.make(
      Replay.Scope(runs: runs.isEmpty ? nil : runs, from: span.from, to: span.to), lanes: lanes,
      of: Database(options.loadSettings()))
    if options.verbose {
      options.output.note("\(made.tally.documents) documents: \(made.milliseconds) ms")
    }
    if options.json {
      try options.output.json { made.write(to: &$0) }
    } else {
      try options.output.text(made.text)
    }
    if made.exitCode != .ok { throw made.exitCode }
  }

  /// Counts the days of subscriptions by what became of them.
  func proveCompleteness() async throws {
    guard let from = span.from, let to = span.to,
      let days = Period(from: from, to: to.adding(days: 1))
    else { return }
    let proof = try await CompletenessProof.read(
      days, seller: span.seller, on: options.connect())
    if options.json {
      try options.output.json { proof.write(to: &$0) }
    } else {
      try options.output.text(proof.text)
    }
    if proof.exitCode != .ok { throw proof.exitCode }
  }

  /// Lists lines to credit and bill again after a rate change.
  func listTaxDates() async throws {
    let dates = try await TaxDates.read(seller: span.seller, on: options.connect())
    if options.json {
      try options.output.json { dates.write(to: &$0) }
    } else {
      try options.output.text(dates.text)
    }
    if dates.exitCode != .ok { throw dates.exitCode }
  }
}

/// `billrun report numbers`.
struct NumbersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "numbers",
    abstract: "Audit the series of document numbers: what was given, gaps and order.",
    discussion: """
      A series a line, first and last number, how many went to which kind of document, how many of \
      these are voided or reversed. Numbers of other systems and those that people gave are only \
      counted. Exits with 70 when a number lacks or stands out of order.
      """)

  @Option(help: ArgumentHelp("Only this seller.", valueName: "id"))
  var seller: String?

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let audit = try await NumberAudit.read(seller: seller, on: options.connect())
    if options.json {
      try options.output.json { audit.write(to: &$0) }
    } else {
      try options.output.text(audit.text)
    }
    if audit.exitCode != .ok { throw audit.exitCode }
  }
}
