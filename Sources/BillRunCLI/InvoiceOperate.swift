// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// What the commands that do something with invoices share.
///
/// It is done with all of those named, or none; or with all that a filter finds, once their number
/// is confirmed.
struct InvoiceTargets: ParsableArguments {
  @Argument(help: "Ids or numbers of invoices; else a filter.") var ids: [String] = []
  @OptionGroup var filter: InvoiceFilterOptions

  @Flag(help: "With a filter: do it, show what was done, and take it back.")
  var dryRun = false

  @Option(
    help: ArgumentHelp("With a filter: do it if it finds exactly so many.", valueName: "count"))
  var confirm: Int?

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard ids.isEmpty != filter.isEmpty else {
      throw ValidationError("give either ids or numbers, or a filter such as --run")
    }
    if !ids.isEmpty, dryRun || confirm != nil {
      throw ValidationError("--dry-run and --confirm go with a filter")
    }
    if dryRun, confirm != nil {
      throw ValidationError("--dry-run takes all back, --confirm does it: give one of them")
    }
  }

  /// Runs an operation and shows the invoices after it, or as they were before; of a filter, how
  /// many it found.
  ///
  /// What a filter finds `toCustomers` without an address is left out. `waive` is why nobody will
  /// be billed for the periods of what is taken back.
  func run(
    _ operation: InvoiceOperation, showingBefore: Bool = false, toCustomers: Bool = false,
    waive: String? = nil, _ step: @escaping BulkOperation.Step
  ) async throws {
    let connection = try await options.connect()
    let moment = WallClock.system.now()
    if ids.isEmpty {
      let bulk = BulkOperation(operation, at: moment, by: SystemUser.name, waive: waive)
      return try await inBulk(bulk, operation, toCustomers, step, on: connection)
    }
    let isJSON = options.output.isJSON
    let reader = try await options.reader(at: moment, on: connection)
    let shown = try await named(at: moment, on: connection) { operations, once, connection in
      let ids = try names(reader, on: connection)
      let before =
        try showingBefore
        ? Self.show(ids, isJSON, reader, operation.participle, on: connection) : []
      try step(operations, once, connection)
      return showingBefore ? before : try Self.show(ids, isJSON, reader, on: connection)
    }
    for text in shown { try options.output.line(text) }
  }

  /// The ids of the invoices named, or of those that a filter finds once their number is confirmed;
  /// none when only that was to be shown.
  func selected(_ operation: InvoiceOperation) async throws -> [Int64] {
    let connection = try await options.connect()
    let moment = WallClock.system.now()
    if !ids.isEmpty {
      let named = try await names(InvoiceReader(at: moment), on: connection)
      return Array(Set(named)).sorted()
    }
    let selection = try await BulkOperation(operation, at: moment, by: SystemUser.name)
      .find(filter.filter(on: connection), on: connection)
    try selection.confirm(dryRun ? selection.ids.count : confirm)
    if !dryRun { return selection.ids }
    try options.output.text("\(selection.text) would be \(operation.participle)\n")
    return []
  }

  /// Shows invoices, each once.
  func show(_ ids: [Int64]) async throws {
    let connection = try await options.connect()
    let lines = try await Self.show(
      ids, options.output.isJSON, options.reader(on: connection), on: connection)
    for line in lines { try options.output.line(line) }
  }

  /// Does something with the invoices named, each once and in order of id, in one transaction.
  func named<Value: Sendable>(
    at moment: Int64, on connection: Connection,
    _ body: @Sendable (InvoiceOperations, [Int64], isolated Connection) throws -> Value
  ) async throws -> Value {
    let user = SystemUser.name
    return try await connection.operation { connection in
      let ids = try names(InvoiceReader(at: moment), on: connection)
      return try body(
        InvoiceOperations(at: moment, by: user), ids.sorted(), connection)
    }
  }

  private func names(
    _ reader: InvoiceReader, on connection: isolated Connection
  ) throws -> [Int64] {
    var named: Set<Int64> = []
    return try ids.map { try reader.id(of: $0, on: connection) }.filter {
      named.insert($0).inserted
    }
  }

  private func inBulk(
    _ bulk: BulkOperation, _ operation: InvoiceOperation, _ toCustomers: Bool,
    _ step: @escaping BulkOperation.Step, on connection: Connection
  ) async throws {
    let selection = try await bulk.find(
      filter.filter(on: connection), toCustomers: toCustomers, on: connection)
    try selection.confirm(dryRun ? selection.ids.count : confirm)
    if dryRun {
      try await bulk.rehearse(selection, on: connection, step)
    } else {
      let settings = try options.loadSettings()
      let lanes = try await Database(settings).lanes(
        bulk.lanes(for: selection, atMost: settings.lanes), with: connection)
      try await bulk.perform(selection, on: lanes, step)
    }
    let output = options.output
    if output.isJSON {
      try output.json { selection.write(operation, isRehearsal: dryRun, to: &$0) }
    } else {
      let others = selection.othersText
      try output.text(
        "\(selection.text) \(dryRun ? "would be" : selection.ids.count == 1 ? "is" : "are") "
          + "\(operation.participle)" + (others.isEmpty ? "" : ", not \(others)") + "\n")
      for one in selection.unreachable {
        try output.line("invoice id \(one.invoice): customer \(one.customer) has no address")
      }
    }
  }

  /// A line for each document, or its object; `participle` tells what becomes of it after this.
  static func show(
    _ ids: [Int64], _ isJSON: Bool, _ reader: InvoiceReader, _ participle: String? = nil,
    on connection: isolated Connection
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
          let name = head.number ?? "invoice \(head.id)"
          let balance = "balance \(head.text(head.balance)) \(head.currency)"
          lines.append(
            participle.map { "\(name) is \($0), it was \(head.status), \(balance)" }
              ?? "\(name) is \(head.status), \(balance)")
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
    try await targets.run(.void, waive: waive) { try $0.void($1, waive: waive, on: $2) }
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
    try await targets.run(.cancel, waive: waive) { try $0.cancel($1, waive: waive, on: $2) }
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

  func run() async throws { try await targets.run(.unpost) { try $0.unpost($1, on: $2) } }
}

/// `billrun invoice post ID…`.
struct InvoicePost: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "post", abstract: "Make drafts open invoices, with a number.",
    discussion: "Drafts that were unposted keep the number that they have.")

  @OptionGroup var targets: InvoiceTargets

  func run() async throws { try await targets.run(.post) { try $0.post($1, on: $2) } }
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
    try await targets.run(.writeOff) { try $0.writeOff($1, reason: reason, on: $2) }
  }
}

/// `billrun invoice apply-credit ID…`.
struct InvoiceApplyCredit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply-credit", abstract: "Pay open invoices by what their payers have open.")

  @OptionGroup var targets: InvoiceTargets

  func run() async throws { try await targets.run(.applyCredit) { try $0.applyCredit($1, on: $2) } }
}

/// `billrun invoice unapply-credit ID…`.
struct InvoiceUnapplyCredit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unapply-credit",
    abstract: "Take what credit pays off invoices again; it is open credit as before.")

  @OptionGroup var targets: InvoiceTargets

  func run() async throws {
    try await targets.run(.unapplyCredit) { try $0.unapplyCredit($1, on: $2) }
  }
}
