// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// `billrun invoice links ID…`.
struct InvoiceLinksCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "links",
    abstract: "Show where customers see and pay documents, for whoever has the address.")

  @Argument(help: "The ids or the numbers.") var id: [String]

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let connection = try await options.connect()
    try await Self.show(id, options, on: connection)
  }

  /// Shows the links of documents as they are now.
  static func show(
    _ names: [String], _ options: GlobalOptions, on connection: isolated Connection
  ) throws {
    let settings = try options.loadSettings()
    guard let links = try InvoiceLinks.load(settings, on: connection) else {
      throw BillRunError(
        .configuration, code: "links_unknown",
        settings.publicURL == nil
          ? "links not shown, the settings have no public_url"
          : "links not shown, this login may not know what they are made with",
        hint: "public_url: https://billing.example.com in billrun.yaml, see docs/HTTP.md")
    }
    let reader = InvoiceReader(at: WallClock.system.now())
    let output = options.output
    var list = JSONList(to: output)
    for name in names {
      let filter = InvoiceFilter(id: try reader.id(of: name, on: connection))
      var head: InvoiceHead?
      try reader.heads(filter, on: connection) { head = $0 }
      guard let head else { continue }
      let own = try links.addresses(of: head.id, isInvoice: head.kind == "invoice", on: connection)
      if output.isJSON {
        try list.append { writer in
          writer.object {
            $0.field("object", "links")
            $0.field("invoice", head.id)
            $0.field("url", own.page)
            $0.field("payment_url", own.payment)
            $0.field("pdf_url", own.pdf)
          }
        }
      } else {
        try output.line(
          "\(head.number ?? "invoice \(head.id)")\n  page     \(own.page)\n  pdf      \(own.pdf)"
            + (own.payment.map { "\n  payment  \($0)" } ?? ""))
      }
    }
    if output.isJSON { try list.finish() }
  }
}

/// `billrun invoice revoke-links ID…`.
struct InvoiceRevokeLinks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke-links",
    abstract: "Take the links of documents back at once, and show the new ones.")

  @Argument(help: "The ids or the numbers.") var id: [String]

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let connection = try await options.connect()
    let (names, moment) = (id, WallClock.system.now())
    try await connection.operation { connection in
      let reader = InvoiceReader(at: moment)
      let ids = Set(try names.map { try reader.id(of: $0, on: connection) }).sorted()
      try InvoiceOperations(at: moment, by: SystemUser.name).revokeLinks(ids, on: connection)
    }
    // They can be revoked whatever this command is told of addresses.
    guard try options.loadSettings().publicURL == nil else {
      return try await InvoiceLinksCommand.show(id, options, on: connection)
    }
    options.output.note("links are revoked, there is no public_url to show new ones with")
  }
}
