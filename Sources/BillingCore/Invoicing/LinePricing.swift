// SPDX-License-Identifier: Apache-2.0

/// Makes the lines of a document, each priced for its share of its period (RULES 1.2).
struct LinePricing {
  private let catalog: Catalog
  private let seller: Seller
  private let invoiceDate: LocalDate
  /// The lines of one charge, used again for the next.
  private var priced: [PricedLine] = []
  /// The parts of periods that this account has been billed.
  private var parts: PeriodParts

  init(catalog: Catalog, seller: Seller, invoiceDate: LocalDate) {
    self.catalog = catalog
    self.seller = seller
    self.invoiceDate = invoiceDate
    parts = PeriodParts(rounding: seller.rounding)
  }

  /// Begins another account.
  mutating func begin() { parts.removeAll() }

  /// Appends the lines of a due item, which bills a charge; of them the first covers its days.
  ///
  /// Where the days are `billed`, that is taken off, and the difference covers none.
  /// Throws `currencyMismatch`, `priceMissing`, `customAmountMissing`, `amountOverflow`,
  /// `tooManyLines`.
  mutating func append(
    _ item: DueItem, _ charge: Subscription.Charge, of account: AccountSnapshot,
    billed: BilledUsage? = nil, to draft: inout InvoiceDraft
  ) throws(Issue) {
    if billed?.isFree == true { return }
    let subscription = account.subscriptions[item.subscription].id
    let usage =
      catalog.plans[charge.plan].quantityType == .usage
      ? account.subscriptions[item.subscription].usage(slot: charge.slot, over: item.span) : nil
    let planCurrency = catalog.plans[charge.plan].currency
    if planCurrency != draft.currency {
      let what = "plan \(catalog.plans[charge.plan].code) is in \(planCurrency)"
      throw .currencyMismatch(what: what, subscription)
    }
    let price = try price(
      of: charge, on: item.pricedOn, account.subscriptions[item.subscription])
    let isWhole = item.span == item.period
    let share = isWhole ? Ratio.one : Ratio(Int64(item.span.days), Int64(item.period.days)) ?? .one
    priced.removeAll(keepingCapacity: true)
    try price.lines(
      of: ChargedQuantity(
        usage?.quantity ?? charge.quantity, customPrice: charge.amount, share: share,
        isMeasured: usage != nil, currency: planCurrency, rounding: seller.rounding),
      subscription: subscription, plan: catalog.plans[charge.plan].code, into: &priced)
    if !isWhole, usage == nil {
      try complete(item, charge, price, of: account.subscriptions[item.subscription])
    } else if let billed {
      try bill(
        PriceBasis.LateUsage(
          quantity: usage?.quantity ?? charge.quantity, customPrice: charge.amount,
          billed: billed.amount))
    }
    for index in priced.indices {
      let figures = priced[index].figures
      draft.lines.append(
        LineDraft(
          kind: priced[index].isMinimum ? .minimum : usage == nil ? .period : .usage,
          subscription: subscription, slot: charge.slot, source: item.subscription,
          plan: charge.plan, price: price.id,
          pendingItem: nil, item: nil, name: nil, description: charge.description,
          quantity: figures.quantity, unitCost: figures.unitCost, amount: figures.amount,
          discount: .zero(planCurrency), net: figures.amount, period: item.span,
          coversPeriod: index == 0 && !item.isLate, share: share,
          wholePeriod: isWhole ? nil : item.period, partsBefore: priced[index].partsBefore,
          basis: priced[index].basis, taxDate: taxDate(of: item.span),
          isDiscountable: catalog.plans[charge.plan].discountable,
          isTaxable: catalog.plans[charge.plan].taxable))
      draft.lines[draft.lines.count - 1].isLateUsage = item.isLate
    }
    if draft.lines.count > BillingTerms.maxLinesPerInvoice {
      throw .tooManyLines(BillingTerms.maxLinesPerInvoice)
    }
  }

  /// The price version of a charge's plan that counts; throws `priceMissing`.
  private func price(
    of charge: Subscription.Charge, on day: LocalDate, _ subscription: Subscription
  ) throws(Issue) -> Price {
    let known = subscription.billedPrice(of: charge, on: day, catalog)
    if let price = known ?? catalog.plans[charge.plan].price(on: day) { return price }
    throw .priceMissing(plan: catalog.plans[charge.plan].code, day: day)
  }

