// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// What the commands that do something with a payment share.
struct PaymentTarget: ParsableArguments {
  @Argument(help: "The payment's id.") var id: Int64
  @OptionGroup var options: GlobalOptions

  /// Does something in one transaction and shows the payment after it.
  func run(
    _ operation:
      @escaping @Sendable (PaymentOperations, Int64, isolated Connection) throws -> Void
  ) async throws {
    let connection = try await options.connect()
    let operations = PaymentOperations(at: WallClock.system.now(), by: SystemUser.name)
    let id = id
    try await connection.operation { try operation(operations, id, $0) }
    try await PaymentAmount.show(id, on: connection, options.output)
  }
}

/// When and why something happened.
struct PaymentOccasion: ParsableArguments {
  @Option(help: ArgumentHelp("The day of it; else today.", valueName: "day")) var date: LocalDate?

  @Option(help: ArgumentHelp("Why, for those who read it later.", valueName: "text"))
  var reason: String?
}

/// `billrun payment apply ID --invoice ID`.
struct PaymentApply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Put what of a payment is credit to an invoice.")

  @Option(
    help: ArgumentHelp(
      "The invoice, by id or number, and at most how much.", valueName: "id[=amount]"))
  var invoice: String
  @Option(help: ArgumentHelp("Tax that the payer kept back.", valueName: "amount"))
  var withholding: String?
  @Option(help: ArgumentHelp("The number of its certificate.", valueName: "text"))
  var certificate: String?
  @OptionGroup var target: PaymentTarget

  func validate() throws {
    if (withholding == nil) != (certificate == nil) || certificate?.isEmpty == true {
      throw ValidationError("--withholding and --certificate go together")
    }
  }

  func run() async throws {
    let (invoice, withholding, certificate) = (invoice, withholding, certificate)
    try await target.run { operations, id, connection in
      let currency = try PaymentAmount.currency(of: id, on: connection)
      let goal = try PaymentAmount.target(
        invoice, currency, at: WallClock.system.now(), connection)
      let withheld = try withholding.map {
        NewPayment.Withholding(
          amount: try PaymentAmount.minor($0, in: currency), certificate: certificate ?? "")
      }
      try operations.apply(
        id, to: goal.invoice, atMost: goal.amount, withholding: withheld, on: connection)
    }
  }
}

/// `billrun payment unapply ID`.
struct PaymentUnapply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unapply", abstract: "Take a payment off invoices; it becomes credit.")

  @Option(help: ArgumentHelp("Only off this one, by id or number.", valueName: "id"))
  var invoice: String?
  @OptionGroup var target: PaymentTarget

  func run() async throws {
    let invoice = invoice
    try await target.run { operations, id, connection in
      let reader = InvoiceReader(at: WallClock.system.now())
      let only = try invoice.map { try reader.id(of: $0, on: connection) }
      try operations.unapply(id, from: only, on: connection)
    }
  }
}

/// `billrun payment return ID`.
struct PaymentReturn: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "return", abstract: "Note that the bank has taken a payment back.",
    discussion: "It is taken off its invoices, which are open again, and off the credit it became.")

  @Option(help: ArgumentHelp("What the bank asks for it, as 3.50.", valueName: "amount"))
  var fee = "0"
  @OptionGroup var occasion: PaymentOccasion
  @OptionGroup var target: PaymentTarget

  func run() async throws {
    let (fee, date, reason) = (fee, occasion.date, occasion.reason)
    try await target.run { operations, id, connection in
      let currency = try PaymentAmount.currency(of: id, on: connection)
      try operations.takeReturn(
        id, fee: PaymentAmount.fee(fee, in: currency), on: date, reason: reason,
        over: connection)
    }
  }
}

/// `billrun payment dispute ID`.
struct PaymentDispute: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dispute", abstract: "Note that a payment is disputed, or how that ended.",
    discussion: """
      While a dispute is open, the invoices that the payment settles are disputed: not charged, \
      not chased. Lost, they are open again.
      """)

  @Option(help: ArgumentHelp("What is disputed; else all that is left.", valueName: "amount"))
  var amount: String?

  @Flag(help: "The dispute was won: the money is ours.") var won = false
  @Flag(help: "The dispute was lost: the money is gone.") var lost = false

  @Option(help: ArgumentHelp("What the bank asks for it at the end.", valueName: "amount"))
  var fee = "0"
  @OptionGroup var occasion: PaymentOccasion
  @OptionGroup var target: PaymentTarget

  func validate() throws {
    if won && lost { throw ValidationError("give either --won or --lost") }
    if amount != nil && (won || lost) {
      throw ValidationError("--amount is for a dispute that begins")
    }
  }

  func run() async throws {
    let (fee, date, reason, won, lost) = (fee, occasion.date, occasion.reason, won, lost)
    let amount = amount
    try await target.run { operations, id, connection in
      let currency = try PaymentAmount.currency(of: id, on: connection)
      if won || lost {
        try operations.endDispute(
          id, won: won, fee: PaymentAmount.fee(fee, in: currency), on: date, reason: reason,
          over: connection)
      } else {
        let disputed = try amount.map { try PaymentAmount.minor($0, in: currency) }
        try operations.openDispute(
          id, amount: disputed, on: date, reason: reason, over: connection)
      }
    }
  }
}
