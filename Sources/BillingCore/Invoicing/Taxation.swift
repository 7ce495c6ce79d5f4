// SPDX-License-Identifier: Apache-2.0

/// Taxes a document whose lines know their groups: each group once on its summed base, or line by line, as the
/// seller has declared (RULES 1.1, 1.3, 1.4).
struct Taxation {
  let catalog: Catalog
  let seller: Seller

  /// Sets each line's net, each group's base and amount, and the document's exclusive tax.
  ///
  /// Throws `amountOverflow`.
  func tax(_ draft: inout InvoiceDraft) throws(Issue) {
    try exact { () throws(MoneyError) in
      for index in draft.lines.indices {
        draft.lines[index].net = try draft.lines[index].amount.subtracting(draft.lines[index].discount)
      }
      let inclusive = draft.taxes.indices.reduce(into: UInt32(0)) { mask, group in
        if draft.taxes[group].isInclusive { mask |= 1 << UInt32(group) }
      }
      if inclusive != 0 { try extractInclusive(&draft, groups: inclusive) }
      for group in draft.taxes.indices where !draft.taxes[group].isInclusive {
        try addExclusive(&draft, group: group)
      }
    }
  }

  // MARK: - Exclusive

  private func addExclusive(_ draft: inout InvoiceDraft, group: Int) throws(MoneyError) {
    let bit = UInt32(1) << UInt32(group)
    var base = Money.zero(draft.currency)
    for index in draft.lines.indices where draft.lines[index].taxMask & bit != 0 {
      base = try base.adding(draft.lines[index].net)
    }
    if let rate = draft.taxes[group].rate {
      if catalog.taxRates[rate].compound {
        base = try base.adding(earlierTaxes(of: draft, before: group))
      }
      switch catalog.taxRates[rate].versions[draft.taxes[group].version].value {
      case .percent(_, let ratio):
        draft.taxes[group].amount = seller.taxRounding == .group || catalog.taxRates[rate].compound
          ? try base.scaled(by: ratio, rounding: seller.rounding)
          : try sumOfLines(draft, bit: bit, ratio: ratio)
      case .fixed(let money):
        for line in draft.lines where line.taxMask & bit != 0 {
          let signed = line.amount.isNegative ? money.negated() : money
          draft.taxes[group].amount = try draft.taxes[group].amount.adding(signed)
        }
      }
    }
    draft.taxes[group].base = base
    draft.tax = try draft.tax.adding(draft.taxes[group].amount)
  }

  private func sumOfLines(
    _ draft: InvoiceDraft, bit: UInt32, ratio: Ratio
  ) throws(MoneyError) -> Money {
    var sum = Money.zero(draft.currency)
    for line in draft.lines where line.taxMask & bit != 0 {
      sum = try sum.adding(line.net.scaled(by: ratio, rounding: seller.rounding))
    }
    return sum
  }

  /// The already rounded earlier taxes of a compound group's lines (RULES 1.4): a group that covers the same lines
  /// counts whole, one that shares only some counts by those.
  private func earlierTaxes(of draft: InvoiceDraft, before group: Int) throws(MoneyError) -> Money {
    let bit = UInt32(1) << UInt32(group)
    var sum = Money.zero(draft.currency)
    for earlier in 0..<group where !draft.taxes[earlier].isInclusive {
      let earlierBit = UInt32(1) << UInt32(earlier)
      let same = draft.lines.allSatisfy { ($0.taxMask & bit != 0) == ($0.taxMask & earlierBit != 0) }
      if same {
        sum = try sum.adding(draft.taxes[earlier].amount)
      } else if let rate = draft.taxes[earlier].rate,
        case .percent(_, let ratio) = catalog.taxRates[rate].versions[draft.taxes[earlier].version].value
      {
        var base = Money.zero(draft.currency)
        for line in draft.lines where line.taxMask & bit != 0 && line.taxMask & earlierBit != 0 {
          base = try base.adding(line.net)
        }
        sum = try sum.adding(base.scaled(by: ratio, rounding: seller.rounding))
      }
    }
    return sum
  }

  // MARK: - Inclusive

