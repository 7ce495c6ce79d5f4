// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct ChargeScheduleTests {
  /// A plan and a billing day, and where the first periods lie.
  struct Row: CustomTestStringConvertible {
    let start: String
    let every: Int
    let interval: Interval
    let nth: Int?
    let firstIndex: Int
    let periods: [String]

    init(
      _ start: String, _ every: Int, _ interval: Interval, _ nth: Int?, _ firstIndex: Int,
      _ periods: String...
    ) {
      (self.start, self.every, self.interval, self.nth) = (start, every, interval, nth)
      (self.firstIndex, self.periods) = (firstIndex, periods)
    }

    var testDescription: String { "\(start) every \(every) \(interval) on \(nth ?? 0)" }
  }

  static let rows = [
    Row("2026-01-31", 1, .month, nil, 0, "2026-01-31..2026-02-28", "2026-02-28..2026-03-31"),
    Row("2026-01-30", 1, .month, nil, 0, "2026-01-30..2026-02-28", "2026-02-28..2026-03-30"),
    Row("2024-02-29", 1, .year, nil, 0, "2024-02-29..2025-02-28", "2025-02-28..2026-02-28"),
    Row("2026-01-31", 3, .month, nil, 0, "2026-01-31..2026-04-30", "2026-04-30..2026-07-31"),
    Row("2026-03-10", 1, .month, 1, -1, "2026-03-10..2026-04-01", "2026-04-01..2026-05-01"),
    Row("2026-03-01", 1, .month, 1, 0, "2026-03-01..2026-04-01", "2026-04-01..2026-05-01"),
    Row("2026-02-27", 1, .month, 31, -1, "2026-02-27..2026-02-28", "2026-02-28..2026-03-31"),
    Row("2026-02-28", 1, .month, 31, 0, "2026-02-28..2026-03-31", "2026-03-31..2026-04-30"),
    Row("2026-04-30", 1, .month, 30, 0, "2026-04-30..2026-05-30", "2026-05-30..2026-06-30"),
    Row("2026-03-10", 1, .year, 1, -1, "2026-03-10..2026-04-01", "2026-04-01..2027-04-01"),
    Row("2026-03-11", 1, .week, 1, -1, "2026-03-11..2026-03-16", "2026-03-16..2026-03-23"),
    Row("2026-03-16", 2, .week, 1, 0, "2026-03-16..2026-03-30", "2026-03-30..2026-04-13"),
    Row("2026-03-11", 10, .day, nil, 0, "2026-03-11..2026-03-21", "2026-03-21..2026-03-31"),
  ]

  @Test("periods start on the billing day, after a first part that ends on it", arguments: rows)
  func periods(row: Row) throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on(row.start), anchorDay: row.nth)
    let plan = Plan.of("p", .flat(.one), every: row.every, row.interval)
    let schedule = try ChargeSchedule(subscription, plan: plan)
    #expect(schedule.firstIndex == row.firstIndex)
    let found = row.periods.indices.map {
      schedule.paidDays(of: schedule.cycle.period(row.firstIndex + $0))?.description
    }
    #expect(found == row.periods)
  }

  @Test("the first part of a calendar period is a part of the full interval that ends with it")
  func firstPart() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-03-15"), anchorDay: 31)
    let schedule = try ChargeSchedule(subscription, plan: .monthly("p", "1"))
    #expect(schedule.cycle.period(-1) == .days("2026-02-28", "2026-03-31"))
    #expect(schedule.paidDays(of: schedule.cycle.period(-1)) == .days("2026-03-15", "2026-03-31"))
  }

  @Test(
    "a billing day that the interval cannot have holds the account",
    arguments: [(Interval.day, 1), (.week, 8), (.week, 0), (.month, 32), (.year, 0)])
  func wrongBillingDay(interval: Interval, nth: Int) {
    let subscription = Subscription(
      id: ID(7), charges: [.init(slot: 0, plan: 0)], start: .on("2026-03-15"), anchorDay: nth)
    #expect(throws: Issue.billingDayInvalid(ID(7))) {
      try ChargeSchedule(subscription, plan: .of("p", .flat(.one), interval))
    }
  }

  @Test("a period of no days holds the account")
  func emptyPeriod() {
    let subscription = Subscription(
      id: ID(7), charges: [.init(slot: 0, plan: 0)], start: .on("2026-03-15"))
    #expect(throws: Issue.billingDayInvalid(ID(7))) {
      try ChargeSchedule(subscription, plan: .of("p", .flat(.one), every: 0))
    }
  }

  /// Terms of a monthly subscription from 2026-01-15 on, and the day no period starts on any more.
  struct Term: CustomTestStringConvertible {
    let cycles: Int?
    let renewal: Subscription.Renewal
    let renewalCycles: Int?
    let terms: Int
    let stop: String?

    init(
      _ cycles: Int?, _ renewal: Subscription.Renewal, _ renewalCycles: Int?, _ terms: Int,
      _ stop: String?
    ) {
      (self.cycles, self.renewal, self.renewalCycles) = (cycles, renewal, renewalCycles)
      (self.terms, self.stop) = (terms, stop)
    }

    var testDescription: String {
      "\(cycles ?? 0) cycles, \(renewal) by \(renewalCycles ?? 0), term \(terms)"
    }
  }

  static let terms = [
    Term(nil, .none, nil, 1, nil),
    Term(3, .none, nil, 1, "2026-05-01"),
    Term(3, .none, 12, 2, "2026-05-01"),
    Term(3, .auto, 12, 1, nil),
    Term(3, .renewOnce, 2, 1, "2026-07-01"),
    Term(3, .renewOnce, nil, 1, "2026-08-01"),
    Term(nil, .renewOnce, 2, 1, "2026-06-01"),
    Term(3, .manual, 2, 1, "2026-05-01"),
    Term(3, .manual, 2, 2, "2026-07-01"),
    Term(3, .manual, nil, 3, "2026-11-01"),
    Term(nil, .manual, 6, 1, "2026-08-01"),
    Term(.max, .none, nil, 1, nil),
    Term(2_147_483_647, .manual, .max, 9, nil),
  ]

  @Test("cycles are full periods after the first part", arguments: terms)
  func termEnd(term: Term) throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-15"), anchorDay: 1,
      cycles: term.cycles, renewal: term.renewal, renewalCycles: term.renewalCycles,
      terms: term.terms)
    let schedule = try ChargeSchedule(subscription, plan: .monthly("p", "1"))
    #expect(schedule.stop?.description == term.stop)
  }

  @Test("an add-on with a period of its own ends with the subscription's own plan")
  func addonEnds() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0), .init(slot: 1, plan: 1)],
      start: .on("2026-01-15"), cycles: 3)
    let base = try ChargeSchedule(subscription, plan: .monthly("p", "1"))
    let addon = try ChargeSchedule(subscription, plan: .of("w", .flat(.one), .week), base: base)
    #expect(addon.stop == .on("2026-04-15"))
    #expect(!base.fits(.of("w", .flat(.one), .week), of: subscription))
    #expect(base.fits(.monthly("m", "2"), of: subscription))
  }

  @Test("in arrears the last period is due when the subscription ends, in advance at its start")
  func lastDue() throws {
    let period = Period.days("2026-03-01", "2026-04-01")
    let canceled = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"), inArrears: true,
      leadDays: 9, canceledAt: .on("2026-03-10"))
    let schedule = try ChargeSchedule(canceled, plan: .monthly("p", "1"))
    #expect(schedule.dueOn(period) == .on("2026-03-10"))
    #expect(schedule.paidDays(of: period) == period)
    let advance = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"), leadDays: 9)
    #expect(
      try ChargeSchedule(advance, plan: .monthly("p", "1")).dueOn(period) == .on("2026-02-20"))
  }

  @Test("a prorated cancellation cuts the last period on its day")
  func cut() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"),
      canceledAt: .on("2026-03-10"), proratesCancel: true)
    let schedule = try ChargeSchedule(subscription, plan: .monthly("p", "1"))
    #expect(
      schedule.paidDays(of: .days("2026-03-01", "2026-04-01")) == .days("2026-03-01", "2026-03-10"))
    #expect(schedule.paidDays(of: .days("2026-04-01", "2026-05-01")) == nil)
  }

  @Test(
    "a cancellation at period end without a day ends with what is covered, else the first period",
    arguments: [
      (Subscription.Coverage.through(nil), "2026-02-01"),
      (.through(.on("2026-05-01")), "2026-05-01"),
      (.spans([:]), "2026-02-01"),
      (.spans([0: [.days("2026-01-15", "2026-03-01")], 1: []]), "2026-03-01"),
    ])
  func cancelAtPeriodEnd(coverage: Subscription.Coverage, stop: String) throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-15"), anchorDay: 1,
      cancelsAtPeriodEnd: true, coverage: coverage)
    #expect(try ChargeSchedule(subscription, plan: .monthly("p", "1")).stop == .on(stop))
  }
}
