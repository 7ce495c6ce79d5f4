// SPDX-License-Identifier: Apache-2.0

/// Makes the lines of a document, each priced for its share of its period (RULES 1.2).
struct LinePricing {
  private let catalog: Catalog
  private let seller: Seller
  private let invoiceDate: LocalDate
  /// The lines of one charge, used again for the next.
  private var priced: [PricedLine] = []

  init(catalog: Catalog, seller: Seller, invoiceDate: LocalDate) {
    self.catalog = catalog
    self.seller = seller
    self.invoiceDate = invoiceDate
  }

  /// Appends the lines of a due item, which bills a charge; of them the first covers its days.
  ///
  /// Throws `currencyMismatch`, `priceMissing`, `customAmountMissing`, `amountOverflow`,
  /// `tooManyLines`.
  mutating func append(
    _ item: DueItem, _ charge: Subscription.Charge, of account: AccountSnapshot,
    to draft: inout InvoiceDraft
  ) throws(Issue) {
    let subscription = account.subscriptions[item.subscription].id
    let planCurrency = catalog.plans[charge.plan].currency
    if planCurrency != draft.currency {
      let what = "plan \(catalog.plans[charge.plan].code) is in \(planCurrency)"
      throw .currencyMismatch(what: what, subscription)
    }
    guard let price = catalog.plans[charge.plan].price(on: item.pricedOn) else {
      throw .priceMissing(plan: catalog.plans[charge.plan].code, day: item.pricedOn)
    }
    let isWhole = item.span == item.period
    let share = isWhole ? Ratio.one : Ratio(Int64(item.span.days), Int64(item.period.days)) ?? .one
    priced.removeAll(keepingCapacity: true)
    try price.lines(
      of: ChargedQuantity(
        charge.quantity, customPrice: charge.amount, share: share, isMeasured: false,
        currency: planCurrency, rounding: seller.rounding),
      subscription: subscription, plan: catalog.plans[charge.plan].code, into: &priced)
    for index in priced.indices {
      let figures = priced[index].figures
      draft.lines.append(
        LineDraft(
          kind: priced[index].isMinimum ? .minimum : .period, subscription: subscription,
          slot: charge.slot, source: item.subscription, plan: charge.plan, price: price.id,
          pendingItem: nil, item: nil, name: nil, description: charge.description,
          quantity: figures.quantity, unitCost: figures.unitCost, amount: figures.amount,
          discount: .zero(planCurrency), net: figures.amount, period: item.span,
          coversPeriod: index == 0, share: share, wholePeriod: isWhole ? nil : item.period,
          basis: priced[index].basis, taxDate: taxDate(of: item.span),
          isDiscountable: catalog.plans[charge.plan].discountable,
          isTaxable: catalog.plans[charge.plan].taxable))
    }
    if draft.lines.count > BillingTerms.maxLinesPerInvoice {
      throw .tooManyLines(BillingTerms.maxLinesPerInvoice)
    }
  }

  /// The line of a pending item, by its index.
  ///
  /// Throws `unsupportedItem` or `amountOverflow`.
  func line(forItem index: Int, of account: AccountSnapshot) throws(Issue) -> LineDraft {
    let item = account.pendingItems[index]
    if item.hasDiscounts { throw .unsupportedItem(item.id) }
    let priced = try unitPrice(
      item.unitCost, quantity: item.quantity, share: .one, currency: item.currency,
      rounding: seller.rounding)
    return LineDraft(
      kind: .pending, subscription: nil, slot: 0, source: index, plan: nil, price: nil,
      pendingItem: item.id, item: item.item, name: item.name, description: item.description,
      quantity: priced.quantity, unitCost: priced.unitCost, amount: priced.amount,
      discount: .zero(item.currency), net: priced.amount, period: nil, coversPeriod: false,
      share: .one, wholePeriod: nil, basis: nil, taxDate: invoiceDate,
      isDiscountable: item.discountable,
      isTaxable: item.taxable)
  }

  /// The day whose rates count (RULES 1.5).
  func taxDate(of span: Period) -> LocalDate {
    switch seller.taxPoint {
    case .invoiceDate: invoiceDate
    case .periodStart: span.start
    case .periodEnd: span.lastDay
    }
  }
}
