// SPDX-License-Identifier: Apache-2.0

extension Explainer {
  /// How a line came to its amount.
  func priceSteps(of line: IssuedDocument.Line) throws(Issue) -> [Explanation.Step] {
    switch line.kind {
    case .period, .usage:
      if line.basis.billedBefore != nil { return try lateSteps(of: line) }
      return try chargeSteps(of: line)
    case .minimum: return try minimumSteps(of: line)
    case .credit: return try creditSteps(of: line)
    case .pending, .goodwill, .lateFee, .manual: return [try product(of: line)]
    }
  }

  /// Quantity × unit cost as they are stored: every line reads so.
  private func product(of line: IssuedDocument.Line) throws(Issue) -> Explanation.Step {
    let exactly = ExactValue(line.quantity, times: line.unitCost)
    return step(
      Piece(
        label: "line", rule: .perUnit, formula: "\(shown(line.quantity)) × \(line.unitCost)",
        exact: exactly, result: try rounded(exactly)), stored: line.amount)
  }

  func rounded(_ value: ExactValue) throws(Issue) -> Money {
    try exact { () throws(MoneyError) in
      try value.rounded(in: document.currency, document.rounding)
    }
  }

  // MARK: - A charge

  /// What a line's amount is the product of.
  private struct Factors {
    let count: ExactDecimal
    let price: ExactDecimal
    /// What it scales by for the days.
    let days: Ratio
    let rule: BillingRule
    /// How the count was found, nil where it is the quantity itself.
    var counting: String?
    /// Whether the price is per cent.
    var isPercent = false

    /// What the product of count and price is scaled by.
    func share() throws(Issue) -> Ratio {
      if !isPercent { return days }
      return try exact { () throws(MoneyError) in
        try days.times(Ratio(reducedNumerator: 1, denominator: 100))
      }
    }

    /// The same of all days.
    var ofWholePeriod: Factors {
      Factors(
        count: count, price: price, days: .one, rule: rule, counting: counting,
        isPercent: isPercent)
    }

    /// The price as a formula shows it.
    func text(_ price: ExactDecimal, of line: IssuedDocument.Line) -> String {
      "\(price)" + (isPercent ? " %" : "") + (days == .one ? "" : " × \(line.shareText)")
    }
  }

  private func chargeSteps(of line: IssuedDocument.Line) throws(Issue) -> [Explanation.Step] {
    guard let version = line.price, let rule = line.rule,
      let charged = try charged(of: line, version.price),
      let factors = try factors(rule, version.price, charged)
    else { return [try product(of: line)] }
    if let before = line.basis.partsBefore {
      return includedSteps(charged, version.price, of: line)
        + (try restSteps(factors, after: before, of: line))
    }
    let figures = try unitPrice(
      factors.price, quantity: factors.count, share: try factors.share(),
      currency: document.currency, rounding: document.rounding)
    var steps = includedSteps(charged, version.price, of: line)
    if let counting = factors.counting {
      let stored = factors.price.isNegative ? line.quantity.negated() : line.quantity
      steps.append(
        step(
          "quantity", factors.rule, counting, factors.count,
          stored: figures.showsFactors ? stored : line.basis.pricedQuantity))
    }
    steps.append(step(try amount(factors, of: line), stored: line.amount))
    steps.append(try unitCost(factors, figures, of: line))
    if factors.isPercent || factors.days != .one || !figures.showsFactors
      || figures.quantity != line.quantity
    {
      steps.append(try product(of: line))
    }
    return steps
  }

  /// What the other parts of a period leave of the whole (RULES 0.4).
  private func restSteps(
    _ factors: Factors, after before: ExactDecimal, of line: IssuedDocument.Line
  ) throws(Issue) -> [Explanation.Step] {
    let whole = try amount(factors.ofWholePeriod, of: line)
    return [step(whole)] + (try rest(of: whole.result, after: before, of: line))
  }

