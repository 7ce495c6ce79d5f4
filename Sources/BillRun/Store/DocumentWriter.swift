// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres

/// Turns documents into rows: the only place that knows the columns of `invoice` and its parts.
struct DocumentWriter {
  let catalog: Catalog
  let seller: Seller
  /// The run that makes the documents, nil for none.
  let run: Int64?
  let invoiceDate: LocalDate
  /// Whether documents are written as drafts: nothing is settled or charged yet.
  var isDraft = false

  /// Writes a document that is posted with the batch, or a draft.
  func write(
    _ draft: InvoiceDraft, id: Int64, for payer: Customer, to buffers: inout DocumentBuffers
  ) {
    invoice(draft, id: id, payer: payer, &buffers.invoices)
    for index in draft.lines.indices {
      line(draft.lines[index], id: id, number: Int32(index + 1), draft, &buffers.lines)
      coverage(draft.lines[index], id: id, number: Int32(index + 1), &buffers.coverage)
      lateUsage(draft.lines[index], id: id, number: Int32(index + 1), &buffers.lateUsage)
    }
    for index in draft.taxes.indices {
      tax(draft.taxes[index], id: id, number: Int16(index + 1), &buffers.taxes)
    }
    discounts(of: draft, id: id, &buffers)
    for credit in draft.lineCredits { lineCredit(credit, id: id, &buffers) }
    for credit in draft.roundingCredits { roundingCredit(credit, id: id, &buffers.roundingCredits) }
    // A draft uses no credit and gives none: posting does, by what is open then (RULES 0.8).
    if isDraft { return }
    for use in draft.creditsApplied { settlement(use, id: id, &buffers.settlements) }
    if draft.kind == .creditNote, draft.total.minor &+ draft.rounding.minor > 0 {
      credit(draft, id: id, payer: payer, &buffers.credits)
    }
  }

  private func invoice(
    _ draft: InvoiceDraft, id: Int64, payer: Customer, _ rows: inout CopyBuffer
  ) {
    let isInvoice = draft.kind == .invoice
    let credited = isDraft ? 0 : draft.credited.minor
    // Cash is rounded on what credit leaves, which posting knows.
    let rounding = isDraft && !draft.credited.isZero ? 0 : draft.rounding.minor
    let isOpen = isInvoice && draft.total.minor + rounding > credited
    let autopay = payer.autopay || (payer.paymentTerms?.lowercased() == "autopay")
    let charges = isOpen && autopay && !draft.isMissed && !isDraft
    rows.beginRow(fields: 27)
    rows.int8(id)
    if isInvoice { rows.text(utf8: "invoice") } else { rows.text(utf8: "credit_note") }
    if isDraft { rows.text(utf8: "draft") } else { rows.text(utf8: "open") }
    rows.int8(seller.id.rawValue)
    rows.int8(payer.id.rawValue)
    rows.int8(draft.subscription?.rawValue)
    rows.int8(run)
    rows.text(draft.currency.code)
    rows.day(invoiceDate)
    rows.day(draft.dueDate)
    rows.text(isInvoice ? payer.paymentTerms : nil)
    rows.bool(isInvoice && autopay)
    rows.bool(isInvoice && payer.chase && !draft.isMissed)
    rows.bool(draft.isMissed)
    rows.int8(draft.subtotal.minor)
    rows.int8(draft.discount.minor)
    rows.int8(draft.tax.minor)
    rows.int8(draft.total.minor)
    rows.int8(rounding)
    rows.int8(credited)
    rows.int8(credited)
    rows.day(draft.earlyDiscount?.until)
    rows.int8(draft.earlyDiscount?.amount.minor)
    rows.int4(seller.partyVersion)
    rows.int4(payer.partyVersion)
    rows.day(charges ? invoiceDate.adding(days: payer.autopayDelayDays) : nil)
    rows.text(payer.purchaseOrder)
  }

