// SPDX-License-Identifier: Apache-2.0

/// What a credit note takes back of a line of a posted invoice.
public struct LineToCredit: Sendable {
  /// The line as it was billed.
  public let line: BilledLine
  /// Whose charge it billed; nil for one-off lines.
  public let subscription: ID<Subscription>?
  /// Which charge of it.
  public let slot: Int16
  /// The catalog item of a one-off line.
  public let item: ID<Item>?
  /// The printed name of a one-off line.
  public let name: String?
  /// The days that are given back, half-open; nil for a one-off line.
  public let days: Period?
  /// The day whose tax rates the line was billed at.
  public let taxDate: LocalDate
  /// How much, before exclusive taxes and with the sign of the line; nil: all that is left.
  public let amount: Money?

  /// Creates what is taken back of a line.
  public init(
    line: BilledLine, subscription: ID<Subscription>? = nil, slot: Int16 = 0,
    item: ID<Item>? = nil, name: String? = nil, days: Period? = nil, taxDate: LocalDate,
    amount: Money? = nil
  ) {
    self.line = line
    self.subscription = subscription
    self.slot = slot
    self.item = item
    self.name = name
    self.days = days
    self.taxDate = taxDate
    self.amount = amount
  }
}

/// Makes the credit note that takes back lines of an invoice, whole or in part, as they were
/// billed: after their discounts and at their taxes (RULES 0.3, 0.7, 1.7).
public struct CreditNoteBuilder {
  private let catalog: Catalog
  private let rounding: RoundingMode

  /// Creates the builder for a seller's documents.
  public init(catalog: Catalog, seller: Seller) {
    self.catalog = catalog
    rounding = seller.rounding
  }

  /// The credit note; `cashRounding` is what it gives back of the invoice's own (RULES 1.10).
  ///
  /// Its total is zero where nothing is left, and below zero where the lines that are left take
  /// something back themselves: neither can be posted. Throws `amountOverflow`, `taxesConflict`,
  /// `tooManyLines`.
  public func build(
    _ lines: [LineToCredit], of subscription: ID<Subscription>?, currency: Currency,
    cashRounding: Money
  ) throws(Issue) -> InvoiceDraft {
    let first = lines.compactMap { $0.days?.start ?? $0.taxDate }.min()
    var draft = InvoiceDraft(
      currency: currency, firstPeriodStart: first ?? LocalDate(daysSince1970: 0))
    draft.subscription = subscription
    var crediting = LineCrediting(rounding: rounding)
    for line in lines {
      let origin = LineCrediting.Origin(
        subscription: line.subscription, slot: line.slot,
        plan: line.line.price.flatMap(catalog.plan(ofPrice:)), item: line.item, name: line.name,
        days: line.days, taxDate: line.taxDate)
      try crediting.credit(line.amount, of: line.line, origin, to: &draft)
    }
    if draft.lines.count > BillingTerms.maxLinesPerInvoice {
      throw .tooManyLines(BillingTerms.maxLinesPerInvoice)
    }
    try crediting.tax(&draft, catalog: catalog)
    try draft.sumUp()
    draft.flip()
    if let first = lines.first {
      try draft.giveBack(cashRounding, of: first.line.invoice)
    }
    return draft
  }
}
