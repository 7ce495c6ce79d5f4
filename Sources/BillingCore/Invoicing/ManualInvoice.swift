// SPDX-License-Identifier: Apache-2.0

/// An invoice that somebody writes by hand: what it charges, before discounts and taxes are worked
/// out by the pipeline.
public struct ManualInvoice: Sendable {
  /// The currency of all that it charges.
  public let currency: Currency
  /// Its lines in order; they charge what a pending item does.
  public let items: [PendingItem]
  /// What is taken off all lines that bear discounts, after the lines' own, in order.
  public let discounts: [PendingItem.Discount]
  /// Rates for all taxable lines beside their own, as indices of `Catalog.taxRates`.
  public let taxes: [Int]
  /// Tax on all taxable lines together of no rate, in major units; zero for none.
  public let taxAmount: ExactDecimal
  /// The last day to pay where it was given; nil: by the terms.
  public let dueDate: LocalDate?
  /// Whether it is an open item of a former system: the amounts of tax that it names count, however
  /// the payer is taxed now.
  public var isOpenItem = false

  /// Creates one.
  public init(
    currency: Currency, items: [PendingItem], discounts: [PendingItem.Discount] = [],
    taxes: [Int] = [], taxAmount: ExactDecimal = .zero, dueDate: LocalDate? = nil
  ) {
    self.currency = currency
    self.items = items
    self.discounts = discounts
    self.taxes = taxes
    self.taxAmount = taxAmount
    self.dueDate = dueDate
  }

  /// The lines, each with its own rates and then the invoice's: both apply (RULES 1.3).
  ///
  /// Throws `taxesConflict` for a rate that a line and the invoice name.
  func taxedItems(_ catalog: Catalog) throws(Issue) -> [PendingItem] {
    var taxed: [PendingItem] = []
    for (index, item) in items.enumerated() {
      guard item.taxable else {
        taxed.append(item)
        continue
      }
      if let twice = item.taxes.first(where: { $0 != TaxRate.unknown && taxes.contains($0) }) {
        throw .taxesConflict(
          "tax rate \(catalog.taxRates[twice].code) is on the invoice and on line \(index + 1)")
      }
      taxed.append(item.bearing(taxes))
    }
    return taxed
  }

  /// Whether its taxes stand there to the cent: an open item with amounts, or without any tax.
  var isTaxedAlready: Bool {
    isOpenItem
      && (!taxAmount.isZero || items.contains { !$0.taxAmount.isZero }
        || !items.contains { $0.taxable })
  }

  /// Puts the tax of no rate on the taxable lines: they are its base together, and the first one
  /// carries the amount.
  ///
  /// Throws `taxesConflict` where no line is taxable, `amountOverflow`.
  func addTaxAmount(to draft: inout InvoiceDraft, rounding: RoundingMode) throws(Issue) {
    if taxAmount.isZero { return }
    let lines = draft.lines.indices.filter { draft.lines[$0].isTaxable }
    guard let first = lines.first else {
      throw .taxesConflict("an amount of tax, but no line is taxable")
    }
    for line in lines where draft.lines[line].anonymousTax == nil {
      draft.lines[line].anonymousTax = .zero(currency)
    }
    let own = draft.lines[first].anonymousTax ?? .zero(currency)
    draft.lines[first].anonymousTax = try exact { () throws(MoneyError) in
      try own.adding(taxAmount.times(.one, per: .one, in: currency, rounding: rounding))
    }
  }
}