  private func line(
    _ line: LineDraft, id: Int64, number: Int32, _ draft: InvoiceDraft, _ rows: inout CopyBuffer
  ) {
    rows.beginRow(fields: 22)
    rows.int8(id)
    rows.int4(number)
    switch line.kind {
    case .period: rows.text(utf8: "period")
    case .credit: rows.text(utf8: "credit")
    case .usage: rows.text(utf8: "usage")
    case .minimum: rows.text(utf8: "minimum")
    case .pending: rows.text(utf8: "pending")
    case .manual: rows.text(utf8: "manual")
    case .lateFee: rows.text(utf8: "late_fee")
    }
    rows.int8(line.subscription?.rawValue)
    rows.int2(line.subscription == nil ? nil : line.slot)
    rows.int8(line.price?.rawValue)
    rows.int8(line.item?.rawValue)
    rows.text(line.name)
    rows.text(line.description)
    rows.decimal(line.quantity)
    rows.decimal(line.unitCost)
    rows.int8(line.amount.minor)
    rows.int8(line.ownDiscountMinor)
    rows.int8(line.discount.minor - line.ownDiscountMinor)
    rows.int8(line.net.minor)
    rows.day(line.period?.start)
    rows.day(line.period?.end)
    rows.day(line.taxDate)
    taxNumbers(line.taxMask, &rows)
    rows.bool(line.isDiscountable)
    rows.bool(line.isTaxable)
    rows.jsonb(line.pricingJSON)
  }

  private func taxNumbers(_ mask: UInt32, _ rows: inout CopyBuffer) {
    switch mask {
    case 0: rows.null()
    case 1: rows.int2Array(Self.firstTaxOnly)
    default:
      rows.int2Array(
        (0..<UInt32.bitWidth).filter { mask & (1 << UInt32($0)) != 0 }.map { Int16($0 + 1) })
    }
  }

  private static let firstTaxOnly: [Int16] = [1]

  private func coverage(
    _ line: LineDraft, id: Int64, number: Int32, _ rows: inout CopyBuffer
  ) {
    guard line.coversPeriod, let subscription = line.subscription, let span = line.period else {
      return
    }
    rows.beginRow(fields: 11)
    rows.int8(subscription.rawValue)
    rows.int2(line.slot)
    rows.day(span.start)
    rows.day(span.end)
    rows.int8(id)
    rows.int4(number)
    rows.null()
    rows.null()
    rows.null()
    write(line.cycle, &rows)
  }

  private func lateUsage(
    _ line: LineDraft, id: Int64, number: Int32, _ rows: inout CopyBuffer
  ) {
    guard line.kind == .usage, line.isLateUsage, let subscription = line.subscription,
      let span = line.period
    else { return }
    rows.beginRow(fields: 5)
    rows.int8(subscription.rawValue)
    rows.int2(line.slot)
    rows.day(span.start)
    rows.int8(id)
    rows.int4(number)
  }

  /// Writes days that are covered without a line: who would have been billed for them, and the
  /// coupons that counted.
  func write(
    _ reasoned: ReasonedSpan, for payer: ID<Customer>, to buffers: inout DocumentBuffers
  ) {
    let isOfRun = reasoned.reason.isOfRun
    buffers.coverage.beginRow(fields: 11)
    buffers.coverage.int8(reasoned.subscription.rawValue)
    buffers.coverage.int2(reasoned.slot)
    buffers.coverage.day(reasoned.span.start)
    buffers.coverage.day(reasoned.span.end)
    buffers.coverage.null()
    buffers.coverage.null()
    buffers.coverage.text(reasoned.reason.rawValue)
    buffers.coverage.int8(isOfRun ? run : nil)
    buffers.coverage.int8(isOfRun ? payer.rawValue : nil)
    write(reasoned.cycle, &buffers.coverage)
  }

  private func write(_ cycle: CouponCycle?, _ rows: inout CopyBuffer) {
    rows.int8Array(cycle?.coupons.map { catalog.coupons[$0].id.rawValue })
    rows.day(cycle?.start)
  }