  private func rest(
    of whole: Money, after before: ExactDecimal, of line: IssuedDocument.Line
  ) throws(Issue) -> [Explanation.Step] {
    let parts = try rounded(ExactValue(before))
    let left = try exact { () throws(MoneyError) in try whole.subtracting(parts) }
    return [
      step(
        Piece(
          label: "amount", rule: .parts,
          formula: sum([whole]) + less(parts) + ", the other parts of the period",
          result: left), stored: line.amount),
      try product(of: line),
    ]
  }

  private func amount(_ factors: Factors, of line: IssuedDocument.Line) throws(Issue) -> Piece {
    let value = ExactValue(factors.count, times: factors.price, per: try factors.share())
    return Piece(
      label: "amount", rule: factors.days == .one ? factors.rule : .parts,
      formula: "\(shown(factors.count)) × \(factors.text(factors.price, of: line))",
      exact: value, result: try rounded(value))
  }

  private func unitCost(
    _ factors: Factors, _ figures: LineFigures, of line: IssuedDocument.Line
  ) throws(Issue) -> Explanation.Step {
    if !figures.showsFactors {
      return step(
        "unit cost", .parts, "the amount: \(factors.count) × a unit cost of 12 places misses it",
        figures.unitCost, stored: line.unitCost)
    }
    let price = factors.price.isNegative ? factors.price.negated() : factors.price
    return step(
      "unit cost", factors.days == .one ? factors.rule : .parts, factors.text(price, of: line),
      exact: ExactValue(price, per: try factors.share()), figures.unitCost, stored: line.unitCost)
  }

  private func includedSteps(
    _ charged: ChargedQuantity, _ price: Price, of line: IssuedDocument.Line
  ) -> [Explanation.Step] {
    if price.includedQuantity.isZero { return [] }
    if case .flat = price.model { return [] }
    var steps: [Explanation.Step] = []
    if charged.isMeasured, charged.share != .one {
      steps.append(
        step(
          "included", .included, "\(price.includedQuantity) × \(line.shareText)",
          exact: ExactValue(price.includedQuantity, per: charged.share), charged.included,
          stored: line.basis.included))
    }
    steps.append(
      step(
        "left", .included,
        "\(charged.quantity) − \(charged.included)"
          + (charged.quantity < charged.included ? ", not below 0" : ""), charged.billable))
    return steps
  }

  /// What a line's price was asked for; nil where it is not known.
  private func charged(
    of line: IssuedDocument.Line, _ price: Price
  ) throws(Issue) -> ChargedQuantity? {
    var total = line.basis.total
    var custom = line.basis.price
    switch price.model {
    case .flat: total = total ?? .one
    case .perUnit(let unit):
      total = total ?? (unit.isNegative ? line.quantity.negated() : line.quantity)
    case .custom:
      // Where no price is kept with the line, the quantity has its sign.
      custom = custom ?? (line.quantity.isNegative ? line.unitCost.negated() : line.unitCost)
      total = total ?? (line.quantity.isNegative ? line.quantity.negated() : line.quantity)
    case .tiered, .volume, .package, .stairstep, .percentage: total = total ?? line.quantity
    }
    guard let total else { return nil }
    return try charged(total, custom, of: line, price)
  }

  private func charged(
    _ total: ExactDecimal, _ custom: ExactDecimal?, of line: IssuedDocument.Line, _ price: Price
  ) throws(Issue) -> ChargedQuantity {
    var charged = ChargedQuantity(
      total, customPrice: custom, share: line.share, isMeasured: line.kind == .usage,
      currency: document.currency, rounding: document.rounding)
    if !price.includedQuantity.isZero { try charged.include(price.includedQuantity) }
    return charged
  }

