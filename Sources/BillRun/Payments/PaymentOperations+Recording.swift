// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles

extension PaymentOperations {
  /// Records money that came in: it settles the invoices it names, else the oldest due first, and
  /// what is left becomes the customer's credit (RULES 3).
  ///
  /// On a written-off invoice, with `recovers`, as much of the write-off is reversed as is paid:
  /// the write-offs that stand are taken back, the payment and a write-off of the rest put in their
  /// place, all at once. So what is settled of the invoice never moves, its receivable neither, and
  /// the money is booked as recovered. Paid off in full, the invoice is open, and so paid, again.
  ///
  /// Returns what became of each, in the order given. Throws `BillRunError` with 65 for what RULES
  /// 6 does not allow, and nothing is recorded.
  public func record(
    _ payments: [NewPayment], on connection: isolated Connection
  ) throws -> [RecordedPayment] {
    let payers = try lock(payments.map(\.customer), on: connection)
    for payment in payments { try check(payment, of: payers) }
    try refuseKnown(payments, on: connection)
    var payables = try Payables(
      of: payments.filter(\.invoices.isEmpty).map(\.customer),
      named: payments.flatMap { $0.invoices.map(\.invoice) }, invoices, on: connection)
    let ids = try connection.query(
      Statement(SQLFiles.drawPaymentIds), [.int64(Int64(payments.count))])
    var sheet = PaymentSheet()
    var recorded: [RecordedPayment] = []
    for (row, payment) in payments.enumerated() {
      guard let payer = payers[payment.customer] else { continue }
      recorded.append(
        try place(payment, id: try ids.int64(row, 0), of: payer, in: &payables, &sheet))
    }
    try refuseTold(zip(payments, recorded).filter { $1.credit > 0 }.map(\.0), on: connection)
    try write(payments, recorded, on: connection)
    try sheet.write(invoices, on: connection)
    let recovered = payables.all.values.filter { $0.invoice.phase == .badDebt && $0.balance == 0 }
    let paid = recovered.map(\.invoice).filter { invoice in
      sheet.settlements.contains { $0.invoice == invoice.id }
    }
    if !paid.isEmpty {
      try invoices.move(paid, to: .open, as: "invoice_recovered", on: connection)
    }
    return recorded
  }

  private func check(_ payment: NewPayment, of payers: [Int64: Payer]) throws {
    guard let payer = payers[payment.customer] else {
      throw BillRunError.unknownCustomer(payment.customer)
    }
    try check(payment.date, of: payer, as: Self.recording)
    if !payment.isFarBack {
      try FarDates.refusePaymentDate(payment.date, before: payer.today)
    }
    try refuseDifference(of: payment)
    let named = payment.invoices.reduce(0 as Int128) { $0 + Int128($1.amount ?? 0) }
    if payment.amount <= 0 || named > Int128(payment.amount)
      || payment.invoices.contains(where: { $0.amount.map { $0 <= 0 } ?? false })
    {
      throw Self.refusal(
        Self.recording, "amount",
        "\(payment.text(payment.amount)) is not above zero and at least what its invoices get")
    }
    if Set(payment.invoices.map(\.invoice)).count < payment.invoices.count {
      throw Self.refusal(Self.recording, "twice", "an invoice is named twice")
    }
    if payment.withholding != nil, payment.invoices.count != 1 {
      throw Self.refusal(
        Self.recording, "withholding", "tax is withheld from one invoice, which must be named")
    }
  }

  /// Refuses to give up more than a difference of pennies: that is a write-off (RULES 3).
  private func refuseDifference(of payment: NewPayment) throws {
    let most = payment.currency.minorUnits
    if payment.smallDifference > most {
      throw Self.refusal(
        Self.recording, "small_difference",
        "\(payment.text(payment.smallDifference)) is no small difference, the most is "
          + payment.text(most),
        hint: "billrun invoice write-off ID, after the payment")
    }
  }

  /// Refuses what has been recorded already, by customer, method and reference.
  private func refuseKnown(
    _ payments: [NewPayment], on connection: isolated Connection
  ) throws {
    let named = payments.filter { $0.reference != nil }
    if named.isEmpty { return }
    let known = try connection.query(
      Statement(SQLFiles.findPaymentReferences),
      [
        .int64Array(named.map(\.customer)), .stringArray(named.map(\.method)),
        .stringArray(named.map(\.reference)),
      ])
    if let row = known.first {
      throw Self.refusal(
        Self.recording, "known",
        "customer \(try row.int64(0)) has payment \(try row.int64(1)) by \(try row.string(2)) "
          + "with the reference \(try row.string(3))",
        hint: "billrun payment show \(try row.int64(1))")
    }
  }

