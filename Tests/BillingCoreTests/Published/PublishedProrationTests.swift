// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

/// Published parts of periods, plan changes and credits, each by its own figures.
@Suite(
  "Published proration",
  .enabled(if: PublishedCase.areThere, "no folder of published cases beside the package"))
struct PublishedProrationTests {
  static let kinds: Set = [
    "trailing_proration", "leading_proration", "days_between_fixed_month", "prorated_fee",
    "true_up", "proration_ratio", "prorated_total", "calendar_days_between", "fraction_proration",
    "prorated_days", "plan_change_proration", "plan_change_fraction",
    "plan_change_proration_days", "credit_cap", "credit_note",
  ]

  @Test("parts, changes and credits come to what is published")
  func figures() throws {
    let tally = try Tally("proration.json", kinds: Self.kinds) { example in
      switch example.kind {
      case "trailing_proration": try trailing(example)
      case "leading_proration", "days_between_fixed_month":
        throw Skip("every month has the same number of days")
      case "prorated_fee": try fee(example)
      case "true_up": try trueUp(example)
      case "proration_ratio": try ratio(example)
      case "prorated_total": try total(example)
      case "calendar_days_between": try days(example)
      case "fraction_proration": throw Skip("time is divided by the second")
      case "prorated_days": throw Skip("a balance buys days of the new plan")
      case "plan_change_proration", "plan_change_fraction", "plan_change_proration_days":
        try change(example)
      case "credit_cap": try cap(example)
      default: try note(example)
      }
    }
    #expect(tally.run == 32)
    #expect(
      tally.skipped == [
        "every month has the same number of days": 6, "time is divided by the second": 2,
        "a balance buys days of the new plan": 1, "a year has 360 days": 2,
        "more was credited than billed, which the books refuse": 1,
        "an add-on is new in a period and billed at its end": 1,
      ])
  }

  // MARK: - Parts

  private func trailing(_ example: PublishedCase) throws {
    let inputs = example.inputs
    if inputs["fixed_days_in_month"]?.number != 0 {
      throw Skip("every month has the same number of days")
    }
    let story = PublishedStory(Books(plans: [.of("p", .flat(.one))]))
    story.start = try #require(inputs["previous_bill_through_date"]?.day)
    story.canceledAt = inputs["end_date"]?.day
    let periods = try story.run(on: story.start).flatMap(\.lines).periods
    let billionths = (periods * Fraction(1_000_000_000)).rounded(.halfUp)
    let expected = try #require(example.expected["result"]?.decimal)
    #expect(Fraction(Int128(billionths), 1_000_000_000) == Fraction(expected), example.comment)
  }

  private func fee(_ example: PublishedCase) throws {
    let inputs = example.inputs
    let amount = try #require(inputs["plan_amount_cents"]?.cents)
    let billed = try #require(inputs["billed_days"]?.number)
    var probe = PriceProbe(.flat(amount))
    probe.days = Int64(billed)
    probe.of = Int64(try #require(inputs["full_period_days"]?.number))
    let expected = try #require(example.expected["amount_cents"]?.cents)
    #expect(ExactDecimal.number(try probe.sum("1")) == expected, example.comment)
    guard let ended = inputs["terminated_at"]?.day else { return }
    // Their last day is billed; periods are counted from the first subscription of the chain.
    let story = PublishedStory(Books(plans: [.of("p", .flat(amount), every: 3)]))
    let began = try #require(inputs["started_at"]?.day)
    story.start =
      inputs["billing_time"]?.text == "calendar"
      ? .on("2024-04-01") : try #require(inputs["subscription_at"]?.day)
    story.migratedThrough = began
    story.canceledAt = ended.adding(days: 1)
    let lines = try story.run(on: ended).flatMap(\.lines)
    #expect(lines.map { $0.period?.days } == [billed], example.comment)
    #expect(lines.map { Int64($0.wholePeriod?.days ?? 0) } == [probe.of], example.comment)
    #expect(lines.map { ExactDecimal($0.amount) } == [expected], example.comment)
  }

  private func trueUp(_ example: PublishedCase) throws {
    let used = try #require(example.inputs["used_cents"]?.cents)
    var probe = PriceProbe(.perUnit(.one))
    probe.minimum = example.inputs["minimum_cents"]?.cents?.description
    probe.isMeasured = true
    probe.days = Int64(try #require(example.inputs["billed_days"]?.number))
    probe.of = Int64(try #require(example.inputs["full_period_days"]?.number))
    let lines = try probe.lines(used)
    let expected = try #require(example.expected["amount_cents"]?.number)
    #expect(lines.last?.figures.amount.minor == Int64(expected), example.comment)
    #expect(lines.count == 2)
  }

  private func ratio(_ example: PublishedCase) throws {
    if example.inputs["day_count"]?.text == "strict 30/360" { throw Skip("a year has 360 days") }
    let first = try #require(example.inputs["start"]?.day)
    let last = try #require(example.inputs["end_inclusive"]?.day)
    let story = PublishedStory(Books(plans: [.of("p", .flat(.one))]))
    (story.start, story.anchorDay) = (first, 1)
    let line = try #require(try story.run(on: first).first?.lines.first)
    #expect(line.period?.lastDay == last, example.comment)
    #expect(line.share.description == example.expected["ratio_as_written"]?.text, example.comment)
  }

  /// A part and whole periods, by their dates where there are any.
  private func total(_ example: PublishedCase) throws {
    let inputs = example.inputs
    let price = try #require(inputs["price"]?.decimal)
    let whole = try #require(inputs["full_periods"]?.number)
    let expected = try #require(example.expected["amount"]?.decimal)
    var probe = PriceProbe(.flat(price))
    var sum = try #require(ExactDecimal(Int64(whole)).times(price))
    probe.days = Int64(try #require(inputs["partial_days"]?.number))
    probe.of = Int64(try #require(inputs["partial_denominator"]?.number))
    sum = try sum.adding(.number(try probe.sum("1")))
    #expect(sum == expected, example.comment)
    guard let start = inputs["start"]?.day else { return }
    let story = PublishedStory(Books(plans: [.of("p", .flat(price))]))
    (story.start, story.anchorDay) = (start, inputs["bill_cycle_day"]?.number)
    story.canceledAt = inputs["end_inclusive"]?.day?.adding(days: 1)
    let day = try #require(inputs["target_date"]?.day ?? inputs["end_inclusive"]?.day)
    let billed = try story.run(on: day)
    #expect(billed.sum() == expected, example.comment)
    #expect(billed.flatMap(\.lines).count == whole + 1, example.comment)
  }

  private func days(_ example: PublishedCase) throws {
    let start = try #require(example.inputs["start"]?.day)
    let end = try #require(example.inputs["end"]?.day)
    #expect(end - start == example.expected["days"]?.number, example.comment)
  }

  // MARK: - Changes and credits

  private func change(_ example: PublishedCase) throws {
    let inputs = example.inputs
    if inputs["action"]?.text == "AddItem" {
      throw Skip("an add-on is new in a period and billed at its end")
    }
    var old = inputs["old_unit_price"]?.decimal ?? inputs["old_amount"]?.decimal
    var new = inputs["new_unit_price"]?.decimal ?? inputs["new_amount"]?.decimal
    (old, new) = (old ?? inputs["old_cents"]?.cents, new ?? inputs["new_cents"]?.cents)
    let span = try #require(try period(of: example))
    let plans = try [old, new].map { price in
      Plan.of("p", .perUnit(try #require(price)), every: span.days.days, .day)
    }
    let story = PublishedStory(Books(plans: plans))
    story.start = span.days.start
    story.charges = [.init(slot: 0, plan: 0, quantity: inputs["old_quantity"]?.decimal ?? .one)]
    #expect(try story.run(on: story.start).count == 1)
    story.change(on: span.day, plan: 1, quantity: inputs["new_quantity"]?.decimal)
    let billed = try story.run(on: span.day)
    let expected = example.expected
    let net = expected["net_amount"]?.decimal ?? expected["net"]?.decimal
    #expect(billed.sum() == net ?? expected["net_cents"]?.cents, example.comment)
    let credit =
      expected["credits"]?.list.first?.decimal ?? expected["credit"]?.decimal
      ?? expected["credit_cents"]?.cents
    if let credit { #expect(billed.sum(credits: true) == credit, example.comment) }
    let charge =
      expected["charges"]?.list.first?.decimal ?? expected["charge"]?.decimal
      ?? expected["charge_cents"]?.cents
    if let charge { #expect(billed.sum(credits: false) == charge, example.comment) }
  }

  /// The days of a period and the day of a change in it.
  private func period(of example: PublishedCase) throws -> (days: Period, day: LocalDate)? {
    let inputs = example.inputs
    if let days = inputs["remaining_den"]?.number, let rest = inputs["remaining_num"]?.number {
      let start = LocalDate.on("2026-01-01")
      return Period(from: start, to: start.adding(days: days)).map {
        ($0, start.adding(days: days - rest))
      }
    }
    let start = try #require(inputs["period_start"]?.day)
    let day = try #require((inputs["proration_date"] ?? inputs["change_on"])?.day)
    let last = inputs["period_end"]?.day?.adding(days: 1)
    let end = try #require(inputs["period_end_exclusive"]?.day ?? last)
    return Period(from: start, to: end).map { ($0, day) }
  }

  private func cap(_ example: PublishedCase) throws {
    let inputs = example.inputs
    let wanted = Int64(try #require(inputs["potential_credit"]?.written)) ?? 0
    let original = Int64(try #require(inputs["original_amount"]?.written)) ?? 0
    let credited = Int64(try #require(inputs["previous_credits"]?.written)) ?? 0
    if credited > original { throw Skip("more was credited than billed, which the books refuse") }
    // The days of the line that come to what is wanted, or all of them.
    let all = Period.days("2026-01-01", "2026-07-20")
    let days = original == 0 ? all.days : min(all.days, all.days * Int(wanted) / Int(original))
    let line = BilledLine(
      invoice: ID(1), number: 1, days: all, liveDays: all.days,
      base: .of("\(original)"), credited: .of("\(credited)"))
    let draft = try credit(line, days: days)
    let expected = try #require(example.expected["credit"]?.decimal)
    #expect([draft].sum() == expected.negated(), example.comment)
  }

  private func credit(_ line: BilledLine, days: Int) throws -> InvoiceDraft {
    var crediting = LineCrediting(rounding: .halfUp)
    var draft = InvoiceDraft(currency: .usd, firstPeriodStart: line.days.start)
    let start = line.days.end.adding(days: -days)
    let released = ReleasedSpan(
      subscription: ID(1), slot: 0, spanStart: line.days.start,
      days: try #require(Period(from: start, to: line.days.end)), lines: [line])
    try crediting.credit(
      released, source: 0, plan: { _ in nil }, taxDate: line.days.start, to: &draft)
    let catalog = Catalog(plans: [], taxRates: [.percent("t", "20")])
    try crediting.tax(&draft, catalog: catalog)
    return draft
  }

  private func note(_ example: PublishedCase) throws {
    let inputs = example.inputs
    let rate = try #require(inputs["tax_rate"]?.text)
    guard let unused = inputs["unused_days"]?.number else { return try secondNote(example) }
    var books = Books()
    let days = try #require(inputs["full_period_days"]?.number)
    let price = try #require(inputs["plan_amount_cents"]?.cents)
    books.plans = [.of("p", .flat(price), every: days, .day)]
    books.taxRates = [.percent("t", rate)]
    let story = PublishedStory(books, taxes: [0])
    #expect(try story.run(on: story.start).count == 1)
    story.canceledAt = story.start.adding(days: days - unused)
    let note = try #require(try story.run(on: story.start.adding(days: days - unused)).first)
    #expect(note.kind == .creditNote, example.comment)
    #expect(note.subtotal.minor == example.expected["net_cents"]?.number.map { Int64($0) })
    #expect(note.tax.minor == example.expected["tax_cents"]?.number.map { Int64($0) })
    #expect(note.total.minor == example.expected["total_cents"]?.number.map { Int64($0) })
  }

  /// What is left of an invoice after a first credit note.
  private func secondNote(_ example: PublishedCase) throws {
    func minor(_ field: Field?) throws -> Int64 { Int64(try #require(field?.number)) }
    let net = try minor(example.inputs["invoice_net_cents"])
    let credited = try minor(example.inputs["credited_net_cents"])
    let percent = try minor(.number(Int(example.inputs["tax_rate"]?.text ?? "") ?? 0))
    func money(_ minor: Int64) -> Money { Money(minor: minor, currency: .usd) }
    let all = Period.days("2026-01-01", "2026-01-31")
    let first = Fraction(Int128((net - credited) * percent), 100).rounded(.halfUp)
    let tax = BilledTax(
      number: 1, rate: (0, 0), category: .standard, isInclusive: false, reason: nil,
      amount: money(net * percent / 100), lines: 1, base: money(net),
      creditedBase: money(net - credited),
      creditedTax: money(first))
    let line = BilledLine(
      invoice: ID(1), number: 1, days: all, liveDays: 2, base: money(net),
      credited: money(net - credited), taxes: [tax])
    let draft = try credit(line, days: 2)
    #expect(draft.lines.map(\.amount.minor) == [-credited], example.comment)
    #expect(draft.tax.minor == -(try minor(example.expected["tax_cents"])), example.comment)
    #expect(
      draft.tax.minor - credited == -(try minor(example.expected["total_cents"])), example.comment)
  }
}