  /// What a rule makes of a quantity; nil where price and rule do not go together.
  private func factors(
    _ rule: PriceBasis.Rule, _ price: Price, _ charged: ChargedQuantity
  ) throws(Issue) -> Factors? {
    switch (rule, price.model) {
    case (.plain, .perUnit(let unit)):
      return Factors(
        count: charged.billable, price: unit, days: charged.unitShare, rule: .perUnit)
    case (.plain, .custom):
      return charged.customPrice.map {
        Factors(count: charged.billable, price: $0, days: charged.unitShare, rule: .perUnit)
      }
    case (.plain, .flat(let price)):
      return Factors(count: .one, price: price, days: charged.share, rule: .perUnit)
    case (.plain, .tiered(let tiers)), (.plain, .volume(let tiers)):
      return Factors(
        count: .zero, price: tiers.tiers[0].unitCost, days: charged.unitShare,
        rule: .nothingUsed, counting: "nothing is in no tier")
    case (.plain, .stairstep(let tiers)):
      return Factors(
        count: .zero, price: tiers.tiers[0].flatCost, days: charged.share, rule: .nothingUsed,
        counting: "nothing is in no tier")
    case (.tier(_, let bounds), .tiered(let tiers)):
      return try units(within: bounds, tiers, charged)
    case (.tier(_, let bounds), .volume(let tiers)):
      return Factors(
        count: charged.billable, price: tiers.tier(bounds).unitCost, days: charged.unitShare,
        rule: .volume, counting: "all \(charged.billable), which are \(bounds.words)")
    case (.tierFee(let mode, let bounds), .tiered(let tiers)),
      (.tierFee(let mode, let bounds), .volume(let tiers)),
      (.tierFee(let mode, let bounds), .stairstep(let tiers)):
      return Factors(
        count: .one, price: tiers.tier(bounds).flatCost, days: charged.share,
        rule: mode == .tiered ? .tiered : mode == .volume ? .volume : .stairstep,
        counting: "once, since \(charged.billable) reaches \(bounds.words)")
    case (.packages, .package(let package)):
      let count = try exact { () throws(MoneyError) in
        try charged.billable.quotientRoundedUp(by: package.size)
      }
      return Factors(
        count: ExactDecimal(count), price: package.price, days: charged.unitShare, rule: .package,
        counting: "\(charged.billable) / \(package.size), begun packages are full")
    case (.percent, .percentage(let percent)):
      return Factors(
        count: charged.billable, price: percent, days: charged.unitShare, rule: .percentage,
        isPercent: true)
    default: return nil
    }
  }

  private func units(
    within bounds: PriceTiers.Bounds, _ tiers: PriceTiers, _ charged: ChargedQuantity
  ) throws(Issue) -> Factors {
    let end = bounds.upTo.map { min($0, charged.billable) } ?? charged.billable
    let units = try exact { () throws(MoneyError) in try end.subtracting(bounds.above) }
    return Factors(
      count: units, price: tiers.tier(bounds).unitCost, days: charged.unitShare, rule: .tiered,
      counting: "\(end) − \(bounds.above), which are \(bounds.words)")
  }
}

extension Explainer {
  // MARK: - Minimum and late usage

  private func minimumSteps(of line: IssuedDocument.Line) throws(Issue) -> [Explanation.Step] {
    guard let minimum = line.price?.price.minimumAmount ?? line.basis.minimum else {
      return [try product(of: line)]
    }
    let lines = document.lines.filter {
      $0.isOfSameDays(as: line) && $0.kind != .minimum && $0.basis.billedBefore == nil
    }
    let least = try self.minimum(minimum, of: line)
    var amounts = lines.map { money($0.amount) }
    for line in lines {
      if let before = line.basis.partsBefore { amounts.append(try rounded(ExactValue(before))) }
    }
    let sum = try total(amounts)
    let missing = try exact { () throws(MoneyError) in try least.result.subtracting(sum) }
    let formula = self.sum([least.result] + amounts.map { $0.negated() })
    if let before = line.basis.partsBefore {
      return [
        step(least),
        step(Piece(label: "missing", rule: .minimum, formula: formula, result: missing)),
      ] + (try rest(of: missing, after: before, of: line))
    }
    return [
      step(least),
      step(
        Piece(label: "amount", rule: .minimum, formula: formula, result: missing),
        stored: line.amount),
      try product(of: line),
    ]
  }

