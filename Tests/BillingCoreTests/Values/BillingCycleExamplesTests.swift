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

  @Test("the next start after a day, counted from the anchor")
  func nextStart() throws {
    let units = [
      "DAILY": (Interval.day, 1), "WEEKLY": (.week, 1), "MONTHLY": (.month, 1),
      "QUARTERLY": (.month, 3), "HALF_YEARLY": (.month, 6), "ANNUAL": (.year, 1),
    ]
    let tally = try Tally("date_schedules.json", kinds: ["next_billing_date"]) { example in
      let inputs = example.inputs
      let zone = inputs["timezone"]?.text ?? "UTC"
      if zone == "Invalid/Timezone" { throw Skip("a zone that nobody knows is taken as UTC") }
      let start = try #require(inputs["current_period_start"]?.day(in: zone))
      let anchor = try #require(inputs["billing_anchor"]?.day(in: zone))
      let (interval, units) = try #require(units[inputs["billing_period"]?.text ?? ""])
      let count = try #require(inputs["interval_count"]?.number)
      let cycle = try cycle(interval, count * units, from: anchor)
      if cycle.start(ofPeriod: cycle.index(containing: start)) != start {
        if interval == .year { throw Skip("a year's first part ends in the year after") }
        if units > 1, start > anchor {
          throw Skip("quarters and half years that begin off the anchor stay off it")
        }
      }
      let next = cycle.period(cycle.index(containing: start)).end
      #expect(next == example.expected["next_billing_date"]?.day(in: zone), example.comment)
    }
    #expect(tally.run == 30)
    #expect(
      tally.skipped == [
        "a zone that nobody knows is taken as UTC": 1,
        "a year's first part ends in the year after": 4,
        "quarters and half years that begin off the anchor stay off it": 2,
      ])
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
    var (checked, later, before) = (0, 0, 0)
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
      if length > 1, start.day != billingDay {
        later += 1
        continue
      }
      if target < start {
        before += 1
        continue
      }
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
    #expect((checked, later, before) == (26, 5, 1))
  }

  @Test("billing days of anniversary and calendar subscriptions, in the zone that counts")
  func billingDays() throws {
    let tally = try Tally("date_schedules.json", kinds: ["is_billing_day"]) { example in
      let inputs = example.inputs
      let own = inputs["customer_timezone"]?.text ?? "UTC"
      let zone = own == "UTC" ? inputs["billing_entity_timezone"]?.text ?? "UTC" : own
      if inputs["ending_at"] != nil { throw Skip("the day of the ending is billed") }
      let day = try #require(inputs["billing_at"]?.day(in: zone))
      var cycles = [try published(example, in: zone)]
      if inputs["bill_charges_monthly"] == .flag(true) {
        cycles.append(try published(example, in: zone, interval: "monthly"))
      }
      let isStart = cycles.contains { $0.start(ofPeriod: $0.index(containing: day)) == day }
      #expect(Field.flag(isStart) == example.expected["billed"], example.comment)
    }
    #expect(tally.run == 54)
    #expect(tally.skipped == ["the day of the ending is billed": 2])
  }

  @Test("the ends of anniversary and calendar periods around a day")
  func boundaries() throws {
    let known: Set = [
      "from_datetime", "to_datetime", "next_end_of_period", "previous_beginning_of_period",
    ]
    let tally = try Tally("date_schedules.json", kinds: ["period_boundary"]) { example in
      let inputs = example.inputs
      let boundary = inputs["boundary"]?.text ?? ""
      if !known.contains(boundary) { throw Skip("charges with periods of their own") }
      if example.expected["value"] == nil { throw Skip("nothing has started") }
      if example.expected["meaning"] != nil { throw Skip("an instant within a day") }
      let zone = inputs["customer_timezone"]?.text ?? "UTC"
      let cycle = try published(example, in: zone)
      let day = try #require(inputs["billing_at"]?.day(in: zone))
      let index = cycle.index(containing: day)
      let ended = inputs["terminated_at"]?.day(in: zone)
      let isCurrent =
        inputs["pay_in_advance"] == .flag(true) || inputs["current_usage"] == .flag(true)
        || inputs["current_period_argument"] == .flag(true) || ended != nil
      let billed = cycle.period(isCurrent ? index : index - 1)
      let found =
        switch boundary {
        case "next_end_of_period": cycle.period(index).lastDay
        case "previous_beginning_of_period": billed.start
        case "from_datetime": max(billed.start, inputs["started_at"]?.day(in: zone) ?? day)
        default: min(billed.lastDay, ended ?? billed.lastDay)
        }
      #expect(found == example.expected["value"]?.day(in: zone), example.comment)
    }
    #expect(tally.run == 50)
    #expect(
      tally.skipped == [
        "charges with periods of their own": 103, "an instant within a day": 13,
        "nothing has started": 2,
      ])
  }

  @Test("no kind of case is forgotten")
  func allKinds() throws {
    let checked: Set = [
      "advance_n_periods", "recede_n_periods", "anchor_schedule", "next_billing_date",
      "invoicing_period_sequence", "advance_period", "arrear_period", "elapsed_cycles",
      "period_containing_date", "is_billing_day", "period_boundary",
    ]
    let cases = try SharedCase.read("date_schedules.json")
    #expect(Set(cases.map(\.kind)) == checked.union(Self.otherKinds.keys))
    let others = Dictionary(grouping: cases.map(\.kind)) { $0 }.mapValues(\.count)
      .filter { !checked.contains($0.key) }
    #expect(
      others == [
        "calendar_anchor": 2, "month_arithmetic": 9, "next_invoice_date": 2,
        "next_invoicing_period": 6, "rrule_dates": 23,
      ])
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

  /// The periods of a subscription: from its first day, or from the calendar's.
  private func published(
    _ example: PublishedCase, in zone: String, interval: String? = nil
  ) throws -> BillingCycle {
    let units = [
      "weekly": (Interval.week, 1), "monthly": (.month, 1), "quarterly": (.month, 3),
      "semiannual": (.month, 6), "yearly": (.year, 1),
    ]
    let name = interval ?? example.inputs["interval"]?.text ?? ""
    let (unit, count) = try #require(units[name])
    if example.inputs["billing_time"]?.text == "calendar" {
      // A Monday; the others begin with the year.
      return try cycle(unit, count, from: .on(unit == .week ? "2021-01-04" : "2021-01-01"))
    }
    return try cycle(unit, count, from: example.inputs["subscription_at"]?.day(in: zone))
  }
}
