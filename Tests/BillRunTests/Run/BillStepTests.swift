// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// One bad customer never stops the others (DESIGN 1.4).
@Suite struct BillStepTests {
  struct Row: CustomTestStringConvertible {
    let code: String
    var message: String?
    let name: String
    /// Makes customer 2 one that cannot be billed.
    let breakIt: @Sendable (Books) async throws -> Void
    /// Repairs it; nil where this version cannot bill it.
    var repair: (@Sendable (Books) async throws -> Void)?

    var testDescription: String { "\(code): \(name)" }
  }

  @Test(
    "a customer who cannot be billed is held with a code, the others are billed", arguments: rows)
  func held(row: Row) async throws {
    try await withBooks { books in
      try await books.threeCustomers()
      try await row.breakIt(books)
      let first = try await books.bill("2026-11-10")
      #expect(first.map(\.exitCode) == [.dataError])
      #expect(first.flatMap(\.discrepancies) == [])
      #expect(first[0].reasons.filter { $0.outcome == .held }.map(\.code) == [row.code])
      try await expectTexts(
        books, "select distinct customer_id from invoice order by 1", ["1", "3"])
      try await expectTexts(
        books,
        "select concat_ws(' ', customer_id, code, tries, first_run_id = last_run_id) "
          + "from hold",
        row.isOperators
          ? [row.name.contains("child") ? "4 operator_hold 1" : "2 operator_hold 1"]
          : ["2 \(row.code) 1 t"])
      if let message = row.message {
        try await expectTexts(books, "select message from hold", [message])
      }
      try await expectSound(books)
      let before = try await books.texts("select xmin || ' ' || ctid from invoice order by 1")
      let second = try await books.bill("2026-11-11")
      #expect(second.map(\.exitCode) == [.dataError])
      #expect(second[0].population == 1)
      try await expectTexts(books, "select xmin || ' ' || ctid from invoice order by 1", before)
      if !row.isOperators {
        try await expectTexts(
          books,
          """
          select concat_ws(' ', code, tries, first_run_id, last_run_id,
            first_seen_at < last_seen_at)
          from hold
          """, ["\(row.code) 2 1 2 t"])
      }
      guard let repair = row.repair else { return }
      try await repair(books)
      let third = try await books.bill("2026-11-12")
      #expect(third.map(\.exitCode) == [.ok])
      #expect(third[0].invoices > 0)
      try await expectTexts(
        books, "select count(*) from hold where released_at is null", ["0"])
      try await expectTexts(
        books, "select distinct customer_id from invoice order by 1", ["1", "2", "3"])
      try await expectSound(books)
    }
  }

  @Test("a batch that the database refuses is narrowed down to the one who causes it")
  func narrowed() async throws {
    try await withBooks { books in
      try await books.manyCustomers(25)
      try await books.run(
        "alter table invoice add constraint not_seven check (customer_id not in (7, 19))")
      let runs = try await books.bill("2026-11-30") { $0.batchSize = 10 }
      #expect(runs.map(\.exitCode) == [.dataError])
      try await expectTexts(
        books, "select customer_id || ' ' || message from hold order by customer_id",
        [
          "7 the database refused the rows: 23514 not_seven",
          "19 the database refused the rows: 23514 not_seven",
        ])
      try await expectTexts(books, "select count(distinct customer_id) from invoice", ["23"])
      try await expectSound(books)
      try await books.run("alter table invoice drop constraint not_seven")
      let again = try await books.bill("2026-11-30")
      #expect(again.map(\.invoices) == [2])
      try await expectSound(books)
    }
  }

