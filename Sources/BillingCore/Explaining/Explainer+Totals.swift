// SPDX-License-Identifier: Apache-2.0

extension Explainer {
  /// How the sums, the balance and the terms came about.
  func totalSteps() throws(Issue) -> [Explanation.Step] {
    let totals = document.totals
    var steps: [Explanation.Step] = []
    func add(
      _ label: String, _ formula: String, _ amounts: [Money], stored: Int64,
      _ rule: BillingRule = .totals
    ) throws(Issue) {
      let piece = Piece(label: label, rule: rule, formula: formula, result: try total(amounts))
      steps.append(step(piece, stored: stored))
    }
    let lines = document.lines.map { money($0.amount) }
    try add("subtotal", sum(lines, of: "lines"), lines, stored: totals.subtotal)
    let discounts = document.discounts.map { money($0.amount) }
    try add("discounts", sum(discounts, of: "discounts"), discounts, stored: totals.discount)
    let taxes = document.taxes.filter { !$0.isInclusive }.map { money($0.amount) }
    try add("taxes", sum(taxes, of: "taxes"), taxes, stored: totals.tax)
    let (subtotal, discount, tax) = (
      money(totals.subtotal), money(totals.discount), money(totals.tax)
    )
    try add(
      "total", text(subtotal) + less(discount, tax.negated()),
      [subtotal, discount.negated(), tax], stored: totals.total)
    return try steps + balanceSteps() + cashSteps() + termSteps()
  }

  /// What was left to pay when it was issued, in whole coins where the seller rounds cash.
  ///
  /// Which way a customer paid then is not kept, so that nothing was rounded is no mismatch.
  private func cashSteps() throws(Issue) -> [Explanation.Step] {
    let totals = document.totals
    if document.isCreditNote { return try roundingGivenBack() }
    let rest = try total([money(totals.total), money(-totals.creditsApplied)])
    var steps: [Explanation.Step] = []
    if totals.rounding != 0 {
      let coin = document.cashIncrement ?? 0
      let rounding = try exact { () throws(MoneyError) in
        if coin <= 0 { return Money.zero(document.currency) }
        return try document.rounding.toIncrement(rest, increment: coin).subtracting(rest)
      }
      let whole = try total([rest, rounding])
      steps.append(
        step(
          Piece(
            label: "cash rounding", rule: .cash,
            formula: coin > 0
              ? "\(text(whole)) in coins of \(money(coin).majorText)" + less(rest) : "no coins",
            note: document.rounding.words, result: rounding), stored: totals.rounding))
    }
    let rounding = money(totals.rounding)
    let credits = money(totals.creditsApplied)
    let due = Piece(
      label: "left to pay", rule: .credit,
      formula: text(totals.total) + less(rounding.negated(), credits),
      result: try total([money(totals.total), rounding, credits.negated()]))
    return steps + [step(due)]
  }

  /// The cash rounding of what a credit note leaves nothing of (RULES 1.10).
  private func roundingGivenBack() throws(Issue) -> [Explanation.Step] {
    let totals = document.totals
    let amounts = totals.roundingsGivenBack.map(money)
    if amounts.isEmpty && totals.rounding == 0 { return [] }
    let rounding = try total(amounts)
    let worth = Piece(
      label: "given back", rule: .totals,
      formula: text(totals.total) + less(rounding.negated()),
      result: try total([money(totals.total), rounding]))
    return [
      step(
        Piece(
          label: "cash rounding", rule: .cash, formula: sum(amounts, of: "invoices"),
          note: "given back with the last of an invoice", result: rounding),
        stored: totals.rounding),
      step(worth),
    ]
  }

  /// Credits that paid at issue, and whatever else changed the balance since; these amounts have
  /// no sign to flip.
  private func balanceSteps() throws(Issue) -> [Explanation.Step] {
    let (applied, settled) = (
      document.settlements.filter(\.isAtIssue), document.settlements
    )
    var steps: [Explanation.Step] = []
    if !applied.isEmpty || document.totals.creditsApplied != 0 {
      steps.append(
        try plain("credits", applied.map(\.amount), stored: document.totals.creditsApplied))
    }
    if !settled.isEmpty || document.totals.settled != 0 {
      steps.append(try plain("settled", settled.map(\.amount), stored: document.totals.settled))
    }
    return steps
  }

  private func plain(
    _ label: String, _ amounts: [Int64], stored: Int64
  ) throws(Issue) -> Explanation.Step {
    let texts = amounts.map { money($0).majorText }
    return Explanation.Step(
      label: label, rule: .credit, formula: texts.isEmpty ? "0" : texts.joined(separator: " + "),
      exact: nil, rounding: nil, result: .money(try total(amounts.map(money))),
      stored: .money(money(stored)))
  }

  private func termSteps() throws(Issue) -> [Explanation.Step] {
    let totals = document.totals
    guard let text = totals.terms, let terms = PaymentTerms(text) else { return [] }
    let (formula, due) =
      totals.isDueDateGiven
      ? ("as given", totals.dueDate)
      : ("\(text) from \(document.date)", terms.dueDate(from: document.date))
    var steps = [
      Explanation.Step(
        label: "due", rule: .terms, formula: formula, exact: nil, rounding: nil, result: .day(due),
        stored: .day(totals.dueDate))
    ]
    // A fee for paying late is never less for paying it early.
    let isFee = document.lines.contains { $0.kind == .lateFee }
    guard let early = terms.early, !isFee else {
      // There is nothing to say of it unless one is stored.
      if let amount = totals.earlyAmount {
        steps.append(
          step(
            Piece(
              label: "early discount", rule: .terms, formula: "none by \(text)",
              result: money(0)), stored: amount))
      }
      return steps
    }
    steps.append(
      Explanation.Step(
        label: "early until", rule: .terms, formula: "\(document.date) + \(early.days) days",
        exact: nil, rounding: nil, result: .day(document.date.adding(days: early.days)),
        stored: .day(totals.earlyUntil)))
    let value = ExactValue(money(totals.total), per: early.percent)
    steps.append(
      step(
        Piece(
          label: "early discount", rule: .terms,
          formula: "\(self.text(totals.total)) × \(early.percent.percent)", exact: value,
          result: try rounded(value)), stored: totals.earlyAmount ?? 0))
    return steps
  }

  var totalFacts: [Explanation.Fact] {
    var facts = [
      Explanation.Fact(
        "rounding",
        "\(document.rounding.words), tax once a \(document.taxRounding.rawValue)")
    ]
    if document.isCreditNote {
      facts.append(
        Explanation.Fact("credit note", "it came to less than nothing: every sign is flipped"))
    }
    for settlement in document.settlements {
      facts.append(
        Explanation.Fact(
          settlement.kind.split(separator: "_").joined(separator: " "),
          "\(money(settlement.amount).majorText) of \(settlement.source) on \(settlement.day)"))
    }
    return facts
  }
}
