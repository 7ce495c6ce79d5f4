// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport
import Testing

// The folder of published cases is not part of every clone.
@Suite("BillingCycle, published cases", .enabled(if: SharedFolder.path != nil, "no shared folder"))
struct BillingCycleExamplesTests {
  /// The kinds of cases that say something else than where periods start.
  static let otherKinds = [
    "calendar_anchor": "the first day of a calendar quarter is the seller's setting here",
    "month_arithmetic": "checked with LocalDate",
    "next_invoice_date": "when to invoice, not when a period starts",
    "next_invoicing_period": "a contract that was invoiced by hand in between",
    "rrule_dates": "RFC 5545 skips short months, billing clips to them",
  ]

  @Test("periods counted from an anchor, forward and back")
  func countedPeriods() throws {
    let units = ["MONTHLY": (Interval.month, 1), "THIRTY_DAYS": (.day, 30), "WEEKLY": (.week, 1)]
    let examples = try cases("advance_n_periods", "recede_n_periods")
    for example in examples {
      let (interval, count) = try #require(units[example["billing_period"]])
      let cycle = try cycle(interval, count, from: example.inputs["initial_date"]?.day)
      let n = try #require(example.inputs["n"]?.number)
      let start = cycle.start(ofPeriod: example.kind == "recede_n_periods" ? -n : n)
      #expect(start == example.expected["result"]?.day, "\(example.id)")
    }
    #expect(examples.count == 13)
  }

  @Test("a schedule from its anchor")
  func schedule() throws {
    let examples = try cases("anchor_schedule")
    for example in examples {
      let cycle = try cycle(.month, 1, from: example.inputs["anchor"]?.day)
      let dates = example.expected["dates"]?.texts ?? []
      let starts = dates.indices.map { cycle.start(ofPeriod: $0 + 1).description }
      #expect(starts == dates, "\(example.id)")
    }
    #expect(examples.count == 1)
  }

  @Test("the next start, where the period starts at its anchor")
  func nextStart() throws {
    let units = [
      "DAILY": (Interval.day, 1), "WEEKLY": (.week, 1), "MONTHLY": (.month, 1),
      "QUARTERLY": (.month, 3), "HALF_YEARLY": (.month, 6), "ANNUAL": (.year, 1),
    ]
    // Elsewhere that system moves to the anchor first, in its own way for each interval.
    let examples = try cases("next_billing_date").filter {
      $0["current_period_start"] == $0["billing_anchor"]
    }
    for example in examples {
      let (interval, units) = try #require(units[example["billing_period"]])
      let count = try #require(example.inputs["interval_count"]?.number)
      let cycle = try cycle(interval, count * units, from: example.inputs["billing_anchor"]?.day)
      let next = cycle.start(ofPeriod: 1)
      #expect(next == example.expected["next_billing_date"]?.day, "\(example.id)")
    }
    #expect(examples.count == 16)
  }

  @Test("contracts cut at both ends")
  func contracts() throws {
    let examples = try cases("invoicing_period_sequence")
    for example in examples {
      let start = try #require(example.inputs["date_start"]?.day)
      let last = try #require(example.inputs["date_end"]?.day)
      let contract = try #require(Period(from: start, to: last.adding(days: 1)))
      // Periods by calendar month begin with a part of the month.
      let isByCalendar = example["rule"] == "monthlylastday"
      let anchor = isByCalendar ? start.adding(months: 1, anchorDay: 1) : start
      let cycle = try cycle(.month, 1, from: anchor)
      let numbers = cycle.index(containing: start)...cycle.index(containing: last)
      let spans = numbers.compactMap { cycle.period($0).intersection(contract) }
      guard case .list(let expected) = example.expected["periods_inclusive"] else {
        Issue.record("\(example.id) has no periods")
        continue
      }
      let printed = spans.map { [$0.start.description, $0.lastDay.description] }
      #expect(printed == expected.map(\.texts), "\(example.id)")
    }
    #expect(examples.count == 4)
  }

