// SPDX-License-Identifier: Apache-2.0

/// One published price of a plan; it is superseded by a later one, never edited.
public struct Price: Sendable, Hashable {
  /// The key in the database.
  public let id: ID<Price>
  /// The first day on which it counts.
  public let validFrom: LocalDate
  /// How a quantity becomes an amount.
  public let model: PriceModel

  /// Creates a price.
  public init(id: ID<Price>, validFrom: LocalDate, model: PriceModel) {
    self.id = id
    self.validFrom = validFrom
    self.model = model
  }
}

/// The price models, each with its figures in major units of the plan's currency.
public enum PriceModel: Sendable, Hashable {
  /// Quantity times the unit price.
  case perUnit(ExactDecimal)
  /// The same amount whatever the quantity.
  case flat(ExactDecimal)
  /// The price stands on the subscription or add-on; it may be negative.
  case custom
  /// A model that this version does not price: its name. Customers who have it are held.
  case unsupported(String)
}
