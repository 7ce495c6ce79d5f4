// SPDX-License-Identifier: Apache-2.0

extension Explainer {
  /// A percentage within the prices, with gross over net up to and with it.
  private struct Share {
    let group: Int
    let ratio: Ratio
    let factor: Ratio
  }

  /// Takes included taxes out of the prices: lines that bear the same ones go together (RULES 1.4).
  func extract(_ work: inout TaxWork) throws(Issue) {
    var masks: [[Int]] = []
    var lines: [[Int]: [Int]] = [:]
    for (index, line) in document.lines.enumerated() where line.kind != .credit {
      let mask = line.taxes.map { $0 - 1 }.filter {
        document.taxes.indices.contains($0) && document.taxes[$0].isInclusive
      }.sorted()
      if mask.isEmpty { continue }
      if lines[mask] == nil { masks.append(mask) }
      lines[mask, default: []].append(index)
    }
    for mask in masks {
      let together = lines[mask] ?? []
      for part in document.taxRounding == .line ? together.map({ [$0] }) : [together] {
        try extract(mask, from: part, &work)
      }
    }
  }

  private func extract(
    _ groups: [Int], from lines: [Int], _ work: inout TaxWork
  ) throws(Issue) {
    for group in groups { try extractFixed(group, from: lines, &work) }
    let gross = lines.map { work.nets[$0] }
    let sum = try total(gross)
    var net = sum
    let shares = try shares(of: groups)
    if let last = shares.last {
      net = try self.net(of: sum, shares, &work)
      try give(try total([sum, net.negated()]), of: net, to: shares, &work)
      let nets = try exact { () throws(MoneyError) in
        try InclusiveTaxation.nets(net, gross: sum, factor: last.factor, of: gross)
      }
      for (position, line) in lines.enumerated() {
        let inverse = Ratio(last.factor.denominator, last.factor.numerator) ?? .one
        work.netPieces[line].append(
          Piece(
            label: "net", rule: .taxIncluded, formula: "\(text(gross[position])) × \(inverse)",
            exact: ExactValue(gross[position], per: inverse), note: "largest remainder",
            result: nets[position]))
        work.nets[line] = nets[position]
      }
    }
    for group in groups {
      work.bases[group].append(
        Piece(
          label: "base", rule: .taxIncluded,
          formula: self.sum(lines.map { work.nets[$0] }, of: "nets"), result: net))
    }
  }

  private func extractFixed(
    _ group: Int, from lines: [Int], _ work: inout TaxWork
  ) throws(Issue) {
    guard case .fixed(let each) = document.taxes[group].value else { return }
    var amounts: [Money] = []
    for line in lines {
      let signed = document.lines[line].amount < 0 ? each.negated() : each
      let net = try total([work.nets[line], signed.negated()])
      work.netPieces[line].append(
        Piece(
          label: "net", rule: .taxFixed, formula: text(work.nets[line]) + less(signed),
          result: net))
      work.nets[line] = net
      amounts.append(signed)
    }
    work.amounts[group].append(
      Piece(
        label: "tax", rule: .taxFixed, formula: sum(amounts, of: "lines"),
        result: try total(amounts)))
  }

  /// The percentages above zero: 1 + Σ rates, times (1 + rate) for a compound one.
  private func shares(of groups: [Int]) throws(Issue) -> [Share] {
    var shares: [Share] = []
    var factor = Ratio.one
    for group in groups {
      guard case .percent(_, let ratio) = document.taxes[group].value, !ratio.isZero else {
        continue
      }
      (factor, shares) = try exact { () throws(MoneyError) in
        let ofNet = document.taxes[group].isCompound ? try factor.times(ratio) : ratio
        let next = try factor.plus(ofNet)
        return (next, shares + [Share(group: group, ratio: ofNet, factor: next)])
      }
    }
    return shares
  }

  /// Of one rate the tax is rounded and the net is the rest; of several the net is rounded.
  private func net(
    of gross: Money, _ shares: [Share], _ work: inout TaxWork
  ) throws(Issue) -> Money {
    if shares.count == 1 {
      let share = try exact { () throws(MoneyError) in try shares[0].ratio.inclusiveShare() }
      return try total([gross, try rounded(ExactValue(gross, per: share)).negated()])
    }
    guard let factor = shares.last?.factor,
      let inverse = Ratio(factor.denominator, factor.numerator)
    else { return gross }
    return try rounded(ExactValue(gross, per: inverse))
  }

  /// Gives each rate its part of what is not net.
  private func give(
    _ tax: Money, of net: Money, to shares: [Share], _ work: inout TaxWork
  ) throws(Issue) {
    let gross = try total([net, tax])
    if shares.count == 1 {
      let share = try exact { () throws(MoneyError) in try shares[0].ratio.inclusiveShare() }
      return work.amounts[shares[0].group].append(
        Piece(
          label: "tax", rule: .taxIncluded, formula: "\(text(gross)) × \(share)",
          exact: ExactValue(gross, per: share), result: tax))
    }
    var rest = tax
    for (position, share) in shares.enumerated() {
      let isLast = position == shares.count - 1
      let value = ExactValue(net, per: share.ratio)
      let part = isLast ? rest : try rounded(value)
      let given = try total([tax, rest.negated()])
      rest = try total([rest, part.negated()])
      if document.taxes[share.group].isCompound, !given.isZero {
        work.bases[share.group].append(
          Piece(
            label: "taxes before", rule: .taxCompound, formula: "included taxes before it",
            result: given))
      }
      work.amounts[share.group].append(
        Piece(
          label: "tax", rule: .taxIncluded,
          formula: isLast
            ? "the rest: \(text(gross))" + less(net, given)
            : "\(text(net)) × \(share.ratio.percent)",
          exact: isLast ? nil : value, result: part))
    }
  }
}
