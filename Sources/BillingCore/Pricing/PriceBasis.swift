// SPDX-License-Identifier: Apache-2.0

/// What a line was priced from, where its own columns do not say it: it is kept with the line, so
/// that the line can be explained (RULES 1.2).
///
/// Boxed, since most lines have none.
public indirect enum PriceBasis: Hashable, Sendable {
  /// A quantity of the charge by a rule of its price.
  case quantity(Quantity, Rule)
  /// The price's minimum for a whole period, in major units: the line is what lacks to it.
  case minimum(ExactDecimal)
  /// All usage of a period that was billed before: the line is what it comes to now less that.
  case late(LateUsage)
  /// How many days of the credited line were still billed before the credit: the one that takes
  /// them all takes the rest (RULES 0.3).
  case credit(liveDays: Int)
  /// The amount that somebody gave back of the credited line.
  case givenCredit

  /// The quantity that was priced.
  public struct Quantity: Hashable, Sendable {
    /// The charge's: ordered, or measured over the days.
    public let total: ExactDecimal
    /// What the price includes of it, which was taken off before pricing; zero for nothing.
    public let included: ExactDecimal
    /// The real factors of the line where it reads 1 × amount; nil: its own columns are these.
    public let factors: Factors?
  }

  /// What late usage was rated from.
  public struct LateUsage: Hashable, Sendable {
    /// All that was measured over the days.
    public let quantity: ExactDecimal
    /// The price where the model is custom.
    public let customPrice: ExactDecimal?
    /// What the period had come to before, with its minimum.
    public let billed: Money
  }

  /// What a line's amount is the product of, with the share of days.
  public struct Factors: Hashable, Sendable {
    /// How many.
    public let quantity: ExactDecimal
    /// In major units, of a whole period.
    public let price: ExactDecimal
  }

  /// How a quantity became the line.
  public enum Rule: Hashable, Sendable {
    /// One price for all of it: per unit, custom or flat, or nothing used of any other model.
    case plain(PriceModel.Mode)
    /// The units of a tier, at its unit cost.
    case tier(PriceModel.Mode, PriceTiers.Bounds)
    /// The flat cost of a tier.
    case tierFee(PriceModel.Mode, PriceTiers.Bounds)
    /// Packages of so many units.
    case packages(ExactDecimal)
    /// So many per cent.
    case percent(ExactDecimal)
  }
}
