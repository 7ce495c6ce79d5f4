// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

/// Published bill runs: one after the other, each knowing what the ones before it have billed.
@Suite(
  "Published runs",
  .enabled(if: PublishedCase.areThere, "no folder of published cases beside the package"))
struct PublishedRunsTests {
  @Test("timelines of changes, pauses, credits and usage bill what is published")
  func timelines() throws {
    var partly: [String: Int] = [:]
    let tally = try Tally("bill_runs.json", kinds: ["bill_run_timeline"]) { example in
      var timeline = PublishedTimeline(example)
      try timeline.follow()
      if timeline.checked == 0 {
        throw Skip(timeline.stopped ?? "no amount is expected of billing")
      }
      if let reason = timeline.stopped { partly[reason, default: 0] += 1 }
    }
    #expect(tally.run == 23)
    // Of those the ones that were followed up to a step only.
    #expect(
      partly == [
        "a line is lowered by hand": 1,
        "a part in arrears is billed on the day of the change": 1,
        "a year after a pause starts on the next billing day": 1,
        "blocks overlap, and each ends by itself": 1,
        "invoices before a limit are left as they are": 2,
        "the billing day of a running subscription changes": 2,
      ])
    #expect(
      tally.skipped == [
        "a change begins a trial of its own": 3,
        "a part in arrears is billed on the day of the change": 1,
        "a year after a pause starts on the next billing day": 1,
        "credit is given by hand": 1, "every month has the same number of days": 3,
        "no amount is expected of billing": 2,
        "the billing day of a running subscription changes": 5,
      ])
  }

  // MARK: - Runs of one generator

  @Test("runs that know what earlier ones billed add what is published")
  func generators() throws {
    let tally = try Tally("bill_runs.json", kinds: ["bill_run_generator"]) { example in
      let events = example.inputs["events"]?.list ?? []
      if events.contains(where: { $0["fixed_price"] != nil }) {
        throw Skip("a phase has a price of its own, paid once")
      }
      if example.inputs["existing_items"] != nil { return try gap(example) }
      var stories: [String: PublishedStory] = [:]
      for event in events {
        let story = PublishedStory(Books(plans: [try plan(event)]))
        story.start = try #require(event["effective_date"]?.day)
        story.anchorDay = event["bill_cycle_day"]?.number
        stories[event["subscription"]?.text ?? ""] = story
      }
      let runs = zip(example.inputs["runs"]?.list ?? [], example.expected["runs"]?.list ?? [])
      for (run, expected) in runs {
        let held = run["auto_invoice_off"]?.texts ?? []
        let day = try #require(run["target_date"]?.day)
        let documents = try stories.keys.sorted().filter { !held.contains($0) }
          .compactMap { try stories[$0]?.run(on: day) }.flatMap { $0 }
        try compare(documents, with: expected, of: example)
      }
    }
    #expect(tally.run == 5)
    #expect(tally.skipped == ["a phase has a price of its own, paid once": 3])
  }

  private func plan(_ event: Field) throws -> Plan {
    #expect(event["billing_period"]?.text == "MONTHLY")
    return .monthly("p", try #require(event["recurring_price"]?.text))
  }

  private func compare(
    _ documents: [InvoiceDraft], with expected: Field, of example: PublishedCase
  ) throws {
    let lines = documents.flatMap(\.lines)
    if let count = expected["number_of_items"]?.number {
      #expect(lines.count == count, example.comment)
    }
    if let balance = expected["balance"]?.decimal {
      #expect(documents.sum() == balance, example.comment)
    }
    for index in lines.indices {
      guard let item = expected["items"]?["\(index)"] else { continue }
      if let start = item["start"]?.day { #expect(lines[index].period?.start == start) }
      if let end = item["end"]?.day { #expect(lines[index].period?.end == end, example.comment) }
      if let amount = item["amount"]?.decimal {
        #expect(ExactDecimal(lines[index].amount) == amount, example.comment)
      }
    }
  }

  /// Days that were billed and given back, and are free again.
  private func gap(_ example: PublishedCase) throws {
    let event = try #require(example.inputs["events"]?.list.first)
    let items = (example.inputs["existing_items"]?.list ?? []).map {
      Period.days($0["start"]?.text ?? "", $0["end"]?.text ?? "")
    }
    var covered = items[0].subtracting([items[1]])
    for (run, expected) in zip(
      example.inputs["runs"]?.list ?? [], example.expected["runs"]?.list ?? [])
    {
      let subscription = Subscription(
        id: ID(1), charges: [.init(slot: 0, plan: 0)],
        start: try #require(event["effective_date"]?.day),
        anchorDay: event["bill_cycle_day"]?.number, coverage: .spans([0: covered]))
      let day = try #require(run["target_date"]?.day)
      let documents = try Books(plans: [try plan(event)]).bill(subscription, asOf: day).documents
      try compare(documents, with: expected, of: example)
      covered += documents.flatMap(\.lines).compactMap(\.period)
      covered.sort { $0.start < $1.start }
    }
  }

  // MARK: - Runs by the clock

  @Test("a run finds each billing day once, however often the clock ticks")
  func ticks() throws {
    let tally = try Tally(
      "bill_runs.json", kinds: ["bill_run_ticks_idempotent", "bill_run_ticks_every_period"]
    ) { example in
      let story = try ClockedStory(example, start: example.inputs["subscription_created_at"])
      // What was due before the ticks is no matter of theirs: they do not catch up.
      let billing = try story.days("ticks_on_billing_day")
      try story.isBilled(before: try #require(billing.first))
      let before = try story.documents(on: try story.days("ticks_before"))
      #expect(before == example.expected["invoices_after_ticks_before"]?.number ?? 0)
      if example.expected["one_new_invoice_per_tick"] == .flag(true) {
        for day in billing { #expect(try story.documents(on: [day]) == 1, example.comment) }
        #expect(billing.count == example.expected["total_invoices"]?.number, example.comment)
        return
      }
      let found = try story.documents(on: billing)
      #expect(found == example.expected["invoices_after_ticks_on_billing_day"]?.number)
      let after = try story.documents(on: try story.days("ticks_after"))
      #expect(found + after == example.expected["invoices_after_ticks_after"]?.number)
    }
    #expect(tally.run == 11)
    #expect(tally.skipped == ["quarters, half years and years begin in January": 6])
  }

  @Test("runs bill the periods that are published")
  func boundaries() throws {
    let tally = try Tally("bill_runs.json", kinds: ["bill_run_boundaries"]) { example in
      let steps = zip(example.inputs["steps"]?.list ?? [], example.expected["steps"]?.list ?? [])
      let story = try ClockedStory(example, start: example.inputs["steps"]?.list.first?["at"])
      var last: LocalDate?
      for (step, expected) in steps where step["action"]?.text != "usage event" {
        let day = try #require(step["at"]?.day)
        // Their clock ran in between too.
        for number in 1..<max(1, day - (last ?? day)) {
          _ = try story.documents(on: [try #require(last).adding(days: number)])
        }
        last = day
        let count = try story.documents(on: [day])
        let created = expected["invoices_created"] ?? expected["invoice_count_after"]
        if let created = created?.number { #expect(count == created, example.comment) }
        guard let invoice = expected["latest_invoice"], created != nil else { continue }
        story.expect(invoice, on: day, example)
      }
    }
    #expect(tally.run == 7)
    #expect(tally.skipped == ["fixed charges in arrears beside a plan in advance": 1])
  }
}

/// A subscription whose runs are told by the clock: its plan, and what is measured or comes with it
/// month by month.
private final class ClockedStory {
  private let story: PublishedStory
  private let inputs: Field
  private let zone: String
  private var newest: [LineDraft] = []

  init(_ example: PublishedCase, start: Field?) throws {
    inputs = example.inputs
    zone = inputs["customer_timezone"]?.text ?? "UTC"
    let units = [
      "weekly": (Interval.week, 1), "monthly": (.month, 1), "quarterly": (.month, 3),
      "semiannual": (.month, 6), "yearly": (.year, 1),
    ]
    let (interval, count) = try #require(units[inputs["interval"]?.text ?? ""])
    let isByCalendar = inputs["billing_time"]?.text == "calendar"
    if isByCalendar, interval == .year || count > 1 {
      throw Skip("quarters, half years and years begin in January")
    }
    let comesMonthly = inputs["bill_fixed_charges_monthly"] == .flag(true)
    let isInAdvance = inputs["pay_in_advance"] == .flag(true)
    if isInAdvance && comesMonthly {
      throw Skip("fixed charges in arrears beside a plan in advance")
    }
    let measured = Plan(
      id: ID(2), code: "measured", currency: .usd, interval: .month, intervalCount: 1,
      quantityType: .usage,
      prices: [Price(id: ID(2), validFrom: .on("1900-01-01"), model: .perUnit(.one))])
    story = PublishedStory(
      Books(plans: [.of("p", .flat(.one), every: count, interval), measured, .monthly("f", "1")]))
    story.start = try #require(start?.day(in: zone))
    story.anchorDay = isByCalendar ? 1 : nil
    story.inArrears = !isInAdvance
    if inputs["bill_charges_monthly"] == .flag(true) {
      story.charges.append(.init(slot: 1, plan: 1))
    }
    if comesMonthly { story.charges.append(.init(slot: 2, plan: 2)) }
  }

  /// The days of ticks in the customer's zone.
  func days(_ key: String) throws -> [LocalDate] {
    try (inputs[key]?.list ?? []).map { try #require($0.day(in: zone)) }
  }

  /// Takes all as billed elsewhere but the shortest period that ends on a day.
  func isBilled(before day: LocalDate) throws {
    let plan = story.books.plans[story.charges.count > 1 ? 1 : 0]
    let anchor = story.anchorDay.map { story.start.adding(months: 1, anchorDay: $0) }
    let cycle = try #require(
      BillingCycle(
        interval: plan.interval, count: plan.intervalCount, anchor: anchor ?? story.start,
        anchorDay: story.anchorDay ?? story.start.day))
    let start = cycle.start(ofPeriod: cycle.index(containing: day) - 1)
    if start > story.start { story.migratedThrough = start }
  }

  /// How many documents runs on some days make.
  func documents(on days: [LocalDate]) throws -> Int {
    var count = 0
    for day in days {
      let documents = try story.run(on: day)
      if let last = documents.last { newest = last.lines }
      count += documents.count
    }
    return count
  }

  /// Compares the days of the newest document with those published, whose ends are inclusive.
  func expect(_ invoice: Field, on day: LocalDate, _ example: PublishedCase) {
    for (slot, prefix) in [(Int16(0), ""), (1, "charges_"), (2, "fixed_charges_")] {
      guard let from = invoice[prefix + "from_datetime"]?.day,
        let to = invoice[prefix + "to_datetime"]?.day
      else { continue }
      let line = newest.first { $0.slot == slot }
      // An invoice that bills no days of it says so with its first instant, or with the days that
      // were billed in advance.
      if from == to || !story.charges.contains(where: { $0.slot == slot }) { continue }
      if slot == 0, !story.inArrears, from != day { continue }
      #expect(line?.period?.start == from, example.comment)
      #expect(line?.period?.lastDay == to, example.comment)
    }
  }
}
