// SPDX-License-Identifier: Apache-2.0

extension Explainer {
  /// How each discount came to its amount and was shared, in the order in which they were taken
  /// (RULES 1.6).
  func discountParts() throws(Issue) -> [Explanation.Part] {
    var taken = [Int64](repeating: 0, count: document.lines.count)
    var parts: [Explanation.Part] = []
    for (index, discount) in document.discounts.enumerated() {
      let choice = try choose(discount, taken)
      parts.append(
        Explanation.Part(
          kind: .discount, number: index + 1, facts: facts(of: discount, lines: choice.lines),
          steps: steps(of: discount, choice)))
      for share in discount.shares where document.lines.indices.contains(share.line - 1) {
        taken[share.line - 1] += share.amount
      }
    }
    return parts
  }

  /// A discount made again.
  private struct Choice {
    /// Indices of the lines it was taken of.
    let lines: [Int]
    /// What was left of each.
    let left: [Money]
    /// What was left of them together.
    let sum: Money
    /// What it would take, rounded, if that much is left.
    let wanted: Money
    /// The product before it was rounded, for per cent.
    let value: ExactValue?
    /// What it takes of each line.
    let parts: [Money]
    let amount: Money
    /// Whether the days were discounted before, and how much is what they had.
    let isRepeated: Bool
  }

  /// Finds of which lines a discount was taken: those of its subscription, but not those that bill
  /// credited days anew; those of such days alone; or all, by goodwill.
  private func choose(
    _ discount: IssuedDocument.Discount, _ taken: [Int64]
  ) throws(Issue) -> Choice {
    if let line = discount.line {
      if isLate(line) { return settled(discount, on: line - 1) }
      return try take(discount, off: [line - 1], taken, false)
    }
    let first = (discount.shares.first?.line).flatMap {
      document.lines.indices.contains($0 - 1) ? document.lines[$0 - 1] : nil
    }
    let isRepeated = first?.basis.isRebilled ?? false
    let lines = document.lines.indices.filter { index in
      let line = document.lines[index]
      guard line.isDiscountable, line.amount > taken[index], line.kind != .credit else {
        return false
      }
      guard let first else { return true }
      if isRepeated { return line.basis.isRebilled && line.isOfSameDays(as: first) }
      if discount.value == nil { return true }
      return line.subscription == first.subscription && !line.basis.isRebilled
    }
    let choice = try take(discount, off: lines, taken, isRepeated)
    if discount.value != nil, !matches(discount, choice) {
      // Where several periods share a document, each has the coupons that count for it, and between
      // their lines stand those that follow their base period.
      let numbers = discount.shares.map(\.line)
      let together = (numbers.min() ?? 0)...(numbers.max() ?? 0)
      for own in [lines.filter { together ~= $0 + 1 }, lines.filter { numbers.contains($0 + 1) }] {
        let part = try take(discount, off: own, taken, isRepeated)
        if matches(discount, part) { return part }
      }
      return choice
    }
    // Goodwill is of all lines, of which the first may bill such days, or of one credited before.
    guard let first, discount.value == nil, !matches(discount, choice) else { return choice }
    let others = document.lines.indices.filter { index in
      let line = document.lines[index]
      return line.isDiscountable && line.amount > taken[index]
        && (isRepeated || line.kind != .credit && line.isOfSameDays(as: first))
    }
    return try take(discount, off: Array(others), taken, !isRepeated)
  }

  private func take(
    _ discount: IssuedDocument.Discount, off lines: [Int], _ taken: [Int64], _ isRepeated: Bool
  ) throws(Issue) -> Choice {
    let known = lines.filter { document.lines.indices.contains($0) }
    let left = known.map { money(max(0, document.lines[$0].amount - taken[$0])) }
    let sum = try total(left)
    var value: ExactValue?
    var wanted = money(discount.amount)
    switch discount.value {
    case .percent(let ratio):
      let product = ExactValue(sum, per: ratio)
      (value, wanted) = (product, try rounded(product))
    case .fixed(let amount): if !isRepeated && !isLeftOver(discount) { wanted = amount }
    case nil: break
    }
    let amount = wanted.minor < sum.minor ? wanted : sum
    let parts = try exact { () throws(MoneyError) in
      known.isEmpty ? [] : try amount.allocated(by: left.map(\.minor))
    }
    return Choice(
      lines: known, left: left, sum: sum, wanted: wanted, value: value, parts: parts,
      amount: amount, isRepeated: isRepeated)
  }

