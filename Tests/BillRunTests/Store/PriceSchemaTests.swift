// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import TestSupport
import Testing

/// The schema refuses prices that leave a quantity without a price or give it two, whoever writes
/// them.
@Suite(.serialized) struct PriceSchemaTests {
  @Test("tiers that are not sound are refused")
  func tiers() async throws {
    try await withBooks { books in
      try await books.plan("p", nil)
      for tiers in Self.unsound {
        for mode in ["tiered", "volume"] {
          let error = await #expect(throws: PostgresError.self, "\(tiers)") {
            try await books.price(of: "p", nil, ["pricing_mode": mode, "tiers": tiers])
          }
          #expect(error?.constraint == "price_tiers_sound", "\(tiers)")
        }
      }
      for tiers in [#"[{"unit_cost":1}]"#, #"[{"unit_cost":1,"flat_cost":2}]"#] {
        let error = await #expect(throws: PostgresError.self) {
          try await books.price(of: "p", nil, ["pricing_mode": "stairstep", "tiers": tiers])
        }
        #expect(error?.constraint == "price_tiers_sound", "\(tiers)")
      }
    }
  }

  @Test("sound tiers are taken, and read as they were written")
  func sound() async throws {
    try await withBooks { books in
      try await books.seller()
      let prices: [(mode: String, tiers: String)] = [
        ("tiered", #"[{"unit_cost":1}]"#),
        ("volume", #"[{"max_qty":50,"unit_cost":2.50},{"min_qty":51,"flat_cost":1e2}]"#),
        (
          "stairstep",
          #"[{"max_qty":0.5,"flat_cost":1},{"min_qty":0.5,"max_qty":7.0,"flat_cost":2},"#
            + #"{"min_qty":8,"unit_cost":0,"flat_cost":3.000}]"#
        ),
      ]
      for (index, price) in prices.enumerated() {
        try await books.plan("p\(index)", nil)
        try await books.price(
          of: "p\(index)", nil, ["pricing_mode": price.mode, "tiers": price.tiers])
        try await books.customer(index + 1)
        try await books.subscription(
          index + 1, of: index + 1, "p\(index)", from: "2026-11-01", ["quantity": "51"])
      }
      try await books.bill("2026-11-01")
      try await expectTexts(
        books, "select concat_ws(' ', customer_id, total_minor) from invoice order by 1",
        ["1 5100", "2 10000", "3 300"])
      try await expectSound(books)
    }
  }

  private static let unsound = [
    "[]", "{}", "7", #""many""#, "[7]", "[null]", "[{}]", #"[{"unit_cost":"1"}]"#,
    #"[{"unit_cost":null}]"#, #"[{"unit_price":1}]"#, #"[{"unit_cost":1,"max":5}]"#,
    #"[{"max_qty":50,"unit_cost":1}]"#, #"[{"unit_cost":1},{"unit_cost":2}]"#,
    #"[{"max_qty":0,"unit_cost":1},{"unit_cost":2}]"#,
    #"[{"max_qty":-5,"unit_cost":1},{"unit_cost":2}]"#,
    #"[{"max_qty":50,"unit_cost":1},{"max_qty":50,"unit_cost":2},{"unit_cost":3}]"#,
    #"[{"max_qty":50,"unit_cost":1},{"max_qty":40,"unit_cost":2},{"unit_cost":3}]"#,
    #"[{"max_qty":50,"unit_cost":1},{"unit_cost":2},{"max_qty":70,"unit_cost":3},{"unit_cost":4}]"#,
    #"[{"max_qty":50,"unit_cost":1},{"min_qty":52,"unit_cost":2}]"#,
    #"[{"max_qty":50,"unit_cost":1},{"min_qty":49,"unit_cost":2}]"#,
    #"[{"max_qty":50,"unit_cost":1},{"min_qty":"51","unit_cost":2}]"#,
    #"[{"max_qty":2e15,"unit_cost":1},{"unit_cost":2}]"#, #"[{"unit_cost":2e15}]"#,
    #"[{"flat_cost":0.1234567890123}]"#,
  ]

  @Test("sizes, quantities and amounts below nothing are refused, and what is beyond all figures")
  func figures() async throws {
    try await withBooks { books in
      try await books.plan("p", nil)
      for columns in Self.absurd {
        let error = await #expect(throws: PostgresError.self, "\(columns)") {
          try await books.price(of: "p", nil, columns)
        }
        #expect(error?.sqlState == "23514", "\(columns)")
      }
    }
  }

  private static let absurd: [Books.Columns] = [
    ["pricing_mode": "package", "amount": "1", "package_size": "0"],
    ["pricing_mode": "package", "amount": "1", "package_size": "-1"],
    ["pricing_mode": "package", "amount": "1", "package_size": "NaN"],
    ["pricing_mode": "package", "amount": "1"],
    ["amount": "1", "package_size": "5"],
    ["amount": "1", "included_quantity": "-1"],
    ["amount": "1", "included_quantity": "Infinity"],
    ["amount": "1", "minimum_amount": "-0.01"],
    ["amount": "1", "minimum_amount": "NaN"],
    ["pricing_mode": "percentage"],
    ["pricing_mode": "percentage", "amount": "0.1234567890123"],
  ]
}
