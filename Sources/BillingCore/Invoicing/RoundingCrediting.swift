// SPDX-License-Identifier: Apache-2.0

/// Gives the cash rounding of invoices back (RULES 1.10): the credit note after which nothing is
/// left of an invoice, nor of the invoices that have taken it back since, takes it along.
///
/// Counts within one account what its documents leave of billed lines, since several may take parts
/// of one. An invoice whose lines take others back has a rounding of its own, and takes none along.
struct RoundingCrediting {
  /// Nil once it is given back, or will not be.
  private var open: [BilledRounding?]
  /// How many lines each waits for.
  private var waits: [Int]
  private var lines: [LineName: Line] = [:]

  private struct LineName: Hashable {
    let invoice: ID<BilledInvoice>
    let number: Int32
  }

  private struct Line {
    var rest: Money
    /// Which roundings wait for it.
    var waiting: [Int] = []
  }

  init(_ roundings: [BilledRounding] = []) {
    open = roundings
    waits = roundings.map(\.lines.count)
    for (place, rounding) in roundings.enumerated() {
      for line in rounding.lines {
        let name = LineName(invoice: line.invoice, number: line.number)
        lines[name, default: Line(rest: line.rest)].waiting.append(place)
      }
    }
  }

  /// Gives back what goes along with a document's credit lines, once its total stands; a note never
  /// comes to less than nothing by it.
  ///
  /// Throws `amountOverflow`.
  mutating func give(to draft: inout InvoiceDraft) throws(Issue) {
    if lines.isEmpty || draft.lineCredits.isEmpty { return }
    var touched: Set<Int> = []
    for credit in draft.lineCredits {
      let name = LineName(invoice: credit.invoice, number: credit.number)
      guard var line = lines[name] else { continue }
      line.rest = try exact { () throws(MoneyError) in try line.rest.subtracting(credit.amount) }
      if line.rest.isZero { for place in line.waiting { waits[place] -= 1 } }
      lines[name] = line
      touched.formUnion(line.waiting)
    }
    for place in touched.sorted() {
      // What an invoice has taken back waits for its new lines, too, which a later run gives back.
      if draft.kind == .creditNote, waits[place] > 0 { continue }
      if draft.kind == .creditNote, let billed = open[place] { try draft.giveBack(billed) }
      open[place] = nil
    }
  }
}

extension InvoiceDraft {
  fileprivate mutating func giveBack(_ billed: BilledRounding) throws(Issue) {
    let worth = try exact { [self] () throws(MoneyError) in try total.adding(rounding) }
    let least = worth.negated()
    try giveBack(billed.amount.minor < least.minor ? least : billed.amount, of: billed.invoice)
  }

  /// Gives a part of the cash rounding of an invoice back, or all of it.
  ///
  /// Throws `amountOverflow`.
  mutating func giveBack(_ amount: Money, of invoice: ID<BilledInvoice>) throws(Issue) {
    if amount.isZero { return }
    rounding = try exact { [self] () throws(MoneyError) in
      let sum = try rounding.adding(amount)
      _ = try total.adding(sum)
      return sum
    }
    roundingCredits.append(RoundingCredit(invoice: invoice, amount: amount))
  }
}
