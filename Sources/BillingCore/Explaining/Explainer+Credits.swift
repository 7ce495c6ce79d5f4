// SPDX-License-Identifier: Apache-2.0

extension Explainer {
  /// How a credit line came to what it takes back: the billed line as it was billed, its days, and
  /// what is left of it (RULES 0.3, 1.7).
  func creditSteps(of line: IssuedDocument.Line) throws(Issue) -> [Explanation.Step] {
    let read = step(
      Piece(
        label: "line", rule: .howMuchCredit,
        formula: "\(shown(line.quantity)) × \(line.unitCost)",
        result: try rounded(ExactValue(line.quantity, times: line.unitCost))), stored: line.amount)
    guard let credit = line.credit else { return [read] }
    let base = try total([money(credit.billed), money(-credit.discount)])
    let share = Ratio(Int64(line.period?.days ?? 0), Int64(credit.days)) ?? .one
    let value = ExactValue(base, per: share)
    let part = try rounded(value)
    let rest = try total([base, money(-credit.earlier)])
    let days = line.period?.days ?? 0
    var steps = [
      charged(
        "base", "\(money(credit.billed).majorText)" + plainLess(credit.discount), base, nil)
    ]
    let taken: Money
    if line.basis.isGiven {
      let given = money(credit.amount)
      taken = given.minor.magnitude > rest.minor.magnitude ? rest : given
      steps.append(charged("credit", "as it was given", taken, credit.amount))
    } else {
      let isLast = line.basis.liveDays.map { $0 <= days } ?? false
      let isCapped = base.isNegative ? part.minor < rest.minor : part.minor > rest.minor
      taken = isLast || isCapped ? rest : part
      let why =
        isLast
        ? "no day is left, so the rest: " : isCapped ? "no more than is left: " : "as the share: "
      let formula =
        isLast || isCapped ? "\(base.majorText)" + plainLess(credit.earlier) : part.majorText
      steps += [
        charged(
          "share", "\(base.majorText) × \(days)/\(credit.days)", part, nil, exact: value),
        charged("credit", why + formula, taken, credit.amount),
      ]
    }
    for tax in credit.taxes {
      let fixed = try fixedTaxSteps(of: tax, on: line, credit)
      let part = if let fixed { fixed } else { try taxSteps(of: tax) }
      steps += part
    }
    steps.append(
      step(
        Piece(
          label: "amount", rule: .howMuchCredit, formula: "0.00" + less(taken),
          result: taken.negated()), stored: line.amount))
    return steps + [read]
  }

  /// The tax of all that is credited of a group, less what was taken back before; of one with lines
  /// of both signs that of the line's own.
  private func taxSteps(
    of tax: IssuedDocument.Credit.Tax
  ) throws(Issue) -> [Explanation.Step] {
    if let rest = tax.rest {
      let back = try total([money(rest.whole), money(-rest.other), money(-tax.earlierTax)])
      return [
        charged(
          "tax \(tax.number) back",
          "nothing is left of its lines, so the rest: \(money(rest.whole).majorText)"
            + plainLess(rest.other) + plainLess(tax.earlierTax), back, tax.amount)
      ]
    }
    let base = try total([money(tax.earlierBase), money(tax.share)])
    let share = Ratio(base.minor, tax.base) ?? .one
    let value = ExactValue(money(tax.tax), per: share)
    let all = try rounded(value)
    let back = try total([all, money(-tax.earlierTax)])
    let whole = money(tax.base).majorText
    return [
      charged(
        "tax \(tax.number) so far",
        "\(money(tax.tax).majorText) × \(base.majorText)/\(whole)", all, nil, exact: value),
      charged(
        "tax \(tax.number) back", all.majorText + plainLess(tax.earlierTax), back, tax.amount),
    ]
  }

  /// The days' share of a fixed tax of lines that came to nothing; nil for any other.
  private func fixedTaxSteps(
    of tax: IssuedDocument.Credit.Tax, on line: IssuedDocument.Line,
    _ credit: IssuedDocument.Credit
  ) throws(Issue) -> [Explanation.Step]? {
    guard tax.base == 0, credit.amount == 0, !line.basis.isGiven, let days = line.period?.days,
      let live = line.basis.liveDays, live > 0, let part = Ratio(1, Int64(tax.lines)),
      let before = Ratio(Int64(credit.days - live), Int64(credit.days)),
      let after = Ratio(Int64(credit.days - live + days), Int64(credit.days))
    else { return nil }
    let own = try rounded(ExactValue(money(tax.tax), per: part))
    let value = ExactValue(own, per: after)
    let all = try rounded(value)
    let earlier = try rounded(ExactValue(own, per: before))
    let share = try total([all, earlier.negated()])
    let rest = money(tax.tax - tax.earlierTax)
    return [
      charged(
        "tax \(tax.number) so far",
        "\(own.majorText) × \(credit.days - live + days)/\(credit.days)", all, nil, exact: value),
      charged(
        "tax \(tax.number) back", all.majorText + plainLess(earlier.minor),
        share.minor.magnitude < rest.minor.magnitude ? share : rest, tax.amount),
    ]
  }

  /// A step whose amounts have the sign of the charge that is credited.
  private func charged(
    _ label: String, _ formula: String, _ result: Money, _ stored: Int64?,
    exact: ExactValue? = nil
  ) -> Explanation.Step {
    let isRounded = exact.map { $0.decimal != ExactDecimal(result) } ?? false
    return Explanation.Step(
      label: label, rule: .howMuchCredit, formula: formula, exact: isRounded ? exact?.text : nil,
      rounding: isRounded ? document.rounding.words : nil, result: .money(result),
      stored: stored.map { .money(money($0)) })
  }

  private func plainLess(_ minor: Int64) -> String {
    minor == 0
      ? "" : minor < 0 ? " + \(money(-minor).majorText)" : " − \(money(minor).majorText)"
  }
}
