// SPDX-License-Identifier: Apache-2.0

/// Which taxes a line bears: the first source that has any; sources never add up (RULES 1.3).
struct TaxSelection {
  let catalog: Catalog
  let payer: Customer

  /// What a line, its subscription and what it sells say about its taxes.
  struct Sources {
    /// The line's own rates.
    var line: [Int] = []
    /// Its subscription's.
    var subscription: [Int] = []
    /// The tax category of what is sold, nil for none.
    var category: String?
  }

  /// Gives every line its tax groups.
  ///
  /// The document's groups are in order of first use, but for
  /// those that a later line names the other way round: each line's own order is kept.
  ///
  /// Sources in order: exemption, line, subscription, customer, the seller's rules. Throws
  /// `taxRateMissing`, `taxesConflict`, `currencyMismatch`.
  func select(for draft: inout InvoiceDraft, from own: (LineDraft) -> Sources) throws(Issue) {
    var isOrdered = true
    for index in draft.lines.indices {
      if !payer.taxable {
        try exempt(index, payer.taxExemptReason ?? "exempt customer", in: &draft)
        continue
      }
      if !draft.lines[index].isTaxable {
        try exempt(index, "exempt", in: &draft)
        continue
      }
      for rate in rates(own(draft.lines[index]), on: draft.lines[index].taxDate) {
        let group = try group(of: rate, for: draft.lines[index], in: &draft)
        isOrdered = isOrdered && draft.lines[index].taxMask >> UInt32(group) <= 1
        draft.lines[index].taxMask |= 1 << UInt32(group)
      }
    }
    if !isOrdered { try order(&draft, from: own) }
  }

  private func rates(_ sources: Sources, on day: LocalDate) -> [Int] {
    if !sources.line.isEmpty { return sources.line }
    if !sources.subscription.isEmpty { return sources.subscription }
    if !payer.taxes.isEmpty || catalog.ruledTaxRates.isEmpty { return payer.taxes }
    return catalog.ruledTaxRates.filter { index in
      guard let rule = catalog.taxRates[index].rule, rule.country == payer.country,
        catalog.taxRates[index].version(on: day) != nil
      else { return false }
      return (rule.state == nil || rule.state == payer.state)
        && (rule.postalPrefix.map { payer.postalCode?.hasPrefix($0) ?? false } ?? true)
        && (rule.taxCategory == nil || rule.taxCategory == sources.category)
    }
  }

  /// The document's group of a rate at a line's tax date, added where it has none yet.
  private func group(
    of rate: Int, for line: LineDraft, in draft: inout InvoiceDraft
  ) throws(Issue) -> Int {
    guard catalog.taxRates.indices.contains(rate) else {
      throw .taxRateMissing(rate: "named by the account", day: line.taxDate)
    }
    guard let version = catalog.taxRates[rate].version(on: line.taxDate) else {
      throw .taxRateMissing(rate: catalog.taxRates[rate].code, day: line.taxDate)
    }
    for group in draft.taxes.indices
    where draft.taxes[group].rate == rate && draft.taxes[group].version == version {
      return group
    }
    let category: TaxDraft.Category
    switch catalog.taxRates[rate].versions[version].value {
    case .percent(let percent, _): category = percent.isZero ? .zero : .standard
    case .fixed(let money):
      category = .standard
      if money.currency != draft.currency {
        let what = "tax \(catalog.taxRates[rate].code) is in \(money.currency)"
        throw .currencyMismatch(what: what, line.subscription)
      }
    }
    return try append(
      TaxDraft(
        rate: rate, version: version, category: category,
        isInclusive: catalog.taxRates[rate].inclusive, base: .zero(draft.currency),
        amount: .zero(draft.currency), reason: nil), to: &draft)
  }

  private func exempt(
    _ index: Int, _ reason: String, in draft: inout InvoiceDraft
  ) throws(Issue) {
    let known = draft.taxes.firstIndex { $0.rate == nil && $0.reason == reason }
    let group =
      if let known { known } else {
        try append(
          TaxDraft(
            rate: nil, version: 0, category: .exempt, isInclusive: false,
            base: .zero(draft.currency), amount: .zero(draft.currency), reason: reason), to: &draft)
      }
    draft.lines[index].taxMask |= 1 << UInt32(group)
  }

  private func append(_ tax: TaxDraft, to draft: inout InvoiceDraft) throws(Issue) -> Int {
    if draft.taxes.count == UInt32.bitWidth {
      throw .taxesConflict("more than \(UInt32.bitWidth) taxes on a document")
    }
    draft.taxes.append(tax)
    return draft.taxes.count - 1
  }

  /// Puts the groups into the order in which the lines name them; compound taxes that come before
  /// each other cannot be computed.
  private func order(_ draft: inout InvoiceDraft, from own: (LineDraft) -> Sources) throws(Issue) {
    var earlier = [UInt32](repeating: 0, count: draft.taxes.count)
    for line in draft.lines where payer.taxable && line.isTaxable {
      var named: UInt32 = 0
      for rate in rates(own(line), on: line.taxDate) {
        let bit = UInt32(1) << UInt32(try group(of: rate, for: line, in: &draft))
        earlier[bit.trailingZeroBitCount] |= named & ~bit
        named |= bit
      }
    }
    var order: [Int] = []
    var placed: UInt32 = 0
    while order.count < draft.taxes.count {
      let left = draft.taxes.indices.filter { placed & 1 << UInt32($0) == 0 }
      let free = left.first { earlier[$0] & ~placed == 0 }
      if free == nil, left.contains(where: { catalog.isCompound(draft.taxes[$0]) }) {
        throw .taxesConflict("compound taxes come before each other")
      }
      order.append(free ?? left[0])
      placed |= 1 << UInt32(free ?? left[0])
    }
    draft.taxes = order.map { draft.taxes[$0] }
    for line in draft.lines.indices {
      let mask = draft.lines[line].taxMask
      draft.lines[line].taxMask = order.indices.reduce(into: 0) { moved, position in
        if mask & 1 << UInt32(order[position]) != 0 { moved |= 1 << UInt32(position) }
      }
    }
  }
}
