// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import TestSupport
import Testing

@testable import BillingCore

/// A cancellation at period end is resolved once, when it is set (RULES 5, cancel).
@Suite struct CancelAtPeriodEndTests {
  @Test("in arrears the running period is the last, and it is billed at its end")
  func arrears() async throws {
    try await withBooks { books in
      try await books.weekly(startedDaysAgo: 10, ["bill_in": "arrears"])
      try await books.bill(try await books.day(0))
      try await books.run("update subscription set cancel_at_period_end = true")
      try await expectCanceled(books, in: 4)
      try await books.bill(try await books.day(3))
      try await expectTexts(books, "select count(*) from coverage", ["1"])
      try await books.bill(try await books.day(4))
      try await books.bill(try await books.day(30))
      try await expectTexts(
        books, "select max(span_end) - current_date || ' ' || count(*) from coverage", ["4 2"])
      try await expectSound(books)
    }
  }

  @Test("in advance it ends with the period that is paid, or a later one that is covered")
  func advance() async throws {
    try await withBooks { books in
      try await books.weekly(startedDaysAgo: 10, ["bill_in_advance_days": "6"])
      try await books.bill(try await books.day(0))
      try await books.run("update subscription set cancel_at_period_end = true")
      try await expectCanceled(books, in: 11)
      try await books.bill(try await books.day(30))
      try await expectTexts(books, "select max(span_end) - current_date from coverage", ["11"])
      try await expectSound(books)
    }
  }

  @Test(
    "a new subscription ends with its first period, with its trial, or with what was billed before",
    arguments: [
      (0, [:], 7), (-5, [:], 12), (0, ["trial_end": 5], 5), (-2, ["trial_end": 9], 9),
      (20, ["trial_end": -3], 4), (10, ["migrated_through": 6], 6),
    ] as [(Int, [String: Int], Int)])
  func new(ago: Int, days: [String: Int], end: Int) async throws {
    try await withBooks { books in
      var columns = ["cancel_at_period_end": "true"]
      for (name, offset) in days { columns[name] = try await books.day(offset) }
      try await books.weekly(startedDaysAgo: ago, columns)
      try await expectCanceled(books, in: end)
      try await books.bill(try await books.day(30))
      try await expectTexts(books, "select max(span_end) - current_date from coverage", ["\(end)"])
      try await expectSound(books)
    }
  }

  @Test("it is resolved once: set again, or cleared by half, it stays; cleared wholly, it is gone")
  func once() async throws {
    try await withBooks { books in
      try await books.weekly(startedDaysAgo: 10, ["cancel_at_period_end": "true"])
      try await books.run("update subscription set plan_id = plan_id, quantity = 2")
      try await books.run("update subscription set cancel_at_period_end = true, canceled_at = null")
      try await books.run("update subscription set start_date = start_date - 1, canceled_at = null")
      try await expectCanceled(books, in: 4)
      try await books.run(
        "update subscription set cancel_at_period_end = false, canceled_at = null")
      try await expectTexts(books, "select canceled_at from subscription", ["null"])
      try await books.run(
        "update subscription set cancel_at_period_end = true, canceled_at = current_date + 1")
      try await expectCanceled(books, in: 1)
    }
  }

  @Test("imported again it is unchanged")
  func imported() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.customer(1)
      let line = """
        {"object":"subscription","id":1,"customer":1,"plan":"pro","start_date":"2026-01-31",\
        "cancel_at_period_end":true}
        """
      _ = try await ImportBooks.run(lines: line, on: books.connection)
      let again = try await ImportBooks.run(lines: line, on: books.connection)
      #expect(again.counts.map(\.unchanged) == [1], "\(again.faults)")
      try await expectTexts(books, "select canceled_at > current_date from subscription", ["true"])
    }
  }

  @Test("the schema counts periods as a run does")
  func periods() async throws {
    try await withBooks { books in
      var random = SplitMix64(seed: 5)
      for _ in 0..<400 {
        let interval = [Interval.day, .week, .month, .month, .year].randomElement(using: &random)
        let unit = try #require(interval)
        let every = Int.random(in: 1...5, using: &random)
        let first = LocalDate(daysSince1970: Int32.random(in: 19_000...21_000, using: &random))
        let nth: Int? =
          unit == .day || Bool.random(using: &random)
          ? nil : Int.random(in: 1...(unit == .week ? 7 : 31), using: &random)
        let day = first.adding(days: Int.random(in: 0...900, using: &random))
        let subscription = Subscription(
          id: ID(1), charges: [.init(slot: 0, plan: 0)], start: first, anchorDay: nth)
        let plan = Plan(
          id: ID(1), code: "p", currency: try #require(Currency(code: "eur")), interval: unit,
          intervalCount: every, prices: [])
        let cycle = try ChargeSchedule(subscription, plan: plan).cycle
        let wanted = cycle.period(cycle.index(containing: day)).end
        let call = """
          end_of_period('\(unit.rawValue)', \(every), '\(first)', \
          \(nth.map { "\($0)" } ?? "null"), '\(day)')
          """
        let found = try await books.text("select \(call)")
        #expect(found == wanted.description, "\(call)")
      }
    }
  }
}

/// The one subscription is canceled so many days from today.
private func expectCanceled(
  _ books: Books, in days: Int, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  try await expectTexts(
    books, "select canceled_at - current_date from subscription", ["\(days)"],
    sourceLocation: sourceLocation)
}

extension Books {
  /// A day so many days from the server's today, which is the seller's.
  fileprivate func day(_ offset: Int) async throws -> String {
    try await text("select current_date + \(offset)")
  }

  /// A customer with a weekly plan.
  fileprivate func weekly(startedDaysAgo ago: Int, _ columns: Columns) async throws {
    try await run("set time zone 'UTC'")
    try await seller()
    try await plan("week", "7", every: "week")
    try await customer(1)
    try await subscription(1, of: 1, "week", from: try await day(-ago), columns)
  }
}
