// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// `billrun preview`: what a run would bill a customer.
struct PreviewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview", abstract: "Show what a run would bill a customer, and write nothing.",
    discussion: """
      The same code as a run's, in a transaction that is taken back. For a customer whose parent \
      is billed, the parent's documents are shown. Documents have no number; their ids are never \
      used again.
      """)

  @Option(help: ArgumentHelp("The customer, by id or number.", valueName: "id"))
  var customer: String

  @Option(
    help: ArgumentHelp("The day up to which to bill: YYYY-MM-DD, or today.", valueName: "day"))
  var asOf: AsOf

  @Option(help: ArgumentHelp("The date of the invoices, if not the as-of day.", valueName: "day"))
  var invoiceDate: LocalDate?

  @Flag(help: "Allow an as-of day more than 62 days ahead.")
  var yes = false

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    var wanted = BillRunOptions(asOf: asOf)
    wanted.invoiceDate = invoiceDate
    wanted.allowsFarAsOf = yes
    let database = try Database(options.loadSettings())
    let connection = try await database.open()
    let customer = try await CustomerName.id(of: customer, on: connection)
    await connection.close()
    let preview = Preview(of: customer, database: database, options: wanted)
    let output = options.output
    let (outcome, _) = try await preview.show { connection, run in
      let reader = InvoiceReader(at: WallClock.system.now())
      var filter = InvoiceFilter()
      filter.run = run
      if output.isJSON {
        var list = JSONList(to: output)
        try reader.objects(filter, on: connection) { object in
          try list.append { $0.raw(object) }
        }
        try list.finish()
      } else {
        var heads: [InvoiceHead] = []
        try reader.heads(filter, on: connection) { heads.append($0) }
        for head in heads { try output.text(InvoiceSheet(head, on: connection).text) }
      }
    }
    switch outcome {
    case .invoiced: return
    case .nothingDue(let reason):
      output.note("customer \(customer): nothing due, \(reason)")
    case .held(let code, let message):
      output.fail(
        BillRunError(
          .dataError, code: code,
          "customer \(customer) would be held, \(code), \(message ?? "by an operator")"))
      throw ExitStatus.dataError
    }
  }
}