  @Test("figures that only together are too large are billed apart, and sums are exact")
  func largeTogether() async throws {
    try await withBooks { books in
      try await books.seller("acme", ["revenue_recognition": "invoice"])
      try await books.plan("huge", "1000000000000000")
      for id in 1...3 {
        try await books.customer(id)
        try await books.subscription(id, of: id, "huge", from: "2026-11-01", ["quantity": "60"])
      }
      let runs = try await books.bill("2026-11-10")
      #expect(runs.flatMap(\.totals).map(\.total) == [18_000_000_000_000_000_000])
      #expect(runs[0].text.contains(" 180,000,000,000,000,000.00 "))
      #expect(runs[0].json.contains("\"total\":180000000000000000,"))
      let report = try await OpsReport.read(
        run: nil, clock: .fixed(try #require(LocalDate(iso: "2026-11-10"))),
        on: books.connection)
      #expect(report.text.contains(" 180,000,000,000,000,000.00 "))
      try await expectTexts(
        books, "select outcome || ' ' || count(*) from run_account group by outcome", ["invoiced 3"]
      )
      try await expectSound(books)
    }
  }

  @Test("a number that is taken already stops the run, and holds nobody")
  func takenNumber() async throws {
    try await withBooks { books in
      try await books.threeCustomers()
      try await books.bill("2026-11-10")
      try await books.run(
        """
        update number_series set next_seq = next_seq - 1 where kind = 'invoice'
        """)
      let error = await #expect(throws: (any Error).self) { try await books.bill("2026-12-10") }
      #expect(error.map { BillRunError(describing: $0).status } == .software)
      try await expectTexts(books, "select count(*) from hold", ["0"])
    }
  }

  @Test("a payer who was deleted after the population was frozen is struck from it")
  func vanished() async throws {
    try await withBooks { books in
      try await books.threeCustomers()
      await #expect(throws: Crash.self) {
        try await books.bill("2026-11-10") { $0.fault = { if $0 == .opened { throw Crash() } } }
      }
      try await books.run(
        "delete from subscription where customer_id = 2; delete from customer where customer_id = 2"
      )
      let runs = try await books.bill("2026-11-10")
      #expect(runs.map(\.exitCode) == [.ok, .ok])
      #expect(runs[0].population == 2)
      #expect(runs.flatMap(\.discrepancies) == [])
      try await expectSound(books)
    }
  }

