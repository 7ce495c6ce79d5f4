// SPDX-License-Identifier: Apache-2.0

/// A rule of billing as a figure's explanation names it: where `docs/BILLING.md` has it, and the
/// paragraph of the rule book.
public enum BillingRule: String, CaseIterable, Sendable {
  case perUnit = "Prices: Per unit, flat, custom"
  case tiered = "Prices: Tiered"
  case volume = "Prices: Volume"
  case stairstep = "Prices: Stairstep"
  case package = "Prices: Package"
  case percentage = "Prices: Percentage"
  case nothingUsed = "Prices: Nothing used"
  case included = "Prices: Included"
  case minimum = "Prices: Minimum"
  case parts = "Prices: Parts"
  case lateUsage = "Usage: Late usage"
  case howMuchCredit = "Changes: How much"
  case repeatedCoupons = "Changes: Coupons"
  case discountOrder = "Discounts: Order"
  case discountSpread = "Discounts: Spread"
  case taxWhich = "Tax: Which"
  case reverseCharge = "Tax: Reverse charge"
  case taxRounded = "Tax: Where it is rounded"
  case taxIncluded = "Tax: Included"
  case taxCompound = "Tax: Compound"
  case taxFixed = "Tax: Fixed"
  case totals = "Totals, credit and terms: Total"
  case cash = "Totals, credit and terms: Cash"
  case credit = "Totals, credit and terms: Credit"
  case terms = "Totals, credit and terms: Terms"

  /// The heading and the bold words of `docs/BILLING.md`: `Prices: Tiered`.
  public var name: String { rawValue }

  /// The paragraphs of the rule book: `1.2`.
  public var paragraph: String {
    switch self {
    case .perUnit, .stairstep, .package, .percentage: "1.2"
    case .tiered, .volume, .nothingUsed: "1.2, 1.9"
    case .included, .minimum, .lateUsage, .repeatedCoupons: "5"
    case .parts: "0.4, 1.2"
    case .howMuchCredit: "0.3, 1.7"
    case .discountOrder, .discountSpread: "1.6"
    case .taxWhich: "1.3, 1.5"
    case .reverseCharge: "1.8"
    case .taxRounded: "1.3"
    case .taxIncluded, .taxCompound, .taxFixed: "1.4"
    case .totals: "1.1"
    case .cash: "1.10"
    case .credit: "0.8, 1.12"
    case .terms: "1.13"
    }
  }
}
