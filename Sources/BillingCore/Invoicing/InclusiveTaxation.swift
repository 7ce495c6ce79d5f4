// SPDX-License-Identifier: Apache-2.0

/// Takes the taxes that prices include out of them: the total never moves (RULES 1.4).
///
/// Lines that bear the same inclusive taxes go together. Fixed amounts come out first. One rate:
/// its tax is rounded and the net is the rest. Several: the net is rounded and the last tax is the
/// rest. The lines share the net by exact allocation.
struct InclusiveTaxation {
  let catalog: Catalog
  let seller: Seller

  /// A percentage of a group, with gross over net up to and with it.
  private struct Share {
    let group: Int
    let ratio: Ratio
    let factor: Ratio
  }

  /// Replaces the gross amount in each line's net, for the tax groups of a mask.
  func extract(_ groups: UInt32, from draft: inout InvoiceDraft) throws(MoneyError) {
    var masks: [UInt32] = []
    for line in draft.lines.indices {
      let mask = draft.lines[line].taxMask & groups
      if mask != 0, !masks.contains(mask) { masks.append(mask) }
    }
    for mask in masks {
      let lines = draft.lines.indices.filter { draft.lines[$0].taxMask & groups == mask }
      let taxes = draft.taxes.indices.filter { mask & 1 << UInt32($0) != 0 }
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
    try extractFixed(taxes, from: lines, of: &draft)
    var gross = Money.zero(draft.currency)
    for line in lines { gross = try gross.adding(draft.lines[line].net) }
    let shares = try shares(of: taxes, in: draft)
    var net = gross
    if let last = shares.last {
      net = try self.net(of: gross, shares)
      try spread(net, gross: gross, factor: last.factor, over: lines, of: &draft)
      try give(gross.subtracting(net), of: net, to: shares, in: &draft)
    }
    for group in taxes {
      draft.taxes[group].base = try draft.taxes[group].base.adding(net)
    }
  }

  private func extractFixed(
    _ taxes: [Int], from lines: [Int], of draft: inout InvoiceDraft
  ) throws(MoneyError) {
    for group in taxes {
      guard case .fixed(let money) = catalog.value(of: draft.taxes[group]) else { continue }
      for line in lines {
        let signed = draft.lines[line].amount.isNegative ? money.negated() : money
        draft.lines[line].net = try draft.lines[line].net.subtracting(signed)
        draft.taxes[group].amount = try draft.taxes[group].amount.adding(signed)
      }
    }
  }

  /// The percentages above zero: 1 + Σ rates, times (1 + rate) for a compound one.
  private func shares(of taxes: [Int], in draft: InvoiceDraft) throws(MoneyError) -> [Share] {
    var shares: [Share] = []
    var factor = Ratio.one
    for group in taxes {
      guard case .percent(_, let ratio) = catalog.value(of: draft.taxes[group]), !ratio.isZero
      else { continue }
      let ofNet = catalog.isCompound(draft.taxes[group]) ? try factor.times(ratio) : ratio
      factor = try factor.plus(ofNet)
      shares.append(Share(group: group, ratio: ofNet, factor: factor))
    }
    return shares
  }

  private func net(of gross: Money, _ shares: [Share]) throws(MoneyError) -> Money {
    if shares.count == 1 {
      let share = try shares[0].ratio.inclusiveShare()
      return try gross.subtracting(gross.scaled(by: share, rounding: seller.rounding))
    }
    guard let factor = shares.last?.factor,
      let inverse = Ratio(factor.denominator, factor.numerator)
    else { return gross }
    return try gross.scaled(by: inverse, rounding: seller.rounding)
  }

  private func give(
    _ tax: Money, of net: Money, to shares: [Share], in draft: inout InvoiceDraft
  ) throws(MoneyError) {
    var rest = tax
    for (position, share) in shares.enumerated() {
      // A compound tax is also taken of those before it.
      if catalog.isCompound(draft.taxes[share.group]) {
        draft.taxes[share.group].base = try draft.taxes[share.group].base
          .adding(tax.subtracting(rest))
      }
      let isLast = position == shares.count - 1
      let part = isLast ? rest : try net.scaled(by: share.ratio, rounding: seller.rounding)
      rest = try rest.subtracting(part)
      draft.taxes[share.group].amount = try draft.taxes[share.group].amount.adding(part)
    }
  }

  private func spread(
    _ net: Money, gross: Money, factor: Ratio, over lines: [Int], of draft: inout InvoiceDraft
  ) throws(MoneyError) {
    let nets = try Self.nets(
      net, gross: gross, factor: factor, of: lines.map { draft.lines[$0].net })
    for (line, net) in zip(lines, nets) { draft.lines[line].net = net }
  }

  /// Gives each line's gross amount its net so that the nets sum to the group's (RULES 1.1):
  /// floors, then one unit each to the largest remainders, ties to the lower line; mirrored where
  /// the gross is negative.
  static func nets(
    _ net: Money, gross: Money, factor: Ratio, of lines: [Money]
  ) throws(MoneyError) -> [Money] {
    let sign: Int64 = gross.isNegative ? -1 : 1
    let divisor = Int128(factor.numerator)
    var floors: [(floor: Int64, remainder: Int128)] = []
    var rest = net.minor * sign
    for line in lines {
      let product = Int128(line.minor * sign) * Int128(factor.denominator)
      var (quotient, remainder) = product.quotientAndRemainder(dividingBy: divisor)
      if remainder < 0 { (quotient, remainder) = (quotient - 1, remainder + divisor) }
      guard let floor = Int64(exactly: quotient) else { throw .overflow }
      floors.append((floor, remainder))
      rest -= floor
    }
    let order = floors.indices.sorted {
      let (left, right) = (floors[$0].remainder, floors[$1].remainder)
      return left != right ? left > right : $0 < $1
    }
    var nets = lines
    for (position, index) in order.enumerated() {
      let unit: Int64 = position < rest ? 1 : 0
      nets[index] = Money(minor: (floors[index].floor + unit) * sign, currency: net.currency)
    }
    return nets
  }
}
