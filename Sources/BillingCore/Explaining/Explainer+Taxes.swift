// SPDX-License-Identifier: Apache-2.0

extension Explainer {
  /// What taxing came to: the steps of each group, and of each line's net.
  struct Taxed {
    var groups: [[Explanation.Step]]
    var nets: [[Explanation.Step]]
  }

  /// Taxes being made again, group by group.
  struct TaxWork {
    /// Each line's net so far.
    var nets: [Money]
    /// What each group was taken of.
    var bases: [[Piece]]
    /// What each group comes to.
    var amounts: [[Piece]]
    /// How each line's net came out of its gross amount.
    var netPieces: [[Piece]]
  }

  /// Makes every tax again: included ones come out of the prices first, then those on top, then
  /// what credit lines take back (RULES 1.3, 1.4, 1.7).
  func taxation() throws(Issue) -> Taxed {
    var work = TaxWork(
      nets: [], bases: document.taxes.map { _ in [] }, amounts: document.taxes.map { _ in [] },
      netPieces: document.lines.map { _ in [] })
    for line in document.lines {
      work.nets.append(
        try total([money(line.amount), money(-line.ownDiscount), money(-line.sharedDiscount)]))
    }
    try extract(&work)
    for group in document.taxes.indices where !document.taxes[group].isInclusive {
      try add(group, to: &work)
    }
    try credit(&work)
    return try taxed(work)
  }

  private func taxed(_ work: TaxWork) throws(Issue) -> Taxed {
    var taxed = Taxed(groups: [], nets: [])
    for index in document.lines.indices { taxed.nets.append(try netSteps(index, work)) }
    for (index, tax) in document.taxes.enumerated() {
      let (bases, amounts) = (work.bases[index], work.amounts[index])
      var steps = try self.steps(bases, label: "base", rule: .taxRounded, stored: tax.base)
      if bases.isEmpty { steps = [step(nothing("base"), stored: tax.base)] }
      if case .percent(let percent, _) = tax.value, let said = tax.percent, said != percent {
        // What a document says of its rate is what the rate is; there is nothing to say else.
        let rate = tax.rate ?? ""
        steps.insert(step("rate", .taxWhich, rate, percent, stored: said), at: 0)
      }
      if tax.isGiven {
        steps.append(step(given(tax), stored: tax.amount))
      } else if amounts.isEmpty {
        let rule: BillingRule = tax.category == "AE" ? .reverseCharge : .taxWhich
        steps.append(step(nothing("tax", rule), stored: tax.amount))
      } else {
        steps += try self.steps(amounts, label: "tax", rule: .taxRounded, stored: tax.amount)
      }
      taxed.groups.append(steps)
    }
    return taxed
  }

  private func nothing(_ label: String, _ rule: BillingRule = .taxWhich) -> Piece {
    Piece(label: label, rule: rule, formula: "0", result: money(0))
  }

  private func given(_ tax: IssuedDocument.Tax) -> Piece {
    Piece(
      label: "tax", rule: .taxWhich, formula: "as given, without a rate", result: money(tax.amount))
  }

  /// The steps from a line's amount to its net, where that is not the amount itself.
  private func netSteps(_ index: Int, _ work: TaxWork) throws(Issue) -> [Explanation.Step] {
    let line = document.lines[index]
    let (amount, own, shared) = (
      money(line.amount), money(line.ownDiscount), money(line.sharedDiscount)
    )
    var steps = try discountSums(index)
    let left = Piece(
      label: work.netPieces[index].isEmpty ? "net" : "gross", rule: .totals,
      formula: text(amount) + less(own, shared),
      result: try total([amount, own.negated(), shared.negated()]))
    guard let last = work.netPieces[index].last else {
      // A plain line's net is its amount; there is nothing to say unless it is not so.
      let isPlain = own.isZero && shared.isZero && work.nets[index].minor == line.net
      return isPlain ? steps : steps + [step(left, stored: line.net)]
    }
    if !own.isZero || !shared.isZero { steps.append(step(left)) }
    steps += work.netPieces[index].dropLast().map { step($0) }
    return steps + [step(last, stored: line.net)]
  }

  /// What the document's discounts take off a line, beside what the line says of them.
  private func discountSums(_ index: Int) throws(Issue) -> [Explanation.Step] {
    let line = document.lines[index]
    let own = document.discounts.filter { $0.line == index + 1 }.map { money($0.amount) }
    let shares = document.discounts.filter { $0.line == nil }
      .flatMap(\.shares).filter { $0.line == index + 1 }.map { money($0.amount) }
    var steps: [Explanation.Step] = []
    if !own.isEmpty || line.ownDiscount != 0 {
      steps.append(
        step(
          Piece(
            label: "own discounts", rule: .discountOrder, formula: sum(own),
            result: try total(own)), stored: line.ownDiscount))
    }
    if !shares.isEmpty || line.sharedDiscount != 0 {
      steps.append(
        step(
          Piece(
            label: "its shares", rule: .discountSpread, formula: sum(shares),
            result: try total(shares)), stored: line.sharedDiscount))
    }
    return steps
  }
}

extension Explainer {
  // MARK: - On top

