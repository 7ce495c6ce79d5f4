// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

extension PaymentOperations {
  /// Writes the intent of a refund through a gateway, before the first byte goes out: what goes
  /// back is taken off invoices, and held back from the credit that it becomes.
  ///
  /// Returns the refund's id. Throws `BillRunError` with 65 as `refund` does.
  func intendRefund(
    _ id: Int64, amount: Int64, at gateway: String, reason: String?,
    on connection: isolated Connection
  ) throws -> Int64 {
    let payment = try LockedPayment(id, self, on: connection)
    try requireApproval(ofRefunding: amount, of: payment, on: connection)
    let day = try refundDay(nil, of: payment, amount: amount)
    let taken = try unapplyForRefund(amount, of: payment, on: day, connection)
    let refund = try write(
      amount, of: payment, state: "intended", gateway: gateway, on: nil, taken, reason: reason,
      connection)
    try payOut(amount, of: payment, refund: refund, on: connection)
    try finish(
      taken, of: payment, as: "refund_intended", reason: reason, dated: day, on: connection)
    try endPlans(of: payment, on: connection)
    return refund
  }

  /// Writes what became of a refund; what another process has written meanwhile stays.
  ///
  /// Approved, the money has left the house. Declined, it settles again what it was taken off, as
  /// far as that is owed; the rest stays the customer's credit.
  func settleRefund(
    _ refund: OpenRefund, _ outcome: ChargeOutcome, on connection: isolated Connection
  ) throws -> RefundEngine.Refunded {
    let payment = try LockedPayment(refund.payment, self, on: connection)
    switch outcome {
    case .notSent(let reason, _):
      return refund.standing(because: reason)
    case .unknown(let reason):
      try record(refund, "unknown", reason: reason, connection)
    case .pending(let reference):
      try record(refund, "pending", reference: reference, connection)
    case .declined(let code, let reference):
      if try record(refund, "declined", reference: reference, code: code, connection) {
        try connection.execute(Statement(SQLFiles.freeRefundCredits), [.int64(refund.id)])
        try putBack(refund, on: connection)
      }
    case .approved(let reference):
      let day = openDay(of: payment)
      if try record(refund, "approved", reference: reference, on: day, connection) {
        try bookPayout(
          "refund", [("2100", refund.request.amount.minor)], to: refund.account, of: payment,
          on: day, connection)
      }
    }
    return try standing(ofRefund: refund.id, on: connection)
  }

  /// What the books say of a refund.
  func standing(
    ofRefund id: Int64, on connection: isolated Connection
  ) throws -> RefundEngine.Refunded {
    let row = try connection.query(Statement(SQLFiles.showRefund), [.int64(id)])
    return .init(
      refund: id, payment: try row.int64(0, 0), state: try row.string(0, 1),
      detail: try row.optionalString(0, 2))
  }

  /// Writes a state with its event; false where the outcome was known before.
  @discardableResult
  private func record(
    _ refund: OpenRefund, _ state: String, reference: String? = nil, code: String? = nil,
    reason: String? = nil, on day: LocalDate? = nil, _ connection: isolated Connection
  ) throws -> Bool {
    let written = try connection.query(
      Statement(SQLFiles.writeRefundOutcome),
      [
        .int64(refund.id), .string(state), .string(reference), .string(code), .string(reason),
        .day(day), .timestamptz(unixSeconds: invoices.moment),
      ])
    if written.isEmpty { return false }
    var detail = JSONWriter()
    detail.object {
      $0.field("refund", refund.id)
      $0.field(
        "amount", minor: refund.request.amount.minor,
        digits: refund.request.amount.currency.minorDigits)
      if let code { $0.field("decline_code", code) }
      if let reason { $0.field("reason", reason) }
      $0.field("os_user", invoices.user)
    }
    let event = state == "approved" ? "payment_refunded" : "refund_\(state)"
    try note(event, "payment", [(refund.payment, detail)], on: connection)
    return true
  }

  /// Today, or the first day after it that the payment and the books allow: what was paid back is
  /// gone, so nothing is refused.
  private func openDay(of payment: LockedPayment) -> LocalDate {
    let day = max(payment.payer.today, payment.newestDay)
    return payment.payer.closedThrough.map { max(day, $0.adding(days: 1)) } ?? day
  }

  /// Pays the invoices again that a declined refund was taken off, as far as they are owed.
  private func putBack(_ refund: OpenRefund, on connection: isolated Connection) throws {
    let parts = try connection.query(Statement(SQLFiles.listRefundParts), [.int64(refund.id)])
    if parts.isEmpty { return }
    var wanted: [Int64: Int64] = [:]
    for row in 0..<parts.count { wanted[try parts.int64(row, 0)] = try parts.int64(row, 1) }
    let standing = try LockedInvoice.lock(
      wanted.keys.sorted(), alone: false, moment: invoices.moment, on: connection)
    var credits = try openCredits(of: refund.payment, on: connection)
    var uses: [UsedCredit] = []
    for invoice in standing {
      guard case .yes = InvoiceOperation.applyCredit.permission(in: invoice.phase) else { continue }
      let day = try invoices.openToday(.applyCredit, invoice)
      var rest = min(invoice.balance, wanted[invoice.id] ?? 0)
      for place in credits.indices where rest > 0 && credits[place].open > 0 {
        let amount = min(rest, credits[place].open)
        rest -= amount
        credits[place].open -= amount
        uses.append(
          UsedCredit(
            invoice: invoice.id, credit: credits[place].id, kind: .money, amount: amount, day: day))
      }
    }
    try invoices.use(uses, on: connection)
  }
}