  static let rows: [Row] = [
    Row(
      code: "price_missing", message: "plan other has no price on 2026-11-01", name: "no price",
      breakIt: { try await $0.change("update subscription set plan_id = plan_of('other')") },
      repair: { try await $0.price(of: "other", "1") }),
    Row(
      code: "price_missing", name: "not yet a price",
      breakIt: {
        try await $0.price(of: "other", "1", from: "2026-11-02")
        try await $0.change("update subscription set plan_id = plan_of('other')")
      },
      repair: { try await $0.price(of: "other", "1", from: "2026-11-01") }),
    Row(
      code: "tax_rate_missing", name: "unknown rate",
      breakIt: { try await $0.change("update customer set taxes = '{nope}'") },
      repair: { try await $0.taxRate("nope", "7") }),
    Row(
      code: "tax_rate_missing", message: "tax rate vat has no value on 2026-11-10",
      name: "no value",
      breakIt: {
        try await $0.taxRate("vat", nil)
        try await $0.change("update customer set taxes = '{vat}'")
      },
      repair: {
        try await $0.run(
          "insert into tax_rate_version (tax_rate_id, value) select tax_rate_id, 19 from tax_rate")
      }),
    Row(
      code: "currency_mismatch", name: "add-on in another currency",
      breakIt: {
        try await $0.plan("dollars", "1", currency: "usd")
        try await $0.addon("dollars", slot: 1, on: 2)
      },
      repair: { try await $0.run("delete from subscription_addon") }),
    Row(
      code: "amount_overflow", name: "absurd quantity",
      breakIt: { try await $0.change("update subscription set quantity = 99999999999999999999") },
      repair: { try await $0.change("update subscription set quantity = 1") }),
    Row(
      code: "amount_overflow", name: "quantity beyond all decimals",
      breakIt: { try await $0.change("update subscription set quantity = 1e40") },
      repair: { try await $0.change("update subscription set quantity = 1") }),
    Row(
      code: "amount_overflow", name: "not a number",
      breakIt: { try await $0.change("update subscription set quantity = 'NaN'") },
      repair: { try await $0.change("update subscription set quantity = 1") }),
    Row(
      code: "amount_overflow", name: "the largest price there may be",
      breakIt: {
        try await $0.price(of: "other", "1000000000000000")
        try await $0.change("update subscription set plan_id = plan_of('other'), quantity = 1000")
      },
      repair: { try await $0.change("update subscription set quantity = 1") }),
    Row(
      code: "custom_amount_missing", name: "custom price",
      breakIt: {
        try await $0.price(of: "other", nil, ["pricing_mode": "custom"])
        try await $0.change("update subscription set plan_id = plan_of('other')")
      },
      repair: { try await $0.change("update subscription set amount = 1") }),
    Row(
      code: "payment_terms_unknown", message: "unknown payment terms \"whenever\"", name: "terms",
      breakIt: { try await $0.change("update customer set payment_terms = 'whenever'") },
      repair: { try await $0.change("update customer set payment_terms = 'NET 7'") }),
    Row(
      code: "change_before_start", name: "change before the start",
      breakIt: {
        try await $0.run(
          """
          insert into subscription_change (subscription_id, effective, quantity)
          values (2, '2020-11-05', 2)
          """)
      }, repair: { try await $0.run("delete from subscription_change") }),
    Row(
      code: "amount_overflow", name: "more packages than can be counted",
      breakIt: {
        try await $0.price(
          of: "other", "1", ["pricing_mode": "package", "package_size": "0.000000000001"])
        try await $0.change("update subscription set plan_id = plan_of('other'), quantity = 1e15")
      },
      repair: { try await $0.change("update subscription set quantity = 1") }),
    Row(
      code: "operator_hold", name: "operator",
      breakIt: {
        try await $0.run(
          """
          insert into hold (customer_id, placed_by, code, message)
          values (2, 'operator', 'operator_hold', 'ask first')
          """)
      },
      repair: { try await $0.run("update hold set released_at = now(), released_by = 'me'") }),
    Row(
      code: "operator_hold", name: "operator, on a child",
      breakIt: {
        try await $0.customer(4, ["parent_customer_id": "2"])
        try await $0.subscription(4, of: 4, "pro", from: "2026-12-01")
        try await $0.run(
          """
          insert into hold (customer_id, placed_by, code, message)
          values (4, 'operator', 'operator_hold', 'ask first')
          """)
      },
      repair: { try await $0.run("update hold set released_at = now(), released_by = 'me'") }),
    Row(
      code: "coupons_exclusive", name: "two coupons",
      breakIt: {
        try await $0.coupon("alone", "10", ["exclusive": "true"])
        try await $0.coupon("also", "10")
        try await $0.run(
          "insert into subscription_discount select 2, coupon_id, coupon_id from coupon")
      },
      repair: { try await $0.run("delete from subscription_discount where position = 2") }),
    Row(
      code: "billing_day_invalid", name: "day of the week",
      breakIt: {
        try await $0.plan("week", "1", every: "week")
        try await $0.change(
          "update subscription set plan_id = plan_of('week'), snap_to_nth_day = 9")
      },
      repair: { try await $0.change("update subscription set snap_to_nth_day = 7") }),
    Row(
      code: "database_refused", name: "a day that never comes",
      breakIt: { try await $0.change("update subscription set trial_end = 'infinity'") },
      repair: { try await $0.change("update subscription set trial_end = null") }),
    Row(
      code: "database_refused", name: "a trigger of somebody's own",
      breakIt: {
        try await $0.run(
          """
          create function refuse() returns trigger language plpgsql as
            $$ begin raise exception 'not him'; end $$;
          create trigger refuse before insert on invoice for each row
            when (new.customer_id = 2) execute function refuse();
          """)
      },
      repair: { try await $0.run("drop trigger refuse on invoice") }),
    Row(
      code: "database_refused", message: "the database refused the rows: 23514 not_two",
      name: "constraint",
      breakIt: {
        try await $0.run("alter table invoice add constraint not_two check (customer_id <> 2)")
      },
      repair: { try await $0.run("alter table invoice drop constraint not_two") }),
  ]
}

extension BillStepTests.Row {
  fileprivate var isOperators: Bool { code == "operator_hold" }
}

extension Books {
  /// Changes customer 2 or its subscription.
  fileprivate func change(_ update: String) async throws {
    let condition = update.hasPrefix("update customer") ? "customer_id = 2" : "subscription_id = 2"
    try await run("\(update) where \(condition)")
  }

  /// Three alike, and a plan without a price.
  fileprivate func threeCustomers() async throws {
    try await seller()
    try await plan("pro", "10")
    try await plan("other", nil)
    try await run(
      """
      create function plan_of(wanted text) returns bigint language sql as
        $$ select plan_id from plan where code = wanted $$
      """)
    for id in 1...3 {
      try await customer(id)
      try await subscription(id, of: id, "pro", from: "2026-11-01")
    }
  }
}