  /// A tax on top of the prices: on the summed base, or line by line.
  private func add(_ group: Int, to work: inout TaxWork) throws(Issue) {
    let lines = document.lines.indices.filter { bears($0, [group]) }
    if lines.isEmpty { return }
    let nets = lines.map { work.nets[$0] }
    work.bases[group].append(
      Piece(
        label: "base", rule: .taxRounded, formula: sum(nets, of: "nets"), result: try total(nets)))
    let tax = document.taxes[group]
    if tax.isCompound {
      for earlier in 0..<group where counts(earlier) {
        let amount = try amount(of: earlier, on: [group, earlier], lines, work)
        if amount.isZero { continue }
        work.bases[group].append(
          Piece(
            label: "tax \(earlier + 1)", rule: .taxCompound,
            formula: "tax \(earlier + 1) of the same lines", result: amount))
      }
    }
    switch tax.value {
    case nil: return
    case .fixed(let each):
      let signed = lines.map { document.lines[$0].amount < 0 ? each.negated() : each }
      work.amounts[group].append(
        Piece(
          label: "tax", rule: .taxFixed, formula: sum(signed, of: "lines"),
          result: try total(signed)))
    case .percent(_, let ratio):
      for part in isTaxedByLine ? lines.map({ [$0] }) : [lines] {
        let base = try base(of: group, on: [group], part, work)
        let value = ExactValue(base, per: ratio)
        work.amounts[group].append(
          Piece(
            label: isTaxedByLine ? "line \(part[0] + 1)" : "tax",
            rule: tax.isCompound ? .taxCompound : .taxRounded,
            formula: "\(text(base)) × \(ratio.percent)", exact: value, result: try rounded(value)))
      }
    }
  }

  /// Whether each line is taxed by itself; of one line it is the same.
  private var isTaxedByLine: Bool { document.taxRounding == .line && document.lines.count > 1 }

  /// Whether a compound tax is also taken of it: it is on top of the prices, and of a rate.
  private func counts(_ group: Int) -> Bool {
    !document.taxes[group].isInclusive && !document.taxes[group].isGiven
  }

  private func bears(_ line: Int, _ groups: [Int]) -> Bool {
    document.lines[line].kind != .credit
      && groups.allSatisfy { document.lines[line].taxes.contains($0 + 1) }
  }

  private func base(
    of group: Int, on groups: [Int], _ lines: [Int], _ work: TaxWork
  ) throws(Issue) -> Money {
    var amounts = lines.filter { bears($0, groups) }.map { work.nets[$0] }
    guard document.taxes[group].isCompound else { return try total(amounts) }
    for earlier in 0..<group where counts(earlier) {
      amounts.append(try amount(of: earlier, on: groups + [earlier], lines, work))
    }
    return try total(amounts)
  }

  /// What a tax comes to on those of some lines that bear all of some groups.
  private func amount(
    of group: Int, on groups: [Int], _ lines: [Int], _ work: TaxWork
  ) throws(Issue) -> Money {
    switch document.taxes[group].value {
    case nil:
      // An amount of no rate is known of all its lines together only.
      let all = document.lines.indices.filter { bears($0, [group]) }
      let isWhole = document.taxes[group].isGiven && lines.filter { bears($0, groups) } == all
      return money(isWhole ? document.taxes[group].amount : 0)
    case .fixed(let each):
      return try total(
        lines.filter { bears($0, groups) }.map {
          document.lines[$0].amount < 0 ? each.negated() : each
        })
    case .percent(_, let ratio):
      var amounts: [Money] = []
      for part in isTaxedByLine ? lines.map({ [$0] }) : [lines] {
        let base = try base(of: group, on: groups, part, work)
        amounts.append(try rounded(ExactValue(base, per: ratio)))
      }
      return try total(amounts)
    }
  }

  // MARK: - Credit lines

  /// What credit lines take back, once the other lines are taxed.
  private func credit(_ work: inout TaxWork) throws(Issue) {
    for (index, line) in document.lines.enumerated() where line.kind == .credit {
      guard let credit = line.credit else { continue }
      let included = credit.taxes.filter(\.isInclusive).map { money($0.amount) }
      if !included.isEmpty {
        let net = try total([work.nets[index]] + included)
        work.netPieces[index].append(
          Piece(
            label: "net", rule: .howMuchCredit, formula: sum([work.nets[index]] + included),
            result: net))
        work.nets[index] = net
      }
      for tax in credit.taxes where document.taxes.indices.contains(tax.number - 1) {
        let back = money(-tax.amount)
        work.amounts[tax.number - 1].append(
          Piece(
            label: "line \(index + 1)", rule: .howMuchCredit,
            formula: "0.00" + less(back.negated()),
            result: back))
      }
      for tax in credit.taxes where document.taxes.indices.contains(tax.number - 1) {
        var amounts = [work.nets[index]]
        if document.taxes[tax.number - 1].isCompound {
          amounts += credit.taxes
            .filter { $0.number < tax.number && $0.isInclusive == tax.isInclusive }
            .map { money(-$0.amount) }
        }
        work.bases[tax.number - 1].append(
          Piece(
            label: "line \(index + 1)", rule: .howMuchCredit, formula: sum(amounts),
            result: try total(amounts)))
      }
    }
  }
}
