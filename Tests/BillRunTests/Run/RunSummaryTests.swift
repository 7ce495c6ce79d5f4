// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import TestSupport
import Testing

/// The summary of a run: read from the tables, as JSON, as text, with its exit status.
@Suite struct RunSummaryTests {
  @Test("a run reads as the object of INTERFACE.md, to the letter")
  func json() async throws {
    try await SampleBooks.with { database in
      let summary = try await RunSummary.read(1, on: database.connect())
      let expected = """
        {"object":"bill_run","id":1,"kind":"regular","seller":"acme","as_of":"2026-11-01",\
        "state":"posted",\
        "accounts":{"population":4,"invoiced":2,"nothing_due":1,"held":1},\
        "reasons":{"nothing_due":{"paused":1},"held":{"price_missing":1}},\
        "invoices":2,\
        "totals":[{"currency":"eur","invoices":2,"subtotal":135.5,"discounts":9.9,"taxes":14.55,\
        "total":140.15,"credits_applied":20,"credit_notes":1,"credited":11.9,"taken_back":0,\
        "taken_back_total":0}],\
        "charges":{"attempted":0,"approved":0,"declined":0,"unknown":0},\
        "chased":{"due":0,"queued":0},\
        "phases":[{"name":"open","seconds":0.012,"per_second":null},\
        {"name":"bill","seconds":1.5,"per_second":1.3}],\
        "fingerprint":"sha256:00ff","exit_code":65}
        """
      #expect(summary.json == expected)
    }
  }

  @Test("a run reads on one screen, with what to do next")
  func text() async throws {
    try await SampleBooks.with { database in
      let summary = try await RunSummary.read(1, on: database.connect())
      #expect(
        summary.text == """
          run 1 · regular · acme · as of 2026-11-01 · posted

          accounts       4 = 2 invoiced + 1 nothing due + 1 held
            nothing due  1 paused
            held         1 price_missing, the oldest for 0 days

          currency  invoices  subtotal  discounts  taxes   total  credits applied
          eur              2    135.50       9.90  14.55  140.15            20.00
          1 credit note of 11.90 eur

          open           0.012 s
          bill           1.500 s, 1.3 invoices/s
          control        ties: every account has an outcome, all totals add up
          fingerprint    sha256:00ff
          next           billrun hold list   tells what to repair; the next run bills them by itself

          """)
    }
  }

  @Test("a run at work says how many accounts are not done, so that its sum is one")
  func atWork() async throws {
    let change = """
      update run set state = 'processing', population = 900, closed_at = null where run_id = 1;
      """
    try await SampleBooks.with(change) { database in
      let summary = try await RunSummary.read(1, on: database.connect())
      #expect(
        summary.text.contains(
          "accounts       900 = 2 invoiced + 1 nothing due + 1 held + 896 not done\n"))
    }
  }

  @Test("what a run charged is told by its attempts")
  func charges() async throws {
    let change = """
      update payment_attempt set run_id = 2;
      insert into payment_attempt (invoice_id, try, state, decline_class, run_id, gateway,
        payment_source_id, idempotency_key, currency, amount_minor, as_of, request)
      values (3, 2, 'declined', 'soft', 2, 'simulated', 1, 'b', 'jpy', 2000, '2026-11-01', '{}'),
        (3, 3, 'declined', 'soft', null, 'simulated', 1, 'c', 'jpy', 2000, '2026-11-01', '{}'),
        (3, 4, 'declined', 'soft', 1, 'simulated', 1, 'd', 'jpy', 2000, '2026-11-01', '{}');
      """
    try await SampleBooks.with(change) { database in
      let summary = try await RunSummary.read(2, on: database.connect())
      #expect(summary.charges.attempted == 2)
      #expect(summary.charges.declined == 1)
      #expect(summary.text.contains("charge         0.500 s, 4.0 attempts/s\n"))
      #expect(summary.totals.map(\.total) == [2000])
      #expect(summary.text.contains("jpy              1     2,000          0      0  2,000"))
    }
  }

  @Test("the oldest hold of a code tells its age in days of runs")
  func ages() async throws {
    let change = """
      insert into run (kind, seller_id, as_of, invoice_date, state, population, program, closed_at)
      values ('regular', 1, '2026-11-04', '2026-11-04', 'posted', 1, 'billrun', now());
      insert into run_account (run_id, customer_id, batch_no, outcome, reason, invoices, inputs,
        outputs)
      values (3, 4, 1, 'held', 'price_missing', 0, '', '');
      update hold set last_run_id = 3 where customer_id = 4;
      """
    try await SampleBooks.with(change) { database in
      let summary = try await RunSummary.read(3, on: database.connect())
      #expect(summary.reasons.map(\.oldestDays) == [3])
      #expect(summary.text.contains("1 price_missing, the oldest for 3 days\n"))
    }
  }

  @Test("a run that does not exist is an error with a hint")
  func missing() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      let error = await #expect(throws: BillRunError.self) {
        try await RunSummary.read(99, on: connection)
      }
      #expect(error?.code == "run_not_found")
      #expect(error?.status == .usage)
    }
  }

  @Test("the newest runs come first, of all sellers or of one")
  func newest() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      #expect(try await RunSummary.newest(on: connection) == [2, 1])
      #expect(try await RunSummary.newest(seller: "acme", on: connection) == [1])
      #expect(try await RunSummary.newest(limit: 1, on: connection) == [2])
    }
  }

  @Test(
    "the exit status is that of the state, and 65 when somebody is held",
    arguments: [
      ("posted", 0, BillRun.ExitStatus.ok), ("posted", 1, .dataError), ("completed", 0, .ok),
      ("canceled", 0, .ok), ("reversed", 2, .dataError), ("pending", 0, .tryAgain),
      ("processing", 1, .tryAgain), ("error", 1, .software), ("dry", 1, .dataError),
    ])
  func status(state: String, held: Int64, expected: BillRun.ExitStatus) {
    var summary = Self.dry
    summary.state = state
    if held > 0 { summary.reasons.append(.init(.held, "price_missing", accounts: held)) }
    #expect(summary.exitCode == expected)
  }

  @Test("a run whose counts or sums don't tie says so")
  func discrepancies() {
    var summary = Self.dry
    #expect(summary.discrepancies == ["3 accounts have no outcome"])
    summary.reasons.append(.init(.invoiced, nil, accounts: 3))
    #expect(summary.discrepancies == [])
    var total = RunSummary.Total(currency: "eur", digits: 2)
    (total.subtotal, total.discounts, total.taxes, total.total) = (1000, 100, 171, 1070)
    summary.totals.append(total)
    #expect(summary.discrepancies == ["eur is out by 0.01"])
    #expect(summary.text.contains("\ncontrol        DOES NOT TIE: eur is out by 0.01\n"))
  }

  @Test("a dry run has no number")
  func dryRun() throws {
    #expect(Self.dry.text.hasPrefix("dry run · acme · as of 2026-12-01\n"))
    let object = try JSON(Self.dry.json)
    #expect(object["id"] == .some(.null))
    #expect(object["kind"] == "dry")
  }

  private static var dry: RunSummary {
    RunSummary(
      id: nil, kind: "dry", seller: "acme", asOf: LocalDate(daysSince1970: 20788), state: "dry",
      population: 3)
  }
}
