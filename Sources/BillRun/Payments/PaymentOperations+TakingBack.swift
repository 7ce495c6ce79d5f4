// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

extension PaymentOperations {
  /// Takes a payment off the invoices that it settles, or off one of them: it becomes the
  /// customer's credit, and they are open again.
  ///
  /// Throws `BillRunError` with 65 when it settles nothing there, is disputed, or an invoice has a
  /// charge on its way.
  public func unapply(
    _ id: Int64, from invoice: Int64? = nil, on connection: isolated Connection
  ) throws {
    let payment = try LockedPayment(id, self, on: connection)
    let operation = "unapply"
    try check(payment.payer.today, of: payment.payer, as: operation)
    try refuseDisputed(payment, as: operation)
    let settled = payment.parts.filter { $0.isMoney && (invoice == nil || $0.invoice == invoice) }
      .reduce(0) { $0 + $1.amount }
    if settled == 0 {
      throw Self.refusal(
        operation, "nothing",
        "payment \(id) settles nothing"
          + (invoice.map { " of invoice \($0)" } ?? ""))
    }
    var sheet = PaymentSheet()
    let taken = takeBack(
      settled, of: payment, from: invoice, on: payment.payer.today, in: &sheet)
    try refuseCharging(taken, of: payment, as: operation)
    try sheet.writeUnapplied(taken, of: payment, on: payment.payer.today, invoices, connection)
    try finish(
      taken, of: payment, as: "payment_unapplied", reason: nil, dated: payment.payer.today,
      on: connection)
  }

  /// Puts what of a payment is credit to an invoice, in full or at most so much in minor units.
  ///
  /// What came in in time, and is enough, has the early discount (RULES 1.13). Throws
  /// `BillRunError` with 65 when the invoice is not open, another customer's or owes no more than
  /// what is withheld, or when nothing is left.
  public func apply(
    _ id: Int64, to invoice: Int64, atMost limit: Int64? = nil,
    withholding: NewPayment.Withholding? = nil, on connection: isolated Connection
  ) throws {
    let payment = try LockedPayment(id, self, on: connection)
    try refuseDisputed(payment, as: InvoiceOperation.applyCredit.rawValue)
    for target in try invoices.begin(.applyCredit, [invoice], on: connection) {
      try refuse(target, for: payment, withholding)
      let payables = try Payables(of: [], named: [target.id], invoices, on: connection)
      guard let one = payables.all[target.id] else { continue }
      let day = try invoices.openToday(.applyCredit, target)
      let credits = try openCredits(of: id, on: connection)
      let split = PaymentAllocation(
        of: credits.reduce(0) { $0 + $1.open },
        among: [
          (
            .init(
              id: target.id, balance: target.balance - (withholding?.amount ?? 0),
              earlyDiscount: one.discount(on: payment.receivedOn)), limit
          )
        ])
      guard let part = split.parts.first else {
        throw invoices.refusal(.applyCredit, "nothing_open", "nothing of payment \(id) is left")
      }
      var rest = part.amount
      let uses = credits.map { credit in
        let amount = min(rest, credit.open)
        rest -= amount
        return UsedCredit(
          invoice: target.id, credit: credit.id, kind: .money, amount: amount, day: day)
      }
      try invoices.use(uses.filter { $0.amount > 0 }, on: connection)
      var sheet = PaymentSheet()
      grant(part, withholding, of: one, with: id, on: day, payment.payer, &sheet)
      try sheet.write(invoices, on: connection)
    }
  }

  private func refuse(
    _ target: LockedInvoice, for payment: LockedPayment, _ withholding: NewPayment.Withholding?
  ) throws {
    if target.customer != payment.payer.customer || target.currency != payment.currency {
      throw invoices.refusal(
        .applyCredit, "customer",
        "\(target.name) is of customer \(target.customer) in \(target.currency), payment "
          + "\(payment.id) of customer \(payment.payer.customer) in \(payment.currency)")
    }
    if let withheld = withholding?.amount, withheld <= 0 || withheld >= target.balance {
      throw invoices.refusal(
        .applyCredit, "withholding",
        "\(payment.text(withheld)) is not above zero and less than what \(target.name) owes")
    }
  }

  /// What was taken off invoices, by the account that stands for it, in minor units.
  struct TakenBack {
    /// Off the receivable.
    var receivable: Int64 = 0
    /// Of what was recovered of write-offs.
    var recovered: Int64 = 0
    /// What they settled and owe again, or settle by their credit notes.
    var amounts: [Int64: Int64] = [:]
    /// Off which invoices, and whether something is owed again that was no recovery of a write-off.
    var invoices: [Int64: Bool] = [:]
  }

  /// Takes an amount of a payment off invoices, the newest settlement first; it becomes credit.
  ///
  /// What was granted with the payment goes with any part of it: early discount and small
  /// difference; a withholding only with the whole, since its certificate stands for itself. A
  /// recovery is written off again, but for what credit notes of the invoice left open: `finish`
  /// settles that by them. Nothing is booked of the money itself: the caller knows what it becomes.
  func takeBack(
    _ amount: Int64, of payment: LockedPayment, from invoice: Int64? = nil, on day: LocalDate,
    in sheet: inout PaymentSheet
  ) -> TakenBack {
    var taken = TakenBack()
    var rest = amount
    var notes = payment.openNotes
    for part in payment.parts
    where part.isMoney && rest > 0 && (invoice == nil || part.invoice == invoice) {
      let amount = min(rest, part.amount)
      rest -= amount
      let byNotes = part.isRecovery ? min(amount, notes[part.invoice] ?? 0) : 0
      notes[part.invoice, default: 0] -= byNotes
      let writtenOff = part.isRecovery ? amount - byNotes : 0
      taken.recovered += writtenOff
      taken.receivable += amount - writtenOff
      if amount > writtenOff { taken.amounts[part.invoice, default: 0] += amount - writtenOff }
      taken.invoices[part.invoice] = (taken.invoices[part.invoice] ?? false) || writtenOff == 0
      reverse(part, by: amount, writingOff: writtenOff, of: payment, on: day, in: &sheet)
    }
    for part in payment.parts where !part.isMoney && taken.invoices[part.invoice] == true {
      let money = payment.parts.filter { $0.isMoney && $0.invoice == part.invoice }
      let isWhole =
        money.allSatisfy { money in
          sheet.settlements.contains { $0.reverses == money.settlement }
        } && !sheet.settlements.contains { $0.invoice == part.invoice && $0.amount > 0 }
      if part.kind == .withholding && !isWhole { continue }
      change(part, of: payment, on: day, in: &sheet)
    }
    return taken
  }

