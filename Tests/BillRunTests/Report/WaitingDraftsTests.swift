// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import TestSupport
import Testing

@testable import BillRun

/// What the morning is told of drafts that nobody has posted, and of runs that were refused.
@Suite(.serialized) struct WaitingDraftsTests {
  private static let clock = WallClock.fixed(LocalDate(daysSince1970: 20777))  // 2026-11-20

  @Test("drafts of an earlier run are told until they are posted or canceled")
  func forgotten() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      let run = try await books.bill("2026-11-01") { $0.writesDrafts = true }[0].id ?? 0
      try await books.bill("2026-11-02")
      #expect(try await books.isClean() == false)
      let report = try await books.report()
      #expect(report.exitCode == .dataError)
      #expect(report.parts.map(\.run.exitCode) == [.ok])
      #expect(
        report.text.contains(
          """
          Drafts that wait
          run  seller  as of       drafts  held by the gate  currency  total  what to do
            1  acme    2026-11-01       4                 0  eur       40.00  billrun runs post 1, \
          or billrun runs cancel 1

          """), "\(report.text)")
      let json = try JSON(report.json)
      #expect(json["waiting_drafts", 0, "run"] == 1 && json["waiting_drafts", 0, "drafts"] == 4)
      #expect(json["exit_code"] == 65)
      let page = try await MorningPage.read(
        run: nil, clock: Self.clock, on: books.connection)
      #expect(page.text.contains("Drafts that wait"))
      let check = try await Readiness(of: books.database, lanes: 1, at: Self.clock.now())
      let finding = try #require(check.findings.first { $0.subject == "drafts" })
      #expect(finding.text == "4 drafts of run 1 wait")
      #expect(finding.advice == "billrun runs post 1, or billrun runs cancel 1")
      var metrics = Metrics(command: "run", schema: "billing", seller: nil)
      metrics.add(
        try await WaitingDrafts.list(seller: nil, on: books.connection), of: ["acme", "beta"])
      let lines = metrics.text(after: MetricsText("")).split(separator: "\n")
        .filter { !$0.hasPrefix("#") }
      #expect(
        lines == [
          #"billrun_drafts_waiting{command="run",schema="billing",seller="acme"} 4"#,
          #"billrun_drafts_waiting{command="run",schema="billing",seller="beta"} 0"#,
        ])
      _ = try await books.operations("2026-11-02").cancel(run, customers: [1, 2])
      #expect(try await books.isClean() == false)
      _ = try await books.operations("2026-11-02").post(run)
      #expect(try await books.isClean())
      #expect(try await books.report().exitCode == .ok)
    }
  }

  @Test("an unposted invoice of a run that is posted is told with the commands for it")
  func unposted() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.bill("2026-11-01")
      try await books.connection.transaction {
        try InvoiceOperations(at: 1_793_500_000, by: "tester").unpost([1], on: $0)
      }
      let waiting = try await WaitingDrafts.list(seller: nil, on: books.connection)
      #expect(waiting.map(\.drafts) == [1])
      #expect(
        waiting.map(\.command) == [
          "billrun invoice post --run 1, or billrun invoice cancel --run 1"
        ])
      #expect(try await books.isClean() == false)
      let attention = try await Attention.read(seller: nil, on: books.connection)
      #expect(attention.text == "1 runs that wait to be posted (billrun report run)")
      let check = try await Readiness(of: books.database, lanes: 1, at: Self.clock.now())
      #expect(check.findings.first { $0.subject == "drafts" }?.text == "1 draft of run 1 waits")
      // The commands on the whole run say so, too.
      let operations = books.operations("2026-11-02")
      for (command, act) in [
        ("post", { _ = try await operations.post(1) }),
        ("cancel", { _ = try await operations.cancel(1) }),
      ] {
        let error = await #expect(throws: BillRunError.self) { try await act() }
        #expect(error?.code == "run_not_waiting")
        #expect(error?.message == "run 1 is posted, and 1 draft of it unposted since")
        #expect(error?.hint == "billrun invoice \(command) --run 1")
      }
    }
  }

  @Test("a run of everybody that was refused is told until one is not")
  func refused() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      // A day ahead, by a slip, and taken back.
      let slip = try await books.bill("2026-12-20")[0].id ?? 0
      _ = try await books.operations("2026-11-20").reverse(slip)
      #expect(try await books.isClean())
      let error = await #expect(throws: BillRunError.self) { try await books.bill("2026-11-20") }
      #expect(error?.code == "invoice_date_before_series")
      #expect(error?.hint?.contains("number_format") == true)
      #expect(try await books.isClean() == false)
      let report = try await books.report()
      #expect(report.exitCode == .dataError)
      #expect(report.text.contains("acme    invoice_date_before_series  invoice date 2026-11-20"))
      #expect(report.text.contains("\nhint: give an --invoice-date of 2026-12-20 or later;"))
      let check = try await Readiness(of: books.database, lanes: 1, at: Self.clock.now())
      #expect(check.status == .dataError)
      // The way out: another format is a new series, of any date.
      try await books.run("update seller set number_format = 'INV-B{seq:06}'")
      let notes = await #expect(throws: BillRunError.self) { try await books.bill("2026-11-20") }
      #expect(notes?.hint?.contains("another credit_note_format") == true)
      try await books.run("update seller set credit_note_format = 'CN-B{seq:06}'")
      #expect(try await books.bill("2026-11-20")[0].invoices == 4)
      try await expectTexts(
        books, "select number from invoice_number where number like 'INV-B%' order by 1 limit 1",
        ["INV-B000001"])
      #expect(try await books.isClean())
      try await expectSound(books)
    }
  }

  @Test("what somebody tried for one customer, or in vain by a dry run, is no run that was refused")
  func onlyWhole() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.bill("2026-11-20")
      await #expect(throws: BillRunError.self) {
        try await books.bill("2026-11-10") { $0.scope.customers = [1] }
      }
      #expect(try await books.isClean())
    }
  }

  @Test("a catch-up numbers nothing, so no date is too early for it")
  func catchUp() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.bill("2026-11-20")
      try await books.customer(5)
      try await books.subscription(5, of: 5, "small", from: "2026-08-01")
      let runs = try await books.bill("2026-10-31") { options in
        options.kind = .catchUp
        options.catchUp = CatchUp(.covered(.migrated), sweepsItems: false)
      }
      #expect(runs.map(\.state) == ["posted"])
      try await expectTexts(
        books, "select count(*) from coverage where reason = 'migrated'", ["3"])
      try await expectSound(books)
    }
  }
}

extension Books {
  fileprivate func isClean() async throws -> Bool {
    try await Attention.read(seller: nil, on: connection).isClean
  }

  fileprivate func report() async throws -> OpsReport {
    let clock = WallClock.fixed(LocalDate(daysSince1970: 20777))
    return try await OpsReport.read(run: nil, clock: clock, on: connection)
  }
}
