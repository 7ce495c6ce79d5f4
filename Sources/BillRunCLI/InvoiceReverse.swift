// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// `billrun invoice reverse ID…`.
struct InvoiceReverse: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reverse",
    abstract: "Take posted invoices back by credit notes; their periods are billed again.",
    discussion: """
      The credit note is for all that is left, and settles what is open. The next run bills the \
      periods again, unless --waive says why nobody will.
      """)

  @Flag(help: "Also what has something settled; that stays as the customer's credit.")
  var keepPayments = false

  @OptionGroup var release: ReleaseOptions
  @OptionGroup var targets: InvoiceTargets

  func run() async throws {
    let (keeps, waive) = (keepPayments, release.waive)
    try await targets.run(.reverse, waive: waive) {
      try $0.reverse($1, keepingPayments: keeps, waive: waive, on: $2)
    }
  }
}

/// `billrun invoice credit ID`.
struct InvoiceCredit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "credit",
    abstract: "Issue a credit note for a posted invoice; its periods stay billed.",
    discussion: """
      For all that is left, unless --amount or --line says how much: before exclusive taxes, which \
      are given back with it. It settles what is open on the invoice; the rest stays the \
      customer's credit.
      """)

  @Argument(help: "The id or the number.") var id: String

  @Option(help: ArgumentHelp("So much, spread over the lines.", valueName: "amount"))
  var amount: String?

  @Option(
    help: ArgumentHelp(
      "This line by its number, or so much of it; may be repeated.", valueName: "line[=amount]"))
  var line: [String] = []

  @Option(help: ArgumentHelp("Why, for those who read it later.", valueName: "text"))
  var reason: String?

  @OptionGroup var options: GlobalOptions

  func validate() throws { _ = try request() }

  func run() async throws {
    let request = try request()
    let connection = try await options.connect()
    let moment = WallClock.system.now()
    let (name, user, reason) = (id, SystemUser.name, reason)
    let note = try await connection.operation { connection in
      let id = try InvoiceReader(at: moment).id(of: name, on: connection)
      return try InvoiceOperations(at: moment, by: user).credit(
        id, request, reason: reason, on: connection)
    }
    try await show(note, at: moment, on: connection)
  }

  private func show(_ note: Int64, at moment: Int64, on connection: isolated Connection) throws {
    let reader = try options.reader(at: moment, on: connection)
    let output = options.output
    let filter = InvoiceFilter(id: note)
    if output.isJSON {
      return try reader.objects(filter, on: connection) { object in
        try output.json { $0.raw(object) }
      }
    }
    var heads: [InvoiceHead] = []
    try reader.heads(filter, on: connection) { heads.append($0) }
    for head in heads { try output.text(InvoiceSheet(head, on: connection).text) }
  }

  private func request() throws -> InvoiceOperations.CreditRequest {
    if let amount {
      if !line.isEmpty { throw ValidationError("give either --amount or --line") }
      return .amount(amount)
    }
    if line.isEmpty { return .all }
    return .lines(
      try line.map { text in
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let number = Int32(parts[0]), number > 0 else {
          throw ValidationError("--line is a number, or number=amount, not \(text)")
        }
        return (number, parts.count == 2 ? String(parts[1]) : nil)
      })
  }
}
