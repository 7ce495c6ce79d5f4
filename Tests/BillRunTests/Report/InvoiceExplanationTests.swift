// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import Postgres
import TestSupport
import Testing

/// Documents explained from what the database has of them.
@Suite(.serialized) struct InvoiceExplanationTests {
  /// A seller's way of rounding, and where its credits go.
  struct Way: CustomTestStringConvertible {
    let rounding: String
    let tax: String
    let creditLines: String

    var testDescription: String { "\(rounding), tax by \(tax), credits \(creditLines)" }
  }

  @Test(
    "every figure of every kind of document is made again",
    arguments: [
      Way(rounding: "half_up", tax: "group", creditLines: "net"),
      Way(rounding: "half_even", tax: "line", creditLines: "separate"),
      Way(rounding: "up", tax: "group", creditLines: "net"),
    ])
  func everything(way: Way) async throws {
    try await withBooks { books in
      try await books.openEverything(way)
      for day in ["2026-11-16", "2026-11-20", "2026-11-25"] { try await books.bill(day) }
      try await books.bill("2026-12-01")
      try await books.usage(of: 11, "calls", on: "2026-11-18", "80")
      try await books.usage(of: 12, "agreed-calls", on: "2026-11-19", "44")
      for day in ["2026-12-02", "2026-12-20", "2027-01-01"] { try await books.bill(day) }
      try await expectSound(books)
      try await expectTexts(
        books, "select distinct kind from invoice_line order by 1",
        ["credit", "minimum", "pending", "period", "usage"])
      try await expectTexts(
        books,
        "select distinct pricing_mode from price join invoice_line using (price_id) order by 1",
        [
          "custom", "flat", "package", "per_unit", "percentage", "stairstep", "tiered", "volume",
        ])
      try await expectTexts(
        books,
        """
        select concat_ws(' ', (select count(*) > 1 from late_usage),
          (select count(*) > 0 from invoice where kind = 'credit_note'),
          (select count(distinct kind) from settlement),
          (select count(*) > 0 from invoice_discount where line_no is not null),
          (select count(*) > 0 from invoice_discount d where line_no is null
             and coupon_id is null),
          (select count(*) > 0 from invoice_line where pricing ? 'rebilled'),
          (select count(*) > 1 from line_credit_tax),
          (select count(*) > 0 from invoice where rounding_minor <> 0),
          (select string_agg(distinct category::text, ' ') from invoice_tax))
        """, ["t t 2 t t t t t AE E O S"])
    }
  }

  @Test("every document of the demo's and of the small books is made again")
  func demo() async throws {
    try await withBooks { books in
      var lines: [UInt8] = []
      DemoBooks(customers: 400, seed: 3).write {
        lines += $0
        return true
      }
      let report = try await ImportBooks.run(
        lines: String(decoding: lines, as: UTF8.self), on: books.connection)
      #expect(report.isTaken)
      for day in ["2026-09-30", "2026-10-31", "2026-11-30"] { try await books.bill(day) }
      let count = try await expectExplained(books, limit: 10_000)
      #expect(count > 500)
    }
    try await withBooks { books in
      #expect(try await ImportBooks.run([ImportBooks.small], on: books.connection).isTaken)
      for day in ["2026-11-30", "2026-12-15", "2026-12-31"] { try await books.bill(day) }
      let count = try await expectExplained(books)
      #expect(count > 3)
    }
  }

