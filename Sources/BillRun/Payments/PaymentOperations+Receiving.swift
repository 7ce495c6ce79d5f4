// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

extension PaymentOperations {
  /// A charge that a gateway has approved.
  struct Charged {
    let attempt: ChargeAttempt
    let reference: String?

    init(_ attempt: ChargeAttempt, reference: String?) {
      self.attempt = attempt
      self.reference = reference
    }

    /// Where the gateway keeps the money until it pays it out (RULES 7).
    var account: String { PaymentSheet.clearing(of: attempt.object) }
  }

  /// Records money that gateways have charged: it settles the invoice of its attempt, and what that
  /// no longer owes becomes the customer's credit (RULES 3).
  ///
  /// Each counts as an attempt of its invoice, and none is due after it. The money is there, so
  /// nothing is refused: it is dated today, or the first day after it that the document and the
  /// books allow.
  func receive(_ charges: [Charged], on connection: isolated Connection) throws {
    if charges.isEmpty { return }
    let payers = try lock(charges.map(\.attempt.customer), on: connection)
    var payables = try Payables(
      of: [], named: charges.map(\.attempt.invoice), invoices, on: connection)
    let ids = try connection.query(
      Statement(SQLFiles.drawPaymentIds), [.int64(Int64(charges.count))])
    var sheet = PaymentSheet()
    var (payments, recorded): ([NewPayment], [RecordedPayment]) = ([], [])
    for (row, charge) in charges.enumerated() {
      guard let payer = payers[charge.attempt.customer],
        let one = payables.all[charge.attempt.invoice]
      else { continue }
      let payment = charge.payment(on: day(of: one.invoice, payer))
      payments.append(payment)
      recorded.append(
        try place(payment, id: try ids.int64(row, 0), of: payer, in: &payables, &sheet))
    }
    for row in sheet.settlements.indices where sheet.settlements[row].kind == .payment {
      sheet.settlements[row].isCharge = true
    }
    let counted = Set(sheet.settlements.filter(\.isCharge).map(\.invoice))
    try write(payments, recorded, on: connection)
    try sheet.write(invoices, on: connection)
    try connection.execute(
      Statement(SQLFiles.queueReceipts),
      [
        .int64Array(recorded.map(\.id)),
        .int64Array(payments.map { $0.invoices.first?.invoice }),
      ])
    let paidBefore = charges.map(\.attempt.invoice).filter { !counted.contains($0) }
    try ChargeClaim.schedule(paidBefore.map { ($0, nil, nil) }, attempts: 1, on: connection)
  }

  private func day(of invoice: LockedInvoice, _ payer: Payer) -> LocalDate {
    let day = max(payer.today, invoice.date)
    return payer.closedThrough.map { max(day, $0.adding(days: 1)) } ?? day
  }
}

extension PaymentOperations.Charged {
  /// The payment that it is.
  fileprivate func payment(on day: LocalDate) -> NewPayment {
    let amount = attempt.request.amount
    var payment = NewPayment(
      customer: attempt.customer, amount: amount.minor, currency: amount.currency, date: day)
    payment.invoices = [.init(invoice: attempt.invoice)]
    payment.method = attempt.object
    payment.reference = reference
    payment.attempt = attempt.id
    payment.account = account
    return payment
  }
}
