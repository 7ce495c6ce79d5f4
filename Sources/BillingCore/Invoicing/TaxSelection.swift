// SPDX-License-Identifier: Apache-2.0

/// Which taxes a line bears: the first source that has any; sources never add up (RULES 1.3).
struct TaxSelection {
  let catalog: Catalog
  let payer: Customer

  /// Gives every line its tax groups, adding groups to the document in order of first use.
  ///
  /// Sources in order: exemption, line, subscription, customer, the seller's rules. Throws `taxRateMissing`,
  /// `taxesConflict`, `currencyMismatch`.
  func select(
    for draft: inout InvoiceDraft, own: (LineDraft) -> (line: [Int], subscription: [Int], category: String?)
  ) throws(Issue) {
    for index in draft.lines.indices {
      let line = draft.lines[index]
      if !payer.taxable {
        try add(exempt: payer.taxExemptReason ?? "exempt customer", to: index, of: &draft)
      } else if !line.isTaxable {
        try add(exempt: "exempt", to: index, of: &draft)
      } else {
        let sources = own(line)
        let named = !sources.line.isEmpty ? sources.line : !sources.subscription.isEmpty ? sources.subscription : payer.taxes
        for rate in named.isEmpty ? ruled(category: sources.category, on: line.taxDate) : named {
          try add(rate: rate, to: index, of: &draft)
        }
      }
    }
  }

  /// The rates that apply to the payer by the seller's rules on a day.
  private func ruled(category: String?, on day: LocalDate) -> [Int] {
    if catalog.ruledTaxRates.isEmpty { return [] }
    return catalog.ruledTaxRates.filter { index in
      guard let rule = catalog.taxRates[index].rule, rule.country == payer.country,
        catalog.taxRates[index].version(on: day) != nil
      else { return false }
      return (rule.state == nil || rule.state == payer.state)
        && (rule.postalPrefix.map { payer.postalCode?.hasPrefix($0) ?? false } ?? true)
        && (rule.taxCategory == nil || rule.taxCategory == category)
    }
  }

  private func add(rate: Int, to index: Int, of draft: inout InvoiceDraft) throws(Issue) {
    let line = draft.lines[index]
    guard catalog.taxRates.indices.contains(rate) else {
      throw .taxRateMissing(rate: "named by the account", day: line.taxDate)
    }
    guard let version = catalog.taxRates[rate].version(on: line.taxDate) else {
      throw .taxRateMissing(rate: catalog.taxRates[rate].code, day: line.taxDate)
    }
    if let group = draft.taxes.firstIndex(where: { $0.rate == rate && $0.version == version }) {
      draft.lines[index].taxMask |= 1 << UInt32(group)
      return
    }
    let category: TaxDraft.Category
    switch catalog.taxRates[rate].versions[version].value {
    case .percent(let percent, _): category = percent.isZero ? .zero : .standard
    case .fixed(let money):
      category = .standard
      if money.currency != draft.currency {
        throw .taxesConflict("tax \(catalog.taxRates[rate].code) is in \(money.currency.code)")
      }
    }
    try append(
      TaxDraft(
        rate: rate, version: version, category: category,
        isInclusive: catalog.taxRates[rate].inclusive, base: .zero(draft.currency),
        amount: .zero(draft.currency), reason: nil), to: index, of: &draft)
  }

  private func add(exempt reason: String, to index: Int, of draft: inout InvoiceDraft) throws(Issue) {
    if let group = draft.taxes.firstIndex(where: { $0.rate == nil && $0.reason == reason }) {
      draft.lines[index].taxMask |= 1 << UInt32(group)
      return
    }
    try append(
      TaxDraft(
        rate: nil, version: 0, category: .exempt, isInclusive: false, base: .zero(draft.currency),
        amount: .zero(draft.currency), reason: reason), to: index, of: &draft)
  }

  private func append(_ tax: TaxDraft, to index: Int, of draft: inout InvoiceDraft) throws(Issue) {
    if draft.taxes.count == UInt32.bitWidth { throw .taxesConflict("more than 32 taxes on a document") }
    draft.lines[index].taxMask |= 1 << UInt32(draft.taxes.count)
    draft.taxes.append(tax)
  }
}
