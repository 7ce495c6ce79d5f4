// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Foundation
import Postgres
import TestSupport
import Testing

/// Missed periods: planned, approved, moved forward, and taken back (DESIGN 8; RULES 5).
@Suite struct BackfillTests {
  @Test("a plan bills just its window: earlier days are covered, later ones stay due")
  func window() async throws {
    try await withPlan { path in
      try await withBooks { books in
        try await books.missed()
        let before = try await books.dump()
        let dry = try await books.plan(Self.window, to: path)
        #expect(dry.invoices == 5)
        expectSame(try await books.dump(), before)
        let plan = try await BackfillPlan(path, on: books.connection)
        #expect(
          plan.accounts.map {
            "\($0.customer) \($0.documents) \($0.oldest?.description ?? "-") \($0.totals ?? "-")"
          } == ["1 2 2026-08-01 20.00 eur", "2 2 2026-08-01 60.00 eur", "3 1 2026-09-01 10.00 eur"])

        // Who has changed since is held.
        try await books.run("update subscription set quantity = 5 where subscription_id = 3")
        let runs = try await books.approve(path)
        #expect(runs.map(\.kind) == ["backfill"])
        #expect(runs[0].invoices == 4)
        #expect(runs[0].reasons.contains { $0.code == "inputs_changed" && $0.accounts == 1 })
        try await expectTexts(
          books,
          """
          select concat_ws(' ', subscription_id, span_start, reason)
          from coverage where subscription_id = 1 order by span_start
          """,
          [
            "1 2026-06-01 before_backfill", "1 2026-07-01 before_backfill", "1 2026-08-01",
            "1 2026-09-01",
          ])
        // Neither charged nor chased unless asked.
        try await expectTexts(
          books, "select distinct missed || ' ' || (next_payment_attempt_on is null) from invoice",
          ["true true"])
        try await expectSound(books)
        let rest = try await books.bill("2026-11-15")
        #expect(rest[0].invoices == 2 + 2 + 3)
        try await expectSound(books)
        let again = await #expect(throws: BillRunError.self) { try await books.approve(path) }
        #expect(again?.code == "manifest_committed")
      }
    }
  }

  @Test("a plan has each payer, whatever the batch size", arguments: [1, 3])
  func batches(size: Int) async throws {
    try await withPlan { path in
      try await withBooks { books in
        try await books.missed()
        try await books.plan(Self.window, to: path)
        let usual = try Data(contentsOf: URL(filePath: path))
        #expect(try await books.plan(Self.window, to: path, batchSize: size).invoices == 5)
        #expect(try Data(contentsOf: URL(filePath: path)) == usual)
        #expect(try await books.approve(path)[0].invoices == 5)
        try await expectSound(books)
      }
    }
  }

  @Test(
    "policies: merged, capped, skipped",
    arguments: [
      (CatchUp.Policy.merged, 3 as Int64, "20.00 eur"), (.capped(1), 3, "10.00 eur"),
      (.covered(.skipped), 0, "-"),
    ])
  func policies(policy: CatchUp.Policy, invoices: Int64, total: String) async throws {
    try await withPlan { path in
      try await withBooks { books in
        try await books.missed()
        var catchUp = Self.window
        catchUp.policy = policy
        try await books.plan(catchUp, to: path)
        let plan = try await BackfillPlan(path, on: books.connection)
        #expect(plan.accounts.first?.totals ?? "-" == total)
        let runs = try await books.approve(path)
        #expect(runs[0].invoices == invoices)
        try await expectSound(books)
        // What a cap leaves is still due.
        let rest = try await books.bill("2026-11-15")
        #expect(rest[0].invoices == 6 + (policy == .capped(1) ? 2 : 0))
        try await expectSound(books)
      }
    }
  }

  @Test("a backfill that dies is finished before anything else, as it was approved")
  func crash() async throws {
    try await withPlan { path in
      try await withBooks { books in
        try await books.missed()
        var catchUp = Self.window
        catchUp.policy = .merged
        catchUp.collecting = .all
        try await books.plan(catchUp, to: path)
        await #expect(throws: Crash.self) {
          try await books.approve(path) { options in
            options.batchSize = 1
            let once = Once(on: 1)
            options.fault = { if $0 == .batchCommitted, once.first() { throw Crash() } }
          }
        }
        let runs = try await books.bill("2026-11-15")
        #expect(runs.map(\.kind) == ["backfill", "regular"])
        #expect(runs[0].invoices == 3)
        try await expectTexts(
          books, "select distinct missed from invoice where run_id = \(runs[0].id ?? 0)", ["false"])
        try await expectSound(books)
      }
    }
  }

  @Test("a plan is not committed by another command, nor a dry run approved")
  func kinds() async throws {
    try await withPlan { path in
      try await withBooks { books in
        try await books.missed()
        try await books.plan(Self.window, to: path)
        let error = await #expect(throws: BillRunError.self) {
          try await books.bill("2026-11-15") { $0.manifest = path }
        }
        #expect(error?.code == "manifest_of_other_kind")
        #expect(try await books.text("select count(*) from run") == "0")
      }
    }
  }

  @Test("coming from another system, periods move forward without invoices, and can come back")
  func catchUp() async throws {
    try await withBooks { books in
      try await books.missed()
      try await books.pendingItem(of: 1, "5", added: "2026-11-01")
      let runs = try await books.bill("2026-10-31") { options in
        options.kind = .catchUp
        options.catchUp = CatchUp(.covered(.migrated), sweepsItems: false)
      }
      #expect(runs.map(\.kind) == ["catch_up"])
      #expect(runs[0].invoices == 0)
      #expect(runs[0].reasons.map(\.code) == ["migrated"])
      #expect(try await books.text("select count(*) from invoice") == "0")
      try await expectSound(books)
      let next = try await books.bill("2026-11-15")
      #expect(next[0].invoices == 3)
      try await expectSound(books)
      // Reversed, the days of the first are due again.
      let reversal = try await books.operations("2026-11-16").reverse(runs[0].id ?? 0)
      #expect(reversal.freed == 5 + 5 + 2)
      #expect(try await RunSummary.read(runs[0].id ?? 0, on: books.connection).state == "reversed")
      let all = try await books.bill("2026-11-16")
      #expect(all[0].invoices == 5 + 5 + 2)
      try await expectSound(books)
    }
  }

  @Test("usage of days that were skipped is not billed when it comes in late")
  func lateUsage() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("calls", "0.5", ["quantity_type": "usage"])
      try await books.customer(1)
      try await books.subscription(1, of: 1, "calls", from: "2026-08-01")
      try await books.bill("2026-10-15") { options in
        options.kind = .catchUp
        options.catchUp = CatchUp(.covered(.migrated), sweepsItems: false)
      }
      try await books.usage(of: 1, "calls", on: "2026-08-10", "40")
      try await books.usage(of: 1, "calls", on: "2026-10-10", "7")
      let runs = try await books.bill("2026-11-15")
      #expect(runs[0].totals.map(\.total) == [350])
      try await expectSound(books)
      try await books.usage(of: 1, "calls", on: "2026-10-11", "1")
      try await books.usage(of: 1, "calls", on: "2026-09-11", "1")
      #expect(try await books.bill("2026-12-15")[0].totals.map(\.total) == [50])
      try await expectSound(books)
    }
  }

  @Test("a change in days that were skipped is no reason to look: nothing of them is prorated")
  func changeWithin() async throws {
    try await withBooks { books in
      try await books.missed()
      try await books.bill("2026-08-01")
      try await books.run(
        """
        insert into subscription_change (subscription_id, effective, quantity)
        values (1, '2026-09-15', 2);
        """)
      try await books.bill("2026-09-10") { options in
        options.kind = .catchUp
        options.catchUp = CatchUp(.covered(.migrated), sweepsItems: false)
      }
      try await expectSound(books)
      let next = try await books.bill("2026-10-01")
      #expect(next[0].reasons.filter { $0.code == "inputs_changed" }.isEmpty)
      try await expectSound(books)
    }
  }

  private static let window = CatchUp(
    from: LocalDate(iso: "2026-08-01"), earlier: .beforeBackfill, to: LocalDate(iso: "2026-10-01"),
    collecting: .none, sweepsItems: false)
}

