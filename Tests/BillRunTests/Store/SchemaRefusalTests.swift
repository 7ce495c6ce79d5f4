// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import TestSupport
import Testing

/// The schema, not care, refuses the wrong thing (DESIGN 5).
@Suite struct SchemaRefusalTests {
  struct Row: CustomTestStringConvertible {
    let name: String
    /// Constraint, or SQLSTATE where none is named.
    let by: String
    let sql: String

    var testDescription: String { name }
  }

  @Test("the schema refuses", arguments: rows)
  func refuses(row: Row) async throws {
    try await withBooks { books in
      try await books.billed()
      let before = try await books.dump()
      let error = await #expect(throws: PostgresError.self) { try await books.run(row.sql) }
      #expect(row.by == error?.constraint ?? error?.sqlState ?? "nothing")
      expectSame(try await books.dump(), before)
      try await expectSound(books)
    }
  }

  static let rows: [Row] = [
    Row(name: "an equal start", by: "coverage_live_key", sql: cover("2026-11-01", "2026-11-15")),
    Row(name: "a contained span", by: overlap, sql: cover("2026-11-10", "2026-11-15")),
    Row(name: "one over its end", by: overlap, sql: cover("2026-11-30", "2027-03-01")),
    Row(name: "one over its start", by: overlap, sql: cover("2026-10-15", "2026-11-02")),
    Row(name: "one over several", by: overlap, sql: cover("2026-09-15", "2027-09-01")),
    Row(name: "one of the oldest", by: overlap, sql: cover("2026-10-02", "2026-10-03")),
    Row(
      name: "two in one statement", by: overlap,
      sql: """
        insert into coverage (subscription_id, slot, span_start, span_end, reason)
        values (1, 0, '2027-01-01', '2027-02-01', 'waived'), (1, 0, '2027-01-31', '2027-03-01',
        'waived')
        """),
    Row(
      name: "two alike in one statement", by: "coverage_live_key",
      sql: """
        insert into coverage (subscription_id, slot, span_start, span_end, reason)
        values (1, 0, '2027-01-01', '2027-02-01', 'waived'), (1, 0, '2027-01-01', '2027-02-01',
        'waived')
        """),
    Row(
      name: "one within another in one statement", by: overlap,
      sql: """
        insert into coverage (subscription_id, slot, span_start, span_end, reason)
        values (1, 0, '2027-01-01', '2027-12-31', 'waived'), (1, 0, '2027-02-01', '2027-03-01',
        'waived'),
          (1, 0, '2027-04-01', '2027-05-01', 'waived')
        """),
    Row(
      name: "an inverted span", by: "coverage_span_ordered",
      sql: cover("2027-02-01", "2027-01-01")),
    Row(
      name: "days of nobody", by: "coverage_subscription_exists",
      sql: cover("2027-01-01", "2027-02-01", of: 99)),
    Row(
      name: "days by no line", by: "coverage_line_exists",
      sql: """
        insert into coverage (subscription_id, slot, span_start, span_end, invoice_id, line_no)
        values (1, 0, '2027-01-01', '2027-02-01', 1, 99)
        """),
    Row(
      name: "a span that stretches", by: "coverage_only_shrinks",
      sql: "update coverage set span_end = span_end + 1 where span_start = '2026-11-01'"),
    Row(
      name: "a span that moves", by: "coverage_only_shrinks",
      sql: "update coverage set subscription_id = 2 where subscription_id = 1"),
    Row(
      name: "a released span that comes back", by: "coverage_only_shrinks",
      sql: """
        update coverage set released_by = 'test' where subscription_id = 1;
        update coverage set released_by = null where subscription_id = 1;
        """),
    Row(
      name: "an entry out of balance", by: "journal_balanced",
      sql: """
        with entry as (
          insert into journal (seller_id, event, entry_date, currency)
          select seller_id, 'post', '2026-11-01', 'eur' from seller returning journal_id
        )
        insert into journal_line (journal_id, line_no, account_code, amount_minor)
        select journal_id, 1, '1200', 100 from entry union all
        select journal_id, 2, '4000', -99 from entry
        """),
    Row(
      name: "a line more for an entry", by: "journal_balanced",
      sql:
        "insert into journal_line (journal_id, line_no, account_code, amount_minor) values "
        + "(1, 99, '1200', 1)"
    ),
    Row(
      name: "to change the journal", by: "42501", sql: "update journal_line set amount_minor = 1"),
    Row(name: "to delete entries", by: "42501", sql: "delete from journal_line"),
    Row(
      name: "to change an entry", by: "42501", sql: "update journal set entry_date = '2026-01-01'"),
    Row(name: "to change an event", by: "42501", sql: "update event set actor = 'nobody'"),
    Row(name: "to empty the events", by: "42501", sql: "truncate event cascade"),
    Row(name: "to change a settlement", by: "42501", sql: "update settlement set amount_minor = 1"),
    Row(name: "to delete a settlement", by: "42501", sql: "delete from settlement"),
    Row(
      name: "a number twice", by: "invoice_number_pkey",
      sql: """
        insert into invoice_number
        select number_series_id, seq, seller_id, 99, 'other' from invoice_number limit 1
        """),
    Row(
      name: "a number's text twice", by: "invoice_number_number_key",
      sql: """
        insert into invoice_number
        select number_series_id, 99, seller_id, 99, number from invoice_number limit 1
        """),
    Row(
      name: "a second number of an invoice", by: "invoice_number_invoice_key",
      sql: """
        insert into invoice_number
        select number_series_id, 99, seller_id, invoice_id, 'other' from invoice_number limit 1
        """),
    Row(
      name: "two open runs of a seller", by: "run_one_open_key",
      sql: """
        insert into run (kind, seller_id, as_of, invoice_date, state, program)
        select 'regular', seller_id, '2027-01-01', '2027-01-01', 'processing', 'test'
        from seller, generate_series(1, 2)
        """),
    Row(
      name: "more settled than owed", by: "invoice_balance_within",
      sql: "update invoice set settled_minor = total_minor + 1"),
    Row(
      name: "less than nothing settled", by: "invoice_balance_within",
      sql: "update invoice set settled_minor = -1"),
    Row(
      name: "a total that does not add up", by: "invoice_total_adds_up",
      sql: "update invoice set total_minor = total_minor + 1"),
    Row(
      name: "more credit used than there is", by: "credit_used_within",
      sql: "update credit set used_minor = amount_minor + 1"),
    Row(
      name: "two open holds", by: "hold_open_key",
      sql: """
        insert into hold (customer_id, placed_by, code, message)
        select 1, 'operator', 'x', 'y' from generate_series(1, 2)
        """),
    Row(
      name: "to delete an invoice", by: "settlement_invoice_fkey", sql: "delete from invoice"),
    Row(
      name: "to delete a covering line", by: "coverage_line_stays",
      sql: "delete from invoice_line"),
    Row(name: "to delete what is covered", by: "23503", sql: "delete from subscription"),
    Row(
      name: "to delete whom was billed", by: "credit_customer_fkey",
      sql: "delete from customer"),
    Row(
      name: "to give an invoice another id", by: "23503",
      sql: "update invoice set invoice_id = invoice_id + 100"),
    Row(
      name: "lines of no invoice", by: "invoice_line_invoice_exists",
      sql: """
        insert into invoice_line (invoice_id, line_no, kind, quantity, unit_cost, amount_minor,
        net_minor, tax_date)
        values (99, 1, 'manual', 1, 1, 100, 100, '2026-11-01')
        """),
    Row(
      name: "discounts of no invoice", by: "invoice_discount_invoice_exists",
      sql: """
        insert into invoice_discount (invoice_id, discount_no, line_no, amount_minor)
        values (99, 1, 1, 100)
        """),
    Row(
      name: "a discount that is neither shared nor of a line",
      by: "invoice_discount_shared_or_of_line",
      sql: """
        insert into invoice_discount (invoice_id, discount_no, amount_minor)
        select invoice_id, 1, 100 from invoice limit 1
        """),
    Row(name: "a price beyond all", by: "price_within", sql: "update price set amount = 1e16"),
    Row(
      name: "a price that is no number", by: "price_within",
      sql: "update price set amount = 'NaN'"),
    Row(
      name: "a currency that is none", by: "plan_currency_fkey",
      sql: "update plan set currency = 'zzz'"),
    Row(
      name: "a customer's currency that is none", by: "customer_currency_exists",
      sql: "update customer set currency = 'zzz'"),
  ]

