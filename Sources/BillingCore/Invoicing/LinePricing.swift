// SPDX-License-Identifier: Apache-2.0

/// Makes the lines of a document, each priced for its share of its period (RULES 1.2).
struct LinePricing {
  let catalog: Catalog
  let seller: Seller
  let invoiceDate: LocalDate

  /// The line of a due item, which bills a charge.
  ///
  /// Throws `currencyMismatch`, `priceMissing`, `customAmountMissing`, `unsupported` or
  /// `amountOverflow`.
  func line(
    for item: DueItem, _ charge: Subscription.Charge, of account: AccountSnapshot,
    currency: Currency
  ) throws(Issue) -> LineDraft {
    let subscription = account.subscriptions[item.subscription].id
    let planCurrency = catalog.plans[charge.plan].currency
    if planCurrency != currency {
      let what = "plan \(catalog.plans[charge.plan].code) is in \(planCurrency)"
      throw .currencyMismatch(what: what, subscription)
    }
    guard let price = catalog.plans[charge.plan].price(on: item.pricedOn) else {
      throw .priceMissing(plan: catalog.plans[charge.plan].code, day: item.pricedOn)
    }
    let isWhole = item.span == item.period
    let share = isWhole ? Ratio.one : Ratio(Int64(item.span.days), Int64(item.period.days)) ?? .one
    let priced = try price.charge(
      charge, of: subscription, plan: catalog.plans[charge.plan].code, share: share,
      currency: currency, rounding: seller.rounding)
    return LineDraft(
      kind: .period, subscription: subscription, slot: charge.slot, source: item.subscription,
      plan: charge.plan, price: price.id, pendingItem: nil, item: nil, name: nil,
      description: charge.description, quantity: priced.quantity, unitCost: priced.unitCost,
      amount: priced.amount, discount: .zero(currency), net: priced.amount, period: item.span,
      share: share, wholePeriod: isWhole ? nil : item.period, taxDate: taxDate(of: item.span),
      isDiscountable: catalog.plans[charge.plan].discountable,
      isTaxable: catalog.plans[charge.plan].taxable)
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
      discount: .zero(item.currency), net: priced.amount, period: nil, share: .one,
      wholePeriod: nil, taxDate: invoiceDate, isDiscountable: item.discountable,
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
