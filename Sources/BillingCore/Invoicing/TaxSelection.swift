// SPDX-License-Identifier: Apache-2.0

/// Which taxes a line bears: the first source that has any; sources never add up (RULES 1.3).
struct TaxSelection {
  let catalog: Catalog

  /// Gives every line its tax groups.
  ///
  /// The document's groups are in order of first use, but for those that a later line names the
  /// other way round: each line's own order is kept.
  ///
  /// Sources in order: exemption, `TaxTreatment`, line, subscription, customer, the seller's rules.
  /// Throws `taxRateMissing`, `taxesConflict`, `currencyMismatch`.
  func select(
    for draft: inout InvoiceDraft, of account: AccountSnapshot, _ treatment: TaxTreatment
  ) throws(Issue) {
    var isOrdered = true
    for index in draft.lines.indices where draft.lines[index].kind != .credit {
      if let free = untaxed(draft.lines[index], account.payer, treatment) {
        try put(index, into: free.category, free.reason, of: &draft)
        continue
      }
      for rate in rates(ofLine: index, in: draft, of: account) {
        let group = try group(of: rate, forLine: index, in: &draft)
        isOrdered = isOrdered && draft.lines[index].taxMask >> UInt32(group) <= 1
        draft.lines[index].taxMask |= 1 << UInt32(group)
      }
      if draft.lines[index].anonymousTax != nil {
        try put(index, into: .standard, nil, of: &draft)
      }
    }
    try refuseBothWays(draft)
    if !isOrdered { try order(&draft, of: account) }
  }

  /// Refuses a tax that a line's price includes and that is on top of it too: by two rates of one
  /// jurisdiction, category and percentage.
  private func refuseBothWays(_ draft: InvoiceDraft) throws(Issue) {
    for within in draft.taxes.indices where draft.taxes[within].isInclusive {
      for above in draft.taxes.indices where !draft.taxes[above].isInclusive {
        let both: UInt32 = 1 << UInt32(within) | 1 << UInt32(above)
        guard catalog.isSame(draft.taxes[within], draft.taxes[above]),
          draft.lines.contains(where: { $0.taxMask & both == both })
        else { continue }
        let codes = [within, above].compactMap { draft.taxes[$0].rate }.map {
          catalog.taxRates[$0].code
        }
        throw .taxesConflict(
          "one tax both within a price and on top of it: \(codes.joined(separator: " and "))")
      }
    }
  }

  /// The group of a line without tax: exempt, or taxed elsewhere; nil where rates decide.
  ///
  /// Outside the scope of tax nothing is exempt: that category bears no other beside it.
  private func untaxed(
    _ line: LineDraft, _ payer: Customer, _ treatment: TaxTreatment
  ) -> (category: TaxDraft.Category, reason: String)? {
    if case .lateFee = treatment { return treatment.group }
    if case .given = treatment { return line.isTaxable ? nil : (.exempt, "exempt") }
    if !payer.taxable { return (.exempt, payer.taxExemptReason ?? "exempt customer") }
    if case .outsideScope = treatment { return treatment.group }
    return line.isTaxable ? treatment.group : (.exempt, "exempt")
  }

  private func rates(
    ofLine index: Int, in draft: InvoiceDraft, of account: AccountSnapshot
  ) -> [Int] {
    let source = draft.lines[index].source
    let kind = draft.lines[index].kind
    let isPending = kind == .pending || kind == .manual
    let own =
      isPending ? account.pendingItems[source].taxes : account.subscriptions[source].taxes
    if !own.isEmpty || draft.lines[index].anonymousTax != nil { return own }
    if !account.payer.taxes.isEmpty || catalog.ruledTaxRates.isEmpty { return account.payer.taxes }
    let category =
      isPending
      ? account.pendingItems[source].taxCategory
      : draft.lines[index].plan.flatMap { catalog.plans[$0].taxCategory }
    return ruled(account.payer, category: category, on: draft.lines[index].taxDate)
  }

  /// The rates that apply by the seller's rules.
  private func ruled(_ payer: Customer, category: String?, on day: LocalDate) -> [Int] {
    catalog.ruledTaxRates.filter { index in
      guard let rule = catalog.taxRates[index].rule, rule.country == payer.country,
        catalog.taxRates[index].version(on: day) != nil
      else { return false }
      return (rule.state == nil || rule.state == payer.state)
        && (rule.postalPrefix.map { payer.postalCode?.hasPrefix($0) ?? false } ?? true)
        && (rule.taxCategory == nil || rule.taxCategory == category)
    }
  }

