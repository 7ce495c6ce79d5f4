// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// Shows documents.
struct InvoiceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invoice", abstract: "Show invoices and credit notes.",
    subcommands: [InvoiceShow.self, InvoiceList.self])
}

/// `billrun invoice show ID`.
struct InvoiceShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show an invoice or a credit note.")

  @Argument(help: "The id or the number.") var id: String

  @Option(help: ArgumentHelp("Show this as an object in JSON: customer.", valueName: "property"))
  var expand: Expansion?

  @OptionGroup var options: GlobalOptions

  /// What can be shown as an object instead of its id.
  enum Expansion: String, ExpressibleByArgument {
    case customer
  }

  func run() async throws {
    try await show(on: options.connect())
  }

  private func show(on connection: isolated Connection) throws {
    let reader = InvoiceReader(at: WallClock.system.now())
    let filter = InvoiceFilter(id: try reader.id(of: id, on: connection))
    let output = options.output
    if output.isJSON {
      let expands = expand == .customer
      try reader.objects(filter, expandingCustomer: expands, on: connection) { object in
        try output.json { $0.raw(object) }
      }
    } else {
      var heads: [InvoiceHead] = []
      try reader.heads(filter, on: connection) { heads.append($0) }
      for head in heads { try output.text(InvoiceSheet(head, on: connection).text) }
    }
  }
}
