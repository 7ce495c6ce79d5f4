// SPDX-License-Identifier: Apache-2.0

/// One published price of a plan; it is superseded by a later one, never edited.
public struct Price: Sendable, Hashable {
  /// The key in the database.
  public let id: ID<Price>
  /// The first day on which it counts.
  public let validFrom: LocalDate
  /// How a quantity becomes an amount.
  public let model: PriceModel
  /// Taken off the quantity of a whole period before it is priced, not below zero.
  public let includedQuantity: ExactDecimal
  /// The least that a whole period comes to, in major units; nil for none.
  public let minimumAmount: ExactDecimal?

  /// Creates a price.
  public init(
    id: ID<Price>, validFrom: LocalDate, model: PriceModel,
    includedQuantity: ExactDecimal = .zero, minimumAmount: ExactDecimal? = nil
  ) {
    self.id = id
    self.validFrom = validFrom
    self.model = model
    self.includedQuantity = includedQuantity
    self.minimumAmount = minimumAmount
  }
}

/// The price models, each with its figures in major units of the plan's currency.
public enum PriceModel: Sendable, Hashable {
  /// Quantity times the unit price.
  case perUnit(ExactDecimal)
  /// The same amount whatever the quantity.
  case flat(ExactDecimal)
  /// Graduated: the units within each tier at that tier's price.
  case tiered(PriceTiers)
  /// All units at the price of the tier that the quantity reaches.
  case volume(PriceTiers)
  /// A price for each package that is begun.
  case package(Package)
  /// The flat cost of the tier that the quantity reaches.
  case stairstep(PriceTiers)
  /// Per cent of the quantity, which is money.
  case percentage(ExactDecimal)
  /// The price stands on the subscription or add-on; it may be negative.
  case custom

  /// So many units that are sold together.
  public struct Package: Sendable, Hashable {
    /// Of one package.
    public let price: ExactDecimal
    /// The units of one package, above zero.
    public let size: ExactDecimal

    /// Creates a package; nil where its size is not above zero.
    public init?(price: ExactDecimal, size: ExactDecimal) {
      guard size > .zero else { return nil }
      self.price = price
      self.size = size
    }
  }

  /// The names of the models in the database and in files.
  public enum Mode: String, Sendable {
    /// `PriceModel.perUnit`
    case perUnit = "per_unit"
    /// `PriceModel.flat`
    case flat
    /// `PriceModel.tiered`
    case tiered
    /// `PriceModel.volume`
    case volume
    /// `PriceModel.package`
    case package
    /// `PriceModel.stairstep`
    case stairstep
    /// `PriceModel.percentage`
    case percentage
    /// `PriceModel.custom`
    case custom
  }

  /// Whether the price jumps with the quantity, so that it says nothing of one below zero.
  var hasSteps: Bool {
    switch self {
    case .tiered, .volume, .package, .stairstep: true
    case .perUnit, .flat, .percentage, .custom: false
    }
  }
}
