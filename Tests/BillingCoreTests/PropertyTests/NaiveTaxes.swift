// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// Taxes of the naive model: what RULES 1.3 and 1.4 say, by lists of lines.
struct NaiveTaxes {
  let books: Books

  private typealias Key = NaiveModel.TaxKey
  private var mode: RoundingMode { books.seller.rounding }
  private var isPerLine: Bool { books.seller.taxRounding == .line }

  func tax(_ document: inout NaiveModel.Document) {
    for index in document.lines.indices { document.lines[index].net = document.lines[index].left }
    for line in document.lines {
      for key in line.taxes where !document.taxes.contains(where: { $0.key == key }) {
        document.taxes.append(.init(key: key, untaxed: nil))
      }
      if let group = line.untaxed, !document.taxes.contains(where: { $0.untaxed == group }) {
        document.taxes.append(.init(key: nil, untaxed: group))
      }
    }
    takeOut(&document)
    for index in document.taxes.indices {
      guard let key = document.taxes[index].key else {
        let lines = document.lines.filter { $0.untaxed == document.taxes[index].untaxed }
        document.taxes[index].base = lines.map(\.net).reduce(0, +)
        continue
      }
      if rate(key).inclusive { continue }
      let lines = document.lines.filter { $0.taxes.contains(key) }
      document.taxes[index].base = base(key, lines)
      document.taxes[index].amount = amount(key, lines)
      document.tax += document.taxes[index].amount
    }
    addAmounts(&document)
  }

  /// Amounts of no rate: they are of no percentage, and none is of them.
  private func addAmounts(_ document: inout NaiveModel.Document) {
    let lines = document.lines.filter { $0.taxAmount != nil }
    if lines.isEmpty { return }
    let amount = lines.map { $0.taxAmount ?? 0 }.reduce(0, +)
    document.taxes.append(
      .init(key: nil, untaxed: nil, base: lines.map(\.net).reduce(0, +), amount: amount))
    document.tax += amount
  }

  /// The category of a group in UNCL 5305.
  func category(of tax: NaiveModel.Tax) -> String {
    if let untaxed = tax.untaxed { return untaxed.category }
    return tax.key.flatMap { percent($0) } == Fraction(0) ? "Z" : "S"
  }

  /// Whether a line bears one tax both within its price and on top of it; no rate here names a
  /// jurisdiction, so its percentage is all that tells it.
  func isBothWays(_ line: NaiveModel.Line) -> Bool {
    line.taxes.contains { within in
      line.taxes.contains { above in
        rate(within).inclusive && !rate(above).inclusive && percent(within) != nil
          && percent(within) == percent(above)
      }
    }
  }

  private func rate(_ key: Key) -> TaxRate { books.taxRates[key.rate] }

  private func percent(_ key: Key) -> Fraction? {
    guard case .percent(let percent, _) = rate(key).versions[key.version].value else { return nil }
    return Fraction(percent) / Fraction(100)
  }

  private func fixed(_ key: Key, _ line: NaiveModel.Line) -> Int64 {
    guard case .fixed(let money) = rate(key).versions[key.version].value else { return 0 }
    return line.amount < 0 ? -money.minor : money.minor
  }

  // MARK: - On top

  private func amount(_ key: Key, _ lines: [NaiveModel.Line]) -> Int64 {
    guard let percent = percent(key) else { return lines.map { fixed(key, $0) }.reduce(0, +) }
    if isPerLine && lines.count > 1 { return lines.map { amount(key, [$0]) }.reduce(0, +) }
    return (Fraction(Int128(base(key, lines))) * percent).rounded(mode)
  }

  private func base(_ key: Key, _ lines: [NaiveModel.Line]) -> Int64 {
    var sum = lines.map(\.net).reduce(0, +)
    guard rate(key).compound else { return sum }
    var earlier: [Key] = []
    for line in lines {
      for other in line.taxes.prefix(while: { $0 != key })
      where !rate(other).inclusive && !earlier.contains(other) {
        earlier.append(other)
      }
    }
    for other in earlier { sum += amountOrLines(other, lines.filter { $0.taxes.contains(other) }) }
    return sum
  }

  /// Per line also where the base of several lines is wanted.
  private func amountOrLines(_ key: Key, _ lines: [NaiveModel.Line]) -> Int64 {
    isPerLine ? lines.map { amount(key, [$0]) }.reduce(0, +) : amount(key, lines)
  }

  // MARK: - Within the price

  private func takeOut(_ document: inout NaiveModel.Document) {
    var sets: [[Key]] = []
    for line in document.lines {
      let inside = line.taxes.filter { rate($0).inclusive }
      if !inside.isEmpty, !sets.contains(inside) { sets.append(inside) }
    }
    for set in sets {
      let lines = document.lines.indices.filter { index in
        document.lines[index].taxes.filter { rate($0).inclusive } == set
      }
      for group in isPerLine ? lines.map({ [$0] }) : [lines] { takeOut(set, group, &document) }
    }
  }

  private func takeOut(_ set: [Key], _ lines: [Int], _ document: inout NaiveModel.Document) {
    var taken: [Key: Int64] = [:]
    for key in set where percent(key) == nil {
      for line in lines {
        let part = fixed(key, document.lines[line])
        document.lines[line].net -= part
        taken[key, default: 0] += part
      }
    }
    let gross = lines.map { document.lines[$0].net }.reduce(0, +)
    // Each rate as a share of the net, in order.
    var whole = Fraction(1)
    var shares: [(key: Key, share: Fraction)] = []
    for key in set {
      guard let percent = percent(key), percent > Fraction(0) else { continue }
      let share = rate(key).compound ? whole * percent : percent
      whole = whole + share
      shares.append((key, share))
    }
    var net = gross
    if shares.count == 1 {
      net -= (Fraction(Int128(gross)) * (shares[0].share / whole)).rounded(mode)
    } else if shares.count > 1 {
      net = (Fraction(Int128(gross)) / whole).rounded(mode)
    }
    var rest = gross - net
    for (key, share) in shares.dropLast() {
      let part = (Fraction(Int128(net)) * share).rounded(mode)
      taken[key, default: 0] += part
      rest -= part
    }
    if let last = shares.last { taken[last.key, default: 0] += rest }
    spread(net, gross, whole, lines, &document)
    for index in document.taxes.indices {
      guard let key = document.taxes[index].key, set.contains(key) else { continue }
      document.taxes[index].base += net
      if rate(key).compound, percent(key).map({ $0 > Fraction(0) }) ?? false {
        // Also of the percentages before it.
        for earlier in set.prefix(while: { $0 != key }) where percent(earlier) != nil {
          document.taxes[index].base += taken[earlier] ?? 0
        }
      }
      document.taxes[index].amount += taken[key] ?? 0
    }
  }

  private func spread(
    _ net: Int64, _ gross: Int64, _ whole: Fraction, _ lines: [Int],
    _ document: inout NaiveModel.Document
  ) {
    if whole == Fraction(1) { return }
    let sign: Int64 = gross < 0 ? -1 : 1
    let exact = lines.map { Fraction(Int128(sign * document.lines[$0].net)) / whole }
    for (line, part) in zip(lines, NaiveModel.share(sign * net, exact)) {
      document.lines[line].net = sign * part
    }
  }
}
