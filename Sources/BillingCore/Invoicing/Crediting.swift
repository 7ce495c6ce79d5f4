// SPDX-License-Identifier: Apache-2.0

/// Pays documents out of what the payer has open, in the order in which it is given (RULES 0.8,
/// 1.12, 3).
struct Crediting {
  /// What is left of each credit, in order of use.
  private var open: [Credit]
  private let invoiceDate: LocalDate

  init(_ credits: [Credit], invoiceDate: LocalDate) {
    self.open = credits
    self.invoiceDate = invoiceDate
  }

  /// Takes goodwill off a document before tax, as far as its total does not fall below zero: it
  /// would turn into a credit that pays (RULES 1.12).
  ///
  /// `total` is what a document with such discounts comes to.
  mutating func applyGoodwill(
    to draft: inout InvoiceDraft, by discounting: Discounting,
    total: (InvoiceDraft) throws(Issue) -> Money
  ) throws(Issue) {
    for index in open.indices where open[index].kind == .goodwill && isUsable(index, in: draft) {
      let used = try most(of: open[index], for: draft, by: discounting, total: total)
      if used.isZero { continue }
      try discounting.apply(goodwill: open[index].id, open: used, to: &draft)
      try use(used, of: index)
    }
  }

  /// How much of a goodwill leaves a document at zero or above.
  private func most(
    of credit: Credit, for draft: InvoiceDraft, by discounting: Discounting,
    total: (InvoiceDraft) throws(Issue) -> Money
  ) throws(Issue) -> Money {
    func take(_ minor: Int64) throws(Issue) -> (used: Money, fits: Bool) {
      var reduced = draft
      let used = try discounting.apply(
        goodwill: credit.id, open: Money(minor: minor, currency: draft.currency), to: &reduced)
      if used.isZero { return (used, true) }
      return (used, !(try total(reduced).isNegative))
    }
    let all = try take(credit.open.minor)
    if all.fits { return all.used }
    var (fits, tooMuch) = (Int64(0), all.used.minor)
    while tooMuch - fits > 1 {
      let middle = fits + (tooMuch - fits) / 2
      if try take(middle).fits { fits = middle } else { tooMuch = middle }
    }
    return Money(minor: fits, currency: draft.currency)
  }

  /// Pays an invoice's total, as far as credits go.
  mutating func pay(_ draft: inout InvoiceDraft) throws(Issue) {
    if open.isEmpty || draft.kind == .creditNote { return }
    var balance = draft.total
    for index in open.indices
    where open[index].kind != .goodwill && isUsable(index, in: draft) && !balance.isZero {
      let amount = open[index].open.minor < balance.minor ? open[index].open : balance
      draft.creditsApplied.append(
        CreditUse(credit: open[index].id, kind: open[index].kind, amount: amount))
      balance = try exact { () throws(MoneyError) in try balance.subtracting(amount) }
      try use(amount, of: index)
    }
  }

  private func isUsable(_ index: Int, in draft: InvoiceDraft) -> Bool {
    let credit = open[index]
    if credit.open.isZero || credit.open.currency != draft.currency { return false }
    return credit.expiresOn.map { invoiceDate <= $0 } ?? true
  }

  private mutating func use(_ amount: Money, of index: Int) throws(Issue) {
    let credit = open[index]
    let rest = try exact { () throws(MoneyError) in try credit.open.subtracting(amount) }
    open[index] = Credit(
      id: credit.id, kind: credit.kind, open: rest, expiresOn: credit.expiresOn)
  }
}
