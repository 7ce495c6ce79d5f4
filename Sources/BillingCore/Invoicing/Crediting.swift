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

  /// Takes goodwill off a document before tax.
  mutating func applyGoodwill(
    to draft: inout InvoiceDraft, by discounting: Discounting
  ) throws(Issue) {
    for index in open.indices where open[index].kind == .goodwill && isUsable(index, in: draft) {
      let used = try discounting.apply(
        goodwill: open[index].id, open: open[index].open, to: &draft)
      try use(used, of: index)
    }
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
