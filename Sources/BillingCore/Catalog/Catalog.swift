// SPDX-License-Identifier: Apache-2.0

/// All that is sold and all rates, read once and never changed; accounts refer to it by index, and
/// all that price share one, so that pricing copies nothing.
public final class Catalog: Sendable {
  /// The plans.
  public let plans: [Plan]
  /// The tax rates.
  public let taxRates: [TaxRate]
  /// The coupons.
  public let coupons: [Coupon]
  /// The indices of tax rates that apply by a rule of the seller's.
  public let ruledTaxRates: [Int]

  private let plansByPrice: [ID<Price>: Int]

  /// Creates a catalog.
  public init(plans: [Plan], taxRates: [TaxRate] = [], coupons: [Coupon] = []) {
    self.plans = plans
    self.taxRates = taxRates
    self.coupons = coupons
    self.ruledTaxRates = taxRates.indices.filter { taxRates[$0].rule != nil }
    var plansByPrice: [ID<Price>: Int] = [:]
    for index in plans.indices {
      for price in plans[index].prices { plansByPrice[price.id] = index }
    }
    self.plansByPrice = plansByPrice
  }

  /// The index of the plan that a price is of.
  public func plan(ofPrice id: ID<Price>) -> Int? { plansByPrice[id] }
}
