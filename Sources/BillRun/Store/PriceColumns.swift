// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres

extension Rows {
  /// A price out of nine columns in a row: id, valid_from, pricing_mode, amount, package_size,
  /// included_quantity, minimum_amount, then of the tiers bounds, unit costs and flat costs; nil
  /// where the id is null.
  func price(_ row: Int, from first: Int) throws -> Price? {
    guard let id = try optionalInt64(row, first) else { return nil }
    return Price(
      id: ID(id), validFrom: try localDate(row, first + 1), model: try model(row, from: first + 2),
      includedQuantity: try exactDecimal(row, first + 5),
      minimumAmount: try optionalExactDecimal(row, first + 6))
  }

  private func model(_ row: Int, from first: Int) throws -> PriceModel {
    let (amount, size, tiers) = (first + 1, first + 2, first + 5)
    switch try choice(row, first, of: PriceModel.Mode.self) {
    case .perUnit: return .perUnit(try exactDecimal(row, amount))
    case .flat: return .flat(try exactDecimal(row, amount))
    case .percentage: return .percentage(try exactDecimal(row, amount))
    case .custom: return .custom
    case .tiered: return .tiered(try self.tiers(row, from: tiers))
    case .volume: return .volume(try self.tiers(row, from: tiers))
    case .stairstep: return .stairstep(try self.tiers(row, from: tiers))
    case .package:
      let units = try exactDecimal(row, size)
      guard let package = PriceModel.Package(price: try exactDecimal(row, amount), size: units)
      else { throw unknownValue(size, "\(units)") }
      return .package(package)
    }
  }

  private func tiers(_ row: Int, from first: Int) throws -> PriceTiers {
    let bounds = try exactDecimals(row, first)
    let (unitCosts, flatCosts) = (
      try exactDecimals(row, first + 1), try exactDecimals(row, first + 2)
    )
    let tiers = zip(unitCosts, flatCosts).enumerated().map { index, costs in
      PriceTiers.Tier(
        upTo: bounds.indices.contains(index) ? bounds[index] : nil, unitCost: costs.0,
        flatCost: costs.1)
    }
    guard bounds.count + 1 == tiers.count, let tiers = PriceTiers(tiers) else {
      throw unknownValue(first, "\(bounds)")
    }
    return tiers
  }
}
