// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// `billrun invoice late-fee ID…`.
struct InvoiceLateFee: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "late-fee", abstract: "Charge a fee for invoices that are past due.",
    discussion: """
      Each fee is an invoice of its own, of today and due by the customer's terms, outside the \
      scope of tax; it is shown. A percentage is of what the invoice still owes. A step of an \
      invoice bears one fee.
      """)

  @Option(help: ArgumentHelp("The fee in major units, as 10.00.", valueName: "amount"))
  var amount: String?
  @Option(help: ArgumentHelp("The fee as a percentage, as 1.5.", valueName: "percent"))
  var percent: String?
  @Option(help: ArgumentHelp("Which fee of the invoice it is.", valueName: "number"))
  var step: Int32 = 1
  @OptionGroup var targets: InvoiceTargets

  func validate() throws {
    _ = try rate
    if step < 1 { throw ValidationError("--step is 1 or more") }
  }

  private var rate: LateFee.Rate {
    get throws {
      switch (amount, percent) {
      case (let text?, nil):
        if let amount = positive(text) { return .amount(amount) }
        throw ValidationError("--amount is a number above zero, as 10.00")
      case (nil, let text?):
        if let percent = positive(text) { return .percent(percent) }
        throw ValidationError("--percent is a number above zero, as 1.5")
      default: throw ValidationError("give either --amount or --percent")
      }
    }
  }

  private func positive(_ text: String) -> ExactDecimal? {
    ExactDecimal(text).flatMap { $0.isZero || $0.isNegative ? nil : $0 }
  }

  func run() async throws {
    let (rate, step) = (try rate, step)
    if targets.ids.isEmpty {
      return try await targets.run(.lateFee) { try $0.lateFee($1, rate, step: step, on: $2) }
    }
    let (options, moment) = (targets.options, WallClock.system.now())
    let isJSON = options.output.isJSON
    let connection = try await options.connect()
    let reader = try await options.reader(at: moment, on: connection)
    let shown = try await targets.named(at: moment, on: connection) {
      operations, ids, connection in
      let fees = try operations.lateFee(ids, rate, step: step, on: connection)
      return try InvoiceTargets.show(fees, isJSON, reader, on: connection)
    }
    for text in shown { try options.output.line(text) }
  }
}