  /// Whether it is what an earlier part of the period has left of a fixed amount.
  private func isLeftOver(_ discount: IssuedDocument.Discount) -> Bool {
    !discount.countsCycle
      && discount.shares.contains { share in
        guard document.lines.indices.contains(share.line - 1) else { return false }
        let line = document.lines[share.line - 1]
        guard let whole = line.wholePeriod, let period = line.period else { return false }
        return line.slot == 0 && period.start > whole.start
      }
  }

  private func isLate(_ line: Int?) -> Bool {
    guard let line, document.lines.indices.contains(line - 1) else { return false }
    return document.lines[line - 1].basis.billedBefore != nil
  }

  /// What late usage makes of its period's discounts: more or less than they took before.
  private func settled(_ discount: IssuedDocument.Discount, on line: Int) -> Choice {
    let amount = money(discount.amount)
    return Choice(
      lines: [line], left: [amount], sum: amount, wanted: amount, value: nil, parts: [amount],
      amount: amount, isRepeated: true)
  }

  private func matches(_ discount: IssuedDocument.Discount, _ choice: Choice) -> Bool {
    choice.amount.minor == discount.amount
      && zip(choice.lines, choice.parts).allSatisfy { line, part in
        discount.share(of: line + 1) == part.minor
      }
  }

  private func steps(
    of discount: IssuedDocument.Discount, _ choice: Choice
  ) -> [Explanation.Step] {
    var steps = [
      step(
        Piece(
          label: "taken of", rule: .discountOrder,
          formula: sum(choice.left, of: "lines"), result: choice.sum))
    ]
    let formula: String
    switch discount.value {
    case .percent(let ratio) where !isLate(discount.line):
      formula = "\(text(choice.sum)) × \(ratio.percent)"
    case .fixed where !choice.isRepeated:
      let isLeft = isLeftOver(discount)
      formula = text(choice.wanted) + (isLeft ? ", what the period's other parts have left" : "")
    default:
      let days = isLate(discount.line) ? "as its period had" : "as the credited days had"
      formula = "\(text(choice.wanted)), " + (choice.isRepeated ? days : "as given")
    }
    let isCapped = choice.amount != choice.wanted
    steps.append(
      step(
        Piece(
          label: "discount", rule: choice.isRepeated ? .repeatedCoupons : .discountOrder,
          formula: formula + (isCapped ? ", at most \(text(choice.sum))" : ""),
          exact: isCapped ? nil : choice.value, result: choice.amount), stored: discount.amount))
    if discount.line == nil { steps += shareSteps(of: discount, choice) }
    return steps
  }

  private func shareSteps(
    of discount: IssuedDocument.Discount, _ choice: Choice
  ) -> [Explanation.Step] {
    var steps: [Explanation.Step] = []
    for (position, line) in choice.lines.enumerated() {
      let share = Ratio(choice.left[position].minor, choice.sum.minor) ?? .zero
      steps.append(
        step(
          Piece(
            label: "line \(line + 1)", rule: .discountSpread,
            formula: "\(text(choice.amount)) × \(text(choice.left[position]))/\(text(choice.sum))",
            exact: ExactValue(choice.amount, per: share), note: "largest remainder",
            result: choice.parts[position]), stored: discount.share(of: line + 1)))
    }
    for share in discount.shares where !choice.lines.contains(share.line - 1) {
      steps.append(
        step(
          Piece(
            label: "line \(share.line)", rule: .discountSpread,
            formula: "0, since the discount is not of this line", result: money(0)),
          stored: share.amount))
    }
    return steps
  }
}

extension IssuedDocument.Discount {
  /// What it takes off a line by number.
  fileprivate func share(of line: Int) -> Int64 {
    shares.reduce(0) { $0 + ($1.line == line ? $1.amount : 0) }
  }
}

extension Ratio {
  /// As per cent: `10 %`.
  var percent: String {
    let value = ExactValue(ExactDecimal(100), per: self)
    return "\(value.text) %"
  }
}
