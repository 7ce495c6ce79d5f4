// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// What an operator gets who mistypes, repeats a command, or stops one.
@Suite struct RunMistakesTests {
  /// Books in which a line without a period waits in drafts of 2026-10-20, and VAT of 10 per cent
  /// is 20 from 2026-11-01 on.
  private static func withDrafts(_ body: (Books, _ run: Int64) async throws -> Void) async throws {
    let lines = """
      {"object":"seller","id":"s","name":"S","country":"DE","currency":"eur","time_zone":"UTC"}
      {"object":"tax_rate","id":"vat","name":"VAT","value":10}
      {"object":"tax_rate","id":"vat","name":"VAT","value":20,"valid_from":"2026-11-01"}
      {"object":"customer","id":1,"number":"K-1","name":"C","taxes":["vat"]}
      {"object":"pending_line_item","customer":1,"name":"Work","unit_cost":1000}

      """
    try await withBooks { books in
      let report = try await ImportBooks.run(lines: lines, on: books.connection)
      #expect(report.isTaken, "\(report.faults)")
      try await books.run("update pending_line_item set added_on = '2026-09-01'")
      let runs = try await books.bill("2026-10-20") { $0.writesDrafts = true }
      #expect(runs[0].totals.map(\.total) == [110_000])
      try await body(books, runs[0].id ?? 0)
    }
  }

  private static func post(
    _ run: Int64, dated day: String, _ books: Books
  ) async throws -> BillRunError? {
    do {
      _ = try await books.operations("2026-10-25").post(run, date: LocalDate(iso: day))
      return nil
    } catch let error as BillRunError {
      return error
    }
  }

  @Test("RULES 1.5: drafts are not dated over a change of the rates that their lines are taxed by")
  func taxDates() async throws {
    try await Self.withDrafts { books, run in
      #expect(try await Self.post(run, dated: "2026-11-24", books)?.code == "tax_date_moves")
      #expect(try await books.text("select invoice_date::text from invoice") == "2026-10-20")
      #expect(try await Self.post(run, dated: "2026-10-31", books) == nil)
      #expect(try await books.text("select invoice_date::text from invoice") == "2026-10-31")
      try await expectSound(books)
    }
  }

  @Test("a date far ahead is posted only where somebody says that it is meant")
  func farAhead() async throws {
    try await Self.withDrafts { books, run in
      let error = try await Self.post(run, dated: "2062-10-31", books)
      #expect(error?.code == "invoice_date_far_ahead" && error?.status == .usage)
      #expect(try await books.text("select state from invoice") == "draft")
    }
  }

  @Test("a run that is over says so, whatever is asked of it, and an open one that it is open")
  func over() async throws {
    try await Self.withDrafts { books, run in
      let operations = books.operations("2026-10-25")
      _ = try await operations.cancel(run)
      let posting = await #expect(throws: BillRunError.self) { try await operations.post(run) }
      #expect(posting?.code == "run_over" && posting?.status == .dataError)
      let canceling = await #expect(throws: BillRunError.self) { try await operations.cancel(run) }
      #expect(canceling?.code == "run_over")
      await #expect(throws: Crash.self) {
        try await books.bill("2026-10-21") { options in
          options.fault = { if $0 == .opened { throw Crash() } }
        }
      }
      let open = await #expect(throws: BillRunError.self) { try await operations.cancel(run + 1) }
      #expect(open?.code == "run_unfinished" && open?.hint == "billrun run --as-of 2026-10-21")
    }
  }

  @Test("a catch-up bills nobody: it does not finish a run, but one of its own kind")
  func catchUp() async throws {
    let moves = CatchUp(.covered(.migrated), sweepsItems: false)
    try await withBooks { books in
      try await books.fourCustomers()
      for isBilling in [true, false] {
        await #expect(throws: Crash.self) {
          try await books.bill("2026-11-05") { options in
            if !isBilling {
              options.kind = .catchUp
              options.catchUp = moves
            }
            options.fault = { if $0 == .opened { throw Crash() } }
          }
        }
        let catchUp = { () async throws -> [RunSummary] in
          try await books.bill("2026-11-30") { options in
            options.kind = .catchUp
            options.catchUp = moves
          }
        }
        if isBilling {
          let error = await #expect(throws: BillRunError.self) { try await catchUp() }
          #expect(error?.code == "run_unfinished" && error?.status == .tryAgain)
          #expect(try await books.text("select count(*) from invoice") == "0")
          try await books.bill("2026-11-05")
        } else {
          #expect(try await catchUp().count == 2)
        }
        #expect(try await books.text("select count(*) from invoice") == "4")
        try await expectSound(books)
      }
    }
  }

  @Test("stopped, posting is to be started again only where something is left to post")
  func stopped() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      // The gate holds what customer 4 is billed.
      try await books.run("update subscription set quantity = 60 where subscription_id = 4")
      let runs = try await books.bill("2026-11-01") { $0.gate = Limits.of("first_bill: 500") }
      let run = runs[0].id ?? 0
      #expect(runs[0].state == "completed")
      let stop = StopSignal()
      stop.request()
      let operations = RunOperations(
        database: books.database, clock: .fixed(try #require(LocalDate(iso: "2026-11-02"))),
        stop: stop, user: "tester")
      let held = try await operations.post(run)
      #expect(held.state == "completed" && held.exitCode == .dataError)
      let error = await #expect(throws: BillRunError.self) {
        try await operations.post(run, releasing: true)
      }
      #expect(error?.code == "stopped" && error?.status == .tryAgain)
      #expect(try await books.operations("2026-11-02").post(run).state == "posted")
      try await expectSound(books)
    }
  }
}
