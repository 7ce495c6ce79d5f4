// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Credits and changes that wait while missed periods are covered instead of billed, and covered
/// days that come back (RULES 0.2, 5, 6).
///
/// November 2026 has 30 days.
@Suite struct CoveredChangesTests {
  /// How days are covered.
  enum Way: CaseIterable, Sendable {
    case catchUp, earlyCatchUp, skip
  }

  @Test("what waits to be credited or billed is found by the run after a catch-up or a skip")
  func waiting() async throws {
    for way in Way.allCases {
      try await withBooks { books in
        try await books.monthly(4)
        try await books.bill("2026-11-05")
        try await books.run(
          """
          update subscription set canceled_at = '2026-11-10', prorate_cancel = true
          where subscription_id = 1;
          insert into subscription_change (subscription_id, effective, paused, quantity)
          values (2, '2026-11-10', true, null), (3, '2026-11-10', null, 2);
          """)
        try await books.cover(way)
        try await expectTexts(books, Self.net, ["1 20000", "2 20000", "3 20000", "4 20000"])
        try await books.bill("2026-11-23")
        try await expectTexts(books, Self.net, ["1 13000", "2 13000", "3 27000", "4 20000"])
        try await books.bill("2026-12-23")
        try await expectTexts(books, Self.net, ["1 13000", "2 13000", "3 47000", "4 30000"])
        #expect(try await books.bill("2026-12-24").map(\.population) == [0])
        try await expectSound(books)
      }
    }
  }

