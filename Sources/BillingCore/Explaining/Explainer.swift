// SPDX-License-Identifier: Apache-2.0

/// Makes each figure of a stored document again, from what is stored with it, and says how.
///
/// Works in the signs of the charges, as billing does; what is shown has the document's own.
public struct Explainer {
  /// In the signs of the charges.
  let document: IssuedDocument

  /// Takes a document as it is stored.
  public init(_ document: IssuedDocument) {
    self.document = document.isCreditNote ? document.flipped() : document
  }

  /// Makes every step again.
  ///
  /// Throws `amountOverflow` where stored figures come to more than any amount.
  public func explain() throws(Issue) -> Explanation {
    let taxes = try taxation()
    var parts: [Explanation.Part] = []
    for (index, line) in document.lines.enumerated() {
      parts.append(
        Explanation.Part(
          kind: .line, number: index + 1, facts: facts(of: line),
          steps: try priceSteps(of: line) + taxes.nets[index]))
    }
    parts += try discountParts()
    for (index, tax) in document.taxes.enumerated() {
      parts.append(
        Explanation.Part(
          kind: .tax, number: index + 1, facts: facts(of: tax, number: index + 1),
          steps: taxes.groups[index]))
    }
    parts.append(
      Explanation.Part(
        kind: .totals, number: nil, facts: totalFacts, steps: try totalSteps()))
    return Explanation(parts: parts)
  }
}

extension Explainer {
  // MARK: - Figures as the document shows them

  func money(_ minor: Int64) -> Money { Money(minor: minor, currency: document.currency) }

  /// An amount with the document's sign.
  func shown(_ money: Money) -> Money { document.isCreditNote ? money.negated() : money }

  /// A quantity with the document's sign.
  func shown(_ number: ExactDecimal) -> ExactDecimal {
    document.isCreditNote ? number.negated() : number
  }

  func text(_ money: Money) -> String { shown(money).majorText }

  func text(_ minor: Int64) -> String { text(money(minor)) }

  /// Amounts as a sum: `3.33 + 3.34 − 1.00`; of many only how many.
  func sum(_ amounts: [Money], of noun: String = "amounts") -> String {
    guard let first = amounts.first else { return "0" }
    if amounts.count > 8 { return "Σ of \(amounts.count) \(noun)" }
    return amounts.dropFirst().reduce(text(first)) { sum, amount in
      let amount = shown(amount)
      return sum
        + (amount.isNegative ? " − \(amount.negated().majorText)" : " + \(amount.majorText)")
    }
  }

  /// Amounts that are taken off another: ` − 4.90 − 2.70`; nothing for zeros.
  func less(_ amounts: Money...) -> String {
    amounts.filter { !$0.isZero }.map { amount in
      let amount = shown(amount)
      return amount.isNegative ? " + \(amount.negated().majorText)" : " − \(amount.majorText)"
    }.joined()
  }

  func total(_ amounts: some Sequence<Money>) throws(Issue) -> Money {
    var sum = Money.zero(document.currency)
    for amount in amounts { sum = try exact { () throws(MoneyError) in try sum.adding(amount) } }
    return sum
  }

  // MARK: - Steps

  /// A computation before it is known whether the document shows what it comes to.
  struct Piece {
    let label: String
    let rule: BillingRule
    let formula: String
    /// Before rounding; nil for sums.
    var exact: ExactValue?
    /// How it was rounded where not by the seller's rule.
    var note: String?
    let result: Money
  }

  /// A step whose amounts change their signs with the document's.
  func step(_ piece: Piece, stored: Int64? = nil) -> Explanation.Step {
    let isRounded = piece.exact.map { $0.decimal != ExactDecimal(piece.result) } ?? false
    let exact = document.isCreditNote ? piece.exact?.negated() : piece.exact
    return Explanation.Step(
      label: piece.label, rule: piece.rule, formula: piece.formula,
      exact: isRounded ? exact?.text : nil,
      rounding: isRounded ? piece.note ?? document.rounding.words : piece.note,
      result: .money(shown(piece.result)), stored: stored.map { .money(shown(money($0))) })
  }

  /// A step that comes to a quantity or a unit cost, which is shown as it is.
  func step(
    _ label: String, _ rule: BillingRule, _ formula: String, exact: ExactValue? = nil,
    _ result: ExactDecimal, stored: ExactDecimal? = nil
  ) -> Explanation.Step {
    let isRounded = exact.map { $0.decimal != result } ?? false
    return Explanation.Step(
      label: label, rule: rule, formula: formula, exact: isRounded ? exact?.text : nil,
      rounding: isRounded ? "12 places, \(document.rounding.words)" : nil,
      result: .number(result), stored: stored.map { .number($0) })
  }

  /// The computations of one figure, and their sum where there are several; the last one is what
  /// is stored.
  func steps(
    _ pieces: [Piece], label: String, rule: BillingRule, stored: Int64
  ) throws(Issue) -> [Explanation.Step] {
    if pieces.count == 1 { return [step(pieces[0], stored: stored)] }
    let results = pieces.map(\.result)
    let sum = Piece(
      label: label, rule: rule, formula: sum(results), result: try total(results))
    return pieces.map { step($0) } + [step(sum, stored: stored)]
  }
}

extension IssuedDocument {
  /// The same with all signs the other way round.
  fileprivate func flipped() -> IssuedDocument {
    var document = self
    for index in lines.indices {
      document.lines[index].quantity = lines[index].quantity.negated()
      document.lines[index].amount.negate()
      document.lines[index].ownDiscount.negate()
      document.lines[index].sharedDiscount.negate()
      document.lines[index].net.negate()
    }
    for index in discounts.indices {
      document.discounts[index].amount.negate()
      document.discounts[index].shares = discounts[index].shares.map { ($0.line, -$0.amount) }
    }
    for index in taxes.indices {
      document.taxes[index].base.negate()
      document.taxes[index].amount.negate()
    }
    document.totals.subtotal.negate()
    document.totals.discount.negate()
    document.totals.tax.negate()
    document.totals.total.negate()
    document.totals.rounding.negate()
    document.totals.roundingsGivenBack = totals.roundingsGivenBack.map { -$0 }
    return document
  }
}
