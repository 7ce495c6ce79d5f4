// SPDX-License-Identifier: Apache-2.0

/// What recurs: its interval, and its published prices.
public struct Plan: Sendable {
  /// The key in the database.
  public let id: ID<Plan>
  /// The id by which people and files name the plan.
  public let code: String
  /// The currency of all its prices; a subscription's currency is its plan's (RULES 1.11).
  public let currency: Currency
  /// The unit of its period.
  public let interval: Interval
  /// How many units make a period, at least one.
  public let intervalCount: Int
  /// Whether the quantity is the subscription's, or measured.
  public let quantityType: QuantityType
  /// False for what is exempt from tax by its nature.
  public let taxable: Bool
  /// False for what no discount touches.
  public let discountable: Bool
  /// Narrows the seller's tax rules, nil for none.
  public let taxCategory: String?
  /// The published prices, the earliest first.
  public let prices: [Price]

  /// Where a charge's quantity comes from.
  public enum QuantityType: String, Sendable {
    /// The subscription's own quantity.
    case constant
    /// Usage records of the period that ended.
    case usage
  }

  /// Creates a plan; prices may come in any order.
  public init(
    id: ID<Plan>, code: String, currency: Currency, interval: Interval, intervalCount: Int,
    quantityType: QuantityType = .constant, taxable: Bool = true, discountable: Bool = true,
    taxCategory: String? = nil, prices: [Price]
  ) {
    self.id = id
    self.code = code
    self.currency = currency
    self.interval = interval
    self.intervalCount = intervalCount
    self.quantityType = quantityType
    self.taxable = taxable
    self.discountable = discountable
    self.taxCategory = taxCategory
    self.prices = prices.sorted { $0.validFrom < $1.validFrom }
  }

  /// The price valid on a day, which is a period's first (RULES 5, price version); nil before the
  /// first one.
  public func price(on day: LocalDate) -> Price? {
    prices.last { $0.validFrom <= day }
  }
}