  /// Takes a settlement back, puts what remains of it in its place, and makes the rest credit.
  private func reverse(
    _ part: LockedPayment.Part, by amount: Int64, writingOff writtenOff: Int64,
    of payment: LockedPayment, on day: LocalDate, in sheet: inout PaymentSheet
  ) {
    let row = { (kind: Settlement.Kind, amount: Int64, reverses: Int64?) in
      Settlement(
        invoice: part.invoice, kind: kind, amount: amount, day: day, credit: part.credit,
        payment: part.kind == .payment && kind == .payment ? payment.id : nil, reverses: reverses,
        isRecovery: part.isRecovery && kind == .payment)
    }
    sheet.settlements.append(row(part.kind, -part.amount, part.settlement))
    if part.amount > amount {
      sheet.settlements.append(row(part.kind, part.amount - amount, nil))
    }
    if writtenOff > 0 { sheet.settlements.append(row(.writeOff, writtenOff, nil)) }
    if let credit = part.credit {
      sheet.returned.append((credit, amount))
    } else {
      sheet.credits.append((payment.id, amount, day))
    }
  }

  /// Puts invoices into the state that fits what was taken off them, and leaves an event.
  ///
  /// One that was recovered in full is written off again; a written-off one of which more than a
  /// recovery is owed is open.
  func finish(
    _ taken: TakenBack, of payment: LockedPayment, as event: String, reason: String?,
    dated day: LocalDate, on connection: isolated Connection
  ) throws {
    let bad = taken.invoices.filter { !$0.value }.keys.sorted().compactMap { payment.invoices[$0] }
      .filter { $0.phase != .badDebt }
    if !bad.isEmpty {
      try invoices.move(bad, to: .writtenOff, as: "invoice_written_off", on: connection)
    }
    try settleAgain(taken.invoices.keys.sorted(), on: day, connection)
    var detail = JSONWriter()
    detail.object {
      let digits = payment.currency.minorDigits
      $0.field("taken_off", minor: taken.receivable + taken.recovered, digits: digits)
      $0.field(
        "invoices", array: { list in taken.invoices.keys.sorted().forEach { list.integer($0) } })
      if let reason { $0.field("reason", reason) }
      $0.field("os_user", invoices.user)
    }
    try note(event, "payment", [(payment.id, detail)], on: connection)
  }

  /// Settles what is open again by what credit notes of the same invoices left open (RULES 0.7, 3);
  /// a reversed or written-off invoice that is still owed is open again, so that somebody asks for
  /// the money.
  private func settleAgain(
    _ ids: [Int64], on day: LocalDate, _ connection: isolated Connection
  ) throws {
    try invoices.settleByNotes(ids, on: day, connection)
    let owed = try LockedInvoice.lock(
      ids, alone: false, moment: invoices.moment, on: connection
    ).filter { ($0.phase == .ended || $0.phase == .badDebt) && $0.balance > 0 }
    if !owed.isEmpty {
      try invoices.move(owed, to: .open, as: "invoice_reopened", on: connection)
    }
  }

  /// What of a payment settles nothing, the oldest first.
  func openCredits(
    of payment: Int64, on connection: isolated Connection
  ) throws -> [(id: Int64, open: Int64)] {
    let rows = try connection.query(
      Statement(SQLFiles.listPaymentCredits), [.int64(payment)])
    return try (0..<rows.count).map { (try rows.int64($0, 0), try rows.int64($0, 1)) }
  }

  func refuseDisputed(_ payment: LockedPayment, as operation: String) throws {
    if payment.isDisputed {
      throw Self.refusal(
        operation, "disputed", "payment \(payment.id) is disputed",
        hint: "billrun payment dispute \(payment.id) --won, or --lost")
    }
  }

  /// Refuses to take a payment off invoices that have a charge on their way (RULES 0.5).
  func refuseCharging(_ taken: TakenBack, of payment: LockedPayment, as operation: String) throws {
    for id in taken.invoices.keys.sorted() {
      if let invoice = payment.invoices[id], invoice.phase == .charging {
        throw Self.refusal(operation, "charging", "\(invoice.name) has a charge on its way")
      }
    }
  }
}

extension PaymentSheet {
  /// Writes what was taken off invoices as the customer's credit.
  mutating func writeUnapplied(
    _ taken: PaymentOperations.TakenBack, of payment: LockedPayment, on day: LocalDate,
    _ operations: InvoiceOperations, _ connection: isolated Connection
  ) throws {
    for (amount, account) in [(taken.receivable, "1200"), (taken.recovered, "6110")] {
      book(
        "payment_unapplied", on: day, seller: payment.payer.seller, payment.currency, amount,
        debit: account, credit: "2100")
    }
    try write(operations, on: connection)
  }
}