  @Test("a figure that was changed behind the program's back is told")
  func tampered() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "30")
      try await books.customer(1)
      try await books.subscription(1, of: 1, "pro", from: "2026-11-01", ["quantity": "2"])
      try await books.bill("2026-11-01")
      #expect(try await books.explained("1").map(\.mismatches) == [0])
      try await books.run(
        """
        set session_replication_role = replica;
        update invoice_line set amount_minor = 6100, net_minor = 6100;
        """)
      let found = try #require(try await books.explained("1").first)
      #expect(found.mismatches == 2)
      let wanted = [
        "  amount     2 × 30 = 60.00  MISMATCH stored 61.00  "
          + "[Prices: Per unit, flat, custom, RULES 1.2]",
        "  subtotal     61.00  MISMATCH stored 60.00  "
          + "[Totals, credit and terms: Total, RULES 1.1]",
        "2 figures that cannot be made again: MISMATCH",
      ]
      let lines = found.text.split(separator: "\n").map(String.init)
      #expect(lines.filter { $0.contains("MISMATCH") } == wanted)
    }
  }

  @Test("a draft written by hand is explained as far as it goes")
  func draft() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      let found = try #require(try await InvoiceExplanation.read([5], on: connection).first)
      #expect(found.mismatches == 0)
      #expect(found.text.hasPrefix("invoice draft without number · id 5\n"))
      #expect(found.text.contains("as given, without a rate = 3.85"))
      #expect(try await InvoiceExplanation.read([6, 99, 1], on: connection).count == 2)
    }
  }

  @Test("what a seller and a customer are today changes no explanation")
  func frozen() async throws {
    try await withBooks { books in
      try await books.seller("acme", ["rounding_mode": "up"])
      try await books.taxRate("vat", "19")
      try await books.plan("pro", "10.001")
      try await books.customer(1, ["taxes": "{vat}", "payment_terms": "NET 30"])
      try await books.subscription(1, of: 1, "pro", from: "2026-11-01")
      try await books.bill("2026-11-01")
      try await books.run(
        """
        update seller set rounding_mode = 'down', tax_rounding = 'line';
        update customer set name = 'Renamed', payment_terms = 'NET 5', taxable = false
        """)
      try await books.price(of: "pro", "99", from: "2026-11-01")
      let found = try #require(try await books.explained("1").first)
      #expect(found.mismatches == 0)
      #expect(found.text.contains("customer 1 · Customer 1\n"))
      #expect(found.text.contains("1 × 10.001 = 10.001 → 10.01 (up)"))
    }
  }

  @Test("the JSON has every step with its rule, exact value and result")
  func json() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "1")
      try await books.customer(1)
      try await books.subscription(
        1, of: 1, "pro", from: "2026-03-15", ["quantity": "60", "snap_to_nth_day": "31"])
      try await books.bill("2026-03-15")
      let found = try #require(try await books.explained("1").first)
      var writer = JSONWriter()
      found.write(to: &writer)
      let text = writer.text
      #expect(text.hasPrefix(#"{"object":"invoice_explanation","invoice":1,"kind":"invoice","#))
      #expect(
        text.contains(#""run":1,"as_of":"2026-03-15","mismatches":0,"parts":[{"part":"line","#))
      #expect(
        text.contains(
          #"{"label":"amount","rule":"Prices: Parts","paragraph":"0.4, 1.2","formula":"#
            + #""60 × 1 × 16/31","exact":"30.967741935…","rounding":"half up","result":30.97,"#
            + #""stored":30.97,"matches":true}"#))
    }
  }
}

extension Books {
  fileprivate func explained(_ name: String) async throws -> [InvoiceExplanation] {
    let id = try await InvoiceReader(at: 0).id(of: name, on: connection)
    return try await InvoiceExplanation.read([id], on: connection)
  }

  /// Customers of each kind, each with a number of its own.
  func openEverything(_ way: InvoiceExplanationTests.Way) async throws {
    try await seller(
      "acme",
      [
        "rounding_mode": way.rounding, "tax_rounding": way.tax, "credit_lines": way.creditLines,
        "tax_point": "period_end", "cash_increment_minor": "5",
      ])
    try await taxRate("vat", "19")
    try await taxRate("at", "20", ["inclusive": "true"])
    try await taxRate("city", "5.5", ["inclusive": "true"])
    try await taxRate("gst", "5")
    try await taxRate("qst", "9.975", ["compound": "true"])
    try await taxRate("eco", "0.75", ["is_percent": "false", "currency": "eur"])
    try await coupon("tenth", "10")
    try await coupon("third", "33.3")
    try await coupon("five", "5", ["is_percent": "false", "currency": "eur"])
    try await openModels()
    try await openUsage()
    try await openChanges()
    try await openTaxes()
    try await openCredits()
  }

  private static let tiers =
    #"[{"max_qty":50,"unit_cost":2.005},{"unit_cost":1.5,"flat_cost":10.1}]"#

  /// Every price model, in a part and whole, on one invoice.
  private func openModels() async throws {
    try await customer(1, ["taxes": "{vat}", "consolidated": "true"])
    let models: [(String, String?, Columns)] = [
      ("unit", "1.005", ["included_quantity": "3"]), ("flat", "31.01", ["pricing_mode": "flat"]),
      ("tiered", nil, ["pricing_mode": "tiered", "tiers": Self.tiers, "included_quantity": "10"]),
      ("volume", nil, ["pricing_mode": "volume", "tiers": Self.tiers]),
      (
        "stair", nil,
        [
          "pricing_mode": "stairstep",
          "tiers": #"[{"max_qty":50,"flat_cost":5},{"flat_cost":9.99}]"#,
        ]
      ),
      ("package", "5.55", ["pricing_mode": "package", "package_size": "20"]),
      ("percent", "2.9", ["pricing_mode": "percentage"]),
      ("least", "1", ["minimum_amount": "100.01"]),
      ("agreed", nil, ["pricing_mode": "custom"]),
    ]
    for (index, model) in models.enumerated() {
      try await plan(model.0, nil)
      try await price(of: model.0, model.1, model.2)
      var more: Columns = ["quantity": "60.5", "snap_to_nth_day": "1"]
      if model.0 == "agreed" { more["amount"] = "-0.155" }
      try await subscription(101 + index, of: 1, model.0, from: "2026-11-16", more)
    }
    try await subscription(
      120, of: 1, "tiered", from: "2026-11-16", ["quantity": "0", "snap_to_nth_day": "1"])
    try await subscription(
      121, of: 1, "unit", from: "2026-11-21",
      ["quantity": "300000000001", "snap_to_nth_day": "1"])
  }