  /// Refuses what would become credit, and is perhaps what a statement told of (RULES 4).
  private func refuseTold(
    _ payments: [NewPayment], on connection: isolated Connection
  ) throws {
    let payments = payments.filter { !$0.isAgain }
    if payments.isEmpty { return }
    let told = try connection.query(
      Statement(SQLFiles.findToldPayments),
      [
        .int64Array(payments.map(\.customer)), .stringArray(payments.map(\.currency.code)),
        .int64Array(payments.map(\.amount)),
        .dateArray(daysSince2000: payments.map(\.date.daysSince2000)),
      ])
    if let row = told.first {
      throw Self.refusal(
        Self.recording, "told",
        "customer \(try row.int64(0)) has payment \(try row.int64(1)) by a statement, and no "
          + "invoice is open for another one",
        hint: "billrun payment show \(try row.int64(1)); --again if it is another one")
    }
  }

  /// Puts a payment to its invoices and credit.
  func place(
    _ payment: NewPayment, id: Int64, of payer: Payer, in payables: inout Payables,
    _ sheet: inout PaymentSheet
  ) throws -> RecordedPayment {
    var warnings: [String] = []
    let targets = try targets(of: payment, in: payables, &warnings)
    let withheld = payment.withholding?.amount ?? 0
    if withheld > 0, let one = targets.first?.one,
      one.balance <= withheld || one.invoice.phase == .badDebt
    {
      throw Self.refusal(
        Self.recording, "withholding",
        "\(payment.text(withheld)) is not less than what \(one.invoice.name) owes")
    }
    let split = PaymentAllocation(
      of: payment.amount,
      among: targets.map { one, limit in
        (
          .init(
            id: one.invoice.id, balance: one.balance - withheld,
            earlyDiscount: one.discount(on: payment.date)), limit
        )
      },
      smallDifference: payment.smallDifference)
    var recovered: Int64 = 0
    for part in split.parts {
      guard let one = payables.all[part.invoice] else { continue }
      if one.invoice.phase == .badDebt {
        recovered += part.amount
        sheet.settlements += recovery(of: one, by: part.amount, id: id, on: payment.date)
        payables.recover(part.amount, of: part.invoice)
      } else {
        settle(part, of: one, by: payment, id: id, payer, &sheet)
        payables.settle(part, withheld: withheld)
      }
    }
    let applied = split.parts.reduce(0) { $0 + $1.amount } - recovered
    for (event, amount, account) in [
      ("payment", applied, "1200"), ("payment", split.rest, "2100"),
      ("recovery", recovered, "6110"),
    ] {
      sheet.book(
        event, on: payment.date, seller: payer.seller, payment.currency, amount,
        debit: payment.account, credit: account)
    }
    if split.rest > 0 { sheet.credits.append((id, split.rest, payment.date)) }
    return RecordedPayment(id: id, parts: split.parts, credit: split.rest, warnings: warnings)
  }

  /// The invoices that a payment goes to, with what each may get at most.
  private func targets(
    of payment: NewPayment, in payables: Payables, _ warnings: inout [String]
  ) throws -> [(one: Payables.One, limit: Int64?)] {
    var targets: [(Payables.One, Int64?)] = []
    if payment.invoices.isEmpty {
      targets = payables.owed(by: payment.customer, in: payment.currency).map { ($0, nil) }
    }
    for target in payment.invoices {
      guard var one = payables.all[target.invoice] else { continue }
      try check(one.invoice, for: payment)
      switch InvoiceOperation.recordPayment.permission(in: one.invoice.phase) {
      case .no where payment.attempt != nil, .recovering where payment.attempt != nil:
        one.balance = 0
      case .no:
        throw invoices.refusal(
          .recordPayment, nil,
          one.invoice.name + " "
            + InvoiceOperation.recordPayment.refusal(in: one.invoice.phase, of: one.invoice.state))
      case .recovering where !payment.recovers:
        throw invoices.refusal(
          .recordPayment, "written_off", "\(one.invoice.name) is written off",
          hint: "billrun payment record … --recover")
      case .recovering where one.writeOffs.isEmpty:
        throw Self.refusal(
          Self.recording, "twice", "\(one.invoice.name) is recovered by two payments at once")
      case .asCredit: one.balance = 0
      default: break
      }
      targets.append((one, target.amount))
    }
    for (one, _) in targets where one.invoice.phase == .charging {
      warnings.append("\(one.invoice.name) has a charge on its way, it may be paid twice")
    }
    return targets
  }

