// SPDX-License-Identifier: Apache-2.0
@testable import BillingCore

/// What a price makes of a quantity, for the tests of the models.
struct PriceProbe {
  var model: PriceModel
  var included = "0"
  var minimum: String?
  var days: Int64 = 1
  var of: Int64 = 1
  var isMeasured = false
  var customPrice: String?
  var currency = Currency.usd
  var rounding = RoundingMode.halfUp

  init(_ model: PriceModel) { self.model = model }

  /// The lines.
  func lines(_ quantity: ExactDecimal) throws(BillingCore.Issue) -> [PricedLine] {
    let price = Price(
      id: ID(1), validFrom: .on("2026-01-01"), model: model, includedQuantity: .number(included),
      minimumAmount: minimum.map { .number($0) })
    let charged = ChargedQuantity(
      quantity, customPrice: customPrice.map { .number($0) },
      share: Ratio(days, of) ?? .one, isMeasured: isMeasured, currency: currency,
      rounding: rounding)
    var lines: [PricedLine] = []
    try price.lines(of: charged, subscription: ID(7), plan: "p", into: &lines)
    return lines
  }

  /// The lines as `quantity x unit cost = amount`.
  func text(_ quantity: String) throws -> [String] {
    try lines(.number(quantity)).map { "\($0.figures)" }
  }

  /// What they come to, in major units.
  func sum(_ quantity: String) throws -> String {
    let minor = try lines(.number(quantity)).map(\.figures.amount.minor).reduce(0, +)
    return Money(minor: minor, currency: currency).majorText
  }
}

extension LineFigures: CustomStringConvertible {
  /// The line as `quantity x unit cost = amount`.
  public var description: String { "\(quantity) x \(unitCost) = \(amount.majorText)" }
}

extension PriceTiers {
  /// Tiers of text: upper bound, unit cost, flat cost; the last bound is `""`.
  static func of(_ tiers: (upTo: String, unit: String, flat: String)...) -> PriceTiers {
    let made = PriceTiers(
      tiers.map {
        Tier(upTo: ExactDecimal($0.upTo), unitCost: .number($0.unit), flatCost: .number($0.flat))
      })
    require(made != nil, "no tiers: \(tiers)")
    return made ?? .of(("", "0", "0"))
  }
}

extension PriceModel {
  /// So much for each so many units.
  static func packages(_ price: String, per size: String) -> PriceModel {
    let package = Package(price: .number(price), size: .number(size))
    require(package != nil, "no package of \(size)")
    return package.map { .package($0) } ?? .custom
  }
}
