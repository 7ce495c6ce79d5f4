// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

extension PaymentOperations {
  /// A charge that a gateway has approved, and that the books took in as an attempt.
  struct Adopted {
    let attempt: Int64
    let customer: Int64
    /// The invoice that it is for, nil where nobody can tell.
    let invoice: Int64?
    let amount: Money
    /// `card` or `bank_account`.
    let object: String
    let reference: String

    /// The payment that it is.
    fileprivate func payment(on day: LocalDate) -> NewPayment {
      var payment = NewPayment(
        customer: customer, amount: amount.minor, currency: amount.currency, date: day)
      payment.invoices = invoice.map { [.init(invoice: $0)] } ?? []
      payment.method = object
      payment.reference = reference
      payment.attempt = attempt
      payment.account = PaymentSheet.clearing(of: object)
      return payment
    }
  }

  /// Records money that a gateway has charged and the books knew nothing of: it settles its
  /// invoice, else what the customer owes, the oldest first, and the rest becomes credit (RULES 3).
  ///
  /// It counts as an attempt of the invoice that it is for, and none is due after it. Returns what
  /// became of each, in the order given.
  func receive(
    adopted charges: [Adopted], on connection: isolated Connection
  ) throws -> [RecordedPayment] {
    if charges.isEmpty { return [] }
    let payers = try lock(charges.map(\.customer), on: connection)
    var payables = try Payables(
      of: charges.filter { $0.invoice == nil }.map(\.customer),
      named: charges.compactMap(\.invoice), invoices, on: connection)
    let ids = try connection.query(
      Statement(SQLFiles.drawPaymentIds), [.int64(Int64(charges.count))])
    var sheet = PaymentSheet()
    var (payments, recorded): ([NewPayment], [RecordedPayment]) = ([], [])
    for (row, charge) in charges.enumerated() {
      guard let payer = payers[charge.customer] else { continue }
      let payment = charge.payment(on: day(of: charge, payer, payables))
      let before = sheet.settlements.count
      payments.append(payment)
      recorded.append(
        try place(payment, id: try ids.int64(row, 0), of: payer, in: &payables, &sheet))
      for place in sheet.settlements.indices.dropFirst(before)
      where sheet.settlements[place].kind == .payment {
        sheet.settlements[place].isCharge = sheet.settlements[place].invoice == charge.invoice
      }
    }
    let counted = Set(sheet.settlements.filter(\.isCharge).map(\.invoice))
    try write(payments, recorded, on: connection)
    try sheet.write(invoices, on: connection)
    let paidBefore = Set(charges.compactMap(\.invoice)).subtracting(counted).sorted()
    try ChargeClaim.schedule(paidBefore.map { ($0, nil, nil) }, attempts: 1, on: connection)
    return recorded
  }

  /// The first day that the books and the documents allow, from today on.
  private func day(of charge: Adopted, _ payer: Payer, _ payables: Payables) -> LocalDate {
    let documents =
      charge.invoice.map { [payables.all[$0]].compactMap(\.self) }
      ?? payables.owed(by: charge.customer, in: charge.amount.currency)
    let day = documents.map(\.invoice.date).reduce(payer.today, max)
    return payer.closedThrough.map { max(day, $0.adding(days: 1)) } ?? day
  }
}
