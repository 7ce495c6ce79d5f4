// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// `billrun invoice create FILE`.
struct InvoiceCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make an invoice from an object, and post it.",
    discussion: """
      The file has one object with customer and items, in JSON; - is standard input. Terms, \
      AutoPay and currency come from the customer where they are not given, name and price from \
      the catalog. With "draft": true it stays a draft without a number. Exits with 65 when \
      something is wrong with it; nothing is written then.
      """)

  @Argument(help: "The file with the object.") var file: String
  @Flag(help: "Allow an invoice date more than 62 days ahead.") var yes = false
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let text = try DocumentText(file: file)
    let moment = WallClock.system.now()
    let operations = InvoiceOperations(at: moment, by: SystemUser.name)
    let connection = try await options.connect()
    let farAhead = yes
    let id = try await connection.operation {
      try operations.create(text, farAhead: farAhead, on: $0)
    }
    try await InvoiceSheet.show(
      id, options.reader(at: moment, on: connection), to: options.output, on: connection)
  }
}

extension InvoiceSheet {
  /// Shows a document on one screen, or as the Invoice object.
  static func show(
    _ id: Int64, _ reader: InvoiceReader, to output: Output, on connection: isolated Connection
  ) throws {
    let filter = InvoiceFilter(id: id)
    if output.isJSON {
      try reader.objects(filter, on: connection) { object in try output.json { $0.raw(object) } }
      return
    }
    var heads: [InvoiceHead] = []
    try reader.heads(filter, on: connection) { heads.append($0) }
    for head in heads { try output.text(InvoiceSheet(head, on: connection).text) }
  }
}

/// `billrun invoice update ID FILE`.
struct InvoiceUpdate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update", abstract: "Change an invoice by an object with the fields to change.",
    discussion: """
      A draft may change in everything, and is priced again; "draft": false posts it. A posted \
      invoice keeps what it charges: terms, due date and AutoPay are amended; name, chase, closed, \
      sent, attachments and metadata are set. Exits with 65 when something may not change; nothing \
      is changed then.
      """)

  @Argument(help: "The id or the number.") var id: String
  @Argument(help: "The file with the object; - is standard input.") var file: String
  @Flag(help: "Allow an invoice date more than 62 days ahead.") var yes = false
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let text = try DocumentText(file: file)
    let moment = WallClock.system.now()
    let operations = InvoiceOperations(at: moment, by: SystemUser.name)
    let connection = try await options.connect()
    let (name, farAhead) = (id, yes)
    let id = try await connection.operation { connection in
      let id = try InvoiceReader(at: moment).id(of: name, on: connection)
      try operations.update(id, text, farAhead: farAhead, on: connection)
      return id
    }
    try await InvoiceSheet.show(
      id, options.reader(at: moment, on: connection), to: options.output, on: connection)
  }
}

/// `billrun invoice delete ID…`.
struct InvoiceDelete: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Remove drafts that were never posted; shows them as they were.",
    discussion: "What they were stays in the event log.")

  @OptionGroup var targets: InvoiceTargets

  func run() async throws {
    try await targets.run(.delete, showingBefore: true) { try $0.delete($1, on: $2) }
  }
}

/// `billrun invoice attachments ID`.
struct InvoiceAttachments: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attachments", abstract: "List the files that are attached to an invoice.")

  @Argument(help: "The id or the number.") var id: String
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await show(on: options.connect())
  }

  private func show(on connection: isolated Connection) throws {
    let id = try InvoiceReader(at: WallClock.system.now()).id(of: id, on: connection)
    let files = try FileStore.attachments(of: id, on: connection)
    let output = options.output
    if output.isJSON {
      var list = JSONList(to: output)
      for file in files { try list.append { $0.raw(file.object) } }
      return try list.finish()
    }
    for file in files {
      try output.line("\(file.id) \(file.name) · \(file.type) · \(file.size) bytes")
    }
  }
}
