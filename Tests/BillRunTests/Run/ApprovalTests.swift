// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Foundation
import Postgres
import TestSupport
import Testing

/// Four eyes: another login approves just what is then done, once (RULES 2).
@Suite struct ApprovalTests {
  @Test("a gated run waits until a second person has approved what is posted")
  func post() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.want(.runPost)
      let runs = try await books.bill("2026-11-01") { $0.gate = Limits.none }
      #expect(runs[0].state == "completed")
      #expect(runs[0].gate?.outcome == "pass")
      let run = runs[0].id ?? 0
      let missing = await #expect(throws: BillRunError.self) {
        try await books.operations("2026-11-01").post(run)
      }
      #expect(missing?.code == "approval_missing")
      #expect(missing?.status == .dataError)
      // Nobody approves what is their own, whoever asks how often.
      let own = await #expect(throws: BillRunError.self) {
        try await Approval.approve(1, by: "tester", on: books.connection)
      }
      #expect(own?.code == "approval_refused")
      await #expect(throws: BillRunError.self) {
        try await books.operations("2026-11-01").post(run)
      }
      #expect(try await books.text("select count(*) from approval") == "1")
      // Nor are its drafts posted one by one.
      let single = await #expect(throws: BillRunError.self) {
        try await books.connection.operation { connection in
          let found = try connection.query(
            Statement(name: "drafts", text: "select min(invoice_id) from invoice"), [])
          try InvoiceOperations(at: 1_793_600_000, by: "tester").post(
            [try found.int64(0, 0)], on: connection)
        }
      }
      #expect(single?.code == "post_refused_approval")

      // What is another meanwhile needs another approval.
      try await books.approve()
      let dropped = try await books.operations("2026-11-01").cancel(run, customers: [4])
      #expect(dropped.canceled == 1)
      let changed = await #expect(throws: BillRunError.self) {
        try await books.operations("2026-11-01").post(run)
      }
      #expect(changed?.code == "approval_missing")
      try await books.approve()
      let posted = try await books.operations("2026-11-01").post(run)
      #expect(posted.state == "posted")
      try await expectTexts(
        books, "select (used_at is not null)::text from approval order by approval_id",
        ["false", "true"])
      try await expectSound(books)
    }
  }

  @Test("where a second person posts, a run without a gate leaves drafts, too")
  func forcesDrafts() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.want(.runPost)
      let runs = try await books.bill("2026-11-01")
      #expect(runs.map(\.state) == ["completed"])
      try await expectTexts(books, "select distinct state from invoice", ["draft"])
      await #expect(throws: BillRunError.self) {
        try await books.operations("2026-11-01").post(runs[0].id ?? 0)
      }
      try await books.approve()
      #expect(try await books.operations("2026-11-01").post(runs[0].id ?? 0).state == "posted")
      try await expectSound(books)
    }
  }

  @Test("what is declined is not done, stays in the list of all, and is asked for anew")
  func declined() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.want(.runPost)
      let run = try await books.bill("2026-11-01") { $0.gate = Limits.none }[0].id ?? 0
      func post() async -> String? {
        await #expect(throws: BillRunError.self) {
          try await books.operations("2026-11-01").post(run)
        }?.code
      }
      #expect(await post() == "approval_missing")
      try await books.approve()
      let declined = try await Approval.decline(1, reason: "too early", on: books.connection)
      #expect(declined.declined?.reason == "too early")
      #expect(try await Approval.list(open: true, on: books.connection).isEmpty)
      #expect(try await Approval.list(open: false, on: books.connection).map(\.id) == [1])
      #expect(await post() == "approval_missing")
      #expect(try await Approval.list(open: true, on: books.connection).map(\.id) == [2])
      for change in [
        { try await Approval.decline(1, reason: nil, on: books.connection) },
        { try await Approval.approve(1, by: "tester", on: books.connection) },
      ] {
        let error = await #expect(throws: BillRunError.self) { try await change() }
        #expect(error?.code == "approval_refused")
      }
      let missing = await #expect(throws: BillRunError.self) {
        try await Approval.decline(9, reason: nil, on: books.connection)
      }
      #expect(missing?.code == "approval_not_found")
      try await books.approve()
      #expect(try await books.operations("2026-11-01").post(run).state == "posted")
      let used = await #expect(throws: BillRunError.self) {
        try await Approval.decline(2, reason: nil, on: books.connection)
      }
      #expect(used?.message.contains("was used by") == true)
      try await expectSound(books)
    }
  }

  @Test("a run is reversed, and missed periods are billed, by what a second person approved")
  func runs() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      for operation in [Approval.Operation.runReverse, .backfill, .catchUp] {
        try await books.want(operation)
      }
      let runs = try await books.bill("2026-11-01")
      let missing = await #expect(throws: BillRunError.self) {
        try await books.operations("2026-11-01").reverse(runs[0].id ?? 0, waive: "ours")
      }
      #expect(missing?.code == "approval_missing")
      try await books.approve()
      // Just that: not without the waiver.
      let other = await #expect(throws: BillRunError.self) {
        try await books.operations("2026-11-01").reverse(runs[0].id ?? 0)
      }
      #expect(other?.code == "approval_missing")
      let reversal = try await books.operations("2026-11-01").reverse(
        runs[0].id ?? 0, waive: "ours")
      #expect(reversal.reversed == 4)

      let unplanned = await #expect(throws: BillRunError.self) {
        try await books.bill("2027-01-15") { options in
          options.kind = .catchUp
          options.catchUp = CatchUp(.covered(.migrated), sweepsItems: false)
        }
      }
      #expect(unplanned?.code == "plan_missing")
      // A run that covers what it does not bill is one, too.
      let skipping = await #expect(throws: BillRunError.self) {
        try await books.bill("2027-01-15") { options in
          options.catchUp = CatchUp(from: LocalDate(iso: "2027-01-01"))
        }
      }
      #expect(skipping?.code == "plan_missing")
      let path = FileManager.default.temporaryDirectory
        .appending(path: "plan-\(UUID().uuidString).jsonl").path
      defer { try? FileManager.default.removeItem(atPath: path) }
      _ = try await books.engine("2027-01-15") { options in
        options.kind = .catchUp
        options.catchUp = CatchUp(.covered(.migrated), sweepsItems: false)
      }.rehearse(manifest: path)
      func approvePlan() async throws -> [RunSummary] {
        try await books.bill("2027-01-15") { options in
          options.kind = .catchUp
          options.manifest = path
        }
      }
      let asked = await #expect(throws: BillRunError.self) { try await approvePlan() }
      #expect(asked?.code == "approval_missing")
      try await books.approve()
      #expect(try await approvePlan().map(\.kind) == ["catch_up"])
      try await expectSound(books)
    }
  }

  @Test("who approves that a run is taken back reads which days it covered, and of how many")
  func coveredDays() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      let run =
        try await books.bill("2026-11-15") { options in
          options.kind = .catchUp
          options.catchUp = CatchUp(.covered(.migrated), sweepsItems: false)
        }[0].id ?? 0
      let spans = try await books.text("select count(*) from coverage where run_id = \(run)")
      try await books.want(.runReverse)
      let missing = await #expect(throws: BillRunError.self) {
        try await books.operations("2026-11-15").reverse(run)
      }
      #expect(missing?.code == "approval_missing")
      let facts = try await books.text("select facts from approval")
      #expect(
        facts.contains("0 documents, \(spans) spans of days that it has covered unbilled of "),
        "\(facts)")
      // Of these days just these: where some have come back since, it is another thing.
      try await books.approve()
      try await books.run(
        "update coverage set released_by = 'test' where subscription_id = 1 and slot = 0")
      let changed = await #expect(throws: BillRunError.self) {
        try await books.operations("2026-11-15").reverse(run)
      }
      #expect(changed?.code == "approval_missing")
    }
  }

  @Test("what a run has made is taken back by nobody alone: by filter, by name, one by one")
  func otherDoors() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.bill("2026-11-01")
      try await books.want(.runReverse)
      let operations = InvoiceOperations(at: 1_793_600_000, by: "tester")
      let steps: [BulkOperation.Step] = [
        { try $0.reverse($1, on: $2) }, { try $0.void($1, on: $2) }, { try $0.unpost($1, on: $2) },
      ]
      for step in steps {
        let error = await #expect(throws: BillRunError.self) {
          try await books.connection.operation { try step(operations, [1], $0) }
        }
        #expect(error?.code == "approval_missing")
      }
      try await expectTexts(books, "select distinct state from invoice", ["open"])

      // A filter's approval is of all that it finds, and with the same waiver.
      func bulk(_ waive: String? = nil) -> BulkOperation {
        BulkOperation(.reverse, at: 1_793_600_000, by: "tester", waive: waive, blockSize: 3)
      }
      let found = try await bulk().find(InvoiceFilter(), on: books.connection)
      try await bulk().rehearse(found, on: books.connection, steps[0])
      for waive in ["ours", nil] {
        let error = await #expect(throws: BillRunError.self) {
          try await bulk(waive).perform(found, on: [books.connection]) {
            try $0.reverse($1, waive: waive, on: $2)
          }
        }
        #expect(error?.message.contains("4 documents of run 1 of seller acme") == true)
        #expect(error?.message.contains("ours") == (waive != nil))
      }
      try await books.approve()
      try await bulk().perform(found, on: [books.connection], steps[0])
      try await expectTexts(
        books, "select distinct state from invoice where kind = 'invoice'", ["reversed"])
      try await expectSound(books)
    }
  }

  @Test("a draft of a run is dropped by one person, an unposted one is not")
  func drafts() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      let run = try await books.bill("2026-11-01") { $0.writesDrafts = true }[0].id ?? 0
      try await books.want(.runReverse)
      let operations = InvoiceOperations(at: 1_793_600_000, by: "tester")
      _ = try await books.connection.operation { try operations.cancel([1], on: $0) }
      _ = try await books.operations("2026-11-01").post(run)
      let unposted = await #expect(throws: BillRunError.self) {
        try await books.connection.operation { try operations.unpost([2], on: $0) }
      }
      #expect(unposted?.code == "approval_missing")
      try await books.approve()
      try await books.connection.operation { try operations.unpost([2], on: $0) }
      let canceled = await #expect(throws: BillRunError.self) {
        try await books.connection.operation { try operations.cancel([2], on: $0) }
      }
      #expect(canceled?.code == "approval_missing")
      try await expectTexts(
        books, "select state from invoice order by invoice_id",
        ["canceled", "draft", "open", "open"])
    }
  }

  @Test("write-offs and refunds beyond an amount, and books that are reopened")
  func amounts() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.bill("2026-11-01")
      try await books.want(.writeOff, above: "10.00")
      try await books.want(.booksReopen)
      func writeOff(_ customer: Int) async throws {
        try await books.connection.operation { connection in
          let found = try connection.query(
            Statement(
              name: "of_\(customer)",
              text: "select invoice_id from invoice where customer_id = \(customer)"), [])
          try InvoiceOperations(at: 1_793_600_000, by: "tester").writeOff(
            [try found.int64(0, 0)], on: connection)
        }
      }
      try await writeOff(1)
      try await books.want(.refund, above: "5")
      let euro = try #require(Currency(code: "eur"))
      let day = try #require(LocalDate(iso: "2026-11-02"))
      let payment = NewPayment(customer: 2, amount: 1000, currency: euro, date: day)
      #expect(try await PaymentBooks.record(books, payment) == nil)
      func refund(_ payment: Int64, _ amount: Int64) async throws {
        try await books.connection.operation { connection in
          try PaymentOperations(at: 1_793_600_000, by: "tester").refund(
            payment, amount: amount, over: connection)
        }
      }
      try await refund(1, 500)
      // Nor in parts.
      let part = await #expect(throws: BillRunError.self) { try await refund(1, 1) }
      #expect(part?.code == "approval_missing")
      let second = NewPayment(customer: 3, amount: 1000, currency: euro, date: day)
      #expect(try await PaymentBooks.record(books, second) == nil)
      let missing = await #expect(throws: BillRunError.self) { try await refund(2, 501) }
      #expect(missing?.code == "approval_missing")

      let closing = BooksClosing(
        database: books.database, clock: .fixed(try #require(LocalDate(iso: "2026-12-15"))))
      _ = try await closing.close(through: try #require(LocalDate(iso: "2026-11-30")), seller: nil)
      func reopen() async throws {
        _ = try await closing.reopen(through: day, reason: "forgotten", seller: nil)
      }
      let closed = await #expect(throws: BillRunError.self) { try await reopen() }
      #expect(closed?.code == "approval_missing")
      try await books.approve()
      try await reopen()
      try await expectSound(books)
    }
  }

  @Test("a rule is loosened or ended with an approval only, and what has no amount has no limit")
  func rules() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.want(.writeOff, above: "10")
      for (above, wanted) in [("20", true), (nil, false)] as [(String?, Bool)] {
        let error = await #expect(throws: BillRunError.self) {
          try await ApprovalRule.set(
            .writeOff, of: "acme", above: above, wanted: wanted, on: books.connection)
        }
        #expect(error?.code == "approval_missing")
      }
      // One person alone makes it stricter.
      try await books.want(.writeOff, above: "9.50")
      let looser = await #expect(throws: BillRunError.self) {
        try await books.want(.writeOff, above: "10")
      }
      #expect(looser?.message.contains("above 10, not above 9.50") == true)
      try await books.approve()
      try await books.want(.writeOff, above: "10")
      try await books.want(.writeOff, above: nil)
      let ended = await #expect(throws: BillRunError.self) {
        try await ApprovalRule.set(
          .writeOff, of: "acme", above: nil, wanted: false, on: books.connection)
      }
      #expect(ended?.message.contains("never, not above 0") == true)
      try await books.approve()
      try await ApprovalRule.set(
        .writeOff, of: "acme", above: nil, wanted: false, on: books.connection)
      #expect(try await ApprovalRule.list(on: books.connection).isEmpty)
      let error = await #expect(throws: BillRunError.self) {
        try await ApprovalRule.set(.runPost, of: "acme", above: "5", on: books.connection)
      }
      #expect(error?.code == "approval_without_amount")
    }
  }
}

