// SPDX-License-Identifier: Apache-2.0

/// All that is sold and all rates, read once; accounts refer to it by index, so that pricing copies
/// nothing.
public struct Catalog: Sendable {
  /// The plans.
  public let plans: [Plan]
  /// The tax rates.
  public let taxRates: [TaxRate]
  /// The coupons.
  public let coupons: [Coupon]
  /// The indices of tax rates that apply by a rule of the seller's.
  public let ruledTaxRates: [Int]

  /// Creates a catalog.
  public init(plans: [Plan], taxRates: [TaxRate] = [], coupons: [Coupon] = []) {
    self.plans = plans
    self.taxRates = taxRates
    self.coupons = coupons
    self.ruledTaxRates = taxRates.indices.filter { taxRates[$0].rule != nil }
  }
}
