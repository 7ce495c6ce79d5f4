// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// The catalog as a lane holds it, with the way from a key or code to its place.
struct CatalogIndex {
  let catalog: Catalog
  /// Place in `catalog.plans` by plan_id.
  let plans: [Int64: Int]
  /// Place in `catalog.coupons` by coupon_id.
  let coupons: [Int64: Int]
  /// Place in `catalog.taxRates` by code.
  let taxRates: [String: Int]

  /// Reads the whole catalog; each lane reads its own, so that lanes share no memory.
  static func load(on connection: isolated Connection) throws -> CatalogIndex {
    let plans = try CatalogStore.plans(on: connection)
    return try make(plans, of: connection.queryAll(couponsAndTaxes))
  }

  /// What reads coupons and tax rates, to be sent with other statements.
  static let couponsAndTaxes = [
    Connection.Call(Statement(SQLFiles.loadCoupons), []),
    Connection.Call(Statement(SQLFiles.loadTaxRates), []),
  ]

  /// The catalog of some plans, and the coupons and tax rates that were read.
  static func make(_ plans: [Plan], of rows: [Rows]) throws -> CatalogIndex {
    let coupons = try CatalogStore.coupons(rows[0])
    let rates = try CatalogStore.taxRates(rows[1])
    return CatalogIndex(
      catalog: Catalog(plans: plans, taxRates: rates, coupons: coupons),
      plans: Dictionary(uniqueKeysWithValues: plans.enumerated().map { ($1.id.rawValue, $0) }),
      coupons: Dictionary(uniqueKeysWithValues: coupons.enumerated().map { ($1.id.rawValue, $0) }),
      taxRates: Dictionary(uniqueKeysWithValues: rates.enumerated().map { ($1.code, $0) }))
  }

  /// Whether any plan's quantity is measured.
  var measuresUsage: Bool { catalog.plans.contains { $0.quantityType == .usage } }

  /// The places of tax rates by code; a code that names none stands as `TaxRate.unknown`.
  func places(ofTaxRates codes: [String]) -> [Int] {
    codes.map { taxRates[$0] ?? TaxRate.unknown }
  }
}

/// Reads plans, coupons and tax rates.
enum CatalogStore {
  static func plans(on connection: isolated Connection) throws -> [Plan] {
    let rows = try connection.query(Statement(SQLFiles.loadPrices), [])
    var plans: [Plan] = []
    var first = 0
    for row in 0..<rows.count {
      let isLast = try row + 1 == rows.count || rows.int64(row + 1, 0) != rows.int64(row, 0)
      guard isLast else { continue }
      let prices = try (first...row).compactMap { try rows.price($0, from: 9) }
      plans.append(
        Plan(
          id: ID(try rows.int64(row, 0)), code: try rows.string(row, 1),
          currency: try rows.currency(row, 2), interval: try rows.choice(row, 3),
          intervalCount: Int(try rows.int32(row, 4)), quantityType: try rows.choice(row, 5),
          taxable: try rows.bool(row, 6), discountable: try rows.bool(row, 7),
          taxCategory: try rows.optionalString(row, 8), prices: prices))
      first = row + 1
    }
    return plans
  }

  static func coupons(_ rows: Rows) throws -> [Coupon] {
    try (0..<rows.count).map { row in
      let value = try rows.exactDecimal(row, 2)
      let isPercent = try rows.bool(row, 3)
      let currency = isPercent ? nil : try rows.currency(row, 4)
      return Coupon(
        id: ID(try rows.int64(row, 0)), code: try rows.string(row, 1),
        value: try currency.map { .fixed(money(value, $0)) } ?? .percent(try percent(value)),
        exclusive: try rows.bool(row, 5), expirationDate: try rows.optionalLocalDate(row, 6),
        durationCycles: try rows.optionalInt32(row, 7).map(Int.init))
    }
  }

  static func taxRates(_ rows: Rows) throws -> [TaxRate] {
    var rates: [TaxRate] = []
    var first = 0
    for row in 0..<rows.count {
      let isLast = try row + 1 == rows.count || rows.int64(row + 1, 0) != rows.int64(row, 0)
      guard isLast else { continue }
      let versions = try (first...row).compactMap { try version(rows, $0) }
      let rule = try rows.optionalString(row, 6).map { country in
        TaxRate.Rule(
          country: country, state: try rows.optionalString(row, 7),
          postalPrefix: try rows.optionalString(row, 8),
          taxCategory: try rows.optionalString(row, 9))
      }
      rates.append(
        TaxRate(
          id: ID(try rows.int64(row, 0)), code: try rows.string(row, 1),
          inclusive: try rows.bool(row, 3), compound: try rows.bool(row, 4), rule: rule,
          versions: versions))
      first = row + 1
    }
    return rates
  }

  private static func version(_ rows: Rows, _ row: Int) throws -> TaxRate.Version? {
    guard let id = try rows.optionalInt64(row, 10) else { return nil }
    let value = try rows.exactDecimal(row, 11)
    let isPercent = try rows.bool(row, 2)
    return TaxRate.Version(
      id: ID(id), validFrom: try rows.localDate(row, 12), validUntil: try rows.localDate(row, 13),
      value: isPercent
        ? .percent(value, try percent(value)) : .fixed(money(value, try rows.currency(row, 5))))
  }

  static func percent(_ value: ExactDecimal) throws -> Ratio {
    guard let ratio = Ratio(percent: value) else { throw MoneyError.overflow }
    return ratio
  }

  /// An amount that is too large for any is the largest there is: as a discount it is capped at its
  /// base, as a tax it holds who bears it.
  static func money(_ value: ExactDecimal, _ currency: Currency) -> Money {
    do {
      return try value.times(.one, per: .one, in: currency, rounding: .halfUp)
    } catch {
      return Money(minor: .max, currency: currency)
    }
  }
}
