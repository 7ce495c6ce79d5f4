// SPDX-License-Identifier: Apache-2.0

/// Writes what the demo's sellers sell, in the import format.
struct DemoCatalog {
  /// A plan: its id without the seller's, its interval, and its price in units of the seller; nil
  /// where each subscription has its own.
  typealias Plan = (suffix: String, interval: String, price: Int?)

  /// The plans that any subscription may have.
  static let plans: [Plan] = [
    ("starter", "month", 19), ("team", "month", 49), dearestPlan,
    ("starter-year", "year", 190), ("team-year", "year", 490), ("pulse", "week", 7),
    ("agreed", "month", nil), ("agreed-year", "year", nil),
  ]

  /// The plan with the highest price.
  static let dearestPlan: Plan = ("scale", "month", 199)

  /// A plan whose only price holds from a far day on: its customers are held.
  static let farPlan: Plan = ("far", "month", 10)

  /// The add-ons, with the interval of the plans they go with.
  static let addons: [(suffix: String, interval: String, price: Int)] = [
    ("support", "month", 15), ("backup", "month", 5), ("archive", "month", 3),
    ("support-year", "year", 150), ("backup-year", "year", 50), ("archive-week", "week", 1),
  ]

  /// Writes all sellers, tax rates, coupons and plans.
  static func write(to writer: inout JSONWriter) {
    for seller in DemoSeller.all {
      write(seller, to: &writer)
      for plan in plans { write(plan, of: seller, to: &writer) }
      for addon in addons {
        write((addon.suffix, addon.interval, addon.price), of: seller, to: &writer)
      }
      write(farPlan, from: "2090-01-01", of: seller, to: &writer)
      writeCoupons(of: seller, to: &writer)
    }
    for rate in taxRates {
      line(to: &writer) {
        $0.field("object", "tax_rate")
        $0.field("id", rate.id)
        $0.field("name", rate.name)
        $0.field("value", raw: rate.value)
        if rate.inclusive { $0.field("inclusive", true) }
        if let currency = rate.currency {
          $0.field("is_percent", false)
          $0.field("currency", currency)
        }
        if let start = rate.start { $0.field("valid_from", start) }
      }
    }
  }

  /// Writes one object on a line.
  static func line(to writer: inout JSONWriter, _ body: (inout JSONWriter) -> Void) {
    writer.object(body)
    writer.endLine()
  }

  private struct TaxRate {
    let id: String
    let name: String
    let value: String
    var inclusive = false
    var currency: String?
    var start: String?
  }

  private static let taxRates = [
    TaxRate(id: "us-ny", name: "New York sales tax", value: "8.875"),
    TaxRate(id: "us-tx", name: "Texas sales tax", value: "6.25"),
    TaxRate(id: "us-relay", name: "Relay fee", value: "0.75", currency: "usd"),
    TaxRate(id: "de-19", name: "Umsatzsteuer", value: "19"),
    TaxRate(id: "de-19-incl", name: "Umsatzsteuer, enthalten", value: "19", inclusive: true),
    TaxRate(id: "de-7", name: "Umsatzsteuer, ermäßigt", value: "7"),
    TaxRate(id: "jp-10", name: "消費税", value: "10"),
    TaxRate(id: "jp-10-incl", name: "消費税 内税", value: "10", inclusive: true),
    TaxRate(id: "bh-10", name: "VAT", value: "10"),
    TaxRate(id: farTaxRate, name: "A rate of a far day", value: "5", start: "2090-01-01"),
  ]

  /// A tax rate that no day of the demo has a value of: its customers are held.
  static let farTaxRate = "far"

  private static func write(_ seller: DemoSeller, to writer: inout JSONWriter) {
    line(to: &writer) {
      $0.field("object", "seller")
      $0.field("id", seller.id)
      $0.field("name", seller.name)
      $0.field("country", seller.country)
      $0.field("currency", seller.currency)
      $0.field("time_zone", seller.zone)
      $0.field("number_format", "\(seller.id.uppercased())-{year}-{seq:06}")
      $0.field("credit_note_format", "\(seller.id.uppercased())-CN-{year}-{seq:06}")
      if seller.id == "de" { $0.field("tax_id", "DE999999999") }
      $0.field(
        "address",
        object: {
          $0.field("address1", "Demo Street 1")
          $0.field("city", seller.places[0].city)
        })
    }
  }

  private static func write(
    _ plan: Plan, from day: String? = nil, of seller: DemoSeller, to writer: inout JSONWriter
  ) {
    line(to: &writer) {
      $0.field("object", "plan")
      $0.field("id", "\(seller.id)-\(plan.suffix)")
      $0.field("name", plan.suffix.prefix(1).uppercased() + plan.suffix.dropFirst())
      $0.field("currency", seller.currency)
      $0.field("interval", plan.interval)
      if let price = plan.price {
        $0.field("amount", price * seller.unit)
      } else {
        $0.field("pricing_mode", "custom")
      }
      if let day { $0.field("valid_from", day) }
    }
  }

  private static func writeCoupons(of seller: DemoSeller, to writer: inout JSONWriter) {
    line(to: &writer) {
      $0.field("object", "coupon")
      $0.field("id", "\(seller.id)-tenth")
      $0.field("name", "A tenth off")
      $0.field("value", 10)
    }
    line(to: &writer) {
      $0.field("object", "coupon")
      $0.field("id", "\(seller.id)-welcome")
      $0.field("name", "Welcome, half off")
      $0.field("value", 50)
      $0.field("duration_cycles", 1)
    }
    line(to: &writer) {
      $0.field("object", "coupon")
      $0.field("id", "\(seller.id)-five")
      $0.field("name", "Five off")
      $0.field("value", 5 * seller.unit)
      $0.field("is_percent", false)
      $0.field("currency", seller.currency)
      $0.field("duration_cycles", 6)
    }
  }
}
