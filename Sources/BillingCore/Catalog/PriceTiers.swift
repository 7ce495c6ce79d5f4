// SPDX-License-Identifier: Apache-2.0

/// The tiers of a price, the lowest first; together they cover every quantity above zero.
///
/// Tier k covers (upper bound of k − 1, its own upper bound], so that 50.5 is in no hole between 50
/// and 51, and zero is in none (RULES 1.9).
public struct PriceTiers: Sendable, Hashable {
  /// The tiers, the lowest first.
  public let tiers: [Tier]

  /// Makes a price's tiers.
  ///
  /// Nil without tiers, where the bounds do not rise from above zero, and where another tier than
  /// the last has no upper bound, or the last one has.
  public init?(_ tiers: [Tier]) {
    guard let last = tiers.last, last.upTo == nil else { return nil }
    var above = ExactDecimal.zero
    for tier in tiers.dropLast() {
      guard let upTo = tier.upTo, upTo > above else { return nil }
      above = upTo
    }
    self.tiers = tiers
  }

  /// What the units within some bounds cost.
  public struct Tier: Sendable, Hashable {
    /// The upper bound, inclusive; nil: no end.
    public let upTo: ExactDecimal?
    /// Of each unit.
    public let unitCost: ExactDecimal
    /// Once, whatever the number of units.
    public let flatCost: ExactDecimal

    /// Creates a tier.
    public init(upTo: ExactDecimal?, unitCost: ExactDecimal, flatCost: ExactDecimal) {
      self.upTo = upTo
      self.unitCost = unitCost
      self.flatCost = flatCost
    }
  }

  /// The quantities that a tier covers: (above, up to].
  public struct Bounds: Sendable, Hashable {
    /// The lower bound, exclusive.
    public let above: ExactDecimal
    /// The upper bound, inclusive; nil: no end.
    public let upTo: ExactDecimal?
  }

  /// What a tier covers.
  func bounds(_ index: Int) -> Bounds {
    Bounds(
      above: index == 0 ? .zero : tiers[index - 1].upTo ?? .zero, upTo: tiers[index].upTo)
  }

  /// The tier that a quantity above zero is in.
  func place(of quantity: ExactDecimal) -> Int {
    tiers.firstIndex { $0.upTo.map { quantity <= $0 } ?? true } ?? tiers.count - 1
  }
}