  /// The document's group of a rate at a line's tax date, added where it has none yet.
  private func group(
    of rate: Int, forLine index: Int, in draft: inout InvoiceDraft
  ) throws(Issue) -> Int {
    let day = draft.lines[index].taxDate
    guard catalog.taxRates.indices.contains(rate) else {
      throw .taxRateMissing(rate: "named by the account", day: day)
    }
    guard let version = catalog.taxRates[rate].version(on: day) else {
      throw .taxRateMissing(rate: catalog.taxRates[rate].code, day: day)
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
        throw .currencyMismatch(what: what, draft.lines[index].subscription)
      }
    }
    return try draft.append(
      TaxDraft(
        rate: rate, version: version, category: category,
        isInclusive: catalog.taxRates[rate].inclusive, base: .zero(draft.currency),
        amount: .zero(draft.currency), reason: nil))
  }

  /// Puts a line into the document's group of no rate that is of a category and reason.
  private func put(
    _ index: Int, into category: TaxDraft.Category, _ reason: String?,
    of draft: inout InvoiceDraft
  ) throws(Issue) {
    let known = draft.taxes.firstIndex {
      $0.rate == nil && $0.category == category && $0.reason == reason
    }
    let group =
      if let known { known } else {
        try draft.append(
          TaxDraft(
            rate: nil, version: 0, category: category, isInclusive: false,
            base: .zero(draft.currency), amount: .zero(draft.currency), reason: reason))
      }
    draft.lines[index].taxMask |= 1 << UInt32(group)
  }

  /// Puts the groups into the order in which the lines name them; compound taxes that come before
  /// each other cannot be computed.
  private func order(_ draft: inout InvoiceDraft, of account: AccountSnapshot) throws(Issue) {
    var earlier = [UInt32](repeating: 0, count: draft.taxes.count)
    for index in draft.lines.indices
    where draft.lines[index].isTaxable && draft.lines[index].kind != .credit {
      var named: UInt32 = 0
      for rate in rates(ofLine: index, in: draft, of: account) {
        let bit = UInt32(1) << UInt32(try group(of: rate, forLine: index, in: &draft))
        earlier[bit.trailingZeroBitCount] |= named & ~bit
        named |= bit
      }
    }
    if !draft.orderTaxes(after: earlier, catalog) {
      throw .taxesConflict("compound taxes come before each other")
    }
  }
}

extension InvoiceDraft {
  /// Puts the tax groups into an order in which each comes after its earlier ones, a bit each;
  /// returns false where compound taxes come before each other.
  mutating func orderTaxes(after earlier: [UInt32], _ catalog: Catalog) -> Bool {
    var order: [Int] = []
    var placed: UInt32 = 0
    var isOrdered = true
    while order.count < taxes.count {
      let left = taxes.indices.filter { placed & 1 << UInt32($0) == 0 }
      let free = left.first { earlier[$0] & ~placed == 0 }
      if free == nil { isOrdered = isOrdered && !left.contains { catalog.isCompound(taxes[$0]) } }
      order.append(free ?? left[0])
      placed |= 1 << UInt32(free ?? left[0])
    }
    if order.elementsEqual(taxes.indices) { return isOrdered }
    taxes = order.map { taxes[$0] }
    for line in lines.indices {
      let mask = lines[line].taxMask
      lines[line].taxMask = order.indices.reduce(into: 0) { moved, position in
        if mask & 1 << UInt32(order[position]) != 0 { moved |= 1 << UInt32(position) }
      }
    }
    for credit in lineCredits.indices {
      for tax in lineCredits[credit].taxes.indices {
        let group = lineCredits[credit].taxes[tax].group
        lineCredits[credit].taxes[tax].group = order.firstIndex(of: group) ?? group
      }
    }
    return isOrdered
  }
}

extension Catalog {
  /// Whether two groups are of one tax, as percentages that come by different rates.
  fileprivate func isSame(_ one: TaxDraft, _ other: TaxDraft) -> Bool {
    guard let first = one.rate, let second = other.rate,
      case .percent(let percent, _) = value(of: one),
      case .percent(let otherPercent, _) = value(of: other)
    else { return false }
    return percent == otherPercent && taxRates[first].rule == taxRates[second].rule
  }
}