  @Test("the period that contains a day, counted or invoiced, with a billing day")
  func billingDay() throws {
    var checked = 0
    let kinds = ["advance_period", "arrear_period", "elapsed_cycles", "period_containing_date"]
    for example in try kinds.flatMap({ try cases($0) }) {
      let inputs = example.inputs
      let given = inputs["billing_start"] ?? inputs["billing_start_or_resume_date"]
      let invoiced = inputs["invoice_date"]?.day
      let start = try #require(given?.day ?? invoiced)
      let target = try #require(inputs["target"]?.day ?? invoiced)
      let billingDay = try #require(inputs["billing_day"]?.number)
      let months = ["MONTHLY": 1, "QUARTERLY": 3, "ANNUAL": 12][example["billing_period"]]
      let length = try #require(months)
      // There a first part of a quarter or year ends a whole period later; and a day before the
      // start is counted to the first period.
      if length > 1, start.day != billingDay { continue }
      if target < start { continue }
      let onDay = start.adding(months: 0, anchorDay: billingDay)
      let anchor = onDay < start ? start.adding(months: 1, anchorDay: billingDay) : onDay
      let cycle = try #require(
        BillingCycle(interval: .month, count: length, anchor: anchor, anchorDay: billingDay))
      let isArrears = example.kind == "arrear_period"
      let index = cycle.index(containing: isArrears ? target.adding(days: -1) : target)
      if let cycles = example.expected["cycles"]?.number {
        // A part before the anchor is a cycle there.
        #expect(index + (start < anchor ? 1 : 0) == cycles, "\(example.id)")
      } else {
        let period = cycle.period(index)
        let from = (example.expected["start"] ?? example.expected["period_start"])?.day
        let to = (example.expected["end"] ?? example.expected["period_end"])?.day
        #expect(max(period.start, start) == from && period.end == to, "\(example.id)")
      }
      checked += 1
    }
    #expect(checked == 26)
  }

  @Test("billing days of anniversary subscriptions")
  func anniversaries() throws {
    // Left out: calendar schedules, zones, usage billed each month, and endings.
    let examples = try cases("is_billing_day").filter {
      $0["billing_time"] == "anniversary" && $0["customer_timezone"] == "UTC"
        && $0["billing_entity_timezone"] == "UTC" && $0["ending_at"].isEmpty
        && $0.inputs["bill_charges_monthly"] != .flag(true)
    }
    for example in examples {
      let cycle = try anniversary(of: example)
      let day = try #require(example.inputs["billing_at"]?.day)
      let isStart = cycle.start(ofPeriod: cycle.index(containing: day)) == day
      #expect(Field.flag(isStart) == example.expected["billed"], "\(example.id)")
    }
    #expect(examples.count == 18)
  }

  @Test("the ends of anniversary periods around a day")
  func boundaries() throws {
    let examples = try cases("period_boundary").filter {
      $0["billing_time"] == "anniversary" && $0["customer_timezone"] == "UTC"
        && ["next_end_of_period", "previous_beginning_of_period"].contains($0["boundary"])
    }
    for example in examples {
      let cycle = try anniversary(of: example)
      let day = try #require(example.inputs["billing_at"]?.day)
      let index = cycle.index(containing: day)
      let isCurrent = example.inputs["current_period_argument"] == .flag(true)
      let boundary =
        example["boundary"] == "next_end_of_period"
        ? cycle.period(index).lastDay : cycle.start(ofPeriod: isCurrent ? index : index - 1)
      #expect(boundary == example.expected["value"]?.day, "\(example.id)")
    }
    #expect(examples.count == 12)
  }

  @Test("no kind of case is forgotten")
  func allKinds() throws {
    let checked: Set = [
      "advance_n_periods", "recede_n_periods", "anchor_schedule", "next_billing_date",
      "invoicing_period_sequence", "advance_period", "arrear_period", "elapsed_cycles",
      "period_containing_date", "is_billing_day", "period_boundary",
    ]
    let kinds = Set(try SharedCase.read("date_schedules.json").map(\.kind))
    #expect(kinds == checked.union(Self.otherKinds.keys))
  }

  private func cases(_ kinds: String...) throws -> [SharedCase] {
    try SharedCase.read("date_schedules.json").filter { kinds.contains($0.kind) }
  }

  private func cycle(
    _ interval: Interval, _ count: Int, from day: LocalDate?
  ) throws -> BillingCycle {
    let anchor = try #require(day)
    return try #require(
      BillingCycle(interval: interval, count: count, anchor: anchor, anchorDay: anchor.day))
  }

  private func anniversary(of example: SharedCase) throws -> BillingCycle {
    let units = [
      "weekly": (Interval.week, 1), "monthly": (.month, 1), "quarterly": (.month, 3),
      "semiannual": (.month, 6), "yearly": (.year, 1),
    ]
    let (interval, count) = try #require(units[example["interval"]])
    return try cycle(interval, count, from: example.inputs["subscription_at"]?.day)
  }
}
