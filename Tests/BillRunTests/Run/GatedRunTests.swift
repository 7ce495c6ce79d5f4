// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Foundation
import Postgres
import TestSupport
import Testing

/// Drafts, the look at them, and the posting pass (RULES 0.1, 0.8, 6; DESIGN 8).
@Suite struct GatedRunTests {
  @Test("drafts that are posted in a second pass are what a direct run posts", arguments: [1, 3])
  func sameAsDirect(lanes: Int) async throws {
    let undisturbed = try await Undisturbed.shared.outcome()
    try await withBooks { books in
      try await books.ofAllKinds()
      let runs = try await books.bill("2026-11-30", lanes: lanes) { options in
        options.batchSize = 6
        options.gate = Limits.none
      }
      #expect(runs.map(\.state) == ["posted"])
      #expect(runs[0].gate?.outcome == "pass")
      #expect(runs[0].fingerprint == undisturbed.fingerprint)
      expectSame(try await books.dump(), undisturbed.dump)
      try await expectSound(books)
      // Numbers go by payer and oldest period, whatever the lanes did (RULES 0.1).
      let order = """
        select customer_id || ' ' || min(period_start) from invoice_number
        join invoice using (invoice_id) left join invoice_line using (invoice_id)
        where kind = 'invoice' group by invoice_id, customer_id, seq order by
        """.replacing("where kind", with: "where invoice.kind")
      #expect(
        try await books.texts(order + " seq")
          == books.texts(order + " customer_id, min(period_start)"))
    }
  }

  @Test("with --draft a person posts: until then nothing has a number, is booked or charged")
  func draft() async throws {
    let undisturbed = try await Undisturbed.shared.outcome()
    try await withBooks { books in
      try await books.ofAllKinds()
      let runs = try await books.bill("2026-11-30") { $0.writesDrafts = true }
      #expect(runs.map(\.state) == ["completed"])
      #expect(runs[0].exitCode == .dataError)
      try await expectTexts(
        books,
        """
        select (select count(*) from invoice_number), (select count(*) from settlement),
          (select count(*) from journal where event <> 'opening'),
          (select count(*) from invoice where state <> 'draft')
        """.replacing("select (", with: "select concat_ws(' ', (").replacing(
          "<> 'draft')", with: "<> 'draft'))"), ["0 0 0 0"])
      try await expectSound(books)
      // Its periods count as taken, and it stands in nobody's way.
      let second = try await books.bill("2026-11-30")
      #expect(second[0].invoices == 0)
      let posted = try await books.operations("2026-11-30").post(runs[0].id ?? 0)
      #expect(posted.state == "posted")
      expectSame(try await books.dump(), undisturbed.dump)
      try await expectSound(books)
      await #expect(throws: BillRunError.self) {
        try await books.operations("2026-11-30").post(runs[0].id ?? 0)
      }
    }
  }

  @Test("posting that dies goes on where it was")
  func crash() async throws {
    let undisturbed = try await Undisturbed.shared.outcome()
    for point in [
      FaultPoint.claimed, .beforeBatchCommit, .beforeGateCommit, .beforePostCommit, .beforeClose,
      .beforeCloseCommit,
    ] {
      try await withBooks { books in
        try await books.ofAllKinds()
        await #expect(throws: Crash.self) {
          try await books.bill("2026-11-30") { options in
            options.batchSize = 6
            options.gate = Limits.none
            let count = Once(on: point == .beforePostCommit ? 2 : 1)
            options.fault = { if $0 == point, count.first() { throw Crash() } }
          }
        }
        // Whoever finishes it has other limits: those that it began with count.
        let runs = try await books.bill("2026-11-30") { $0.batchSize = 6 }
        #expect(runs[0].state == "posted" && runs[0].gate != nil, "\(point)")
        expectSame(try await books.dump(), undisturbed.dump)
        try await expectSound(books)
      }
    }
  }

  @Test("the gate holds payers whose bills are unlike their last ones, and the others are posted")
  func holdsSome() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.bill("2026-11-01") { $0.gate = Limits.none }
      try await books.run("update subscription set quantity = 9 where subscription_id = 2")
      try await books.run("update subscription set quantity = 0.1 where subscription_id = 3")
      try await books.customer(5)
      try await books.subscription(5, of: 5, "dear", from: "2026-12-01")
      let limits = Limits.of("bill: {less: 50%, more: 100%, above: 5}\nfirst_bill: 500")
      let dry = try await books.dryRun("2026-12-01", against: limits)
      #expect(dry.gate?.outcome == "hold_some" && dry.exitCode == .ok)
      #expect(dry.text.contains("gate           would hold some, 3 drafts, 3 held\n"))
      let runs = try await books.bill("2026-12-01") { $0.gate = limits }
      #expect(dry.gate?.held == runs[0].gate?.held)
      #expect(dry.gate.map { Set($0.codes) } == runs[0].gate.map { Set($0.codes) })
      #expect(runs[0].state == "completed")
      #expect(runs[0].exitCode == .dataError)
      #expect(runs[0].gate?.outcome == "hold_some")
      #expect(runs[0].gate?.drafts == 3)
      #expect(runs[0].gate?.held == 3)
      try await expectTexts(
        books, "select customer_id || ' ' || code || ': ' || message from gate_finding order by 1",
        [
          "2 higher_bill: 90.00 eur after 10.00 on average; the limit is 100 % more",
          "3 lower_bill: 1.00 eur after 10.00 on average; the limit is 50 % less",
          "5 first_bill: 1000.00 eur is the first bill; the limit is 500",
        ])
      try await expectSound(books)
      // Nor does anybody get past it alone.
      let error = await #expect(throws: BillRunError.self) {
        try await books.connection.transaction {
          let held = try $0.query(
            Statement(name: "held", text: "select invoice_id from invoice where state = 'draft'"),
            [])
          try InvoiceOperations(at: 1_796_000_000, by: "tester").post(
            [try held.int64(0, 0)], on: $0)
        }
      }
      #expect(error?.code == "post_refused_gate")
      let run = runs[0].id ?? 0
      let still = try await books.operations("2026-12-01").post(run)
      #expect(still.gate?.held == 3)
      let one = try await books.operations("2026-12-01").post(
        run, releasing: true, customers: [2])
      #expect(one.gate?.held == 2 && one.state == "completed")
      let dropped = try await books.operations("2026-12-01").cancel(run, customers: [3])
      #expect(dropped.canceled == 1)
      let all = try await books.operations("2026-12-01").post(run, releasing: true)
      #expect(all.state == "posted" && all.exitCode == .ok)
      try await expectSound(books)
      // The one whose draft was dropped is billed by the next run.
      let next = try await books.bill("2026-12-01")
      #expect(next[0].totals.map(\.total) == [100])
      try await expectSound(books)
    }
  }

  @Test(
    "the gate holds a whole run that is unlike the one before",
    arguments: [
      ("invoices: {less: 20%}", "fewer_invoices", "2 invoices, 50.0 % fewer than the 4 of"),
      ("total: {less: 20%}", "lower_total", "20.00 eur, less than the 40.00 of 2026-11-01"),
      ("total: {more: 10%}", nil, ""), ("invoices: {more: 0%, most: 2}", nil, ""),
      ("invoices: {most: 1}", "too_many_invoices", "2 invoices; the limit is 1"),
      ("total: {most: 19.99}", "total_too_high", "20.00 eur; the limit is 19.99"),
      ("zero: 0", nil, ""), ("credit_notes: 0%", nil, ""),
    ])
  func holdsAll(limits: String, code: String?, message: String) async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.bill("2026-11-01")
      try await books.run("update subscription set paused = true where subscription_id > 2")
      let dry = try await books.dryRun("2026-12-01", against: Limits.of(limits))
      #expect(dry.gate?.outcome == (code == nil ? "pass" : "hold_all") && dry.exitCode == .ok)
      let runs = try await books.bill("2026-12-01") { $0.gate = Limits.of(limits) }
      #expect(dry.gate == runs[0].gate)
      let findings = try await GateFinding.list(of: runs[0].id ?? 0, on: books.connection)
      #expect(findings.map(\.code) == (code.map { [$0] } ?? []))
      #expect(findings.first?.message.hasPrefix(message) ?? true, "\(findings)")
      #expect(runs[0].state == (code == nil ? "posted" : "completed"))
      #expect(runs[0].exitCode == (code == nil ? .ok : .dataError))
      #expect(runs[0].gate?.drafts == (code == nil ? 0 : 2))
      // A held run is no measure for the next: the one before it is.
      if code == "lower_total" {
        let again = try await books.operations("2026-12-01").cancel(runs[0].id ?? 0)
        #expect(again.canceled == 2)
        let state = try await RunSummary.read(runs[0].id ?? 0, on: books.connection).state
        #expect(state == "canceled")
        let next = try await books.bill("2026-12-01") { $0.gate = Limits.of(limits) }
        #expect(next[0].gate?.codes.map(\.code) == ["lower_total"])
      }
      try await expectSound(books)
    }
  }

  @Test("a bill that was taken back is no measure for the payer's next")
  func takenBack() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.bill("2026-11-01")
      try await books.change(of: 1, on: "2026-12-01", plan: "dear")
      let wrong = try await books.bill("2026-12-01")
      _ = try await books.operations("2026-12-01").reverse(wrong[0].id ?? 0)
      try await books.change(of: 1, on: "2026-12-01", plan: "small")
      let again = try await books.bill("2026-12-01") { options in
        options.gate = Limits.of("bill: {less: 50%, above: 1}")
      }
      #expect(again[0].totals.map(\.total) == [4000])
      #expect(again[0].gate?.codes.isEmpty == true)
      #expect(again[0].state == "posted")
      try await expectSound(books)
    }
  }

  @Test("usage that stops coming in holds its payer, and zeros and credit notes can be too many")
  func missing() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.plan("calls", "0.5", ["quantity_type": "usage"])
      for id in 6...7 {
        try await books.customer(id)
        try await books.subscription(id, of: id, "calls", from: "2026-10-01")
      }
      try await books.usage(of: 6, "calls", on: "2026-10-10", "40")
      try await books.bill("2026-11-01")
      try await books.customer(8)
      try await books.plan("own", nil)
      try await books.price(of: "own", nil, ["pricing_mode": "custom"])
      try await books.subscription(8, of: 8, "own", from: "2026-12-01", ["amount": "-5"])
      let runs = try await books.bill("2026-12-01") { options in
        options.gate = Limits.of("missing_usage: true\nzero: 10%\ncredit_notes: 0")
      }
      #expect(
        runs[0].gate?.codes.map(\.code)
          == ["too_many_zeros", "too_many_credit_notes", "usage_missing"])
      let findings = try await GateFinding.list(of: runs[0].id ?? 0, on: books.connection)
      #expect(
        findings.map(\.message) == [
          "2 of 6 invoices come to nothing; the limit is 10 %",
          "1 credit notes beside 6 invoices; the limit is 0",
          "subscription 6 has no usage from 2026-11-01 on, and had some before",
        ])
      try await expectSound(books)
    }
  }

  @Test("drafts that wait get another date where numbers of a later one were given since")
  func redated() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.run(
        """
        update customer set payment_terms = '2% 10 NET 30';
        update seller set tax_point = 'period_end'
        """)
      let runs = try await books.bill("2026-11-01") { $0.writesDrafts = true }
      try await books.customer(9)
      try await books.subscription(9, of: 9, "small", from: "2026-11-02")
      try await books.bill("2026-11-02")
      let run = runs[0].id ?? 0
      let error = await #expect(throws: BillRunError.self) {
        try await books.operations("2026-11-03").post(run)
      }
      #expect(error?.status == .dataError)
      let posted = try await books.operations("2026-11-03").post(
        run, date: LocalDate(iso: "2026-11-03"))
      #expect(posted.state == "posted")
      try await expectTexts(
        books,
        """
        select distinct invoice_date || ' ' || due_date || ' ' || early_discount_until
        from invoice where run_id = \(run)
        """, ["2026-11-03 2026-12-03 2026-11-13"])
      try await expectSound(books)
    }
  }

  @Test("a run that is paused ends its batch and waits until it is resumed")
  func paused() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      let pauser = try await books.database.connect()
      let error = await #expect(throws: BillRunError.self) {
        try await books.bill("2026-11-01", lanes: 1) { options in
          options.batchSize = 1
          let once = Once(on: 2)
          options.fault = { point in
            guard point == .batchCommitted, once.first() else { return }
            let caught = Caught()
            caught.wait { try await books.operations("2026-11-01").pause(1) }
            if let error = caught.error { throw error }
          }
        }
      }
      await pauser.close()
      #expect(error?.code == "run_paused")
      #expect(error?.status == .tryAgain)
      #expect(try await books.text("select count(*) from invoice") == "2")
      await #expect(throws: BillRunError.self) { try await books.bill("2026-11-01") }
      await #expect(throws: BillRunError.self) {
        try await books.operations("2026-11-01").pause(1)
      }
      let reversing = await #expect(throws: BillRunError.self) {
        try await books.operations("2026-11-01").reverse(1)
      }
      #expect(reversing?.hint == "billrun runs resume 1, then billrun run")
      try await books.operations("2026-11-01").resume(1)
      try await books.bill("2026-11-01")
      #expect(try await books.text("select count(*) from invoice") == "4")
      try await expectSound(books)
    }
  }
}

