// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import TestSupport
import Testing

/// Usage: summed by period, billed with the period that ended, next to the coming period's fixed
/// charge; what comes in late goes on the next invoice (RULES 5, due, late usage).
@Suite struct UsageTests {
  @Test("usage of the period that ended stands beside the coming period's fixed charge")
  func beside() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.usage(of: 1, "calls", on: "2026-11-03", "100")
      try await books.usage(of: 1, "calls", on: "2026-11-30", "23.5")
      try await books.usage(of: 1, "calls", on: "2026-12-01", "7")
      try await books.bill("2026-11-01")
      try await books.bill("2026-11-30")
      try await expectLines(books, ["period 0 1 3000 2026-11-01..2026-12-01"])
      try await books.bill("2026-12-01")
      try await expectLines(
        books,
        [
          "period 0 1 3000 2026-11-01..2026-12-01", "period 0 1 3000 2026-12-01..2027-01-01",
          "usage 1 123.5 1235 2026-11-01..2026-12-01",
        ])
      try await expectTexts(books, "select count(*) from invoice", ["2"])
      let again = try await books.bill("2026-12-02")
      #expect(again.map(\.population) == [0])
      try await expectSound(books)
    }
  }

  @Test(
    "how records come to a quantity (sum, max, last, unique)",
    arguments: [("sum", "16"), ("max", "9"), ("last", "2"), ("unique", "3")])
  func aggregation(name: String, quantity: String) async throws {
    try await withBooks { books in
      try await books.open(["aggregation": name])
      for (day, count) in [("02", "5"), ("05", "9"), ("07", "2")] {
        try await books.usage(of: 1, "calls", on: "2026-11-\(day)", count)
      }
      if name == "unique" { try await books.usage(of: 1, "calls", on: "2026-11-09", "5") }
      try await books.bill("2026-12-01")
      try await expectTexts(
        books, "select trim_scale(quantity) from invoice_line where kind = 'usage'", [quantity])
    }
  }

  @Test("late usage is rated with all of its period, less what was billed, once")
  func late() async throws {
    try await withBooks { books in
      try await books.open(
        price: [
          "pricing_mode": "tiered",
          "tiers": #"[{"max_qty":100,"unit_cost":0.1},{"unit_cost":0.05}]"#,
        ])
      try await books.usage(of: 1, "calls", on: "2026-11-03", "90")
      try await books.bill("2026-12-01")
      try await books.usage(of: 1, "calls", on: "2026-11-04", "30")
      let next = try await books.bill("2026-12-02")
      #expect(next.map(\.population) == [1])
      // 100 × 0.10 + 20 × 0.05 = 11.00, of which 9.00 were billed.
      try await expectTexts(
        books,
        "select concat_ws(' ', quantity, unit_cost, amount_minor, period_start) "
          + "from invoice_line where kind = 'usage' order by invoice_id",
        ["90 0.1 900 2026-11-01", "1 2 200 2026-11-01"])
      try await books.run("delete from usage_record where quantity = 30")
      try await books.bill("2026-12-03")
      try await expectTexts(
        books, "select kind || ' ' || total_minor from invoice order by invoice_id",
        ["invoice 3000", "invoice 3900", "invoice 200", "credit_note 200"])
      let again = try await books.bill("2026-12-04")
      #expect(again.map(\.population) == [0])
      try await expectSound(books)
    }
  }

  @Test("records stay with their charge when that changes its plan (RULES 5, plan change, usage)")
  func planChange() async throws {
    func plan(_ id: String, _ price: Int) -> String {
      #"{"object":"plan","id":"\#(id)","name":"\#(id)","currency":"usd","interval":"month","#
        + #""quantity_type":"usage","amount":\#(price)}"# + "\n"
    }
    func used(_ quantity: Int, _ day: String, _ plan: String) -> String {
      #"{"object":"usage_record","subscription":1,"plan":"\#(plan)","quantity":\#(quantity),"#
        + #""timestamp":"2026-11-\#(day)"}"# + "\n"
    }
    let file =
      #"{"object":"seller","id":"s","name":"S","country":"US","currency":"usd","#
      + #""time_zone":"UTC"}"# + "\n" + plan("two", 2) + plan("five", 5)
      + #"{"object":"customer","id":1,"name":"C"}"# + "\n"
      + #"{"object":"subscription","id":1,"customer":1,"plan":"two","start_date":"2026-11-01"}"#
      + "\n"
    let later =
      #"{"object":"subscription_change","subscription":1,"effective":"2026-11-16","plan":"five"}"#
      + "\n" + used(10, "05", "two") + used(50, "20", "two") + used(7, "21", "five")
      + used(70, "03", "five")
    try await withBooks { books in
      #expect(try await ImportBooks.run(lines: file, on: books.connection).isTaken)
      let report = try await ImportBooks.run(lines: later, on: books.connection)
      #expect(report.isTaken, "\(report.faults)")
      try await books.bill("2026-12-01")
      try await expectTexts(
        books,
        "select quantity || ' x ' || unit_cost from invoice_line order by period_start, line_no",
        ["80 x 2", "57 x 5"])
      try await expectSound(books)
    }
  }

  @Test("usage that comes in for the running period makes no run look")
  func running() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.bill("2026-12-01")
      try await books.usage(of: 1, "calls", on: "2026-12-01", "5")
      let next = try await books.bill("2026-12-02")
      #expect(next.map(\.population) == [0])
      try await books.bill("2027-01-01")
      try await expectTexts(
        books,
        "select amount_minor from invoice_line where kind = 'usage' order by invoice_id",
        ["0", "50"])
      try await expectSound(books)
    }
  }

  @Test("usage that comes in while a run reads it is found by the next one")
  func race() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.bill("2026-11-01")
      let other = try await books.database.connect()
      let once = Once()
      let late = Caught()
      try await books.bill("2026-12-01", lanes: 1) { options in
        options.fault = { point in
          guard point == .loaded, once.first() else { return }
          late.wait {
            try await other.run(
              script: """
                insert into usage_record (subscription_id, plan_id, used_on, used_at, quantity)
                select 1, plan_id, '2026-11-30', '2026-11-30 12:00+00', 8 from plan
                where code = 'calls'
                """)
          }
        }
      }
      try await late.value()
      try await books.bill("2026-12-02")
      try await expectTexts(
        books, "select amount_minor from invoice_line where kind = 'usage' order by invoice_id",
        ["0", "80"])
      try await expectSound(books)
    }
  }

  @Test("a plan that measures alone is billed at the end of its period; a trial's use is free")
  func alone() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.customer(2)
      try await books.subscription(
        2, of: 2, "calls", from: "2026-11-01", ["trial_end": "2026-11-11"])
      try await books.usage(of: 2, "calls", on: "2026-11-10", "1000")
      try await books.usage(of: 2, "calls", on: "2026-11-11", "10")
      for day in ["2026-11-01", "2026-11-11", "2026-12-10", "2026-12-11"] {
        try await books.bill(day)
      }
      try await expectTexts(
        books,
        "select concat_ws(' ', kind, amount_minor, period_start, period_end) from invoice_line "
          + "where subscription_id = 2", ["usage 100 2026-11-11 2026-12-11"])
      try await expectSound(books)
    }
  }

  @Test("included quantity and minimum of a part scale with its days, unit prices do not")
  func part() async throws {
    try await withBooks { books in
      try await books.open(price: ["included_quantity": "30", "minimum_amount": "6"])
      try await books.run("update subscription set snap_to_nth_day = 16")
      try await books.usage(of: 1, "calls", on: "2026-11-02", "35")
      try await books.bill("2026-11-16")
      // 15 of the 31 days that end on 16 November: 14.516… are included, the minimum is 2.90.
      try await expectTexts(
        books,
        "select concat_ws(' ', kind, amount_minor) from invoice_line where slot = 1 order by 1",
        ["minimum 85", "usage 205"])
      try await expectSound(books)
    }
  }
}

/// Kind, slot, quantity, amount and days of every line, sorted.
private func expectLines(
  _ books: Books, _ wanted: [String], sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  try await expectTexts(
    books,
    """
    select concat_ws(' ', kind, slot, trim_scale(quantity), amount_minor,
      period_start || '..' || period_end)
    from invoice_line order by 1
    """, wanted, sourceLocation: sourceLocation)
}

extension Books {
  /// A customer whose subscription of 30.00 has an add-on that measures calls at 0.10.
  fileprivate func open(_ plan: Columns = [:], price: Columns = [:]) async throws {
    try await seller()
    try await self.plan("pro", "30")
    try await self.plan("calls", nil, ["quantity_type": "usage"].merging(plan) { $1 })
    try await self.price(of: "calls", price["tiers"] == nil ? "0.1" : nil, price)
    try await customer(1)
    try await subscription(1, of: 1, "pro", from: "2026-11-01", addons: ["calls"])
  }
}
