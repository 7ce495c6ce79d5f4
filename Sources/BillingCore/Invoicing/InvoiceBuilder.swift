// SPDX-License-Identifier: Apache-2.0

/// THE pipeline: from a snapshot of an account to its documents, or to the issue that holds it.
///
/// Pure and synchronous: no clock, no randomness, no I/O. This is the only file that knows the
/// order of the steps:
///
/// 1. find what is due and not covered (`ChargeableItems`), and gather it into documents
///    (`DocumentPlan`)
/// 2. price each item for its share of its period (`LinePricing`), and take back what a change has
///    made unwanted (`LineCrediting`); pending items ride on the first document
/// 3. take discounts off, coupon by coupon, then goodwill (`Discounting`)
/// 4. choose each line's taxes and tax each group once (`TaxTreatment`, `TaxSelection`, `Taxation`)
/// 5. sum up; what comes to less than nothing becomes a credit note
/// 6. pay with open credit (`Crediting`), and round what is left for cash (`CashRounding`), or give
///    back the rounding of what a credit note leaves nothing of (`RoundingCrediting`)
/// 7. set due date and early payment discount by the terms (`PaymentTerms`)
///
/// The same snapshot gives the same documents, whatever lane or batch it is in (DESIGN 13.4).
public struct InvoiceBuilder {
  let catalog: Catalog
  let seller: Seller
  let terms: BillingTerms
  let discounting: Discounting
  private let selection: TaxSelection
  private let taxation: Taxation
  private var pricing: LinePricing
  private(set) var due = ChargeableItems()
  private var lineCrediting: LineCrediting
  private var roundingCrediting = RoundingCrediting()
  /// Of the account that is being billed.
  private var treatment = TaxTreatment.rated
  /// Terms as written and as understood: customers share a few.
  private var knownTerms: [String: PaymentTerms] = [:]

  /// Creates the pipeline for one run of one seller.
  public init(catalog: Catalog, seller: Seller, terms: BillingTerms) {
    self.catalog = catalog
    self.seller = seller
    self.terms = terms
    pricing = LinePricing(catalog: catalog, seller: seller, invoiceDate: terms.invoiceDate)
    discounting = Discounting(catalog: catalog, rounding: seller.rounding)
    selection = TaxSelection(catalog: catalog)
    taxation = Taxation(catalog: catalog, seller: seller)
    lineCrediting = LineCrediting(rounding: seller.rounding)
  }

