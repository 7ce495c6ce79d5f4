// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

/// Published timelines: which periods and parts of them are billed up to a day.
@Suite(
  "Published periods",
  .enabled(if: PublishedCase.areThere, "no folder of published cases beside the package"))
struct PublishedPeriodsTests {
  /// A subscription of one unit of money a period, as a case describes it.
  private struct Order {
    let plan: Plan
    let nth: Int?
    let start: LocalDate
    let end: LocalDate?
    let target: LocalDate?
    let inArrears: Bool

    init(_ example: PublishedCase) throws {
      let inputs = example.inputs
      let units = [
        "WEEKLY": (Interval.week, 1), "THIRTY_DAYS": (.day, 30), "MONTHLY": (.month, 1),
        "QUARTERLY": (.month, 3), "ANNUAL": (.year, 1),
      ]
      let (interval, count) = try #require(units[inputs["billing_period"]?.text ?? ""])
      plan = .of("p", .flat(.one), every: count, interval)
      // Periods of days have no billing day.
      nth = interval == .day ? nil : inputs["bill_cycle_day"]?.number
      start = try #require(inputs["start_date"]?.day)
      end = inputs["end_date"]?.day
      target = inputs["target_date"]?.day
      inArrears = inputs["billing_mode"]?.text == "IN_ARREAR"
    }

    var subscription: Subscription {
      Subscription(
        id: ID(1), charges: [.init(slot: 0, plan: 0)], start: start, inArrears: inArrears,
        anchorDay: nth, canceledAt: end, proratesCancel: true)
    }

    /// The lines of all documents up to the target.
    func lines() throws -> [LineDraft] {
      var books = Books()
      books.plans = [plan]
      return try books.bill(subscription, asOf: try #require(target)).documents.flatMap(\.lines)
    }

    /// The first day on which a whole period starts.
    var boundary: LocalDate {
      get throws { try ChargeSchedule(subscription, plan: plan).cycle.anchor }
    }
  }

  @Test("the periods up to a day, whole and in part, are those published")
  func cycles() throws {
    let tally = try Tally("proration.json", kinds: ["proration_cycles"]) { example in
      let order = try Order(example)
      if let end = order.end, end < order.start { throw Skip("an end before the start") }
      let boundary = try order.boundary
      if boundary > order.start {
        let months = order.plan.interval == .year ? 12 : order.plan.intervalCount
        if months > 1, order.start.day > boundary.day {
          throw Skip("the first boundary is a whole period after the billing day that has passed")
        }
        if boundary.adding(months: -months, anchorDay: boundary.day)
          != boundary.adding(months: -months, anchorDay: order.nth ?? 0)
        {
          throw Skip("the first part is of a period that is not aligned to the billing day")
        }
      }
      let text = try #require(example.expected["number_of_cycles_fraction"]?.text)
      let parts = text.split(separator: "/").compactMap { Int128($0) }
      #expect(try order.lines().periods == Fraction(parts[0], parts[1]), example.comment)
    }
    #expect(tally.run == 101)
    #expect(
      tally.skipped == [
        "an end before the start": 1,
        "the first boundary is a whole period after the billing day that has passed": 2,
        "the first part is of a period that is not aligned to the billing day": 1,
      ])
  }

  @Test("the billed days are those published")
  func items() throws {
    let tally = try Tally("proration.json", kinds: ["recurring_item_periods"]) { example in
      let lines = try Order(example).lines()
      let expected = (example.expected["periods"]?.list ?? []).map {
        "\($0["start"]?.text ?? "")..\($0["end"]?.text ?? "")"
      }
      #expect(lines.compactMap { $0.period?.description } == expected, example.comment)
      #expect(lines.first.map { Fraction($0.share) <= Fraction(1) } ?? true, example.comment)
    }
    #expect(tally.run == 6)
    #expect(tally.skipped == [:])
  }

  @Test("the boundaries around what is billed are those published")
  func boundaries() throws {
    let tally = try Tally("proration.json", kinds: ["billing_interval_detail"]) { example in
      if example.inputs["in_arrear_mode"]?.text == "GREEDY" {
        throw Skip("arrears are billed before their period has ended")
      }
      let order = try Order(example)
      let expected = example.expected
      if let first = expected["first_billing_cycle_date"]?.day {
        #expect(try order.boundary == first, example.comment)
      }
      guard order.target != nil else { return }
      let lines = try order.lines()
      let cycle = try ChargeSchedule(order.subscription, plan: order.plan).cycle
      let ends = lines.compactMap { $0.period?.end }
      let end = try #require(ends.max(), example.comment)
      #expect(expected["has_something_to_bill"] != .flag(false), example.comment)
      if let billed = expected["effective_end_date"]?.day {
        #expect(end == billed, example.comment)
      }
      if let last = expected["last_billing_cycle_date"]?.day {
        #expect(cycle.start(ofPeriod: cycle.index(containing: end)) == last, example.comment)
      }
      if let next = expected["next_billing_cycle_date"]?.day {
        #expect(cycle.period(cycle.index(containing: end)).end == next, example.comment)
      }
    }
    #expect(tally.run == 9)
    #expect(tally.skipped == ["arrears are billed before their period has ended": 3])
  }

  @Test("whole periods are counted as published")
  func wholePeriods() throws {
    let tally = try Tally("proration.json", kinds: ["whole_billing_periods"]) { example in
      let order = try Order(example)
      let cycle = try ChargeSchedule(order.subscription, plan: order.plan).cycle
      let end = try #require(order.end)
      #expect(cycle.index(containing: end) == example.expected["result"]?.number)
    }
    #expect(tally.run == 2)
    #expect(tally.skipped == [:])
  }

  @Test("no kind of case is forgotten")
  func allKinds() throws {
    let here: Set = [
      "proration_cycles", "recurring_item_periods", "billing_interval_detail",
      "whole_billing_periods",
    ]
    let kinds = Set(try PublishedCase.read("proration.json").map(\.kind))
    #expect(kinds == here.union(PublishedProrationTests.kinds))
  }
}
