// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// The report that operations read after a run.
// One by one, since each case takes a database and several connections.
@Suite(.serialized) struct OpsReportTests {
  private static let clock = WallClock.fixed(LocalDate(daysSince1970: 20760))  // 2026-11-03

  @Test("without a number, every seller's newest run is in it")
  func all() async throws {
    try await SampleBooks.with { database in
      let report = try await OpsReport.read(
        run: nil, clock: Self.clock, on: database.connect())
      #expect(report.parts.map(\.run.id) == [1, 2])
      #expect(report.exitCode == .dataError)
      #expect(report.parts.map { $0.holds.map(\.customer) } == [[4], []])
    }
  }

  @Test("the text tells the run, who is held, and what is owed by age")
  func text() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      let report = try await OpsReport.read(run: 1, clock: Self.clock, on: connection)
      let run = try await RunSummary.read(1, on: connection)
      #expect(
        report.text == run.text + """

          held: 1
          customer  name  by   code           days  tries  message
                 4  Dan   run  price_missing     0      1  plan seat has no price on 2026-11-01

          most frequent reasons
            1 paused
            1 price_missing

          owed at the end of 2026-11-01, by days past due
          currency  invoices  current  1–30  31–60  61–90  91–120  over 120   total  unapplied cre\
          dit  disputed
          eur              2   120.15  0.00   0.00   0.00    0.00      0.00  120.15             26\
          .90      0.00

          """)
    }
  }

  @Test("what is owed is aged from the due date, or the invoice date, as of the run's day")
  func ages() async throws {
    let change = """
      update run set as_of = '2027-03-01' where run_id = 1;
      update invoice set due_date = '2027-03-01' where invoice_id = 1;
      update invoice set due_date = null, invoice_date = '2026-11-01' where invoice_id = 2;
      insert into settlement (invoice_id, kind, amount_minor, effective_on)
      values (2, 'payment', 900, '2027-03-02'), (2, 'payment', 100, '2027-03-01');
      update invoice set settled_minor = 1000 where invoice_id = 2;
      """
    try await SampleBooks.with(change) { database in
      let report = try await OpsReport.read(run: 1, clock: Self.clock, on: database.connect())
      let owed = try #require(report.parts[0].receivables.first)
      #expect(owed.current == 7115)
      #expect(owed.overdue == [0, 0, 0, 4800, 0])
      #expect(owed.total == 11915)
      #expect(owed.unappliedCredit == 2690)
      #expect(owed.disputed == 0)
    }
  }

  @Test(
    "each age has its days",
    arguments: [
      (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (120, 4), (121, 5),
    ])
  func bounds(days: Int, column: Int) async throws {
    let change = """
      delete from invoice where invoice_id <> 2;
      update run set as_of = date '2026-11-01' + \(days) where run_id = 1;
      """
    try await SampleBooks.with(change) { database in
      let report = try await OpsReport.read(run: 1, clock: Self.clock, on: database.connect())
      let owed = try #require(report.parts[0].receivables.first { $0.currency == "eur" })
      var expected: [Int128] = [0, 0, 0, 0, 0, 0]
      expected[column] = 4900
      #expect([owed.current] + owed.overdue == expected)
    }
  }

  @Test("the JSON has the run object, the holds and the receivables of each seller")
  func json() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      let report = try await OpsReport.read(run: nil, clock: Self.clock, on: connection)
      var writer = JSONWriter()
      report.write(to: &writer)
      let object = try JSON(writer.text)
      #expect(object["object"] == "report")
      #expect(object["exit_code"] == 65)
      let run = try await RunSummary.read(1, on: connection)
      #expect(try object["sellers", 0, "run"] == JSON(run.json))
      #expect(object["sellers", 0, "holds", 0, "code"] == "price_missing")
      #expect(object["sellers", 0, "top_reasons", 0, "reason"] == "paused")
      #expect(object["sellers", 0, "receivables", 0, "current"] == .number("120.15"))
      #expect(object["sellers", 1, "seller"] == "tokyo")
      #expect(object["sellers", 1, "receivables", 0, "total"] == 2000)
    }
  }

  @Test("text and JSON say how many entries of bank statements are open")
  func bankEntries() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      let before = try await OpsReport.read(run: nil, clock: Self.clock, on: connection)
      #expect(before.openBankEntries == 0 && !before.text.contains("bank statements"))
      #expect(try JSON(before.json)["open_bank_entries"] == 0)
      try await connection.run(
        script: """
          insert into bank_entry (entry_key, account, booking_minor, detail_count, digest, words,
            is_credit, booked_on, currency, amount_minor, reason)
          values ('a', '3000', 100, 1, 'a', '{}', true, '2026-11-04', 'EUR', 100, 'nobody knows'),
            ('b', '3000', 100, 1, 'b', '{}', true, '2026-11-04', 'EUR', 100, 'superseded')
          """)
      let report = try await OpsReport.read(run: nil, clock: Self.clock, on: connection)
      #expect(report.text.hasSuffix("bank statements: 1, billrun bank entries --open\n"))
      #expect(try JSON(report.json)["open_bank_entries"] == 1)
    }
  }

  @Test("books without a run have a report of what needs a person")
  func none() async throws {
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      let clean = try await OpsReport.read(run: nil, clock: Self.clock, on: connection)
      #expect(clean.text == "no run yet: billrun run --as-of today\n")
      #expect(clean.exitCode == .ok && clean.parts.isEmpty)
      try await connection.run(
        script: """
          insert into bank_entry (entry_key, account, booking_minor, detail_count, digest, words,
            is_credit, booked_on, currency, amount_minor, reason)
          values ('a', '3000', 100, 1, 'a', '{}', true, '2026-11-04', 'EUR', 100, 'nobody knows')
          """)
      let report = try await OpsReport.read(run: nil, clock: Self.clock, on: connection)
      #expect(report.text.contains("open entries of bank statements"), "\(report.text)")
      #expect(try JSON(report.json)["open_bank_entries"] == 1)
      let page = try await MorningPage.read(run: nil, clock: Self.clock, on: connection)
      #expect(page.text.contains("open entries of bank statements"))
    }
  }
}
