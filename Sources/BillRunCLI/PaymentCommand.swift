// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// Takes money in and gives it back.
struct PaymentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "payment",
    abstract: "Record money that came in; refunds, returns and disputes of it.",
    subcommands: [
      PaymentRecord.self, PaymentImport.self, PaymentList.self, PaymentShow.self,
      PaymentApply.self, PaymentUnapply.self, PaymentRefund.self, PaymentReturn.self,
      PaymentDispute.self,
    ])
}

/// `billrun payment record`.
struct PaymentRecord: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Record money that came in.",
    discussion: """
      It goes to the invoices it names, each up to its amount, else to the oldest due first; what \
      is left becomes the customer's credit. The same reference of a customer and method is taken \
      once.
      """)

  @Option(help: ArgumentHelp("Who paid: an id or a number.", valueName: "id")) var customer: String

  @Option(help: ArgumentHelp("What came in, as 12.34.", valueName: "amount")) var amount: String

  @Option(help: ArgumentHelp("In what, as eur.", valueName: "code")) var currency: String

  @Option(help: ArgumentHelp("The day on which it came in.", valueName: "day")) var date: LocalDate

  @Option(
    help: ArgumentHelp(
      "An invoice that it is for, by id or number, and at most how much.",
      valueName: "id[=amount]"))
  var invoice: [String] = []

  @Option(
    help: ArgumentHelp("How it came, as bank_transfer, check or cash.", valueName: "word"))
  var method = "other"

  @Option(help: ArgumentHelp("What the bank or the payer calls it.", valueName: "text"))
  var reference: String?

  @Flag(help: "Let it pay invoices that are written off.") var recover = false

  @Option(
    help: ArgumentHelp(
      "Give up a rest of an invoice of at most so much, itself at most 1.00.", valueName: "amount"))
  var smallDifference: String?

  @Flag(help: "Allow a day more than 366 days back.") var yes = false

  @Flag(help: "Record it though a statement told of as much.") var again = false

  @Option(help: ArgumentHelp("Tax that the payer kept back.", valueName: "amount"))
  var withholding: String?

  @Option(help: ArgumentHelp("The number of its certificate.", valueName: "text"))
  var certificate: String?

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (withholding == nil) == (certificate == nil) else {
      throw ValidationError("--withholding and --certificate go together")
    }
    if method.isEmpty || reference?.isEmpty == true || certificate?.isEmpty == true {
      throw ValidationError("--method, --reference and --certificate are not empty")
    }
    guard let currency = Currency(code: currency) else {
      throw ValidationError("--currency is a code of ISO 4217")
    }
    for amount in [amount, smallDifference, withholding].compactMap({ $0 }) {
      _ = try PaymentAmount.minor(amount, in: currency)
    }
  }

  func run() async throws {
    let connection = try await options.connect()
    let moment = WallClock.system.now()
    let arguments = self
    let recorded = try await connection.operation { connection in
      let payment = try arguments.payment(at: moment, on: connection)
      return try PaymentOperations(at: moment, by: SystemUser.name)
        .record([payment], on: connection)
    }
    for payment in recorded {
      for warning in payment.warnings { options.output.note("warning: \(warning)") }
      try await PaymentAmount.show(payment.id, on: connection, options.output)
    }
  }

  private func payment(
    at moment: Int64, on connection: isolated Connection
  ) throws -> NewPayment {
    guard let currency = Currency(code: currency) else { throw ExitStatus.software }
    let reader = PaymentReader()
    let targets = try invoice.map { try PaymentAmount.target($0, currency, at: moment, connection) }
    let customer = try reader.owner(
      ofPaymentBy: CustomerName.id(of: customer, on: connection),
      for: targets.map(\.invoice), on: connection)
    var payment = NewPayment(
      customer: customer, amount: try PaymentAmount.minor(amount, in: currency),
      currency: currency, date: date)
    payment.invoices = targets
    payment.method = method
    payment.reference = reference
    payment.recovers = recover
    payment.isFarBack = yes
    payment.isAgain = again
    if let smallDifference {
      payment.smallDifference = try PaymentAmount.minor(smallDifference, in: currency)
    }
    if let withholding, let certificate {
      payment.withholding = .init(
        amount: try PaymentAmount.minor(withholding, in: currency), certificate: certificate)
    }
    return payment
  }
}

/// How amounts of payments are read, and payments shown.
enum PaymentAmount {
  /// An amount above zero in minor units; throws `ValidationError` for any other text.
  static func minor(_ text: String, in currency: Currency) throws -> Int64 {
    guard let money = Money(major: text, currency: currency), money.minor > 0 else {
      throw ValidationError("\(text) is no amount in \(currency) above zero")
    }
    return money.minor
  }

  /// An amount of a fee: not below zero.
  static func fee(_ text: String, in currency: Currency) throws -> Int64 {
    guard let money = Money(major: text, currency: currency), money.minor >= 0 else {
      throw ValidationError("\(text) is no amount in \(currency)")
    }
    return money.minor
  }

  /// Reads `INV-7` or `INV-7=12.34`.
  static func target(
    _ text: String, _ currency: Currency, at moment: Int64, _ connection: isolated Connection
  ) throws -> NewPayment.Target {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let id = try InvoiceReader(at: moment).id(of: String(parts[0]), on: connection)
    guard parts.count == 2 else { return .init(invoice: id) }
    return .init(invoice: id, amount: try minor(String(parts[1]), in: currency))
  }

  /// The currency of a payment.
  static func currency(
    of payment: Int64, on connection: isolated Connection
  ) throws -> Currency {
    let payment = try PaymentReader().payment(payment, on: connection)
    guard let currency = Currency(code: payment.currency) else { throw ExitStatus.software }
    return currency
  }

  /// Prints a payment.
  static func show(
    _ id: Int64, on connection: isolated Connection, _ output: Output
  ) throws {
    let payment = try PaymentReader().payment(id, on: connection)
    if output.isJSON {
      try output.json { $0.raw(payment.json) }
    } else {
      try output.text(Payment.table(of: [payment]).text)
    }
  }
}

/// `billrun payment list`.
struct PaymentList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List payments, in the order in which they were recorded.")

  @Option(help: ArgumentHelp("Only this customer's: an id or a number.", valueName: "id"))
  var customer: String?

  @Flag(help: "Only those of which something is open credit.") var unapplied = false

  @OptionGroup var list: ListOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await show(on: options.connect())
  }

  private func show(on connection: isolated Connection) throws {
    let reader = PaymentReader()
    var filter = PaymentReader.Filter()
    filter.customer = try customer.map { try CustomerName.id(of: $0, on: connection) }
    filter.isUnapplied = unapplied
    filter.limit = list.limit.map(Int64.init)
    let output = list.output(options)
    if output.isJSON {
      var elements = JSONList(to: output)
      try reader.payments(filter, on: connection) { payment in
        guard try elements.append({ $0.raw(payment.json) }) else { throw ExitStatus.ok }
      }
      try elements.finish()
    } else {
      var payments: [Payment] = []
      try reader.payments(filter, on: connection) { payments.append($0) }
      try output.text(Payment.table(of: payments).text)
    }
  }
}

/// `billrun payment show ID`.
struct PaymentShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a payment, and what became of it.")

  @Argument(help: "The payment's id.") var id: Int64
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await PaymentAmount.show(id, on: options.connect(), options.output)
  }
}
