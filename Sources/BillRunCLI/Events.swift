// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// `billrun events`.
struct Events: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List who did what and when, in the order in which it was done.",
    discussion: """
      Every change of state writes an event in its own transaction; nothing rewrites them. Days \
      are those of UTC.
      """)

  @Option(help: ArgumentHelp("Only of this invoice or credit note.", valueName: "id"))
  var invoice: String?

  @Option(help: ArgumentHelp("Only of this run.", valueName: "number"))
  var run: Int64?

  @Option(help: ArgumentHelp("Only of this kind, as invoice_voided.", valueName: "kind"))
  var kind: String?

  @Option(help: ArgumentHelp("Only on or after this day.", valueName: "day"))
  var startDate: LocalDate?

  @Option(help: ArgumentHelp("Only on or before this day.", valueName: "day"))
  var endDate: LocalDate?

  @Option(help: ArgumentHelp("Only what comes after this event.", valueName: "id"))
  var cursor: Int64?

  @Flag(help: "List the newest first.")
  var newestFirst = false

  @OptionGroup var list: ListOptions
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if invoice != nil, run != nil { throw ValidationError("give either --invoice or --run") }
  }

  func run() async throws {
    try await show(on: options.connect())
  }

  private func show(on connection: isolated Connection) throws {
    var filter = EventFilter()
    if let invoice {
      filter.subjectKind = "invoice"
      filter.subject = try InvoiceReader(at: WallClock.system.now()).id(of: invoice, on: connection)
    } else if let run {
      filter.subjectKind = "run"
      filter.subject = run
    }
    filter.kind = kind
    filter.start = startDate
    filter.end = endDate
    filter.after = cursor
    filter.newestFirst = newestFirst
    filter.limit = list.limit.map(Int64.init)
    let output = list.output(options)
    if output.isJSON {
      var elements = JSONList(to: output)
      try EventLog.read(filter, on: connection) { entry in
        guard try elements.append({ entry.write(to: &$0) }) else { throw ExitStatus.ok }
      }
      try elements.finish()
    } else {
      try EventLog.read(filter, on: connection) { entry in
        guard try output.text(entry.text) else { throw ExitStatus.ok }
      }
    }
  }
}