  /// Takes inclusive taxes out of the gross: lines that bear the same ones together (RULES 1.4).
  private func extractInclusive(_ draft: inout InvoiceDraft, groups: UInt32) throws(MoneyError) {
    var masks: [UInt32] = []
    for line in draft.lines where line.taxMask & groups != 0 && !masks.contains(line.taxMask & groups) {
      masks.append(line.taxMask & groups)
    }
    for mask in masks {
      let lines = draft.lines.indices.filter { draft.lines[$0].taxMask & groups == mask }
      let taxes = draft.taxes.indices.filter { mask & (1 << UInt32($0)) != 0 }
      if seller.taxRounding == .line {
        for line in lines { try extract(taxes, from: [line], of: &draft) }
      } else {
        try extract(taxes, from: lines, of: &draft)
      }
    }
  }

  private func extract(
    _ taxes: [Int], from lines: [Int], of draft: inout InvoiceDraft
  ) throws(MoneyError) {
    let factor = try grossFactor(taxes, of: draft)
    var gross = Money.zero(draft.currency)
    for line in lines { gross = try gross.adding(draft.lines[line].net) }
    let net = try gross.scaled(by: factor.inverse, rounding: seller.rounding)
    try spread(net, gross: gross, factor: factor, over: lines, of: &draft)
    var rest = try gross.subtracting(net)
    for (position, group) in taxes.enumerated() {
      let isLast = position == taxes.count - 1
      let amount = isLast ? rest : try part(of: net, group: group, of: draft)
      rest = try rest.subtracting(amount)
      draft.taxes[group].amount = try draft.taxes[group].amount.adding(amount)
      draft.taxes[group].base = try draft.taxes[group].base.adding(net)
    }
  }

  /// Gross over net: 1 + Σ rates, or the product of (1 + rate) where one is compound.
  private func grossFactor(_ taxes: [Int], of draft: InvoiceDraft) throws(MoneyError) -> Ratio {
    var factor = Ratio.one
    for group in taxes {
      guard let rate = draft.taxes[group].rate,
        case .percent(_, let ratio) = catalog.taxRates[rate].versions[draft.taxes[group].version].value
      else { continue }
      factor = catalog.taxRates[rate].compound
        ? try factor.times(Ratio.one.plus(ratio)) : try factor.plus(ratio)
    }
    return factor
  }

  private func part(of net: Money, group: Int, of draft: InvoiceDraft) throws(MoneyError) -> Money {
    guard let rate = draft.taxes[group].rate,
      case .percent(_, let ratio) = catalog.taxRates[rate].versions[draft.taxes[group].version].value
    else { return .zero(draft.currency) }
    return try net.scaled(by: ratio, rounding: seller.rounding)
  }

  /// Gives each line its net so that the nets sum to the group's (RULES 1.1): floors, then one unit each to the
  /// largest remainders, ties to the lower line; mirrored where the gross is negative.
  private func spread(
    _ net: Money, gross: Money, factor: Ratio, over lines: [Int], of draft: inout InvoiceDraft
  ) throws(MoneyError) {
    let sign: Int64 = gross.isNegative ? -1 : 1
    let divisor = Int128(factor.numerator)
    var floors: [(line: Int, floor: Int64, remainder: Int128)] = []
    var rest = net.minor * sign
    for line in lines {
      let product = Int128(draft.lines[line].net.minor * sign) * Int128(factor.denominator)
      var (quotient, remainder) = product.quotientAndRemainder(dividingBy: divisor)
      if remainder < 0 { (quotient, remainder) = (quotient - 1, remainder + divisor) }
      guard let floor = Int64(exactly: quotient) else { throw .overflow }
      floors.append((line, floor, remainder))
      rest -= floor
    }
    let order = floors.indices.sorted {
      floors[$0].remainder != floors[$1].remainder ? floors[$0].remainder > floors[$1].remainder : $0 < $1
    }
    for (position, index) in order.enumerated() {
      let unit: Int64 = position < rest ? 1 : 0
      draft.lines[floors[index].line].net = Money(
        minor: (floors[index].floor + unit) * sign, currency: draft.currency)
    }
  }
}

extension Ratio {
  /// Denominator over numerator; the ratio must be positive.
  fileprivate var inverse: Ratio {
    guard let inverse = Ratio(denominator, numerator) else {
      require(false, "the inverse of zero")
      return .one
    }
    return inverse
  }
}
