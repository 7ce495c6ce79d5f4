// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Foundation
import Postgres
import TestSupport
import Testing

/// What is left of runs that are taken back in parts, or had covered days without billing them
/// (RULES 0.2, 6).
@Suite struct RunLeftoversTests {
  @Test("taking one payer of a draft run back leaves the others' drafts to be posted")
  func otherDrafts() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      let run = try await books.bill("2026-11-01") { $0.writesDrafts = true }[0].id ?? 0
      let part = try await books.operations("2026-11-01").reverse(run, customers: [1])
      #expect(part.canceled == 1 && part.reversed == 0)
      #expect(try await books.state(of: run) == "completed")
      try await expectSound(books)
      let posted = try await books.operations("2026-11-01").post(run)
      #expect(posted.state == "posted")
      #expect(try await books.bill("2026-11-01")[0].invoices == 1)
      try await expectSound(books)
    }
  }

  @Test("taking a posted payer back leaves the drafts that the gate holds")
  func heldDrafts() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.run("update subscription set quantity = 9 where subscription_id > 2")
      let runs = try await books.bill("2026-11-01") { $0.gate = Limits.of("first_bill: 50") }
      let run = runs[0].id ?? 0
      let part = try await books.operations("2026-11-01").reverse(run, customers: [1])
      #expect(part.reversed == 1)
      #expect(try await books.state(of: run) == "completed")
      _ = try await books.operations("2026-11-01").cancel(run)
      #expect(try await books.state(of: run) == "posted")
      try await expectSound(books)
      #expect(try await books.bill("2026-11-01")[0].invoices == 3)
      _ = try await books.operations("2026-11-01").reverse(run)
      #expect(try await books.state(of: run) == "reversed")
      try await expectSound(books)
    }
  }

  @Test("a run that covers days is not over while some of them are its own")
  func ownDays() async throws {
    try await withBooks { books in
      try await books.threeMissed()
      let run =
        try await books.bill("2026-09-30") { options in
          options.kind = .catchUp
          options.catchUp = CatchUp(.covered(.migrated), sweepsItems: false)
        }[0].id ?? 0
      let part = try await books.operations("2026-11-15").reverse(run, customers: [1])
      #expect(part.freed == 3)
      #expect(try await books.state(of: run) == "posted")
      let rest = try await books.operations("2026-11-15").reverse(run)
      #expect(rest.freed == 6)
      #expect(try await books.state(of: run) == "reversed")
      try await expectSound(books)
      #expect(try await books.bill("2026-11-15")[0].invoices == 15)
      try await expectSound(books)
    }
  }

  @Test("days stay covered while a document of their payer stands, and come back with the last")
  func reversedOneByOne() async throws {
    try await withBooks { books in
      try await books.threeMissed()
      let run = try await books.bill("2026-11-15", Self.fromNovember)[0].id ?? 0
      try await books.connection.transaction {
        let found = try $0.query(
          Statement(name: "all", text: "select invoice_id from invoice order by 1"), [])
        try InvoiceOperations(at: 1_794_700_000, by: "tester").reverse(
          try found.map { try $0.int64("invoice_id") }, on: $0)
      }
      #expect(try await books.state(of: run) == "posted")
      let part = try await books.operations("2026-11-16").reverse(run, customers: [2])
      #expect(part.freed == 4 && part.reversed == 0)
      #expect(try await books.state(of: run) == "posted")
      #expect(try await books.operations("2026-11-16").reverse(run).freed == 8)
      #expect(try await books.state(of: run) == "reversed")
      #expect(try await books.bill("2026-11-16")[0].invoices == 15)
      try await expectSound(books)
    }
  }

  @Test("customers of whom a run has nothing are named and refused, and nothing is changed")
  func absent() async throws {
    try await withBooks { books in
      try await books.fourCustomers()
      try await books.customer(90)
      try await books.customer(91)
      let draft = try await books.bill("2026-11-01") { $0.writesDrafts = true }[0].id ?? 0
      let operations = books.operations("2026-11-01")
      let before = try await books.dump()
      for take in [
        { try await operations.cancel(draft, customers: [1, 91, 90]) },
        { try await operations.reverse(draft, customers: [90, 1, 91]) },
      ] {
        let error = await #expect(throws: BillRunError.self) { _ = try await take() }
        #expect(error?.code == "customer_not_in_run")
        #expect(error?.status == .dataError)
        #expect(error?.message.contains("customers 90, 91") == true, "\(error?.message ?? "")")
      }
      expectSame(try await books.dump(), before)
      #expect(try await books.state(of: draft) == "completed")
      // Of a run that has covered days and billed nobody, too.
      _ = try await operations.post(draft)
      let run =
        try await books.bill("2026-12-15") { options in
          options.kind = .catchUp
          options.catchUp = CatchUp(.covered(.migrated), sweepsItems: false)
        }[0].id ?? 0
      let error = await #expect(throws: BillRunError.self) {
        try await books.operations("2026-12-15").reverse(run, customers: [90])
      }
      #expect(error?.code == "customer_not_in_run")
      #expect(try await books.state(of: run) == "posted")
    }
  }

  @Test(
    "drafts that are canceled give back the days that their run skipped", arguments: [true, false])
  func skipped(isWhole: Bool) async throws {
    try await withBooks { books in
      try await books.threeMissed()
      let run =
        try await books.bill("2026-11-15") { options in
          options.writesDrafts = true
          Self.fromNovember(&options)
        }[0].id ?? 0
      #expect(try await books.text("select count(*) from coverage where run_id = \(run)") == "12")
      let operations = books.operations("2026-11-15")
      let canceled = try await operations.cancel(run, customers: isWhole ? nil : [2])
      #expect(canceled.freed == (isWhole ? 12 : 4))
      if !isWhole { _ = try await operations.post(run) }
      #expect(try await books.state(of: run) == (isWhole ? "canceled" : "posted"))
      try await expectSound(books)
      #expect(try await books.bill("2026-11-15")[0].invoices == (isWhole ? 15 : 5))
      try await expectSound(books)
    }
  }

  @Test("what a person cancels draft by draft gives the skipped days back with the last")
  func draftByDraft() async throws {
    try await withBooks { books in
      try await books.threeMissed()
      let run =
        try await books.bill("2026-11-15") { options in
          options.writesDrafts = true
          Self.fromNovember(&options)
        }[0].id ?? 0
      for (id, freed) in [(1, 0), (2, 0), (3, 12)] {
        let spans = try await books.connection.transaction {
          let found = try $0.query(
            Statement(
              name: "of_\(id)", text: "select invoice_id from invoice where customer_id = \(id)"),
            [])
          return try InvoiceOperations(at: 1_794_700_000, by: "tester").cancel(
            [try found.int64(0, 0)], on: $0)
        }
        #expect(spans == freed)
      }
      #expect(try await books.state(of: run) == "canceled")
      #expect(try await books.bill("2026-11-15")[0].invoices == 15)
      try await expectSound(books)
    }
  }

  @Test("where some are posted, canceling the rest leaves what the others were not billed for")
  func restOfPosted() async throws {
    try await withBooks { books in
      try await books.threeMissed()
      try await books.customer(4)
      // Covered alone: nothing is due from November on.
      try await books.subscription(
        4, of: 4, "small", from: "2026-09-01", ["canceled_at": "2026-11-01"])
      try await books.run("update subscription set quantity = 9 where subscription_id = 3")
      let run =
        try await books.bill("2026-11-15") { options in
          options.gate = Limits.of("first_bill: 50")
          Self.fromNovember(&options)
        }[0].id ?? 0
      #expect(try await books.state(of: run) == "completed")
      let canceled = try await books.operations("2026-11-15").cancel(run)
      #expect(canceled.canceled == 1 && canceled.freed == 4)
      #expect(try await books.state(of: run) == "posted")
      try await expectSound(books)
      #expect(try await books.bill("2026-11-15")[0].invoices == 5)
      try await expectSound(books)
      let rest = try await books.operations("2026-11-15").reverse(run)
      #expect(rest.freed == 4 + 4 + 2)
      #expect(try await books.state(of: run) == "reversed")
      try await expectSound(books)
    }
  }

  @Test("a draft run of which nothing is posted yet, and that is not finished, gives all back")
  func unfinished() async throws {
    try await withBooks { books in
      try await books.threeMissed()
      await #expect(throws: Crash.self) {
        try await books.bill("2026-11-15") { options in
          options.writesDrafts = true
          options.batchSize = 1
          Self.fromNovember(&options)
          let once = Once(on: 2)
          options.fault = { if $0 == .batchCommitted, once.first() { throw Crash() } }
        }
      }
      let canceled = try await books.operations("2026-11-15").cancel(1)
      #expect(canceled.freed == canceled.canceled * 4)
      #expect(try await books.state(of: 1) == "canceled")
      #expect(try await books.bill("2026-11-15")[0].invoices == 15)
      try await expectSound(books)
    }
  }

  @Test("a draft backfill that is canceled gives the days before it back")
  func backfill() async throws {
    let folder = try TemporaryFolder()
    let plan = folder.path + "/plan.jsonl"
    try await withBooks { books in
      try await books.threeMissed()
      let window = CatchUp(
        from: LocalDate(iso: "2026-08-01"), earlier: .beforeBackfill,
        to: LocalDate(iso: "2026-10-01"), collecting: .none, sweepsItems: false)
      _ = try await books.engine("2026-11-15") { options in
        options.kind = .backfill
        options.catchUp = window
      }.rehearse(manifest: plan)
      let runs = try await books.bill("2026-11-15") { options in
        options.kind = .backfill
        options.manifest = plan
        options.writesDrafts = true
      }
      let run = try #require(runs[0].id)
      let canceled = try await books.operations("2026-11-15").cancel(run)
      #expect(canceled.canceled == 6 && canceled.freed == 3)
      try await expectSound(books)
      #expect(try await books.bill("2026-11-15")[0].invoices == 15)
      try await expectSound(books)
    }
  }

  @Test(
    "periods that came to nothing are billed again once their run is taken back",
    arguments: [true, false], [nil, 4] as [Int?])
  func suppressed(isDraft: Bool, cycles: Int?) async throws {
    try await withBooks { books in
      try await books.threeMissed()
      try await books.run("update seller set zero_invoices = 'suppress'")
      try await books.coupon(
        "wrong", "100", cycles.map { ["duration_cycles": "\($0)"] } ?? [:])
      try await books.customer(4)
      try await books.subscription(4, of: 4, "small", from: "2026-08-01", coupons: ["wrong"])
      let run = try await books.bill("2026-11-15") { $0.writesDrafts = isDraft }[0].id ?? 0
      try await expectTexts(
        books, "select distinct run_id || ' ' || reason from coverage where invoice_id is null",
        ["\(run) zero"])
      let operations = books.operations("2026-11-15")
      let taken = isDraft ? try await operations.cancel(run) : try await operations.reverse(run)
      #expect(taken.freed == 4)
      try await expectSound(books)
      try await expectTexts(books, "select cycles_used from subscription_discount", ["0"])
      // With the coupon it comes to nothing again, without it to four invoices.
      #expect(try await books.bill("2026-11-15") { $0.writesDrafts = true }[0].invoices == 15)
      _ = try await operations.cancel(run + 1)
      try await books.run("delete from subscription_discount")
      #expect(try await books.bill("2026-11-15")[0].invoices == 15 + 4)
      try await expectSound(books)
    }
  }

  @Test("waived, the days that a run skipped stay covered, and the run is over")
  func waived() async throws {
    try await withBooks { books in
      try await books.threeMissed()
      let run = try await books.bill("2026-11-15", Self.fromNovember)[0].id ?? 0
      _ = try await books.operations("2026-11-15").reverse(run, waive: "billed elsewhere")
      #expect(try await books.state(of: run) == "reversed")
      try await expectTexts(
        books, "select distinct reason from coverage where released_by is null", ["waived"])
      #expect(try await books.bill("2026-11-15")[0].invoices == 0)
      try await expectSound(books)
    }
  }

  private static let fromNovember: @Sendable (inout BillRunOptions) -> Void = { options in
    options.catchUp = CatchUp(.each, from: LocalDate(iso: "2026-11-01"), earlier: .skipped)
  }
}

extension Books {
  /// Three customers of 10.00 a month since July of whom nobody was billed.
  fileprivate func threeMissed() async throws {
    try await seller()
    try await plan("small", "10")
    for id in 1...3 {
      try await customer(id)
      try await subscription(id, of: id, "small", from: "2026-07-01")
    }
  }

  /// What has become of a run.
  fileprivate func state(of run: Int64) async throws -> String {
    try await RunSummary.read(run, on: connection).state
  }
}