extension ApprovalTests {
  @Test("nor past the program: no rule is loosened, no approval used twice or told otherwise")
  func plainSQL() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.want(.writeOff, above: "10")
      try await books.want(.runReverse)
      await #expect(throws: BillRunError.self) { try await books.want(.writeOff, above: "20") }
      try await books.approve()
      let refused = [
        "delete from approval_rule", "update approval_rule set above = 20 where above = 10",
        "update approval_rule set operation = 'refund' where operation = 'run_reverse'",
        "update approval_rule set set_by = 'somebody'",
        "update approval set facts = 'something else'",
        // Used, but somewhere else.
        """
        update approval set used_by = session_user, used_at = now() - interval '1 s';
        update approval_rule set above = 20 where above = 10
        """,
        // Used for just that, and for no more.
        """
        update approval set used_by = session_user, used_at = now();
        update approval_rule set above = 30 where above = 10
        """,
      ]
      for sql in refused {
        let error = await #expect(throws: PostgresError.self) { try await books.run(sql) }
        #expect(error?.sqlState == "23514", "\(sql): \(error?.message ?? "")")
      }
      try await books.want(.writeOff, above: "20")
      for sql in ["used_at = now()", "used_by = null, used_at = null", "facts = facts"] {
        let error = await #expect(throws: PostgresError.self) {
          try await books.run("update approval set \(sql)")
        }
        #expect(error?.constraint == "approval_stays")
      }
    }
  }
}

extension Books {
  fileprivate func want(_ operation: Approval.Operation, above: String? = nil) async throws {
    try await ApprovalRule.set(operation, of: "acme", above: above, on: connection)
  }

  /// Approves what was asked for last, with another login.
  fileprivate func approve() async throws {
    let id = try #require(Int64(try await text("select max(approval_id) from approval")))
    try await run(
      """
      do $$ begin
        create role second_person superuser login;
      exception when duplicate_object or unique_violation then null;
      end $$;
      set session authorization second_person
      """)
    _ = try await Approval.approve(id, by: "second", on: connection)
    try await run("reset session authorization")
  }
}
