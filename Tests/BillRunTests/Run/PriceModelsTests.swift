// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Prices of every model from the import file to the invoice.
@Suite(.serialized) struct PriceModelsTests {
  private func plan(_ id: String, _ rest: String) -> String {
    #"{"object":"plan","id":"\#(id)","name":"\#(id)","currency":"eur","interval":"month",\#(rest)}"#
      + "\n"
  }

  /// Subscription n of customer n, from 16 November on, billed by the calendar month.
  private func subscription(_ id: Int, _ plan: String, _ quantity: String) -> String {
    """
    {"object":"customer","id":\(id),"name":"C","seller":"north"}
    {"object":"subscription","id":\(id),"customer":\(id),"plan":"\(plan)",\
    "quantity":\(quantity),"start_date":"2026-11-16","snap_to_nth_day":1}

    """
  }

  private var file: String {
    #"{"object":"seller","id":"north","name":"N","country":"DE","currency":"eur","#
      + #""time_zone":"UTC"}"# + "\n"
      + plan(
        "tiered",
        #""pricing_mode":"tiered","included_quantity":10,"tiers":[{"max_qty":50,"unit_cost":2},"#
          + #"{"min_qty":51,"unit_cost":1.5,"flat_cost":10}]"#)
      + plan("package", #""pricing_mode":"package","amount":5,"package_size":20"#)
      + plan("minimum", #""amount":10,"minimum_amount":100"#)
      + plan("percentage", #""pricing_mode":"percentage","amount":2.9"#)
      + subscription(1, "tiered", "70.5") + subscription(2, "package", "45")
      + subscription(3, "minimum", "8") + subscription(4, "percentage", "1000")
  }

  @Test("tiers, packages, minimums and percentages are imported, billed in parts and whole, sound")
  func models() async throws {
    try await withBooks { books in
      let report = try await ImportBooks.run(lines: file, on: books.connection)
      #expect(report.isTaken && report.faults.isEmpty)
      try await books.bill("2026-12-01")
      try await expectTexts(
        books,
        """
        select concat_ws(' ', l.subscription_id, l.period_start, l.line_no, l.kind,
          trim_scale(l.quantity), trim_scale(l.unit_cost), l.amount_minor)
        from invoice_line l
        order by l.subscription_id, l.period_start, l.line_no
        """,
        [
          "1 2026-11-16 1 period 50 1 5000", "1 2026-11-16 2 period 10.5 0.75 788",
          "1 2026-11-16 3 period 1 5 500", "1 2026-12-01 1 period 50 2 10000",
          "1 2026-12-01 2 period 10.5 1.5 1575", "1 2026-12-01 3 period 1 10 1000",
          "2 2026-11-16 1 period 3 2.5 750", "2 2026-12-01 1 period 3 5 1500",
          "3 2026-11-16 1 period 8 5 4000", "3 2026-11-16 2 minimum 1 10 1000",
          "3 2026-12-01 1 period 8 10 8000", "3 2026-12-01 2 minimum 1 20 2000",
          "4 2026-11-16 1 period 1000 0.0145 1450", "4 2026-12-01 1 period 1000 0.029 2900",
        ])
      // One span a charge and period, and it names the first line.
      try await expectTexts(
        books,
        "select concat_ws(' ', subscription_id, span_start, line_no) from coverage order by 1",
        (1...4).flatMap { ["\($0) 2026-11-16 1", "\($0) 2026-12-01 1"] })
      try await expectSound(books)
    }
  }

  @Test("a line keeps what it was priced from, where its columns do not say it")
  func basis() async throws {
    try await withBooks { books in
      _ = try await ImportBooks.run(lines: file, on: books.connection)
      try await books.bill("2026-12-01")
      try await expectTexts(
        books,
        """
        select concat_ws(' ', l.subscription_id, l.line_no, coalesce(l.pricing::text, '-'))
        from invoice_line l
        where l.period_start = '2026-12-01'
        order by l.subscription_id, l.line_no
        """,
        [
          #"1 1 {"tier": [0, 50], "quantity": 70.5, "pricing_mode": "tiered", "#
            + #""included_quantity": 10}"#,
          #"1 2 {"tier": [50, null], "quantity": 70.5, "pricing_mode": "tiered", "#
            + #""included_quantity": 10}"#,
          #"1 3 {"tier": [50, null], "quantity": 70.5, "flat_cost": true, "#
            + #""pricing_mode": "tiered", "included_quantity": 10}"#,
          #"2 1 {"quantity": 45, "package_size": 20, "pricing_mode": "package"}"#,
          "3 1 -", #"3 2 {"minimum": 100}"#,
          #"4 1 {"percent": 2.9, "quantity": 1000, "pricing_mode": "percentage"}"#,
        ])
      try await expectTexts(
        books,
        """
        select pricing::text from invoice_line
        where kind = 'minimum' and period_start < '2026-12-01'
        """,
        [
          #"{"days": 15, "minimum": 100, "of_days": 30, "#
            + #""of_period": ["2026-11-01", "2026-12-01"]}"#
        ])
    }
  }

  @Test("a product that misses the amount leaves its real factors with the line")
  func factors() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("p", "1")
      try await books.customer(1)
      try await books.subscription(
        1, of: 1, "p", from: "2026-11-21", ["quantity": "300000000000", "snap_to_nth_day": "1"])
      try await books.bill("2026-11-21")
      try await expectTexts(
        books,
        "select concat_ws(' ', quantity, trim_scale(unit_cost), pricing) from invoice_line",
        [
          #"1 100000000000 {"days": 10, "price": 1, "of_days": 30, "quantity": 300000000000, "#
            + #""of_period": ["2026-11-01", "2026-12-01"], "pricing_mode": "per_unit", "#
            + #""priced_quantity": 300000000000}"#
        ])
      try await expectSound(books)
    }
  }

  @Test("where zero invoices are suppressed, a charge of several lines is covered once")
  func suppressed() async throws {
    try await withBooks { books in
      try await books.seller("acme", ["zero_invoices": "suppress"])
      try await books.plan("p", nil)
      try await books.price(
        of: "p", nil,
        [
          "pricing_mode": "tiered",
          "tiers": #"[{"max_qty":5,"unit_cost":0},{"max_qty":9,"unit_cost":0},{"unit_cost":1}]"#,
        ])
      try await books.customer(1)
      try await books.subscription(1, of: 1, "p", from: "2026-11-01", ["quantity": "7"])
      try await books.bill("2026-11-01")
      try await expectTexts(
        books, "select concat_ws(' ', slot, span_start, span_end, reason) from coverage",
        ["0 2026-11-01 2026-12-01 zero"])
      try await expectSound(books)
    }
  }
}
