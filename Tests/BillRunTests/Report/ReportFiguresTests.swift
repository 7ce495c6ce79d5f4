// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import TestSupport
import Testing

@testable import BillRun

/// The figures of reports, against books that were made by hand.
@Suite(.serialized) struct ReportFiguresTests {
  private static let clock = WallClock.fixed(LocalDate(daysSince1970: 20760))  // 2026-11-03

  private func days(_ first: String, _ last: String) throws -> Period {
    let from = try #require(LocalDate(iso: first))
    let to = try #require(LocalDate(iso: last))
    return try #require(Period(from: from, to: to.adding(days: 1)))
  }

  /// Reads JSON text; of a literal, JSON itself makes a text.
  private func read(_ text: String) throws -> JSON { try JSON(text) }

  /// The rows of a table as programs read them, each on a line.
  private func rows(_ report: TabularReport, _ key: String) throws -> [String] {
    let table = try #require(report.tables.first { $0.key == key })
    return table.rows.map { row in
      zip(table.columns, row).map { $1.plain($0.kind) }.joined(separator: " ")
    }
  }

  @Test("tax is by rate, less credit notes, without drafts and voided documents")
  func taxes() async throws {
    let change = """
      update invoice set state = 'open' where invoice_id = 5;
      insert into journal (seller_id, event, entry_date, currency)
      values (1, 'early_discount', '2026-11-20', 'eur');
      insert into journal_line (journal_id, line_no, account_code, amount_minor,
        tax_rate_version_id)
      values (7, 1, '6200', 200, null), (7, 2, '2200', 38, 1), (7, 3, '1200', -238, null);
      """
    try await SampleBooks.with(change) { database in
      let connection = try await database.connect()
      let report = try await TaxReport.read(
        days("2026-11-01", "2026-11-30"), seller: nil, on: connection)
      #expect(
        try rows(report, "taxes") == [
          "acme DE  at20 S 20 eur 1 40.83 8.17 0.00 8.17",
          "acme DE  de19 S 19 eur 2 66.60 12.65 0.38 12.27",
          "acme DE  no rate S  eur 1 55.00 3.85 0.00 3.85",
        ])
      let first = try await TaxReport.read(
        days("2026-11-01", "2026-11-01"), seller: "acme", on: connection)
      #expect(try rows(first, "taxes").count == 2)
      let other = try await TaxReport.read(
        days("2026-11-01", "2026-11-30"), seller: "tokyo", on: connection)
      #expect(other.text.hasSuffix("\nnothing\n"))
    }
  }

  @Test("a report of a seller that there is not is refused")
  func unknown() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      let error = await #expect(throws: BillRunError.self) {
        try await TaxReport.read(
          days("2026-11-01", "2026-11-30"), seller: "nobody", on: connection)
      }
      #expect(error?.status == .usage)
    }
  }

  @Test("revenue is what was booked in a month, by currency, and months without any are there")
  func revenue() async throws {
    let change = """
      update journal_line set plan_id = 1 where account_code = '2300';
      insert into journal (seller_id, event, entry_date, currency)
      values (1, 'recognise', '2026-12-31', 'eur');
      insert into journal_line (journal_id, line_no, account_code, amount_minor, plan_id)
      values (7, 1, '2300', 5000, 1), (7, 2, '4000', -5000, 1);
      """
    try await SampleBooks.with(change) { database in
      let connection = try await database.connect()
      let report = try await RevenueReport.read(
        days("2026-10-15", "2026-12-31"), seller: nil, on: connection)
      #expect(
        try rows(report, "months") == [
          "2026-10-01 eur 0.00 0.00", "2026-11-01 eur 107.43 -10.00",
          "2026-12-01 eur 0.00 50.00",
          "2026-10-01 jpy 0 0", "2026-11-01 jpy 2000 2000", "2026-12-01 jpy 0 0",
        ])
      #expect(
        try rows(report, "plans") == [
          "2026-11-01   eur -10.00 -10.00", "2026-11-01 pro Pro eur 117.43 0.00",
          "2026-11-01   jpy 2000 2000", "2026-12-01 pro Pro eur 0.00 50.00",
        ])
      #expect(
        report.tables[0].charts.map(\.title) == [
          "Invoiced by month, EUR", "Invoiced by month, JPY",
        ])
    }
  }

  @Test("MRR counts who is active on the day, with add-ons, each plan in its currency")
  func recurring() async throws {
    try await SampleBooks.with { database in
      let report = try await RevenueReport.read(
        days("2026-11-01", "2026-11-01"), seller: nil, on: database.connect())
      #expect(
        try rows(report, "mrr") == [
          "pro Pro eur 2 98.00", "seat Seat eur 2 50.00", "kiosk Kiosk jpy 1 1000",
          "all  eur  148.00", "all  jpy  1000",
        ])
    }
  }

  /// A subscription as it is on 2026-11-10, and what it brings in a month.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var interval = "month"
    var plan: Books.Columns = [:]
    var price: Books.Columns = ["amount": "100"]
    var quantity = "1"
    var subscription: Books.Columns = [:]
    var coupons: [String] = []
    var change: Books.Columns?
    var amount: String?
  }

  private static let tiers = """
    [{"max_qty":10,"unit_cost":5,"flat_cost":1},{"max_qty":20,"unit_cost":4},\
    {"unit_cost":3,"flat_cost":2}]
    """
  private static let stairs = #"[{"max_qty":10,"flat_cost":50},{"flat_cost":80}]"#

  static let cases = [
    Case(testDescription: "each unit", quantity: "3", amount: "300.00"),
    Case(testDescription: "a year", interval: "year", amount: "8.33"),
    Case(testDescription: "a quarter", plan: ["interval_count": "3"], amount: "33.33"),
    Case(testDescription: "a week", interval: "week", amount: "433.33"),
    Case(testDescription: "a day", interval: "day", amount: "3041.67"),
    Case(
      testDescription: "flat", price: ["amount": "100", "pricing_mode": "flat"], quantity: "7",
      amount: "100.00"),
    Case(
      testDescription: "included and a minimum",
      price: ["amount": "10", "included_quantity": "5", "minimum_amount": "25"], quantity: "6",
      amount: "25.00"),
    Case(
      testDescription: "packages",
      price: ["amount": "9", "pricing_mode": "package", "package_size": "10"], quantity: "21",
      amount: "27.00"),
    Case(
      testDescription: "custom", price: ["pricing_mode": "custom"], quantity: "2",
      subscription: ["amount": "12.345"], amount: "24.69"),
    Case(
      testDescription: "tiered", price: ["pricing_mode": "tiered", "tiers": tiers],
      quantity: "25", amount: "108.00"),
    Case(
      testDescription: "volume", price: ["pricing_mode": "volume", "tiers": tiers],
      quantity: "25", amount: "77.00"),
    Case(
      testDescription: "volume at a bound", price: ["pricing_mode": "volume", "tiers": tiers],
      quantity: "10", amount: "51.00"),
    Case(
      testDescription: "stairs", price: ["pricing_mode": "stairstep", "tiers": stairs],
      quantity: "11", amount: "80.00"),
    Case(
      testDescription: "stairs of nothing", price: ["pricing_mode": "stairstep", "tiers": stairs],
      quantity: "0", amount: "0.00"),
    Case(
      testDescription: "two coupons for ever, one after the other", coupons: ["ten", "twenty"],
      amount: "72.00"),
    Case(testDescription: "a coupon for some cycles", coupons: ["three"], amount: "100.00"),
    Case(testDescription: "a coupon of everything", coupons: ["ten", "all"], amount: "0.00"),
    Case(testDescription: "not begun", subscription: ["start_date": "2026-11-11"]),
    Case(testDescription: "in trial", subscription: ["trial_end": "2026-11-11"]),
    Case(
      testDescription: "trial over", subscription: ["trial_end": "2026-11-10"], amount: "100.00"),
    Case(testDescription: "canceled", subscription: ["canceled_at": "2026-11-10"]),
    Case(
      testDescription: "to be canceled", subscription: ["canceled_at": "2026-11-11"],
      amount: "100.00"),
    Case(testDescription: "paused", subscription: ["paused": "true"]),
    Case(testDescription: "its cycles are over", subscription: ["cycles": "1"]),
    Case(testDescription: "in its last cycle", subscription: ["cycles": "2"], amount: "100.00"),
    Case(
      testDescription: "renewed by itself",
      subscription: ["cycles": "1", "contract_renewal_mode": "auto"], amount: "100.00"),
    Case(
      testDescription: "renewed once",
      subscription: ["cycles": "1", "contract_renewal_mode": "renew_once"], amount: "100.00"),
    Case(
      testDescription: "cycles without end", interval: "year",
      subscription: ["cycles": "2147483647"], amount: "8.33"),
    Case(
      testDescription: "changed by then", change: ["effective": "2026-11-10", "quantity": "4"],
      amount: "400.00"),
    Case(
      testDescription: "to be changed", change: ["effective": "2026-11-11", "quantity": "4"],
      amount: "100.00"),
    Case(testDescription: "paused by then", change: ["effective": "2026-11-05", "paused": "true"]),
    Case(testDescription: "usage", plan: ["quantity_type": "usage"]),
  ]

  @Test("MRR is a full period's price, made monthly", arguments: cases)
  func recurring(_ one: Case) async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("p", nil, every: one.interval, one.plan)
      try await books.price(of: "p", nil, one.price)
      try await books.price(of: "p", "7", from: "2026-11-11")
      for (code, value) in [("ten", "10"), ("twenty", "20"), ("all", "100")] {
        try await books.coupon(code, value)
      }
      try await books.coupon("three", "10", ["duration_cycles": "3"])
      try await books.customer(1)
      var columns: Books.Columns = ["quantity": one.quantity]
      columns.merge(one.subscription) { $1 }
      let start = columns.removeValue(forKey: "start_date") ?? "2026-10-01"
      try await books.subscription(1, of: 1, "p", from: start, columns, coupons: one.coupons)
      if var change = one.change {
        let day = change.removeValue(forKey: "effective")
        try await books.change(of: 1, on: #require(day), change)
      }
      let report = try await RevenueReport.read(
        days("2026-11-01", "2026-11-10"), seller: "acme", on: books.connection)
      let expected = one.amount.map { ["p p eur 1 \($0)", "all  eur  \($0)"] } ?? []
      #expect(try rows(report, "mrr") == expected)
    }
  }

  @Test("receivables are by seller and currency, with credit and disputes apart")
  func receivables() async throws {
    let change = """
      insert into payment_return (payment_id, kind, state, amount_minor, opened_on)
      values (1, 'dispute', 'disputed', 500, '2026-11-03');
      """
    try await SampleBooks.with(change) { database in
      let connection = try await database.connect()
      let day = try #require(LocalDate(iso: "2026-12-15"))
      let report = try await ReceivablesReport.read(asOf: day, seller: nil, on: connection)
      #expect(
        try rows(report, "receivables") == [
          "acme eur 2 0.00 71.15 49.00 0.00 0.00 0.00 120.15 26.90 5.00",
          "tokyo jpy 1 0 0 2000 0 0 0 2000 0 0",
        ])
      #expect(
        report.tables[0].charts.map(\.title) == [
          "Owed to acme by days past due, EUR", "Owed to tokyo by days past due, JPY",
        ])
    }
  }

  @Test("what was settled later was owed on the day, also where nothing is owed now")
  func settledLater() async throws {
    let change = """
      insert into settlement (invoice_id, kind, amount_minor, effective_on)
      values (2, 'payment', 4900, '2026-11-20'), (1, 'payment', 100, '2026-11-20');
      update invoice set settled_minor = 4900 where invoice_id = 2;
      update invoice set settled_minor = 2100 where invoice_id = 1;
      """
    try await SampleBooks.with(change) { database in
      let connection = try await database.connect()
      for (text, row) in [
        ("2026-11-19", "acme eur 2 0.00 120.15 0.00 0.00 0.00 0.00 120.15 26.90 0.00"),
        ("2026-11-20", "acme eur 1 0.00 70.15 0.00 0.00 0.00 0.00 70.15 26.90 0.00"),
        ("2026-10-31", "acme eur 0 0.00 0.00 0.00 0.00 0.00 0.00 0.00 26.90 0.00"),
      ] {
        let day = try #require(LocalDate(iso: text))
        let report = try await ReceivablesReport.read(asOf: day, seller: "acme", on: connection)
        #expect(try rows(report, "receivables") == [row])
      }
    }
  }

  @Test("collections and chasing say in JSON what they always said")
  func contract() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      let period = try days("2026-11-01", "2026-11-30")
      let charged = try await JSON(
        CollectionsReport.read(
          period, seller: nil, at: Self.clock.now(), on: connection
        ).json)
      #expect(charged["object"] == "collections_report")
      #expect(charged["from"] == "2026-11-01" && charged["to"] == "2026-11-30")
      let attempts = try read(
        #"[{"label":"pending","currency":"jpy","count":1,"amount":2000}]"#)
      #expect(charged["attempts"] == attempts)
      #expect(charged["not_scheduled", 0, "label"] == "under_way")
      #expect(charged["unknown"] == .array([]))
      let chased = try await JSON(
        ChasingReport.read(
          period, seller: "acme", at: Self.clock.now(), on: connection
        ).json)
      #expect(chased["object"] == "chasing_report")
      #expect(chased["steps"] == .array([]) && chased["tasks"] == .array([]))
      let notChased = try read(
        #"[{"label":"no_cadence","currency":"eur","count":1,"amount":49}]"#)
      #expect(chased["not_chased"] == notChased)
      let outbox = try await JSON(OutboxReport.read(days: 30, on: connection).json)
      let empty = try read(
        #"{"object":"outbox_report","days":30,"messages":[],"stopped":[]}"#)
      #expect(outbox == empty)
    }
  }

  @Test("holds are counted by reason and age, and listed")
  func holds() async throws {
    try await SampleBooks.with { database in
      let day = try #require(LocalDate(iso: "2026-11-09"))
      let report = try await HoldsReport.read(
        asOf: day, seller: "acme", at: Self.clock.now(), on: database.connect())
      #expect(try rows(report, "held_reasons") == ["price_missing run 1 0 0 1 0 8"])
      #expect(
        try rows(report, "holds")
          == ["4 Dan run price_missing 8 1 plan seat has no price on 2026-11-01"])
    }
  }

  @Test("each kind of trouble needs a person, and sound books need none")
  func attention() async throws {
    let sound = "delete from hold;"
    let troubles = [
      ("", "held customers 1 billrun hold list"),
      (
        sound + "update payment_attempt set state = 'unknown';",
        "charges of unknown outcome 1 billrun report collections"
      ),
      (
        sound + "update run set state = 'error';",
        "runs that have not ended well 2 billrun runs list"
      ),
      (
        sound + "update invoice set run_id = 1 where invoice_id = 5;"
          + "insert into gate_finding (run_id, finding_no, code, customer_id, message) values "
          + "(1, 1, 'higher_bill', 1, 'x'), (1, 2, 'lower_bill', 2, 'dropped');",
        "findings of the gate 1 billrun runs list; billrun runs gate RUN\n"
          + "runs that wait to be posted 1 billrun report run"
      ),
      (
        sound + "update invoice set run_id = 1 where invoice_id = 5;",
        "runs that wait to be posted 1 billrun report run"
      ),
      (
        sound + "insert into event (kind, subject_kind, subject_id, detail) values "
          + "('run_refused', 'seller', 1, '{\"code\": \"books_closed\", \"message\": \"x\"}');",
        "sellers whose last run was refused 1 billrun report run"
      ),
      (
        sound + "update run set population = 5 where run_id = 1;",
        "runs that do not tie 1 billrun verify"
      ),
      (
        sound + "insert into message (customer_id, channel, template, state) "
          + "values (1, 'email', 'invoice', 'failed');",
        "failed messages 1 billrun report outbox"
      ),
    ]
    for (change, row) in troubles {
      try await SampleBooks.with(change) { database in
        let found = try await Attention.read(seller: nil, on: database.connect())
        var report = TabularReport("x", "x", "x")
        report.tables = [found.table]
        #expect(try rows(report, "attention").joined(separator: "\n") == row)
        #expect(found.isClean == false)
      }
    }
    try await SampleBooks.with(sound) { database in
      let found = try await Attention.read(seller: nil, on: database.connect())
      #expect(found.isClean)
    }
    try await SampleBooks.with { database in
      let found = try await Attention.read(seller: "tokyo", on: database.connect())
      #expect(found.isClean)
    }
  }
}
