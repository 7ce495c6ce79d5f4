// SPDX-License-Identifier: Apache-2.0

/// An invoice that a credit note takes back, or a part of it, and the early discount on it.
public struct DiscountedInvoice: Hashable, Sendable {
  /// With taxes.
  public let total: Money
  /// What could be taken off the total for paying early; zero for none.
  public let discount: Money
  /// What of that stands now.
  public let standing: Money
  /// What the note takes back of it before taxes, beside other invoices: a weight.
  public let taken: Int64
  /// Nothing is left of it after the note.
  public let isWhole: Bool

  /// Makes one; all amounts are zero or more, and what stands is no more than the discount.
  public init(
    total: Money, discount: Money, standing: Money, taken: Int64, isWhole: Bool = false
  ) {
    self.total = total
    self.discount = discount
    self.standing = standing
    self.taken = taken
    self.isWhole = isWhole
  }

  /// What the discount that stands was granted on; the whole where none stands.
  fileprivate var base: Int64 {
    if standing.minor <= 0 || discount.minor <= 0 { return max(total.minor, 0) }
    return Int64(
      clamping: Int128(total.minor) * Int128(standing.minor) / Int128(discount.minor))
  }
}

/// What stays of early discounts once a credit note gives something back (RULES 1.13): who keeps a
/// half of what he was billed keeps a half of the discount.
public enum EarlyDiscountRest {
  /// The discount that stays on each invoice, R(discount × what is left / total).
  ///
  /// The note counts against each by what it takes of it, but no further than what its discount was
  /// granted on; what is over counts against the others, in order: a document whose own lines took
  /// an earlier one back gave its discount on the difference only. So does what it takes of credit
  /// notes, a weight too, which had no discount themselves. Of what is whole nothing stays. Throws
  /// when a sum does not fit.
  public static func kept(
    of invoices: [DiscountedInvoice], after note: Money, takenOfNotes: Int64 = 0,
    rounding: RoundingMode
  ) throws(MoneyError) -> [Money] {
    if invoices.isEmpty { return [] }
    let weights = invoices.map { max($0.taken, 0) } + [max(takenOfNotes, 0)]
    // Taken of neither, all of it is over.
    let shares =
      weights.contains { $0 > 0 }
      ? try note.allocated(by: weights) : weights.map { _ in .zero(note.currency) }
    var given = zip(invoices, shares).map { min($0.base, $1.minor) }
    var over = note.minor - given.reduce(0, +)
    for (place, invoice) in invoices.enumerated() {
      let more = min(over, invoice.base - given[place])
      given[place] += more
      over -= more
    }
    var kept: [Money] = []
    for (invoice, given) in zip(invoices, given) {
      if invoice.isWhole {
        kept.append(.zero(note.currency))
      } else if given <= 0 {
        kept.append(invoice.standing)
      } else if let left = Ratio(invoice.base - given, invoice.total.minor) {
        let rest = try invoice.discount.scaled(by: left, rounding: rounding)
        kept.append(rest.minor < invoice.standing.minor ? rest : invoice.standing)
      } else {
        kept.append(.zero(note.currency))
      }
    }
    return kept
  }
}
