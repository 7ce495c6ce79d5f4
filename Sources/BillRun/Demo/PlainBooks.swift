// SPDX-License-Identifier: Apache-2.0

/// Books for measuring: every customer has one subscription with one add-on and one tax.
enum PlainBooks {
  /// The day on which all are due for the first time.
  private static let start = "2026-12-01"

  /// Writes the seller, the tax rate and the two plans.
  static func writeCatalog(to writer: inout JSONWriter) {
    DemoCatalog.line(to: &writer) {
      $0.field("object", "seller")
      $0.field("id", "plain")
      $0.field("name", "Plain Software, Inc.")
      $0.field("country", "US")
      $0.field("currency", "usd")
      $0.field("time_zone", "America/New_York")
    }
    DemoCatalog.line(to: &writer) {
      $0.field("object", "tax_rate")
      $0.field("id", "sales")
      $0.field("name", "Sales tax")
      $0.field("value", raw: "8.875")
    }
    for (id, price) in [("service", 49), ("support", 15)] {
      DemoCatalog.line(to: &writer) {
        $0.field("object", "plan")
        $0.field("id", id)
        $0.field("name", id)
        $0.field("currency", "usd")
        $0.field("interval", "month")
        $0.field("amount", price)
      }
    }
  }

  /// Writes a customer and its subscription, both with the id.
  static func writeCustomer(id: Int, to writer: inout JSONWriter) {
    DemoCatalog.line(to: &writer) {
      $0.field("object", "customer")
      $0.field("id", id)
      $0.field("name", "Customer \(id)")
      $0.field("email", "customer\(id)@example.com")
      $0.field("country", "US")
      $0.field("payment_terms", "NET 30")
      $0.field("taxes", array: { $0.string("sales") })
    }
    DemoCatalog.line(to: &writer) {
      $0.field("object", "subscription")
      $0.field("id", id)
      $0.field("customer", id)
      $0.field("plan", "service")
      $0.field("start_date", start)
      $0.field("addons", array: { $0.object { $0.field("plan", "support") } })
    }
  }
}