  /// Usage with tiers, an included quantity and a minimum, in a part and whole.
  private func openUsage() async throws {
    try await plan("calls", nil, ["quantity_type": "usage"])
    try await price(
      of: "calls", nil,
      [
        "pricing_mode": "tiered", "tiers": Self.tiers, "included_quantity": "10",
        "minimum_amount": "100",
      ])
    try await plan("agreed-calls", nil, ["quantity_type": "usage", "aggregation": "max"])
    try await price(of: "agreed-calls", nil, ["pricing_mode": "custom"])
    try await plan("pro", "30.01")
    try await customer(2, ["taxes": "{vat}"])
    for (id, addon, columns) in [
      (11, "calls", [:]), (12, "agreed-calls", ["amount": "0.335"]),
    ] as [(Int, String, Columns)] {
      try await subscription(
        id, of: 2, "pro", from: "2026-11-16", ["snap_to_nth_day": "1"], coupons: ["tenth"])
      try await self.addon(addon, slot: 1, on: id, columns)
      try await usage(of: id, addon, on: "2026-11-17", "23.5")
      try await usage(of: id, addon, on: "2026-12-03", "7")
    }
  }

  /// Changes up, down and several, with coupons of both kinds and goodwill, and a cancellation.
  private func openChanges() async throws {
    try await plan("plus", "61.03")
    try await plan("seat", "0.1")
    let kinds: [(taxes: String, coupons: [String])] = [
      ("{vat}", []), ("{vat}", ["tenth", "five"]), ("{at,city}", ["third"]),
      ("{gst,qst,eco}", ["five"]), ("{at,eco}", []),
    ]
    for (index, kind) in kinds.enumerated() {
      let id = 31 + index
      try await customer(id, ["taxes": kind.taxes])
      try await subscription(
        id, of: id, "pro", from: "2026-11-16", ["quantity": "3"], addons: ["seat"],
        coupons: kind.coupons)
      try await change(of: id, on: "2026-11-20", plan: "plus")
      try await change(of: id, on: "2026-11-25", ["quantity": "2"])
      try await change(of: id, on: "2026-12-20", plan: "pro", ["quantity": "1"])
    }
    try await credit(of: 32, "goodwill", 777, granted: "2026-11-01")
    try await customer(39, ["taxes": "{vat}"])
    try await subscription(
      39, of: 39, "plus", from: "2026-11-16",
      ["canceled_at": "2026-12-20", "prorate_cancel": "true"], coupons: ["five"])
  }

  /// Included, compound and fixed taxes together, several included ones, and an exemption.
  private func openTaxes() async throws {
    for (id, taxes) in [(51, "{at,gst,qst,eco}"), (52, "{at,city}"), (53, "{eco,at,city,vat}")] {
      try await customer(id, ["taxes": taxes])
      try await subscription(
        id, of: id, "pro", from: "2026-11-16", ["snap_to_nth_day": "1"], addons: ["seat"],
        coupons: ["third"])
    }
    try await customer(54, ["taxes": "{vat}", "taxable": "false", "tax_exempt_reason": "charity"])
    try await subscription(54, of: 54, "pro", from: "2026-11-16")
    try await customer(
      55,
      [
        "taxes": "{vat}", "country": "FR", "tax_id": "FR40303265045",
        "tax_id_checked_at": "2026-01-01",
      ])
    try await subscription(55, of: 55, "pro", from: "2026-11-16")
    try await customer(56, ["taxes": "{vat}", "country": "CH", "type": "company"])
    try await subscription(56, of: 56, "pro", from: "2026-11-16")
  }

  /// One-off items with discounts of their own, all kinds of credit, and terms.
  private func openCredits() async throws {
    try await customer(61, ["taxes": "{vat}", "payment_terms": "2% 10 NET 30"])
    try await subscription(61, of: 61, "pro", from: "2026-11-16", addons: ["seat"])
    try await run(
      """
      insert into pending_line_item (customer_id, name, quantity, unit_cost, currency, added_on,
        discounts)
      select 61, 'Set-up', 3, 33.333, 'eur', '2026-11-01',
        jsonb_build_array('tenth', jsonb_build_object('amount', 1.5), 'five')
      """)
    try await pendingItem(of: 61, "-4.005", added: "2026-11-01")
    try await credit(of: 61, "goodwill", 333, granted: "2026-11-01")
    try await credit(of: 61, "money", 400, granted: "2026-11-01")
    try await credit(of: 61, "money", 99_999, granted: "2026-11-02")
    try await customer(62, ["payment_terms": "NET 10 EOM"])
    try await subscription(62, of: 62, "agreed", from: "2026-11-16", ["amount": "-12.345"])
  }
}
