// SPDX-License-Identifier: Apache-2.0

extension Explainer {
  /// What a line was made from.
  func facts(of line: IssuedDocument.Line) -> [Explanation.Fact] {
    var facts: [Explanation.Fact] = []
    func add(_ label: String, _ text: String?) {
      if let text { facts.append(Explanation.Fact(label, text)) }
    }
    add("bills", line.billed)
    add("days", line.period?.words)
    if let period = line.period, let whole = line.wholePeriod, line.kind != .credit {
      add("part", "\(period.days) of the \(whole.days) days \(whole.words)")
    }
    if let version = line.price, line.kind != .credit {
      add("price", "\(version.plan), \(version.price.words(custom: line.basis.price))")
      add("measured", version.measured(line))
    }
    if line.basis.total != nil || line.basis.included != nil {
      let included = line.basis.included.map { ", of which \($0) are included" } ?? ""
      add("quantity", line.basis.total.map { "\($0)\(included)" })
    }
    if let credit = line.credit {
      add("takes back", "line \(credit.line) of \(credit.document), \(credit.days) days")
      add("days left", line.basis.liveDays.map { "\($0) before this credit" })
      if credit.earlier != 0 {
        add("earlier credits", "\(money(credit.earlier).majorText)")
      }
    }
    if line.basis.isRebilled {
      add("rebills", "days that are credited, with the discounts they had")
    }
    let taxes = line.taxes.map { "\($0)" }.joined(separator: ", ")
    let day = line.taxDate.map { " on \($0)" } ?? ""
    add("taxes", taxes.isEmpty ? "none" : taxes + day)
    return facts
  }

  /// What a discount is.
  func facts(of discount: IssuedDocument.Discount, lines: [Int]) -> [Explanation.Fact] {
    var facts: [Explanation.Fact] = []
    switch discount.value {
    case .percent(let ratio):
      facts.append(.init("coupon", "\(discount.coupon ?? ""), \(ratio.percent)"))
    case .fixed(let amount):
      facts.append(.init("coupon", "\(discount.coupon ?? ""), \(amount.majorText)"))
    case nil: facts.append(.init("discount", discount.isGoodwill ? "goodwill" : "an amount"))
    }
    facts.append(.init("lines", ranges(lines.map { $0 + 1 })))
    return facts
  }

  /// What a tax group is.
  func facts(of tax: IssuedDocument.Tax, number: Int) -> [Explanation.Fact] {
    var facts: [Explanation.Fact] = []
    if let rate = tax.rate {
      let value =
        switch tax.value {
        case .percent(let percent, _): "\(percent) %"
        case .fixed(let each): "\(each.majorText) a line"
        case nil: "nothing"
        }
      let words = [tax.isInclusive ? "included" : "on top", tax.isCompound ? "compound" : nil]
      let from = tax.validFrom.map { ", from \($0) on" } ?? ""
      facts.append(
        .init(
          "rate",
          "\(rate) \(value), "
            + words.compactMap { $0 }.joined(separator: ", ") + from))
    }
    facts.append(.init("category", tax.category + (tax.reason.map { ", \($0)" } ?? "")))
    let lines = document.lines.indices.filter { document.lines[$0].taxes.contains(number) }
    facts.append(.init("lines", ranges(lines.map { $0 + 1 })))
    let days = Set(lines.compactMap { document.lines[$0].taxDate }).sorted()
    if let first = days.first, let last = days.last {
      facts.append(.init("tax date", first == last ? "\(first)" : "\(first) to \(last)"))
    }
    return facts
  }

  /// Numbers in order: `1–3, 5`.
  private func ranges(_ numbers: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)"
    }.joined(separator: ", ")
  }
}

extension Period {
  /// The first and the last day.
  var words: String { "\(start) – \(lastDay)" }
}

extension IssuedDocument.Line {
  /// What it bills, in words.
  fileprivate var billed: String {
    let kind =
      switch self.kind {
      case .period: "a period"
      case .usage: basis.billedBefore == nil ? "usage" : "late usage"
      case .minimum: "what lacks to the minimum"
      case .credit: "credit of billed days"
      case .pending: "a one-off item"
      case .goodwill: "goodwill"
      case .lateFee: "a late fee"
      case .manual: "a line written by hand"
      }
    guard let subscription else { return kind }
    return "\(kind) of subscription \(subscription), "
      + (slot == 0 ? "its own plan" : "add-on \(slot)")
  }
}

extension IssuedDocument.PriceVersion {
  /// How usage was measured.
  fileprivate func measured(_ line: IssuedDocument.Line) -> String? {
    guard line.kind == .usage, let aggregation else { return nil }
    let words =
      switch aggregation {
      case "max": "the largest record"
      case "last": "the newest record"
      case "unique": "different quantities"
      default: "the sum of the records"
      }
    return words + " of these days" + (records.map { ", of which \($0) are there now" } ?? "")
  }
}

extension Price {
  /// Model and figures: `per unit 49, valid from 2026-11-01`.
  fileprivate func words(custom: ExactDecimal?) -> String {
    let included = includedQuantity.isZero ? nil : "\(includedQuantity) included"
    let minimum = minimumAmount.map { "minimum \($0)" }
    // The catalog's beginning of time.
    let from = "valid from " + (validFrom.year > 1 ? "\(validFrom)" : "the beginning")
    return [model.words(custom: custom), included, minimum, from].compactMap { $0 }
      .joined(separator: ", ")
  }
}

extension PriceModel {
  fileprivate func words(custom: ExactDecimal?) -> String {
    switch self {
    case .perUnit(let price): "per unit \(price)"
    case .flat(let price): "flat \(price)"
    case .tiered(let tiers): "tiered: \(tiers.words)"
    case .volume(let tiers): "volume: \(tiers.words)"
    case .package(let package): "\(package.price) per package of \(package.size)"
    case .stairstep(let tiers): "stairstep: \(tiers.words)"
    case .percentage(let percent): "\(percent) % of the quantity"
    case .custom: custom.map { "custom \($0)" } ?? "custom, as agreed"
    }
  }
}

extension PriceTiers {
  fileprivate var words: String {
    tiers.indices.map { index in
      let tier = tiers[index]
      let unit = tier.unitCost.isZero && !tier.flatCost.isZero ? nil : "\(tier.unitCost) each"
      let flat = tier.flatCost.isZero ? nil : "\(tier.flatCost) flat"
      return bounds(index).words + " "
        + [unit, flat].compactMap { $0 }.joined(separator: " and ")
    }.joined(separator: "; ")
  }
}
