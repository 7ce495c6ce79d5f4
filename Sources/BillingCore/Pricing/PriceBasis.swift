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

  /// The quantity that was priced.
  public struct Quantity: Hashable, Sendable {
    /// The charge's: ordered, or measured over the days.
    public let total: ExactDecimal
    /// What the price includes of it, which was taken off before pricing; zero for nothing.
    public let included: ExactDecimal
    /// The real factors of the line where it reads 1 × amount; nil: its own columns are these.
    public let factors: Factors?
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
