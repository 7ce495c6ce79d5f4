// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// `billrun invoice list`.
struct InvoiceList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List invoices, in the order in which they were written.",
    discussion: "With --start-date or --end-date in the order of their dates.")

  @OptionGroup var filter: InvoiceFilterOptions

  @Option(
    help: ArgumentHelp(
      "Order by id, date, due_date, number, name, customer, total or balance, as 'date desc'.",
      valueName: "column"))
  var sort: String?

  @Option(
    help: ArgumentHelp(
      "Only what comes after this invoice, in the order of the list.", valueName: "id"))
  var cursor: Int64?

  @Flag(help: "List credit notes instead of invoices.")
  var creditNotes = false

  @OptionGroup var list: ListOptions
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    let order = try parsedSort()
    if cursor != nil, ![.id, .date, .customer].contains(order.column) {
      throw ValidationError("--cursor goes with the order of id, date or customer")
    }
  }

  func run() async throws {
    try await show(on: options.connect())
  }

  private func show(on connection: isolated Connection) throws {
    let filter = try ordered(filter.filter(on: connection))
    let reader = try options.reader(on: connection)
    let output = list.output(options)
    if output.isJSON {
      var elements = JSONList(to: output)
      try reader.objects(filter, on: connection) { object in
        guard try elements.append({ $0.raw(object) }) else { throw ExitStatus.ok }
      }
      try elements.finish()
    } else {
      var page = InvoicePage(on: output)
      try reader.heads(filter, on: connection) { try page.add($0) }
      try page.flush()
    }
  }

  private func ordered(_ filter: InvoiceFilter) throws -> InvoiceFilter {
    var filter = filter
    // A number is that of one document, of whichever kind.
    if creditNotes || filter.number == nil {
      filter.kind = creditNotes ? "credit_note" : "invoice"
    }
    (filter.sort, filter.isDescending) = try parsedSort()
    filter.after = cursor
    filter.limit = list.limit.map(Int64.init)
    return filter
  }

  /// Reads `date`, `date asc` and `date desc`.
  private func parsedSort() throws -> (column: InvoiceFilter.Sort, isDescending: Bool) {
    let usual = filter.days.isEmpty ? "id" : "date"
    let words = (sort ?? usual).split(separator: " ")
    guard let name = words.first, let column = InvoiceFilter.Sort(rawValue: String(name)),
      words.count == 1 || (words.count == 2 && ["asc", "desc"].contains(words[1]))
    else {
      let columns = InvoiceFilter.Sort.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--sort is one of \(columns), then asc or desc")
    }
    return (column, words.last == "desc")
  }
}

/// Prints heads of documents as tables of a thousand rows, so that memory stays flat.
private struct InvoicePage {
  private let output: Output
  private var table = InvoicePage.empty
  private var count = 0

  init(on output: Output) { self.output = output }

  mutating func add(_ head: InvoiceHead) throws {
    table.add([
      String(head.id), head.number ?? "", head.status, head.date.description,
      head.dueDate?.description ?? "", String(head.customer), head.customerName, head.currency,
      head.text(head.total), head.text(head.balance),
    ])
    count += 1
    if count % 1000 == 0 { try flush() }
  }

  mutating func flush() throws {
    guard try output.text(table.text) else { throw ExitStatus.ok }
    table = InvoicePage.empty
  }

  private static let empty = TextTable([
    ("id", .right), ("number", .left), ("status", .left), ("date", .left), ("due", .left),
    ("customer", .right), ("name", .left), ("currency", .left), ("total", .right),
    ("balance", .right),
  ])
}