  private func minimum(
    _ minimum: ExactDecimal, of line: IssuedDocument.Line
  ) throws(Issue) -> Piece {
    let share = line.basis.partsBefore == nil ? line.share : .one
    let value = ExactValue(minimum, per: share)
    return Piece(
      label: "minimum", rule: .minimum,
      formula: "\(shown(minimum))" + (share == .one ? "" : " × \(line.shareText)"),
      exact: value, result: try rounded(value))
  }

  /// All usage of the period rated anew, less what it had come to before.
  private func lateSteps(of line: IssuedDocument.Line) throws(Issue) -> [Explanation.Step] {
    guard let version = line.price, let total = line.basis.total,
      let billedBefore = line.basis.billedBefore
    else { return [try product(of: line)] }
    let before = try rounded(ExactValue(billedBefore))
    let charged = try charged(total, line.basis.price, of: line, version.price)
    var lines: [PricedLine] = []
    try version.price.lines(
      of: ChargedQuantity(
        total, customPrice: line.basis.price, share: line.share, isMeasured: true,
        currency: document.currency, rounding: document.rounding),
      subscription: ID(line.subscription ?? 0), plan: version.plan, into: &lines)
    var steps = includedSteps(charged, version.price, of: line)
    for priced in lines {
      switch priced.basis {
      case .minimum(let minimum):
        steps.append(step(try self.minimum(minimum, of: line)))
        steps.append(
          step(
            Piece(
              label: "missing", rule: .minimum, formula: "what lacks to the minimum",
              result: priced.figures.amount)))
      case .quantity(_, let rule):
        guard let factors = try factors(rule, version.price, charged) else { continue }
        steps.append(step(try amount(factors, of: line)))
      case nil:
        guard let factors = try factors(.plain(.perUnit), version.price, charged) else { continue }
        steps.append(step(try amount(factors, of: line)))
      case .late, .credit, .givenCredit: continue
      }
    }
    let rated = lines.map(\.figures.amount)
    let difference = try self.total(rated + [before.negated()])
    steps.append(
      step(
        Piece(
          label: "difference", rule: .lateUsage, formula: sum(rated) + less(before),
          result: difference), stored: line.amount))
    return steps + [try product(of: line)]
  }
}

extension PriceTiers {
  /// The tier of some bounds.
  fileprivate func tier(_ bounds: Bounds) -> Tier {
    let index = tiers.indices.first { self.bounds($0) == bounds } ?? tiers.count - 1
    return tiers[index]
  }
}

extension PriceTiers.Bounds {
  /// `above 50 up to 100`.
  var words: String {
    let end = upTo.map { "up to \($0)" }
    return [above.isZero && end != nil ? nil : "above \(above)", end].compactMap { $0 }
      .joined(separator: " ")
  }
}

extension IssuedDocument.Line {
  /// The share of its whole period.
  var share: Ratio {
    guard let period, let wholePeriod else { return .one }
    return Ratio(Int64(period.days), Int64(wholePeriod.days)) ?? .one
  }

  /// The share as days: `16/31`.
  var shareText: String { "\(period?.days ?? 1)/\(wholePeriod?.days ?? 1)" }

  /// By which rule its price's quantity became it.
  var rule: PriceBasis.Rule? {
    guard let mode = price?.price.model.mode else { return nil }
    if let tier = basis.tier {
      let bounds = PriceTiers.Bounds(above: tier.above, upTo: tier.upTo)
      return basis.isFlatCost ? .tierFee(mode, bounds) : .tier(mode, bounds)
    }
    if let size = basis.packageSize { return .packages(size) }
    return basis.percent.map { .percent($0) } ?? .plain(mode)
  }

  /// Whether another line is of the same charge and days.
  func isOfSameDays(as other: IssuedDocument.Line) -> Bool {
    subscription != nil && subscription == other.subscription && slot == other.slot
      && period == other.period && kind != .credit
  }
}

extension PriceModel {
  var mode: Mode {
    switch self {
    case .perUnit: .perUnit
    case .flat: .flat
    case .tiered: .tiered
    case .volume: .volume
    case .package: .package
    case .stairstep: .stairstep
    case .percentage: .percentage
    case .custom: .custom
    }
  }
}
