// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// What the commands that do something with invoices share: all of those named, or none.
struct InvoiceTargets: ParsableArguments {
  @Argument(help: "Ids or numbers of invoices.") var ids: [String]
  @OptionGroup var options: GlobalOptions

  /// Runs an operation in one transaction and shows the invoices after it, or as they were before.
  func run(
    showingBefore: Bool = false,
    _ operation:
      @escaping @Sendable (InvoiceOperations, [Int64], isolated Connection) throws -> Void
  ) async throws {
    let connection = try await options.connect()
    let moment = WallClock.system.now()
    let (names, user) = (ids, SystemUser.name)
    let isJSON = options.output.isJSON
    let shown = try await connection.transaction { connection in
      let reader = InvoiceReader(at: moment)
      let ids = try names.map { try reader.id(of: $0, on: connection) }
      let once = Array(Set(ids)).sorted()
      let before = showingBefore ? try Self.show(ids, isJSON, reader, on: connection) : []
      try operation(InvoiceOperations(at: moment, by: user), once, connection)
      return showingBefore ? before : try Self.show(ids, isJSON, reader, on: connection)
    }
    for text in shown { try options.output.line(text) }
  }

  /// A line for each document, or its object.
  private static func show(
    _ ids: [Int64], _ isJSON: Bool, _ reader: InvoiceReader, on connection: isolated Connection
  ) throws -> [String] {
    var lines: [String] = []
    for id in ids {
      let filter = InvoiceFilter(id: id)
      if isJSON {
        try reader.objects(filter, on: connection) { object in
          var writer = JSONWriter()
          writer.raw(object)
          lines.append(writer.text)
        }
      } else {
        try reader.heads(filter, on: connection) { head in
          lines.append(
            "\(head.number ?? "invoice \(head.id)") is \(head.status), balance "
              + "\(head.text(head.balance)) \(head.currency)")
        }
      }
    }
    return lines
  }
}

/// What becomes of the periods of a document that is taken back.
struct ReleaseOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Nobody will be billed for its periods: why.", valueName: "text"))
  var waive: String?

  func validate() throws {
    if let waive, !waive.contains(where: { !$0.isWhitespace }) {
      throw ValidationError("--waive is empty")
    }
  }
}

/// `billrun invoice void ID…`.
struct InvoiceVoid: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "void", abstract: "Declare invoices never valid; number and document stay.",
    discussion: """
      Only what has not left the house: not sent, not settled, not charged, not in closed books. \
      The next run bills its periods again, unless --waive says why nobody will.
      """)

  @OptionGroup var release: ReleaseOptions
  @OptionGroup var targets: InvoiceTargets

  func run() async throws {
    let waive = release.waive
    try await targets.run { try $0.void($1, waive: waive, on: $2) }
  }
}

/// `billrun invoice cancel ID…`.
struct InvoiceCancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Drop drafts for good.",
    discussion: """
      The next run bills their periods again, unless --waive says why nobody will. A draft that \
      was posted before keeps its number and is voided.
      """)

  @OptionGroup var release: ReleaseOptions
  @OptionGroup var targets: InvoiceTargets

  func run() async throws {
    let waive = release.waive
    try await targets.run { try $0.cancel($1, waive: waive, on: $2) }
  }
}

/// `billrun invoice unpost ID…`.
struct InvoiceUnpost: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpost", abstract: "Make open invoices drafts again; they keep their numbers.",
    discussion: """
      Only what has not left the house: not sent, not settled, not charged, not in closed books.
      """)

  @OptionGroup var targets: InvoiceTargets

  func run() async throws { try await targets.run { try $0.unpost($1, on: $2) } }
}

/// `billrun invoice post ID…`.
struct InvoicePost: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "post", abstract: "Make drafts open invoices, with a number.",
    discussion: "Drafts that were unposted keep the number that they have.")

  @OptionGroup var targets: InvoiceTargets

  func run() async throws { try await targets.run { try $0.post($1, on: $2) } }
}

/// `billrun invoice write-off ID…`.
struct InvoiceWriteOff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write-off", abstract: "Give up on what is left to pay; the customer still owes.")

  @Option(help: ArgumentHelp("Why, for those who read it later.", valueName: "text"))
  var reason: String?
  @OptionGroup var targets: InvoiceTargets

  func run() async throws {
    let reason = reason
    try await targets.run { try $0.writeOff($1, reason: reason, on: $2) }
  }
}

/// `billrun invoice apply-credit ID…`.
struct InvoiceApplyCredit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply-credit", abstract: "Pay open invoices by what their payers have open.")

  @OptionGroup var targets: InvoiceTargets

  func run() async throws { try await targets.run { try $0.applyCredit($1, on: $2) } }
}
