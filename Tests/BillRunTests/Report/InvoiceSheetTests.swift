// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Documents on one screen.
@Suite struct InvoiceSheetTests {
  @Test("an invoice shows lines with their last day, discounts, taxes and what is owed")
  func invoice() async throws {
    try await SampleBooks.with { database in
      let sheet = try await database.connect().sheet(of: "INV-000001")
      #expect(
        sheet == """
          invoice INV-000001 · id 1 · sent
          customer 1 · Ann
          dated 2026-11-01 · due 2026-11-15 · NET 14
          subscription 1 · run 1

          line  name  period                   quantity  unit cost  amount
             1  Pro   2026-11-01 – 2026-11-30         1         49   49.00
             2  Seat  2026-11-01 – 2026-11-30         3       12.5   37.50

                                        eur
          subtotal                    86.50
          Ten per cent 10 %, line 1   -4.90
          Five off                    -5.00
          VAT 19 % of 76.60           14.55
          total                       91.15
          settled                    -20.00
          balance                     71.15

          """)
    }
  }

  @Test("an included tax is said to be included, a credit note to be one")
  func included() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      let invoice = try await connection.sheet(of: "2")
      #expect(invoice.contains("USt 20 % of 40.83, included   8.17\n"))
      #expect(try await connection.sheet(of: "CN-000001").hasPrefix("credit note CN-000001 · id 4"))
      #expect(
        try await connection.sheet(of: "5").hasPrefix("invoice without number · id 5 · draft"))
    }
  }

  @Test("flat costs and what lacks to a minimum are told from the units")
  func several() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("api", nil)
      try await books.price(
        of: "api", nil,
        [
          "pricing_mode": "volume", "tiers": #"[{"unit_cost":2,"flat_cost":5}]"#,
          "minimum_amount": "30",
        ])
      try await books.customer(1)
      try await books.subscription(1, of: 1, "api", from: "2026-11-01", ["quantity": "3"])
      try await books.bill("2026-11-01")
      let lines = try await books.connection.sheet(of: "1").split(separator: "\n")
      #expect(
        lines.filter { $0.contains("api") } == [
          "   1  api             2026-11-01 – 2026-11-30         3          2    6.00",
          "   2  api, flat cost  2026-11-01 – 2026-11-30         1          5    5.00",
          "   3  api, minimum    2026-11-01 – 2026-11-30         1         19   19.00",
        ])
    }
  }
}

extension Connection {
  fileprivate func sheet(of name: String) throws -> String {
    let reader = InvoiceReader(at: 86_400 * 20760 + 43_200)
    var heads: [InvoiceHead] = []
    let filter = InvoiceFilter(id: try reader.id(of: name, on: self))
    try reader.heads(filter, on: self) { heads.append($0) }
    return try heads.map { try InvoiceSheet($0, on: self).text }.joined()
  }
}
