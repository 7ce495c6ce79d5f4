// SPDX-License-Identifier: Apache-2.0
import BillingCore

extension LineDraft {
  /// Whether it bills some of a period's days.
  var isPart: Bool { wholePeriod != nil && period != nil }

  /// What the price rule read beyond the line's columns, as the JSON of `invoice_line.pricing`
  /// (RULES 1.2); nil where the columns say it all.
  var pricingJSON: String? {
    if basis == nil, wholePeriod == nil, !isRebilled { return nil }
    var fields: [String] = []
    switch basis {
    case nil: break
    case .minimum(let amount): fields.append("\"minimum\":\(amount)")
    case .late(let late):
      fields.append("\"quantity\":\(late.quantity),\"billed_before\":\(late.billed.majorText)")
      if let price = late.customPrice { fields.append("\"price\":\(price)") }
    case .credit(let liveDays): fields.append("\"live_days\":\(liveDays)")
    case .givenCredit: fields.append("\"given\":true")
    case .quantity(let quantity, let rule):
      fields += rule.fields
      fields.append("\"quantity\":\(quantity.total)")
      if !quantity.included.isZero { fields.append("\"included_quantity\":\(quantity.included)") }
      if let factors = quantity.factors {
        fields.append("\"priced_quantity\":\(factors.quantity),\"price\":\(factors.price)")
      }
    }
    if let before = partsBefore { fields.append("\"parts_before\":\(before.majorText)") }
    if let whole = wholePeriod, let span = period {
      fields.append("\"days\":\(span.days),\"of_days\":\(whole.days)")
      fields.append("\"of_period\":[\"\(whole.start)\",\"\(whole.end)\"]")
    }
    if isRebilled { fields.append("\"rebilled\":true") }
    return "{\(fields.joined(separator: ","))}"
  }
}

extension PriceBasis.Rule {
  fileprivate var fields: [String] {
    switch self {
    case .plain(let mode): [Self.mode(mode)]
    case .tier(let mode, let bounds): [Self.mode(mode), bounds.field]
    case .tierFee(let mode, let bounds):
      [Self.mode(mode), bounds.field, "\"flat_cost\":true"]
    case .packages(let size): [Self.mode(.package), "\"package_size\":\(size)"]
    case .percent(let percent): [Self.mode(.percentage), "\"percent\":\(percent)"]
    }
  }

  private static func mode(_ mode: PriceModel.Mode) -> String {
    "\"pricing_mode\":\"\(mode.rawValue)\""
  }
}

extension PriceTiers.Bounds {
  /// Above the first, up to the second.
  fileprivate var field: String {
    "\"tier\":[\(above),\(upTo.map { "\($0)" } ?? "null")]"
  }
}
