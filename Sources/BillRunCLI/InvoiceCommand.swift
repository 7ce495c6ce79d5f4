// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// Shows documents, and does with them what their state allows.
struct InvoiceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invoice",
    abstract: "Show invoices and credit notes; create, void, write off and the like.",
    subcommands: [
      InvoiceShow.self, InvoiceExplain.self, InvoiceList.self, InvoiceItems.self,
      InvoiceLinksCommand.self,
      InvoicePDF.self,
      InvoiceHTML.self,
      InvoiceCreate.self, InvoiceUpdate.self, InvoiceDelete.self, InvoiceAttachments.self,
      InvoiceApplyCredit.self, InvoiceCancel.self, InvoiceCredit.self, InvoiceEmail.self,
      InvoiceLateFee.self, InvoicePay.self, InvoicePost.self, InvoicePromise.self,
      InvoiceReverse.self, InvoiceRevokeLinks.self,
      InvoiceUnapplyCredit.self, InvoiceUnpost.self, InvoiceVoid.self, InvoiceWriteOff.self,
    ])
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
    let reader = try options.reader(on: connection)
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

/// `billrun invoice explain ID…`.
struct InvoiceExplain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Tell why every figure of a document is what it is.",
    discussion: """
      Shows for each line, discount, tax and sum the inputs, the rule, the formula and how it was \
      rounded. Every step is made again from what is stored with the document, whatever customer \
      and catalog say today. Exits with 70 when one comes to something else than what is stored.
      """)

  @Argument(help: "The ids or the numbers.") var id: [String]

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await show(on: options.connect())
  }

  private func show(on connection: isolated Connection) throws {
    let reader = InvoiceReader(at: WallClock.system.now())
    let ids = try id.map { try reader.id(of: $0, on: connection) }
    let explanations = try InvoiceExplanation.read(ids, on: connection)
    let output = options.output
    if output.isJSON {
      try output.json { writer in
        writer.array { list in for explanation in explanations { explanation.write(to: &list) } }
      }
    } else {
      try output.text(explanations.map(\.text).joined(separator: "\n"))
    }
    if explanations.contains(where: { $0.mismatches > 0 }) { throw ExitStatus.software }
  }
}
