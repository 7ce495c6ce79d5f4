// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// A document as far as the arithmetic of EN 16931 goes, of which parts may be missing.
///
/// Written from the rules, not from how the core computes.
struct RuledDocument {
  var lines: [Line] = []
  var allowances: [Extra] = []
  var charges: [Extra] = []
  var groups: [Group] = []
  /// BT-106, BT-107, BT-108, BT-109, BT-110, BT-112 and BT-115.
  var lineSum, allowanceSum, chargeSum, net, tax, gross, payable: Fraction?
  /// BT-113 and BT-114.
  var prepaid, rounding: Fraction?

  struct Line {
    var quantity, price, baseQuantity, net: Fraction?
    var allowances: [Fraction] = []
    var charges: [Fraction] = []
    /// Its tax groups.
    var keys: [String] = []
  }

  /// An allowance or charge of the whole document.
  struct Extra {
    let amount: Fraction?
    let key: String?
  }

  struct Group {
    let key: String
    /// False for the categories without tax.
    let isTaxed: Bool
    let percent, base, tax: Fraction?
  }

  /// The rules that a priced document could break: its allowances are those of its lines, and what
  /// is payable is not stored.
  static let rules = [
    "BR-27", "BR-CO-10", "BR-CO-14", "BR-CO-15", "BR-CO-17", "BR-S-08", "PEPPOL-EN16931-R120",
  ]

  /// Whether it keeps a rule; nil for a rule that is none of these.
  func keeps(_ rule: String) -> Bool? {
    let zero = Fraction(0)
    switch rule {
    case "BR-27": return lines.allSatisfy { $0.price.map { $0 >= zero } ?? true }
    case "BR-CO-10": return lineSum == lines.compactMap(\.net).sum
    case "BR-CO-11": return allowanceSum == allowances.compactMap(\.amount).sum
    case "BR-CO-12": return chargeSum == charges.compactMap(\.amount).sum
    case "BR-CO-13":
      return net == (lineSum ?? zero) - (allowanceSum ?? zero) + (chargeSum ?? zero)
    case "BR-CO-14": return tax == groups.compactMap(\.tax).sum
    case "BR-CO-15": return gross == (net ?? zero) + (tax ?? zero)
    case "BR-CO-16": return payable == (gross ?? zero) - (prepaid ?? zero) + (rounding ?? zero)
    case "BR-CO-17": return groups.allSatisfy(\.hasItsTax)
    case "PEPPOL-EN16931-R120": return lines.allSatisfy(\.hasItsNet)
    case "PEPPOL-EN16931-R121":
      return lines.allSatisfy { $0.baseQuantity.map { $0 > zero } ?? true }
    default:
      if rule.hasSuffix("-08") { return groups.allSatisfy(hasItsBase) }
      if rule.hasSuffix("-09") { return groups.allSatisfy(\.hasItsTax) }
      return nil
    }
  }

  /// The base of a group is what its lines, charges and allowances come to.
  private func hasItsBase(_ group: Group) -> Bool {
    guard let base = group.base else { return true }
    let mine = lines.filter { $0.keys.contains(group.key) }.compactMap(\.net)
    let more = charges.filter { $0.key == group.key }.compactMap(\.amount)
    let less = allowances.filter { $0.key == group.key }.compactMap(\.amount)
    return base == mine.sum + more.sum - less.sum
  }
}

extension RuledDocument.Group {
  /// Base times rate with the slack of one unit that the rule has; nothing where no tax is due.
  fileprivate var hasItsTax: Bool {
    guard let tax else { return true }
    guard isTaxed, let percent, let base else { return tax == Fraction(0) || isTaxed }
    return (base * percent / Fraction(100) - tax).magnitude < Fraction(1)
  }
}

extension RuledDocument.Line {
  /// Quantity times price, less its allowances, with the slack of 0.02 that the rule has.
  fileprivate var hasItsNet: Bool {
    guard let net, let quantity, let price else { return true }
    let amount = quantity * price / (baseQuantity ?? Fraction(1))
    return (amount - allowances.sum + charges.sum - net).magnitude <= Fraction(2, 100)
  }
}

extension Fraction {
  /// Without its sign.
  var magnitude: Fraction { Fraction(above < 0 ? -above : above, below) }
}

extension [Fraction] {
  fileprivate var sum: Fraction { reduce(Fraction(0), +) }
}

extension RuledDocument {
  /// A priced document: its nets are those after all discounts, its allowances those of the lines.
  init(_ draft: InvoiceDraft, rates: [TaxRate]) {
    func number(_ money: Money) -> Fraction { Fraction(ExactDecimal(money)) }
    let names = draft.taxes.indices.map { "\($0)" }
    var included = Fraction(0)
    for (name, tax) in zip(names, draft.taxes) {
      if tax.isInclusive { included = included + number(tax.amount) }
      var percent: Fraction?
      if let rate = tax.rate, case .percent(let stated, _) = rates[rate].versions[0].value {
        percent = Fraction(stated)
      }
      groups.append(
        Group(
          key: name, isTaxed: tax.category == .standard, percent: percent, base: number(tax.base),
          tax: number(tax.amount)))
    }
    for line in draft.lines {
      let keys = names.indices.filter { line.taxMask & 1 << UInt32($0) != 0 }.map { names[$0] }
      let isIncluded = draft.taxes.contains(where: \.isInclusive)
      lines.append(
        Line(
          quantity: Fraction(line.quantity), price: isIncluded ? nil : Fraction(line.unitCost),
          baseQuantity: nil, net: number(line.net), allowances: [number(line.discount)], keys: keys)
      )
    }
    lineSum = number(draft.subtotal) - number(draft.discount) - included
    net = lineSum
    tax = number(draft.tax) + included
    gross = number(draft.total)
  }
}