  /// Bills an account: hands out each document in posting order and returns the rest of the
  /// outcome.
  ///
  /// The documents of one account stand or fall together: when this throws, those already handed
  /// out must be dropped. Throws the issue that holds the account.
  public mutating func build(
    _ account: AccountSnapshot, emit: (InvoiceDraft) -> Void
  ) throws(Issue) -> AccountResult {
    if let reason = account.operatorHold { throw .operatorHold(reason) }
    try due.find(
      in: account, catalog: catalog, asOf: terms.asOf, catchUp: terms.catchUp,
      earlierRun: terms.earlierRun)
    try due.requireCreditable(to: account.payer.id)
    let isIdle = due.items.isEmpty && due.credits.isEmpty && account.pendingItems.isEmpty
    treatment = isIdle ? .rated : try TaxTreatment(of: account.payer, by: seller)
    var result = AccountResult()
    result.reasoned = due.reasoned
    result.released = due.released
    result.applied = due.applied
    lineCrediting = LineCrediting(rounding: seller.rounding)
    roundingCrediting = RoundingCrediting(account.roundings)
    pricing.begin()
    var crediting = Crediting(account.credits, invoiceDate: terms.invoiceDate)
    var cycles = CouponCycleCount(account.subscriptions)
    cycles.giveBack(due, account.subscriptions)
    let plan = DocumentPlan(
      account, due: due, catalog: catalog, asOf: terms.asOf, creditLines: creditLines,
      merges: terms.catchUp.policy == .merged)
    var waiting = terms.catchUp.sweepsItems ? waitingCurrencies(of: account) : []
    for document in plan.documents {
      var draft = begin(document, of: account)
      var ends: [Int] = []
      for group in document.groups {
        try addLines(of: group, of: account, to: &draft)
        if document.groups.count > 1 { ends.append(draft.lines.count) }
      }
      // Late usage may come to what was billed before.
      if draft.lines.isEmpty { continue }
      if !document.isSeparate { try sweep(account, &waiting, into: &draft) }
      for (place, group) in document.groups.enumerated() {
        let lines =
          ends.isEmpty ? draft.lines.indices : (place == 0 ? 0 : ends[place - 1])..<ends[place]
        try discount(group, of: account, lines, counting: &cycles, to: &draft)
        try returnGoodwill(to: group, of: account, lines, of: &draft)
      }
      try finish(&draft, account: account, crediting: &crediting)
      try hand(out: draft, to: emit, &result)
    }
    for item in account.pendingItems where waiting.contains(item.currency) && isOverdue(item) {
      var draft = InvoiceDraft(currency: item.currency, firstPeriodStart: terms.invoiceDate)
      try sweep(account, &waiting, into: &draft)
      try finish(&draft, account: account, crediting: &crediting)
      try hand(out: draft, to: emit, &result)
    }
    result.couponCycles = cycles.counted(account.subscriptions)
    result.cursors = account.subscriptions.indices.map { cursor(of: $0, account) }
    if result.documents == 0 { result.nothingDue = reasonForNothing(account, result) }
    return result
  }

  /// Makes an invoice that somebody has written by hand: steps 2 to 7 for its lines.
  ///
  /// `credits` are those that it may use now: a draft uses goodwill alone, posting applies the rest
  /// (RULES 0.8). Throws the issue that stands in the way, `totalNegative` among them.
  public mutating func build(
    _ manual: ManualInvoice, for payer: Customer, credits: [Credit]
  ) throws(Issue) -> InvoiceDraft {
    let account = AccountSnapshot(
      payer: payer, subscriptions: [], pendingItems: try manual.taxedItems(catalog))
    treatment = manual.isTaxedAlready ? .given : try TaxTreatment(of: payer, by: seller)
    lineCrediting = LineCrediting(rounding: seller.rounding)
    var crediting = Crediting(credits, invoiceDate: terms.invoiceDate)
    var draft = InvoiceDraft(currency: manual.currency, firstPeriodStart: terms.invoiceDate)
    draft.lines.reserveCapacity(account.pendingItems.count)
    for index in account.pendingItems.indices {
      draft.lines.append(try pricing.line(forItem: index, of: account, kind: .manual))
      try discounting.apply(ownOf: account.pendingItems[index], to: &draft)
    }
    try discounting.apply(manual.discounts, on: terms.invoiceDate, to: &draft)
    try manual.addTaxAmount(to: &draft, rounding: seller.rounding)
    try finish(&draft, account: account, crediting: &crediting)
    if draft.kind == .creditNote { throw .totalNegative(draft.total.negated()) }
    if let dueDate = manual.dueDate { draft.dueDate = dueDate }
    return draft
  }

  /// Makes the invoice of a fee for paying late: one line outside the scope of tax, due by the
  /// payer's terms, without a discount for paying it early.
  ///
  /// Throws the issue that stands in the way, `paymentTermsUnknown` among them.
  public mutating func build(
    _ fee: LateFee, for payer: Customer
  ) throws(Issue) -> InvoiceDraft {
    let account = AccountSnapshot(
      payer: payer, subscriptions: [], pendingItems: [fee.item(on: terms.invoiceDate)])
    treatment = .lateFee
    lineCrediting = LineCrediting(rounding: seller.rounding)
    var crediting = Crediting([], invoiceDate: terms.invoiceDate)
    var draft = InvoiceDraft(currency: fee.amount.currency, firstPeriodStart: terms.invoiceDate)
    draft.lines.append(try pricing.line(forItem: 0, of: account, kind: .lateFee))
    try finish(&draft, account: account, crediting: &crediting)
    draft.earlyDiscount = nil
    return draft
  }