  @Test("a change within a year that is billed does not wait for the next year")
  func yearly() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("year", "365", every: "year")
      try await books.customer(1)
      try await books.subscription(1, of: 1, "year", from: "2026-10-01")
      try await books.bill("2026-11-05")
      try await books.change(of: 1, on: "2026-11-10", ["quantity": "10"])
      try await books.cover(.catchUp)
      try await books.bill("2026-11-23")
      try await expectTexts(books, Self.net, ["1 \(36_500 + 9 * 32_500)"])
      try await expectSound(books)
    }
  }

  @Test("days that a change bills anew are no missed period, whatever the day it bills from")
  func billedAnew() async throws {
    try await withBooks { books in
      try await books.monthly(2)
      for (code, price) in [("few", "30"), ("many", "60")] { try await books.plan(code, price) }
      try await books.addon("few", slot: 1, on: 2)
      try await books.bill("2026-11-05")
      try await books.customer(3)
      try await books.subscription(3, of: 3, "small", from: "2026-09-15")
      try await books.change(of: 1, on: "2026-11-10", ["quantity": "2"])
      try await books.run(
        """
        insert into subscription_change (subscription_id, effective, addons)
        select 2, '2026-11-10', jsonb_build_array(jsonb_build_object('plan_id', plan_id))
        from plan where code = 'many'
        """)
      let run = try await books.bill("2026-11-23", Self.fromMidNovember)[0].id ?? 0
      // 3 is billed for the period that starts on that day, and not for two before.
      let net = ["1 27000", "2 \(26_000 - 2_100 + 4_200)", "3 10000"]
      try await expectTexts(books, Self.net, net)
      try await expectTexts(
        books, "select distinct subscription_id from coverage where reason = 'skipped'", ["3"])
      try await expectSound(books)
      // All of it can be taken back.
      let reversal = try await books.operations("2026-11-23").reverse(run)
      #expect(reversal.refused.isEmpty && reversal.freed == 2)
      try await expectTexts(books, Self.net, ["1 20000", "2 26000", "3 0"])
      try await expectSound(books)
      try await books.bill("2026-11-23")
      try await expectTexts(books, Self.net, ["1 27000", "2 28100", "3 30000"])
      try await expectSound(books)
    }
  }

  @Test("what a run credits and covers itself goes back to what had billed it")
  func coveredByItself() async throws {
    try await withBooks { books in
      try await books.monthly(1)
      try await books.bill("2026-11-05")
      try await books.change(of: 1, on: "2026-11-10", ["quantity": "2"])
      try await books.run("update subscription set migrated_through = '2026-11-20'")
      let run = try await books.bill("2026-11-23")[0].id ?? 0
      try await expectTexts(
        books, "select run_id || ' ' || span_start from coverage where reason = 'migrated'",
        ["\(run) 2026-11-10"])
      let reversal = try await books.operations("2026-11-23").reverse(run)
      #expect(reversal.refused.isEmpty)
      try await expectTexts(books, Self.net, ["1 20000"])
      try await expectSound(books)
    }
  }

  @Test("covered days come back with what their run has billed its payer, whoever pays now")
  func otherPayer() async throws {
    try await withBooks { books in
      try await books.monthly(1)
      try await books.customer(9, ["parent_customer_id": "1"])
      try await books.subscription(9, of: 9, "small", from: "2026-10-01")
      try await books.customer(3)
      try await books.subscription(3, of: 3, "small", from: "2026-10-01")
      let run =
        try await books.bill("2026-11-23") { options in
          options.catchUp = CatchUp(from: LocalDate(iso: "2026-11-01"))
        }[0].id ?? 0
      try await books.run(
        "update subscription set customer_id = 3 where subscription_id = 9")
      let other = try await books.operations("2026-11-23").reverse(run, customers: [3])
      #expect(other.freed == 1 && other.reversed == 1)
      try await expectTexts(
        books,
        "select subscription_id from coverage where reason is not null and "
          + "released_by is null order by 1", ["1", "9"])
      let absent = await #expect(throws: BillRunError.self) {
        try await books.operations("2026-11-23").reverse(run, customers: [9])
      }
      #expect(absent?.code == "customer_not_in_run")
      let own = try await books.operations("2026-11-23").reverse(run, customers: [1])
      #expect(own.freed == 2)
      try await expectSound(books)
    }
  }

  @Test("a catch-up dates nothing, so that it may be of a day in closed books")
  func closedBooks() async throws {
    try await withBooks { books in
      try await books.monthly(2)
      try await books.run("update seller set closed_through = '2026-11-22'")
      try await books.cover(.catchUp)
      try await expectTexts(
        books, "select distinct reason from coverage order by 1", ["migrated"])
      // What may bill an item that waits has a date.
      let error = await #expect(throws: BillRunError.self) { try await books.bill("2026-11-22") }
      #expect(error?.code == "books_closed")
      try await expectSound(books)
    }
  }

  private static let net = """
    select customer_id || ' ' || sum(case kind when 'credit_note' then -total_minor
      else total_minor end)
    from invoice where state not in ('draft', 'voided', 'canceled')
    group by customer_id order by customer_id
    """

  private static let fromMidNovember: @Sendable (inout BillRunOptions) -> Void = { options in
    options.catchUp = CatchUp(from: LocalDate(iso: "2026-11-15"))
  }
}

extension Books {
  /// Customers of 100.00 a month since October 2026, of whom nobody was billed.
  fileprivate func monthly(_ count: Int) async throws {
    try await seller()
    try await plan("small", "100")
    for id in 1...count {
      try await customer(id)
      try await subscription(id, of: id, "small", from: "2026-10-01")
    }
  }

  /// Covers what is missed in a way, in November 2026.
  fileprivate func cover(_ way: CoveredChangesTests.Way) async throws {
    try await bill(way == .earlyCatchUp ? "2026-11-04" : "2026-11-22") { options in
      options.kind = way == .skip ? .backfill : .catchUp
      options.catchUp = CatchUp(
        .covered(way == .skip ? .skipped : .migrated),
        from: way == .skip ? LocalDate(iso: "2026-10-01") : nil, earlier: .beforeBackfill,
        to: way == .skip ? LocalDate(iso: "2026-11-01") : nil, sweepsItems: false)
    }
  }
}
