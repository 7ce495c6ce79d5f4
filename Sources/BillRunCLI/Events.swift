// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
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

  @Option(help: ArgumentHelp("Only of this customer: an id or a number.", valueName: "id"))
  var customer: String?

  @Option(help: ArgumentHelp("Only of this run.", valueName: "number"))
  var run: Int64?

  @Option(help: ArgumentHelp("Only of this kind, as invoice_voided.", valueName: "kind"))
  var kind: String?

  @OptionGroup var days: DayRangeOptions

  @Option(help: ArgumentHelp("Only what comes after this event.", valueName: "id"))
  var cursor: Int64?

  @Flag(help: "List the newest first.")
  var newestFirst = false

  @OptionGroup var list: ListOptions
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if [invoice != nil, customer != nil, run != nil].count(where: \.self) > 1 {
      throw ValidationError("give one of --invoice, --customer and --run")
    }
  }

  func run() async throws {
    try await show(on: options.connect())
  }

  private func show(on connection: isolated Connection) throws {
    var filter = EventFilter()
    if let invoice {
      filter.subjectKind = "invoice"
      filter.subject = try InvoiceReader(at: WallClock.system.now()).id(of: invoice, on: connection)
    } else if let customer {
      filter.subjectKind = "customer"
      filter.subject = try CustomerName.id(of: customer, on: connection)
    } else if let run {
      filter.subjectKind = "run"
      filter.subject = run
    }
    if let kind { try EventLog.refuseUnknown(kind, on: connection) }
    filter.kind = kind
    filter.start = days.startDate
    filter.end = days.endDate
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