  /// Where the credits of the account that is being billed go: onto documents of their own also
  /// where they are outside the scope of tax and its new lines are not, or the other way round
  /// (RULES 1.3).
  private var creditLines: Seller.CreditLines {
    let isOutside = treatment == .outsideScope
    let isMixed = due.credits.contains { credit in
      due.released[credit.released].lines.contains { line in
        line.taxes.contains { ($0.category == .outsideScope) != isOutside }
      }
    }
    return isMixed ? .separate : seller.creditLines
  }

  // MARK: - Lines

  /// A document without lines.
  private func begin(
    _ document: DocumentPlan.Document, of account: AccountSnapshot
  ) -> InvoiceDraft {
    var draft = InvoiceDraft(
      currency: document.currency, firstPeriodStart: document.firstPeriodStart)
    if document.isOfOneSubscription {
      draft.subscription = account.subscriptions[document.groups[0].subscription].id
    }
    draft.isMissed = terms.catchUp.isMissed(byAge: document.isMissed)
    draft.isEarlier = document.isEarlier
    draft.lines.reserveCapacity(document.groups.reduce(0) { $0 + $1.items.count })
    return draft
  }

  /// What a subscription owes on a day, and what it gets back.
  private mutating func addLines(
    of group: DocumentPlan.Group, of account: AccountSnapshot, to draft: inout InvoiceDraft
  ) throws(Issue) {
    for index in group.items {
      let item = due.items[index]
      let first = draft.lines.count
      let charge = due.charge(of: item, account.subscriptions[item.subscription])
      if item.isLate {
        try addLate(item, charge, of: account, to: &draft)
        continue
      }
      try pricing.append(item, charge, of: account, to: &draft)
      guard let replaced = item.replaced, !due.released[replaced].lines.isEmpty else { continue }
      let lines = first..<draft.lines.count
      for line in lines { draft.lines[line].isRebilled = true }
      try discounting.repeatDiscounts(
        of: due.released[replaced], for: item, account.subscriptions[item.subscription],
        on: lines, of: &draft)
      due.keepCycle(of: index, on: lines, of: &draft)
    }
    for credit in due.credits[group.credits] {
      let released = due.released[credit.released]
      try lineCrediting.credit(
        released, source: credit.subscription, plan: catalog.plan(ofPrice:),
        taxDate: pricing.taxDate(of: released.days), to: &draft)
    }
  }

  /// What the usage of covered days comes to now, less what is billed for it (RULES 5, late usage).
  private mutating func addLate(
    _ item: DueItem, _ charge: Subscription.Charge, of account: AccountSnapshot,
    to draft: inout InvoiceDraft
  ) throws(Issue) {
    let first = draft.lines.count
    let billed = try BilledUsage(
      of: item, slot: charge.slot, account, released: due.released, currency: draft.currency,
      rounding: seller.rounding)
    try pricing.append(item, charge, of: account, billed: billed, to: &draft)
    if first == draft.lines.count { return }
    let subscription = account.subscriptions[item.subscription]
    let amount = draft.lines[first].amount
    if let other = billed.otherPayer, amount.isNegative, -amount.minor > billed.ownAmount.minor {
      throw .creditOfAnother(other, subscription.id)
    }
    try discounting.settle(billed, for: item, subscription, on: first, of: &draft)
  }

  /// Puts the waiting items of a document's currency on it, once.
  private func sweep(
    _ account: AccountSnapshot, _ waiting: inout Set<Currency>, into draft: inout InvoiceDraft
  ) throws(Issue) {
    let currency = draft.currency
    if waiting.isEmpty || waiting.remove(currency) == nil { return }
    for index in account.pendingItems.indices
    where account.pendingItems[index].currency == currency {
      draft.lines.append(try pricing.line(forItem: index, of: account))
      try discounting.apply(ownOf: account.pendingItems[index], to: &draft)
    }
  }

