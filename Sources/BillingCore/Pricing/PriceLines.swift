// SPDX-License-Identifier: Apache-2.0

extension Price {
  /// Appends the lines that a charge's quantity comes to, at least one: what its model makes of it,
  /// then what lacks to the minimum.
  ///
  /// An ordered quantity is priced for the whole period, and each line scaled by the share of days.
  /// A measured one is of these days alone: then flat costs, the included quantity and the minimum
  /// scale, unit prices and tier bounds do not (RULES 5). The caller empties the buffer, and may
  /// use it again. Throws `customAmountMissing`, `quantityNegative` or `amountOverflow`.
  func lines(
    of charged: ChargedQuantity, subscription: ID<Subscription>, plan: @autoclosure () -> String,
    into lines: inout [PricedLine]
  ) throws(Issue) {
    let first = lines.count
    var charged = charged
    if !includedQuantity.isZero { try charged.include(includedQuantity) }
    if charged.billable.isNegative, model.hasSteps {
      throw .quantityNegative(charged.billable, plan: plan(), subscription)
    }
    switch model {
    case .perUnit(let price): lines.append(try charged.units(at: price, .perUnit))
    case .flat(let price): lines.append(try charged.flat(price))
    case .tiered(let tiers): try charged.graduate(tiers, into: &lines)
    case .volume(let tiers): try charged.volume(tiers, into: &lines)
    case .package(let package): lines.append(try charged.packages(package))
    case .stairstep(let tiers): lines.append(try charged.step(tiers))
    case .percentage(let percent): lines.append(try charged.percentage(percent))
    case .custom:
      guard let price = charged.customPrice else {
        throw .customAmountMissing(plan: plan(), subscription)
      }
      lines.append(try charged.units(at: price, .custom))
    }
    guard let minimumAmount else { return }
    let missing = try charged.missing(to: minimumAmount, of: lines[first...])
    if let missing { lines.append(missing) }
  }
}
