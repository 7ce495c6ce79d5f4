// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// `billrun report journal --from DAY --to DAY`.
struct JournalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal",
    abstract: "List the journal of some days, and what the accounts stand at.",
    discussion: """
      Both days are inclusive. Entries, then a trial balance; as HTML, and by mail, the trial \
      balance alone. CSV has a record for each side of an entry.
      """)

  @Option(help: ArgumentHelp("The first day.", valueName: "day"))
  var from: LocalDate

  @Option(help: ArgumentHelp("The last day.", valueName: "day"))
  var to: LocalDate

  @Option(help: ArgumentHelp("Only the journal of this seller.", valueName: "id"))
  var seller: String?

  @Flag(help: "Print a journal that hledger reads.")
  var hledger = false

  @OptionGroup var list: ListOptions
  @OptionGroup var wanted: ReportOptions
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if from > to { throw ValidationError("--from \(from) is after --to \(to)") }
    let ways = [wanted.hasFormat, hledger, list.jsonl, options.json]
    guard ways.count(where: { $0 }) <= 1 else {
      throw ValidationError("give one of --csv, --html, --format, --hledger, --json and --jsonl")
    }
  }

  func run() async throws {
    let report = JournalReport(
      from: from, to: to, seller: seller, limit: list.limit.map(Int64.init))
    let format = try options.format(of: wanted)
    if format == .html || !wanted.mailTo.isEmpty {
      return try await options.deliver(wanted, seller: seller) { connection, _ in
        try await report.trialBalance(on: connection)
      }
    }
    let connection = try await options.connect(forReport: wanted)
    if try await options.isClean(wanted, seller: seller, on: connection) { return }
    var output = Output(format: list.jsonl ? .jsonLines : format == .json ? .json : .text)
    output.file = try wanted.output.map(ReportFile.init)
    try await show(report, asCSV: format == .csv, to: output, on: connection)
    try output.file?.finish()
    if wanted.quietIfClean { throw ExitStatus.dataError }
  }

  private func show(
    _ report: JournalReport, asCSV: Bool, to output: Output, on connection: isolated Connection
  ) throws {
    if output.isJSON {
      try json(report, to: output, on: connection)
    } else if asCSV {
      try pages(report, of: output, on: connection, head: { _ in JournalEntry.csvHead }, \.csv)
    } else if hledger {
      try pages(
        report, of: output, on: connection, head: { HledgerJournal.head(of: report, $0) },
        HledgerJournal.transaction)
    } else {
      try text(report, to: output, on: connection)
    }
  }

  private func json(
    _ report: JournalReport, to output: Output, on connection: isolated Connection
  ) throws {
    var elements = JSONList(to: output)
    var trial: [TrialBalance] = []
    try report.read(on: connection, balances: { trial = $0 }) { entry in
      guard try elements.append({ entry.write(to: &$0) }) else { throw ExitStatus.ok }
    }
    for balance in trial { try elements.append { balance.write(to: &$0) } }
    try elements.finish()
  }

  /// Writes a head and the entries in pieces, so that memory stays flat.
  private func pages(
    _ report: JournalReport, of output: Output, on connection: isolated Connection,
    head: ([TrialBalance]) -> String, _ text: (JournalEntry) -> String
  ) throws {
    var page = ""
    func flush() throws {
      guard try output.text(page) else { throw ExitStatus.ok }
      page = ""
    }
    try report.read(on: connection, balances: { page += head($0) }) { entry in
      page += text(entry)
      if page.utf8.count > 1 << 16 { try flush() }
    }
    try flush()
  }

  private func text(
    _ report: JournalReport, to output: Output, on connection: isolated Connection
  ) throws {
    var trial: [TrialBalance] = []
    var table = JournalEntry.table
    var (lines, isEmpty) = (0, true)
    func flush() throws {
      guard try output.text(table.text) else { throw ExitStatus.ok }
      (table, lines) = (JournalEntry.table, 0)
    }
    try report.read(on: connection, balances: { trial = $0 }) { entry in
      entry.add(to: &table)
      isEmpty = false
      lines += entry.lines.count
      if lines >= 1000 { try flush() }
    }
    if lines > 0 { try flush() }
    if isEmpty { try output.text("no entries\n") }
    if !trial.isEmpty { try output.text("\n" + TrialBalance.table(of: trial).text) }
  }
}