  private func tax(_ tax: TaxDraft, id: Int64, number: Int16, _ rows: inout CopyBuffer) {
    rows.beginRow(fields: 9)
    rows.int8(id)
    rows.int2(number)
    let version = tax.rate.map { catalog.taxRates[$0].versions[tax.version] }
    rows.int8(version?.id.rawValue)
    rows.text(tax.category.rawValue)
    if let percent = tax.percent(in: catalog) { rows.decimal(percent) } else { rows.null() }
    rows.bool(tax.isInclusive)
    rows.int8(tax.base.minor)
    rows.int8(tax.amount.minor)
    rows.text(tax.reason)
  }

  private func discounts(of draft: InvoiceDraft, id: Int64, _ buffers: inout DocumentBuffers) {
    for index in draft.discounts.indices {
      let discount = draft.discounts[index]
      buffers.discounts.beginRow(fields: 9)
      buffers.discounts.int8(id)
      buffers.discounts.int2(Int16(index + 1))
      buffers.discounts.int4(discount.line.map { Int32($0 + 1) })
      buffers.discounts.int8(discount.coupon.map { catalog.coupons[$0].id.rawValue })
      buffers.discounts.int8(discount.credit?.rawValue)
      buffers.discounts.int8(discount.amount.minor)
      let shares = discount.line == nil ? discount.shares : nil
      buffers.discounts.int4Array(shares?.map { Int32($0.line + 1) })
      buffers.discounts.int8Array(shares?.map(\.amount.minor))
      buffers.discounts.bool(discount.countsCycle)
    }
  }

  private func lineCredit(_ credit: LineCredit, id: Int64, _ buffers: inout DocumentBuffers) {
    buffers.lineCredits.beginRow(fields: 5)
    buffers.lineCredits.int8(id)
    buffers.lineCredits.int4(Int32(credit.line + 1))
    buffers.lineCredits.int8(credit.invoice.rawValue)
    buffers.lineCredits.int4(credit.number)
    buffers.lineCredits.int8(credit.amount.minor)
    for tax in credit.taxes {
      buffers.lineCreditTaxes.beginRow(fields: 5)
      buffers.lineCreditTaxes.int8(id)
      buffers.lineCreditTaxes.int4(Int32(credit.line + 1))
      buffers.lineCreditTaxes.int2(tax.number)
      buffers.lineCreditTaxes.int2(Int16(tax.group + 1))
      buffers.lineCreditTaxes.int8(tax.amount.minor)
    }
  }

  private func roundingCredit(
    _ credit: RoundingCredit, id: Int64, _ rows: inout CopyBuffer
  ) {
    rows.beginRow(fields: 3)
    rows.int8(id)
    rows.int8(credit.invoice.rawValue)
    rows.int8(credit.amount.minor)
  }

  private func settlement(_ use: CreditUse, id: Int64, _ rows: inout CopyBuffer) {
    rows.beginRow(fields: 5)
    rows.int8(id)
    rows.text(use.kind == .creditNote ? "credit_note" : "credit")
    rows.int8(use.amount.minor)
    rows.day(invoiceDate)
    rows.int8(use.credit.rawValue)
  }

  /// What a credit note leaves open for its payer (RULES 0.7).
  private func credit(
    _ draft: InvoiceDraft, id: Int64, payer: Customer, _ rows: inout CopyBuffer
  ) {
    rows.beginRow(fields: 6)
    rows.int8(payer.id.rawValue)
    rows.text("credit_note")
    rows.text(draft.currency.code)
    rows.int8(draft.total.minor + draft.rounding.minor)
    rows.day(invoiceDate)
    rows.int8(id)
  }
}

extension TaxDraft {
  /// The rate's percentage; nil for fixed amounts, and for what is taxed by no rate.
  func percent(in catalog: Catalog) -> ExactDecimal? {
    switch rate.map({ catalog.taxRates[$0].versions[version].value }) {
    case .percent(let percent, _): percent
    case .fixed: nil
    case nil: category == .standard ? nil : .zero
    }
  }
}

extension ReasonedSpan.Reason {
  /// Whether it is a run's decision, which goes when the run is taken back.
  fileprivate var isOfRun: Bool {
    switch self {
    case .migrated, .skipped, .beforeBackfill, .zero: true
    // Facts of the subscription: whoever bills it next finds the same.
    case .trial, .paused: false
    }
  }
}