extension Books {
  /// Three customers by the month of whom nobody was billed: two since June, one since September.
  fileprivate func missed() async throws {
    try await seller()
    try await plan("small", "10")
    try await plan("big", "30")
    for id in 1...3 {
      try await customer(id, ["autopay": "true"])
      try await subscription(
        id, of: id, id == 2 ? "big" : "small", from: id == 3 ? "2026-09-01" : "2026-06-01")
    }
  }

  @discardableResult
  fileprivate func plan(
    _ catchUp: CatchUp, to path: String, batchSize: Int = 2_000
  ) async throws -> RunSummary {
    try await engine("2026-11-15") { options in
      options.kind = .backfill
      options.catchUp = catchUp
      options.batchSize = batchSize
    }.rehearse(manifest: path)[0]
  }

  fileprivate func approve(
    _ path: String, _ change: (inout BillRunOptions) -> Void = { _ in }
  ) async throws -> [RunSummary] {
    try await bill("2026-11-15") { options in
      options.kind = .backfill
      options.manifest = path
      change(&options)
    }
  }
}

/// Lends the path of a file that is not there yet.
private func withPlan(_ body: (String) async throws -> Void) async throws {
  let path = FileManager.default.temporaryDirectory
    .appending(path: "plan-\(UUID().uuidString).jsonl").path
  defer { try? FileManager.default.removeItem(atPath: path) }
  try await body(path)
}
