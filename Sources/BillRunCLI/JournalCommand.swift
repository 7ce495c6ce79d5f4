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
    discussion: "Both days are inclusive. Without a flag: entries, then a trial balance.")

  @Option(help: ArgumentHelp("The first day.", valueName: "day"))
  var from: LocalDate

  @Option(help: ArgumentHelp("The last day.", valueName: "day"))
  var to: LocalDate

  @Option(help: ArgumentHelp("Only the journal of this seller.", valueName: "id"))
  var seller: String?

  @Flag(help: "Print CSV, a record for each side of an entry.")
  var csv = false

  @Flag(help: "Print a journal that hledger reads.")
  var hledger = false

  @OptionGroup var list: ListOptions
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if from > to { throw ValidationError("--from \(from) is after --to \(to)") }
    guard [csv, hledger, list.jsonl, options.json].count(where: { $0 }) <= 1 else {
      throw ValidationError("give one of --csv, --hledger, --json and --jsonl")
    }
  }

  func run() async throws {
    let report = JournalReport(
      from: from, to: to, seller: seller, limit: list.limit.map(Int64.init))
    try await show(report, on: options.connect())
  }

  private func show(_ report: JournalReport, on connection: isolated Connection) throws {
    let output = list.output(options)
    if output.isJSON {
      try json(report, to: output, on: connection)
    } else if csv {
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
