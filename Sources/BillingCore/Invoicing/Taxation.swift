// SPDX-License-Identifier: Apache-2.0

/// Taxes a document whose lines know their groups (RULES 1.1, 1.3).
///
/// Each group is taxed once on its summed base, or line by line, as the seller has declared. What
/// prices include is `InclusiveTaxation`'s.
struct Taxation {
  let catalog: Catalog
  let seller: Seller

  /// Sets each line's net, each group's base and amount, and the document's exclusive tax.
  ///
  /// Throws `amountOverflow`.
  func tax(_ draft: inout InvoiceDraft) throws(Issue) {
    try exact { () throws(MoneyError) in
      var inclusive: UInt32 = 0
      for index in draft.lines.indices {
        draft.lines[index].net = try draft.lines[index].amount
          .subtracting(draft.lines[index].discount)
      }
      for group in draft.taxes.indices where draft.taxes[group].isInclusive {
        inclusive |= 1 << UInt32(group)
      }
      if inclusive != 0 {
        try InclusiveTaxation(catalog: catalog, seller: seller).extract(inclusive, from: &draft)
      }
      for group in draft.taxes.indices where !draft.taxes[group].isInclusive {
        let lines = draft.lines.indices
        let base = try base(of: group, on: 1 << UInt32(group), lines, in: draft)
        let amount = try amount(of: group, on: 1 << UInt32(group), lines, in: draft)
        draft.taxes[group].base = base
        draft.taxes[group].amount = amount
        draft.tax = try draft.tax.adding(amount)
      }
    }
  }

  /// What a group's tax comes to on those of some lines that bear all taxes of a mask.
  private func amount(
    of group: Int, on mask: UInt32, _ lines: Range<Int>, in draft: InvoiceDraft
  ) throws(MoneyError) -> Money {
    var sum = Money.zero(draft.currency)
    guard let tax = catalog.value(of: draft.taxes[group]) else {
      if draft.taxes[group].category != .standard { return sum }
      for line in lines where draft.lines[line].taxMask & mask == mask {
        sum = try sum.adding(draft.lines[line].anonymousTax ?? .zero(draft.currency))
      }
      return sum
    }
    switch tax {
    case .fixed(let money):
      for line in lines where draft.lines[line].taxMask & mask == mask {
        sum = try sum.adding(draft.lines[line].amount.isNegative ? money.negated() : money)
      }
    case .percent(_, let ratio):
      if seller.taxRounding == .group || lines.count == 1 {
        return try base(of: group, on: mask, lines, in: draft)
          .scaled(by: ratio, rounding: seller.rounding)
      }
      for line in lines where draft.lines[line].taxMask & mask == mask {
        let tax = try amount(of: group, on: mask, line..<line + 1, in: draft)
        sum = try sum.adding(tax)
      }
    }
    return sum
  }

  /// What a percentage is taken of: the nets, and for a compound tax also what the earlier taxes
  /// come to on the same lines, each already rounded (RULES 1.4); amounts of no rate are none of
  /// those, since a line names them after its rates.
  private func base(
    of group: Int, on mask: UInt32, _ lines: Range<Int>, in draft: InvoiceDraft
  ) throws(MoneyError) -> Money {
    var sum = Money.zero(draft.currency)
    for line in lines where draft.lines[line].taxMask & mask == mask {
      sum = try sum.adding(draft.lines[line].net)
    }
    guard catalog.isCompound(draft.taxes[group]) else { return sum }
    for earlier in 0..<group
    where draft.taxes[earlier].rate != nil && !draft.taxes[earlier].isInclusive {
      let shared = mask | 1 << UInt32(earlier)
      sum = try sum.adding(amount(of: earlier, on: shared, lines, in: draft))
    }
    return sum
  }
}

extension Catalog {
  /// What a group's tax comes to; nil for a group without one.
  func value(of tax: TaxDraft) -> TaxRate.Value? {
    tax.rate.map { taxRates[$0].versions[tax.version].value }
  }

  /// Whether a group's tax is also taken of those before it.
  func isCompound(_ tax: TaxDraft) -> Bool { tax.rate.map { taxRates[$0].compound } ?? false }
}