  /// Bills what the other parts of a period leave of it, line by line, where the item completes it
  /// and that is not what its days come to (RULES 0.4).
  private mutating func complete(
    _ item: DueItem, _ charge: Subscription.Charge, _ price: Price, of subscription: Subscription
  ) throws(Issue) {
    let others = try exact { () throws(MoneyError) in
      try parts.others(than: item, charge, price, of: subscription)
    }
    if let others, others.count == priced.count {
      try put(rest(after: others, of: charge, price, of: subscription))
    }
    parts.add(item, charge, price, priced.map(\.figures.amount))
  }

  /// The lines of the whole period, each less its other parts; nil where it has other lines.
  private func rest(
    after others: [Money], of charge: Subscription.Charge, _ price: Price,
    of subscription: Subscription
  ) throws(Issue) -> [PricedLine]? {
    let plan = catalog.plans[charge.plan]
    var whole: [PricedLine] = []
    try price.lines(
      of: ChargedQuantity(
        charge.quantity, customPrice: charge.amount, share: .one, isMeasured: false,
        currency: plan.currency, rounding: seller.rounding),
      subscription: subscription.id, plan: plan.code, into: &whole)
    guard whole.count == others.count else { return nil }
    for index in whole.indices {
      let left = try exact { [whole] () throws(MoneyError) in
        try whole[index].figures.amount.subtracting(others[index])
      }
      whole[index] = whole[index].rest(left, after: others[index], of: charge, price.model)
    }
    return whole
  }

  /// Takes other lines where any comes to something else.
  private mutating func put(_ lines: [PricedLine]?) {
    guard let lines, lines.map(\.figures.amount) != priced.map(\.figures.amount) else { return }
    priced = lines
  }

  /// Puts the difference to what was billed in place of the lines, or nothing where there is none
  /// (RULES 5, late usage).
  private mutating func bill(_ late: PriceBasis.LateUsage) throws(Issue) {
    let difference = try exact { () throws(MoneyError) in
      var sum = late.billed.negated()
      for line in priced { sum = try sum.adding(line.figures.amount) }
      return sum
    }
    priced.removeAll(keepingCapacity: true)
    if difference.isZero { return }
    let one = difference.isNegative ? ExactDecimal.one.negated() : .one
    priced.append(
      PricedLine(
        figures: LineFigures(
          quantity: one,
          unitCost: ExactDecimal(difference.isNegative ? difference.negated() : difference),
          amount: difference, showsFactors: false), basis: .late(late)))
  }

  /// The line of a pending item, by its index, or of one that stands for a line written by hand.
  ///
  /// Throws `amountOverflow`.
  func line(
    forItem index: Int, of account: AccountSnapshot, kind: LineDraft.Kind = .pending
  ) throws(Issue) -> LineDraft {
    let item = account.pendingItems[index]
    let priced = try unitPrice(
      item.unitCost, quantity: item.quantity, share: .one, currency: item.currency,
      rounding: seller.rounding)
    var line = LineDraft(
      kind: kind, subscription: nil, slot: 0, source: index, plan: nil, price: nil,
      pendingItem: kind == .pending ? item.id : nil, item: item.item, name: item.name,
      description: item.description,
      quantity: priced.quantity, unitCost: priced.unitCost, amount: priced.amount,
      discount: .zero(item.currency), net: priced.amount, period: nil, coversPeriod: false,
      share: .one, wholePeriod: nil, basis: nil, taxDate: invoiceDate,
      isDiscountable: item.discountable,
      isTaxable: item.taxable)
    if !item.taxAmount.isZero {
      let tax = try exact { () throws(MoneyError) in
        try item.taxAmount.times(.one, per: .one, in: item.currency, rounding: seller.rounding)
      }
      line.anonymousTax = priced.amount.isNegative ? tax.negated() : tax
    }
    return line
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

extension Subscription {
  /// The price version by which a charge's plan is billed on a day, if it is: the rest of that
  /// period keeps it, also where another was published for the day since (RULES 5, price version).
  fileprivate func billedPrice(of charge: Charge, on day: LocalDate, _ catalog: Catalog) -> Price? {
    if billed.isEmpty { return nil }
    let span = billed.first { $0.slot == charge.slot && $0.days.contains(day) }
    return span?.lines.first?.price.flatMap { id in
      catalog.plans[charge.plan].prices.first { $0.id == id }
    }
  }
}