  private static let overlap = "coverage_no_overlap"

  private static func cover(_ start: String, _ end: String, of subscription: Int = 1) -> String {
    """
    insert into coverage (subscription_id, slot, span_start, span_end, reason)
    values (\(subscription), 0, '\(start)', '\(end)', 'waived')
    """
  }

  @Test("days that two transactions cover at once are covered by one of them")
  func concurrently() async throws {
    for second in [Self.cover("2027-01-15", "2027-02-15"), Self.cover("2027-01-01", "2027-02-01")] {
      try await withBooks { books in
        try await books.billed()
        let other = try await books.database.connect()
        try await books.run("begin; " + Self.cover("2027-01-01", "2027-01-31"))
        let late = Caught()
        late.start { try await other.run(script: second) }
        try await books.untilSomebodyWaits()
        try await books.run("commit")
        let error = await #expect(throws: PostgresError.self) { try await late.value() }
        #expect(["23P01", "23505"].contains(error?.sqlState))
        await other.close()
        try await expectTexts(
          books, "select count(*) from coverage where span_start >= '2027-01-01'", ["1"])
      }
    }
  }

  @Test("what another transaction gives up can be covered after all")
  func rolledBack() async throws {
    try await withBooks { books in
      try await books.billed()
      let other = try await books.database.connect()
      try await books.run("begin; " + Self.cover("2027-01-01", "2027-01-31"))
      let late = Caught()
      late.start { try await other.run(script: Self.cover("2027-01-15", "2027-02-15")) }
      try await books.untilSomebodyWaits()
      try await books.run("rollback")
      try await late.value()
      await other.close()
      try await expectTexts(
        books, "select span_start from coverage where span_start >= '2027-01-01'", ["2027-01-15"])
    }
  }