/// Limits as the settings file has them.
enum Limits {
  /// Drafts are looked at, and everything passes.
  static var none: GateLimits? { of("compare: month") }

  static func of(_ lines: String) -> GateLimits? {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "settings-\(UUID().uuidString).yaml").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let indented = lines.split(separator: "\n").map { "  \($0)\n" }.joined()
    try? ("gate:\n" + indented).write(toFile: path, atomically: true, encoding: .utf8)
    do {
      return try Settings(flags: Settings.Flags(file: path), environment: [:]).gate
    } catch {
      Issue.record("\(error)")
      return nil
    }
  }
}

extension Books {
  /// A dry run in batches of one, which leaves nothing.
  fileprivate func dryRun(_ asOf: String, against limits: GateLimits?) async throws -> RunSummary {
    let folder = try TemporaryFolder()
    let dry = try await engine(asOf, lanes: 2) { options in
      options.gate = limits
      options.batchSize = 1
    }.rehearse(manifest: folder.path + "/manifest.jsonl")
    #expect(try await text("select count(*) from gate_finding") == "0")
    return dry[0]
  }

  /// Four customers with a plan of 10.00 a month each, and a dear plan for more.
  func fourCustomers() async throws {
    try await seller()
    try await plan("small", "10")
    try await plan("dear", "1000")
    for id in 1...4 {
      try await customer(id)
      try await subscription(id, of: id, "small", from: "2026-11-01")
    }
  }

  /// What a person does with runs on a day.
  func operations(_ day: String) -> RunOperations {
    let today = LocalDate(iso: day) ?? LocalDate(daysSince2000: 0)
    return RunOperations(database: database, clock: .fixed(today), user: "tester")
  }
}
