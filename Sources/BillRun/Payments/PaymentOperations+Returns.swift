// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

extension PaymentOperations {
  /// Notes that the bank has taken a payment back: all that is left of it is taken off its
  /// invoices, which are open again, and off the customer's credit (RULES 0.5, 7).
  ///
  /// The fee is in minor units. The day is today where none is given. A debit of a file to a bank
  /// that no statement has booked never brought money: it comes out of debits in transit, unless it
  /// `isOnStatement` that takes it back. Throws `BillRunError` with 65 when nothing is left, or a
  /// dispute is open.
  public func takeReturn(
    _ id: Int64, fee: Int64 = 0, on date: LocalDate? = nil, reason: String? = nil,
    isOnStatement: Bool = false, over connection: isolated Connection
  ) throws {
    let payment = try LockedPayment(id, self, on: connection)
    let day = try claimDay(date, of: payment, as: "return")
    let row = try openClaim(
      "bank", "returned", payment.left, of: payment, fee: fee, reason: reason, on: day, connection)
    let account = try account(of: id, on: connection)
    let isUncollected =
      try !isOnStatement
      && !connection.query(
        Statement(SQLFiles.noteUncollectedDebit), [.int64(id), .day(day)]
      ).isEmpty
    try giveBack(
      payment.left, of: payment, claim: row, as: "bank_return",
      to: isUncollected ? PaymentSheet.clearing(of: "bank_account") : account, on: day, connection)
    try bookPayout("bank_fee", [("6500", fee)], to: account, of: payment, on: day, connection)
  }

  /// Notes that a payer disputes a payment: the bank holds the money until that is decided, and
  /// until then its invoices are neither charged nor chased (RULES 3).
  ///
  /// `amount` is what is disputed, in minor units, nil for all that is left. Throws `BillRunError`
  /// with 65 when nothing or less is left of it, or a dispute is open.
  public func openDispute(
    _ id: Int64, amount: Int64? = nil, on date: LocalDate? = nil, reason: String? = nil,
    over connection: isolated Connection
  ) throws {
    let payment = try LockedPayment(id, self, on: connection)
    let day = try claimDay(date, of: payment, as: Self.disputing)
    let amount = amount ?? payment.left
    if amount <= 0 || amount > payment.left {
      throw Self.refusal(
        Self.disputing, "amount",
        "\(payment.text(amount)) is not above zero and at most \(payment.text(payment.left)), "
          + "what is left of payment \(id)")
    }
    _ = try openClaim(
      "dispute", "disputed", amount, of: payment, fee: 0, reason: reason, on: day, connection)
    try bookPayout(
      "dispute_opened", [("1210", amount)], to: account(of: id, on: connection), of: payment,
      on: day, connection)
    try noteClaim("payment_disputed", of: payment, amount: amount, reason, on: connection)
  }

  /// Ends a dispute: won, the money is ours again; lost, it is taken off its invoices, which are
  /// open again, and AutoPay ends for the source that it was charged to (RULES 3).
  ///
  /// The fee is in minor units. Throws `BillRunError` with 65 when no dispute is open.
  public func endDispute(
    _ id: Int64, won: Bool, fee: Int64 = 0, on date: LocalDate? = nil, reason: String? = nil,
    over connection: isolated Connection
  ) throws {
    let payment = try LockedPayment(id, self, on: connection)
    let day = date ?? payment.payer.today
    try check(day, of: payment, as: Self.disputing)
    let ended = try connection.query(
      Statement(SQLFiles.endDispute),
      [.int64(id), .string(won ? "won" : "returned"), .int64(fee), .day(day)])
    guard let row = ended.first else {
      throw Self.refusal(Self.disputing, "not_open", "payment \(id) is not disputed")
    }
    let (claim, amount) = (try row.int64(0), try row.int64(1))
    let account = try account(of: id, on: connection)
    if won {
      try bookPayout(
        "dispute_won", [(account, amount)], to: "1210", of: payment, on: day, connection)
      try noteClaim("dispute_won", of: payment, amount: amount, reason, on: connection)
    } else {
      try giveBack(
        amount, of: payment, claim: claim, as: "dispute_lost", to: "1210", on: day, connection)
      if let source = payment.source {
        try connection.execute(Statement(SQLFiles.stopAutopay), [.int64(source)])
      }
    }
    try bookPayout("bank_fee", [("6500", fee)], to: account, of: payment, on: day, connection)
  }

  private func claimDay(
    _ date: LocalDate?, of payment: LockedPayment, as operation: String
  ) throws -> LocalDate {
    let day = date ?? payment.payer.today
    try check(day, of: payment, as: operation)
    try refuseDisputed(payment, as: operation)
    if payment.left <= 0 {
      throw Self.refusal(operation, "nothing_left", "all of payment \(payment.id) went back")
    }
    return day
  }

  private func openClaim(
    _ kind: String, _ state: String, _ amount: Int64, of payment: LockedPayment, fee: Int64,
    reason: String?,
    on day: LocalDate, _ connection: isolated Connection
  ) throws -> Int64 {
    try connection.query(
      Statement(SQLFiles.openPaymentReturn),
      [
        .int64(payment.id), .string(kind), .string(state), .int64(amount), .int64(fee),
        .day(day), .string(reason),
      ]
    ).int64(0, 0)
  }

  /// Takes what the bank has taken back off invoices and credit, in one entry.
  private func giveBack(
    _ amount: Int64, of payment: LockedPayment, claim: Int64, as event: String,
    to account: String, on day: LocalDate, _ connection: isolated Connection
  ) throws {
    let credit = try openCredits(of: payment.id, on: connection).reduce(0) { $0 + $1.open }
    let settled = payment.parts.filter(\.isMoney).reduce(0) { $0 + $1.amount }
    var sheet = PaymentSheet()
    let taken = takeBack(min(settled, amount), of: payment, on: day, in: &sheet)
    let ofCredit = amount - taken.receivable - taken.recovered
    if ofCredit > credit {
      throw BillRunError.controlCheck("payment \(payment.id) has less than the bank took back")
    }
    for (debit, amount) in [
      ("1200", taken.receivable), ("6110", taken.recovered), ("2100", ofCredit),
    ] {
      sheet.book(
        event, on: day, seller: payment.payer.seller, payment.currency, amount, debit: debit,
        credit: account)
    }
    try sheet.write(invoices, on: connection)
    try payOut(amount, of: payment, paymentReturn: claim, on: connection)
    try connection.execute(
      Statement(SQLFiles.returnCharge),
      [.int64(payment.id), .timestamptz(unixSeconds: invoices.moment)])
    try finish(
      taken, of: payment, as: event == "bank_return" ? "payment_returned" : "dispute_lost",
      reason: nil, dated: day, on: connection)
    // A transfer that bounced leaves the plan as it is.
    if event == "dispute_lost" || payment.wasDisputed || payment.refunded > 0 {
      try endPlans(of: payment, on: connection)
    }
  }

  private func noteClaim(
    _ event: String, of payment: LockedPayment, amount: Int64, _ reason: String?,
    on connection: isolated Connection
  ) throws {
    var detail = JSONWriter()
    detail.object {
      $0.field("amount", minor: amount, digits: payment.currency.minorDigits)
      if let reason { $0.field("reason", reason) }
      $0.field("os_user", invoices.user)
    }
    try note(event, "payment", [(payment.id, detail)], on: connection)
  }

  /// How refusals of disputes begin.
  static let disputing = "dispute"
}