  private func isOverdue(_ item: PendingItem, on day: LocalDate? = nil) -> Bool {
    item.addedOn.adding(days: BillingTerms.pendingItemMaxDays) <= day ?? terms.asOf
  }

  /// Of which items wait; an earlier run has billed those that were overdue then.
  private func waitingCurrencies(of account: AccountSnapshot) -> Set<Currency> {
    let all = Set(account.pendingItems.map { $0.currency })
    guard let run = terms.earlierRun else { return all }
    return all.subtracting(
      account.pendingItems.filter { isOverdue($0, on: run) }.map { $0.currency })
  }

  // MARK: - From lines to totals

  /// Gives days that an earlier run has credited the goodwill that they had (RULES 5, backdated).
  private func returnGoodwill(
    to group: DocumentPlan.Group, of account: AccountSnapshot, _ lines: Range<Int>,
    of draft: inout InvoiceDraft
  ) throws(Issue) {
    let subscription = account.subscriptions[group.subscription]
    if subscription.returnedGoodwill.isEmpty { return }
    for item in due.items[group.items] where !due.rebills(item) && !item.isLate {
      let slot = due.charge(of: item, subscription).slot
      let own = lines.filter {
        draft.lines[$0].subscription == subscription.id && draft.lines[$0].slot == slot
          && draft.lines[$0].period == item.span && draft.lines[$0].kind != .credit
      }
      try discounting.returnGoodwill(of: subscription, slot, for: item.span, to: own, of: &draft)
    }
  }

  /// Goodwill, taxes, totals, credit and terms of a document whose lines and coupons stand.
  private mutating func finish(
    _ draft: inout InvoiceDraft, account: AccountSnapshot, crediting: inout Crediting
  ) throws(Issue) {
    if draft.lines.count > BillingTerms.maxLinesPerInvoice {
      throw .tooManyLines(BillingTerms.maxLinesPerInvoice)
    }
    try selection.select(for: &draft, of: account, treatment)
    try crediting.applyGoodwill(to: &draft, by: discounting) { discounted throws(Issue) -> Money in
      var discounted = discounted
      try total(&discounted)
      return discounted.total
    }
    try total(&draft)
    if draft.total.isNegative { draft.flip() }
    try crediting.pay(&draft)
    try roundingCrediting.give(to: &draft)
    if draft.kind == .creditNote { return }
    try round(&draft, payer: account.payer)
    try applyTerms(of: account.payer, to: &draft)
  }

  /// Taxes and totals of a document whose discounts stand.
  private func total(_ draft: inout InvoiceDraft) throws(Issue) {
    try taxation.tax(&draft)
    try lineCrediting.tax(&draft, catalog: catalog)
    try draft.sumUp()
  }

  private func round(_ draft: inout InvoiceDraft, payer: Customer) throws(Issue) {
    guard let cash = seller.cashRounding else { return }
    draft.rounding = try exact { [draft] () throws(MoneyError) in
      let rest = try draft.total.subtracting(draft.credited)
      let rounding = try cash.rounding(of: rest, payer: payer, seller: seller)
      _ = try draft.total.adding(rounding)
      return rounding
    }
  }

  // MARK: - Terms

  private mutating func applyTerms(of payer: Customer, to draft: inout InvoiceDraft) throws(Issue) {
    guard let text = payer.paymentTerms else { return }
    let known = knownTerms[text]
    guard let paymentTerms = known ?? PaymentTerms(text) else { throw .paymentTermsUnknown(text) }
    if known == nil { knownTerms[text] = paymentTerms }
    draft.dueDate = paymentTerms.dueDate(from: terms.invoiceDate)
    let total = draft.total
    draft.earlyDiscount = try exact { () throws(MoneyError) in
      try paymentTerms.earlyDiscount(
        of: total, from: terms.invoiceDate, rounding: seller.rounding)
    }
  }
}