  @Test("released days move the cursor back and are billed again by the next run")
  func release() async throws {
    try await withBooks { books in
      try await books.billed()
      try await books.run(
        "update coverage set released_by = 'test' where subscription_id = 1 and span_start = "
          + "'2026-11-01'"
      )
      try await expectTexts(
        books,
        "select concat_ws(' ', covered_through, next_bill_on, straight) from billing_cursor "
          + "where subscription_id = 1",
        ["2026-11-01 f"])
      try await books.bill("2026-11-20")
      try await expectTexts(
        books,
        """
        select concat_ws(' ', span_start, span_end, released_by) from coverage where
        subscription_id = 1
        order by span_start, released_by nulls last
        """,
        [
          "2026-10-01 2026-11-01", "2026-11-01 2026-12-01 test", "2026-11-01 2026-12-01",
        ])
      // A released hole before what is covered heals as well.
      try await books.run(
        "update coverage set released_by = 'test' where subscription_id = 1 and span_start = "
          + "'2026-10-01'"
      )
      try await books.bill("2026-11-21")
      try await expectTexts(
        books,
        """
        select concat_ws(' ', span_start, span_end) from coverage
        where subscription_id = 1 and released_by is null order by span_start
        """, ["2026-10-01 2026-11-01", "2026-11-01 2026-12-01"])
      try await expectSound(books)
      let again = try await books.bill("2026-11-22")
      #expect(again.map(\.population) == [0])
    }
  }
}

extension Books {
  /// Two customers billed for October and November, one with credit used.
  fileprivate func billed() async throws {
    try await seller()
    try await plan("pro", "10")
    for id in 1...2 {
      try await customer(id)
      try await subscription(id, of: id, "pro", from: "2026-10-01")
    }
    try await credit(of: 2, "money", 300, granted: "2026-10-01")
    try await bill("2026-11-15")
  }

  /// Waits until a session is held up by another one's lock.
  func untilSomebodyWaits() async throws {
    for _ in 0..<200 {
      let waiting = try await text(
        """
        select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
        """)
      if waiting != "0" { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Crash()
  }
}