  private func check(_ invoice: LockedInvoice, for payment: NewPayment) throws {
    if invoice.kind == .creditNote {
      throw invoices.refusal(.recordPayment, "credit_note", "\(invoice.name) is no invoice")
    }
    if invoice.customer != payment.customer {
      throw invoices.refusal(
        .recordPayment, "customer", "\(invoice.name) is not of customer \(payment.customer)")
    }
    if invoice.currency != payment.currency {
      throw invoices.refusal(
        .recordPayment, "currency",
        "\(invoice.name) is in \(invoice.currency), the payment in \(payment.currency)")
    }
  }

  /// Settles an open invoice by its part of a payment and by what is granted with it.
  private func settle(
    _ part: PaymentAllocation.Part, of one: Payables.One, by payment: NewPayment, id: Int64,
    _ payer: Payer, _ sheet: inout PaymentSheet
  ) {
    if part.amount != 0 {
      sheet.settlements.append(
        Settlement(
          invoice: part.invoice, kind: .payment, amount: part.amount, day: payment.date,
          payment: id))
    }
    grant(part, payment.withholding, of: one, with: id, on: payment.date, payer, &sheet)
  }

  /// Settles an open invoice by what is granted with a part of a payment: early discount, small
  /// difference, tax that the payer kept back.
  func grant(
    _ part: PaymentAllocation.Part, _ withholding: NewPayment.Withholding?, of one: Payables.One,
    with id: Int64, on day: LocalDate, _ payer: Payer, _ sheet: inout PaymentSheet
  ) {
    let rows: [(Settlement.Kind, Int64, String?)] = [
      (.earlyDiscount, part.earlyDiscount, nil), (.rounding, part.smallDifference, nil),
      (.withholding, withholding?.amount ?? 0, withholding?.certificate),
    ]
    for (kind, amount, certificate) in rows where amount != 0 {
      sheet.settlements.append(
        Settlement(
          invoice: part.invoice, kind: kind, amount: amount, day: day, payment: id,
          certificate: certificate))
    }
    let currency = one.invoice.currency
    if part.earlyDiscount > 0 {
      sheet.discounts.append(
        .init(
          invoice: part.invoice, seller: payer.seller, total: one.total,
          amount: part.earlyDiscount, currency: currency, rounding: payer.rounding, day: day,
          sign: 1))
    }
    for (event, amount, account) in [
      ("small_difference", part.smallDifference, "6300"),
      ("withholding", withholding?.amount ?? 0, "1250"),
    ] {
      sheet.book(
        event, on: day, seller: payer.seller, currency, amount, debit: account, credit: "1200")
    }
  }

  /// Puts money in the place of as much of what was written off.
  private func recovery(
    of one: Payables.One, by amount: Int64, id: Int64, on day: LocalDate
  ) -> [Settlement] {
    let invoice = one.invoice.id
    var rows = one.writeOffs.map {
      Settlement(invoice: invoice, kind: .writeOff, amount: -$0.amount, day: day, reverses: $0.id)
    }
    rows.append(
      Settlement(
        invoice: invoice, kind: .payment, amount: amount, day: day, payment: id, isRecovery: true))
    if one.balance > amount {
      rows.append(
        Settlement(invoice: invoice, kind: .writeOff, amount: one.balance - amount, day: day))
    }
    return rows
  }

  func write(
    _ payments: [NewPayment], _ recorded: [RecordedPayment], on connection: isolated Connection
  ) throws {
    try connection.execute(
      Statement(SQLFiles.writePayments),
      [
        .int64Array(recorded.map(\.id)), .int64Array(payments.map(\.customer)),
        .stringArray(payments.map(\.currency.code)), .int64Array(payments.map(\.amount)),
        .dateArray(daysSince2000: payments.map(\.date.daysSince2000)),
        .stringArray(payments.map(\.method)), .stringArray(payments.map(\.reference)),
        .int64Array(payments.map(\.attempt)),
      ])
    try note(
      "payment_recorded", "payment",
      zip(payments, recorded).map { payment, recorded in
        var detail = JSONWriter()
        recorded.write(payment, by: invoices.user, to: &detail)
        return (recorded.id, detail)
      }, on: connection)
  }

  /// How refusals of recording begin.
  static let recording = InvoiceOperation.recordPayment.rawValue
}

extension RecordedPayment {
  /// What the event tells of it.
  fileprivate func write(_ payment: NewPayment, by user: String, to writer: inout JSONWriter) {
    let digits = payment.currency.minorDigits
    writer.object {
      $0.field("amount", minor: payment.amount, digits: digits)
      $0.field("currency", payment.currency.code)
      $0.field("credit", minor: credit, digits: digits)
      $0.field("invoices", objects: parts) { object, part in
        object.field("invoice", part.invoice)
        object.field("amount", minor: part.amount, digits: digits)
      }
      $0.field("os_user", user)
    }
  }
}
