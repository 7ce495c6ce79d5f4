// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

extension PaymentOperations {
  /// Notes that money was paid back, by transfer, check or cash, or `atGateway`, at the own desk of
  /// the one that charged it: first out of what of the payment is credit, then it is taken off
  /// invoices, the newest settlement first (RULES 3).
  ///
  /// An invoice that it is taken off is open again, but as far as its credit notes left open
  /// credit: that settles it. The day is today where none is given. Throws `BillRunError` with 65
  /// for more than is neither refunded nor returned, while a dispute is open, where an invoice is
  /// being charged, and where no gateway charged what it is said to have paid back.
  public func refund(
    _ id: Int64, amount: Int64, on date: LocalDate? = nil, reason: String? = nil,
    atGateway: Bool = false, over connection: isolated Connection
  ) throws {
    let payment = try LockedPayment(id, self, on: connection)
    try requireApproval(ofRefunding: amount, of: payment, on: connection)
    let account = try atGateway ? clearing(of: id, on: connection) : Self.bank
    let day = try refundDay(date, of: payment, amount: amount)
    let taken = try unapplyForRefund(amount, of: payment, on: day, connection)
    let refund = try write(
      amount, of: payment, state: "approved", gateway: nil, on: day, taken, reason: reason,
      connection)
    try payOut(amount, of: payment, refund: refund, on: connection)
    try bookPayout("refund", [("2100", amount)], to: account, of: payment, on: day, connection)
    try finish(
      taken, of: payment, as: "payment_refunded", reason: reason, dated: day, on: connection)
    try endPlans(of: payment, on: connection)
  }

  /// Ends the plan of automatic charges of what a payment has settled whose money went back
  /// (RULES 3): `report collections` tells of it, and a person decides.
  func endPlans(of payment: LockedPayment, on connection: isolated Connection) throws {
    try connection.execute(Statement(SQLFiles.endChargePlans), [.int64(payment.id)])
  }

  /// A refund that takes what is refunded of the payment beyond a seller's limit is approved by a
  /// second person (RULES 2): paid back in parts, it is no less.
  func requireApproval(
    ofRefunding amount: Int64, of payment: LockedPayment, on connection: isolated Connection
  ) throws {
    let money = Money(minor: amount, currency: payment.currency)
    let before = payment.refunded
    let all = Money(minor: before + min(amount, .max - before), currency: payment.currency)
    try ApprovalRequest(
      seller: payment.payer.seller, operation: .refund,
      facts: "refund \(money.majorText) \(payment.currency) of payment \(payment.id), of which "
        + "\(Figure.amount(minor: payment.refunded, digits: payment.currency.minorDigits)) is "
        + "refunded already"
    ).require(amount: all, on: connection)
  }

  /// The account from which the gateway that charged a payment pays it back.
  private func clearing(of id: Int64, on connection: isolated Connection) throws -> String {
    guard let account = try charged(id, on: connection) else {
      throw Self.uncharged(id, hint: nil)
    }
    return account
  }

  /// The account that a payment's money is taken back from (RULES 7): the clearing account of the
  /// gateway that charged it, else the bank's.
  func account(of id: Int64, on connection: isolated Connection) throws -> String {
    try charged(id, on: connection) ?? Self.bank
  }

  private func charged(_ id: Int64, on connection: isolated Connection) throws -> String? {
    let charge = try connection.query(Statement(SQLFiles.showChargeOfPayment), [.int64(id)])
    if charge.isEmpty { return nil }
    return try charge.bool(0, 2) ? Self.bank : PaymentSheet.clearing(of: charge.string(0, 1))
  }

  /// The bank account.
  static let bank = "1000"

  /// The refusal where a gateway is to have charged a payment.
  static func uncharged(_ id: Int64, hint: String?) -> BillRunError {
    refusal(refunding, "recorded", "no gateway charged payment \(id)", hint: hint)
  }

  /// Takes off invoices what of an amount is not credit already.
  func unapplyForRefund(
    _ amount: Int64, of payment: LockedPayment, on day: LocalDate,
    _ connection: isolated Connection
  ) throws -> TakenBack {
    let credit = try openCredits(of: payment.id, on: connection).reduce(0) { $0 + $1.open }
    var sheet = PaymentSheet()
    let taken = takeBack(max(0, amount - credit), of: payment, on: day, in: &sheet)
    try refuseCharging(taken, of: payment, as: Self.refunding)
    try sheet.writeUnapplied(taken, of: payment, on: day, invoices, connection)
    return taken
  }

  /// Writes a refund, with what it was taken off; returns its id.
  func write(
    _ amount: Int64, of payment: LockedPayment, state: String, gateway: String?,
    on day: LocalDate?, _ taken: TakenBack, reason: String?, _ connection: isolated Connection
  ) throws -> Int64 {
    var request = JSONWriter()
    request.object {
      if let reason { $0.field("reason", reason) }
      $0.field("unapplied", objects: taken.amounts.sorted(by: { $0.key < $1.key })) {
        object, entry in
        object.field("invoice", entry.key)
        object.field("amount", entry.value)
      }
      $0.field("os_user", invoices.user)
    }
    return try connection.query(
      Statement(SQLFiles.writeRefund),
      [
        .int64(payment.id), .string(state), .string(gateway), .string(payment.currency.code),
        .int64(amount), .day(day), .jsonb(request.text),
        .timestamptz(unixSeconds: invoices.moment),
      ]
    ).int64(0, 0)
  }

  func refundDay(
    _ date: LocalDate?, of payment: LockedPayment, amount: Int64
  ) throws -> LocalDate {
    let day = date ?? payment.payer.today
    try check(day, of: payment, as: Self.refunding)
    try refuseDisputed(payment, as: Self.refunding)
    if amount <= 0 || amount > payment.left {
      throw Self.refusal(
        Self.refunding, "amount",
        "\(payment.text(amount)) is not above zero and at most \(payment.text(payment.left)), "
          + "what is left of payment \(payment.id)")
    }
    return day
  }

  /// Takes an amount out of the credits that a payment became, the oldest first.
  func payOut(
    _ amount: Int64, of payment: LockedPayment, refund: Int64? = nil, paymentReturn: Int64? = nil,
    on connection: isolated Connection
  ) throws {
    var rest = amount
    var uses: [(credit: Int64, amount: Int64)] = []
    for credit in try openCredits(of: payment.id, on: connection) where rest > 0 {
      uses.append((credit.id, min(rest, credit.open)))
      rest -= min(rest, credit.open)
    }
    if rest > 0 {
      throw BillRunError.controlCheck("payment \(payment.id) has less credit than goes back")
    }
    let credits = Parameter.int64Array(uses.map(\.credit))
    let amounts = Parameter.int64Array(uses.map(\.amount))
    try connection.execute(
      Statement(SQLFiles.writePayouts), [credits, amounts, .int64(refund), .int64(paymentReturn)])
    try connection.execute(Statement(SQLFiles.useCredits), [credits, amounts])
  }

  /// Books amounts, debit, to one account.
  func bookPayout(
    _ event: String, _ amounts: [(account: String, amount: Int64)], to credit: String,
    of payment: LockedPayment, on day: LocalDate, _ connection: isolated Connection
  ) throws {
    var sheet = PaymentSheet()
    for (account, amount) in amounts {
      sheet.book(
        event, on: day, seller: payment.payer.seller, payment.currency, amount, debit: account,
        credit: credit)
    }
    try sheet.write(invoices, on: connection)
  }

  /// How refusals of refunds begin.
  static let refunding = InvoiceOperation.refund.rawValue
}
