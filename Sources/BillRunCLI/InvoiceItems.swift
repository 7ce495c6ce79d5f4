// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// `billrun invoice items [ID…]`.
struct InvoiceItems: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "items", abstract: "List the line items of some documents, or of all.")

  @Argument(help: "Ids or numbers of invoices; none for all.") var ids: [String] = []

  @Option(help: ArgumentHelp("Only what comes after this item.", valueName: "id"))
  var cursor: Int64?

  @OptionGroup var list: ListOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await show(on: options.connect())
  }

  private func show(on connection: isolated Connection) throws {
    let reader = InvoiceReader(at: WallClock.system.now())
    let invoices = try ids.map { try reader.id(of: $0, on: connection) }
    let output = list.output(options)
    var elements = output.isJSON ? JSONList(to: output) : nil
    var page = Page(on: output)
    try LineItem.read(
      of: invoices, after: cursor, limit: list.limit.map(Int64.init),
      on: connection
    ) { item in
      guard try elements?.append({ $0.raw(item.object) }) ?? page.add(item) else {
        throw ExitStatus.ok
      }
    }
    try elements?.finish()
    if elements == nil { _ = try page.flush() }
  }

  /// Prints items as tables of a thousand rows, so that memory stays flat.
  private struct Page {
    private let output: Output
    private var table = Page.empty
    private var count = 0

    init(on output: Output) { self.output = output }

    mutating func add(_ item: LineItem) throws -> Bool {
      let period = item.periodStart.flatMap { start in item.lastDay.map { "\(start) – \($0)" } }
      table.add([
        item.number ?? String(item.invoice), item.name ?? "", item.quantity, item.unitCost,
        item.amount, item.currency, period ?? "",
      ])
      count += 1
      return count % 1000 == 0 ? try flush() : true
    }

    mutating func flush() throws -> Bool {
      let text = table.text
      table = Page.empty
      return try output.text(text)
    }

    private static let empty = TextTable([
      ("invoice", .left), ("item", .left), ("quantity", .right), ("unit cost", .right),
      ("amount", .right), ("currency", .left), ("period", .left),
    ])
  }
}
