// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

/// A published timeline of one account: its subscriptions and add-ons, each a subscription of its
/// own here, its clock and the invoices that are expected.
struct PublishedTimeline {
  private let example: PublishedCase
  private let plans: [String: Field]
  private let billingDay: Int?
  private var today = LocalDate.on("1970-01-01")
  private var stories: [(label: String, story: PublishedStory)] = []
  private var isRunning = true
  /// Where the plans to change to begin among those of the newest subscription.
  private var firstChange = 0
  private var changesSeen = 0
  /// What was billed and no expectation has named yet: days and amount, and credit by its amount.
  private var pool: [String] = []
  /// How many expected amounts were found.
  private(set) var checked = 0
  /// Why the rest of the steps was not followed.
  private(set) var stopped: String?

  /// What cannot be followed, by action.
  static let absent = [
    "bcd_update": "the billing day of a running subscription changes",
    "item_adjustment": "a line is lowered by hand", "credit": "credit is given by hand",
  ]
  /// Where one case stops, by its action or the name of its block, and why.
  static let stops: [String: [String: String]] = {
    let periods = "kb-timeline-IntegrationWithDifferentBillingPeriods-testPauseResumeAnnual"
    let alignment = "kb-timeline-AddonChangeAlignment-testChangeAlignment"
    let trial = ["change_plan": "a change begins a trial of its own"]
    let pause = ["resume": "a year after a pause starts on the next billing day"]
    return [
      periods: pause, periods + "WithInvoicingOff": pause,
      alignment + "StartOfSubscriptionImmediateChange": trial,
      alignment + "ChangeOfPlanEOTChange": trial,
      alignment + "ChangeOfPlanImmediateChange": trial,
      "kb-timeline-WithInvoiceHardening-testFor1205": [
        "UNBLOCK_5_3": "blocks overlap, and each ends by itself"
      ],
    ]
  }()

  init(_ example: PublishedCase) {
    self.example = example
    guard case .object(let plans) = example.inputs["plans"] else {
      (self.plans, billingDay) = ([:], nil)
      return
    }
    self.plans = plans
    let day = example.inputs["account"]?["bill_cycle_day"]?.number ?? 0
    billingDay = day == 0 ? nil : day
  }

  /// Follows the steps up to one that has no counterpart.
  mutating func follow() throws {
    let steps = example.steps ?? []
    let numbers = steps.filter { $0["action"]?.text == "expect_invoice" }
      .compactMap { $0["invoice_number"]?.number }
    // Some cases leave invoices out of what they expect.
    let isComplete = zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 }
    var expected = 0
    for step in steps {
      do {
        try take(step)
      } catch let skip as Skip {
        stopped = skip.reason
        return
      }
      guard step["action"]?.text == "expect_invoice" else { continue }
      expected += 1
      // The first one may be a trial's, which is none here.
      if expected == numbers.count, isComplete, numbers[0] < 3 {
        #expect(pool.isEmpty, "\(example.id)")
      }
    }
  }

  private mutating func take(_ step: Field) throws {
    let action = step["action"]?.text ?? ""
    let stops = Self.stops[example.id]
    if let reason = stops?[step["name"]?.text ?? action] { throw Skip(reason) }
    switch action {
    case "clock": try move(to: day(step["to"]))
    case "create_subscription", "create_addon": try create(step)
    case "change_plan": try change(step)
    case "quantity_update":
      let quantity = try #require(step["new_quantity"]?.decimal)
      let day = step["effective_dates"]?.list.first?.day ?? today
      try story(step).change(on: day, quantity: quantity)
    case "pause": stories.forEach { $0.story.change(on: today, paused: true) }
    case "resume": stories.forEach { $0.story.change(on: today, paused: false) }
    case "blocking_state":
      let day = step["effective"]?.day ?? today
      stories.forEach { $0.story.change(on: day, paused: step["blocks_billing"] == .flag(true)) }
    case "cancel": try cancel(step)
    case "tag":
      if step["tag"]?.text == "AUTO_INVOICING_OFF" {
        isRunning = step["change"]?.text != "add"
      }
    case "trigger_invoice": try run(on: try #require(step["target_date"]?.day), isForced: true)
    case "expect_invoice": try expect(step["items"]?.list ?? [])
    case "expect_no_more_to_invoice":
      let before = pool
      try run(on: today)
      #expect(pool == before, "\(example.id)")
    case "expect_charged_through": try expectCovered(step)
    case "usage", "config", "payment_outcome", "external_payment", "expect_invoice_count",
      "expect_overdue_state", "expect_plan_change_blocked":
      break
    default: throw Skip(Self.absent[action] ?? "no counterpart of \(action)")
    }
    if !action.hasPrefix("expect"), action != "clock" { try run(on: today) }
  }

  /// Whether changes leave older invoices as they are.
  private var isLimited: Bool {
    (example.steps ?? []).contains { $0["setting"]?.text == "MaxInvoiceLimit" }
  }

  // MARK: - What happens

  private func day(_ field: Field?) throws -> LocalDate {
    let isLocal = example.inputs["clock_is_local_time_of_account"] != nil
    let zone = example.inputs["account"]?["timezone"]?.text ?? "UTC"
    return try #require(field?.day(in: isLocal ? "UTC" : zone))
  }

  private mutating func move(to day: LocalDate) throws {
    if stories.isEmpty { today = day }
    while today < day {
      today = today.adding(days: 1)
      try run(on: today)
    }
  }

  private mutating func run(on day: LocalDate, isForced: Bool = false) throws {
    if !isRunning && !isForced { return }
    for (_, story) in stories {
      for draft in try story.run(on: day) {
        for line in draft.lines where line.amount.minor != 0 {
          let days = try #require(line.period, "\(example.id)")
          pool.append("\(days) \(draft.signed(line.amount).majorText)")
        }
        if draft.kind == .creditNote { pool.append("credit \(draft.total.majorText)") }
        if draft.credited.minor > 0 {
          pool.append("credit \(draft.credited.negated().majorText)")
        }
      }
    }
  }

  private mutating func create(_ step: Field) throws {
    if example.inputs["settings"]?["org.killbill.invoice.proration.fixed.days"] != nil {
      throw Skip("every month has the same number of days")
    }
    let offer = try PublishedOffer(step, among: plans)
    let changes = try (example.steps ?? []).filter { $0["action"]?.text == "change_plan" }
      .map { try PublishedOffer($0, among: plans).plans.suffix(1) }
    let story = PublishedStory(Books(plans: offer.plans + changes.flatMap { $0 }))
    firstChange = offer.plans.count
    story.start = today
    story.anchorDay = billingDay
    story.inArrears = offer.inArrears
    story.trialEnd = offer.trialDays.map { days in
      // The trial of an add-on may end with that of the subscription that it belongs to.
      let own = today.adding(days: days)
      return step["action"]?.text == "create_addon" ? stories[0].story.trialEnd ?? own : own
    }
    story.charges = [.init(slot: 0, plan: 0, quantity: step["quantity"]?.decimal ?? .one)]
    var start = story.trialEnd ?? today
    for (index, months) in offer.months.enumerated() {
      start = start.adding(months: months, anchorDay: billingDay ?? start.day)
      story.change(on: start, plan: index + 1)
    }
    let label = step["label"]?.text ?? "\(stories.count)"
    if offer.plans[0].quantityType == .usage { try measure(story, label) }
    stories.append((label, story))
  }

  /// Lets it bill what the case records, month by month.
  private func measure(_ story: PublishedStory, _ label: String) throws {
    let records = (example.steps ?? []).filter {
      $0["action"]?.text == "usage" && $0["label"]?.text == label
    }
    let cycle = try #require(
      BillingCycle(
        interval: .month, count: 1, anchor: story.start, anchorDay: story.start.day))
    story.measured[0] = (
      cycle,
      { days in
        let mine = records.filter { $0["recorded_on"]?.day.map { days.contains($0) } ?? false }
        let sum = mine.compactMap { $0["amount"]?.decimal?.coefficient }.reduce(0, +)
        return ExactDecimal(coefficient: sum)
      }
    )
  }

  private func story(_ step: Field) throws -> PublishedStory {
    try #require(stories.first { $0.label == step["label"]?.text }?.story, "\(example.id)")
  }

  private mutating func change(_ step: Field) throws {
    defer { changesSeen += 1 }
    if isLimited { throw Skip("invoices before a limit are left as they are") }
    let story = try story(step)
    if story.inArrears { throw Skip("a part in arrears is billed on the day of the change") }
    let policies = step["policies"]?.texts ?? [step["policy"]?.text].compactMap { $0 }
    let given = step["effective_dates"]?.list.first?.day
    // Where no policy is told, that of their catalog: at once, but for add-ons.
    let isAtOnce = policies.contains("IMMEDIATE") || story === stories[0].story
    story.change(
      on: given ?? today, plan: firstChange + changesSeen, prorates: given != nil || isAtOnce)
  }

  private mutating func cancel(_ step: Field) throws {
    if isLimited { throw Skip("invoices before a limit are left as they are") }
    let story = try story(step)
    story.canceledAt = step["effective_dates"]?.list.first?.day ?? today
    guard story === stories[0].story else { return }
    // What belongs to it ends with what is billed of it.
    for (_, addon) in stories.dropFirst() {
      addon.canceledAt = max(today, addon.coveredThrough ?? today)
    }
  }

  // MARK: - What is expected

  private mutating func expect(_ items: [Field]) throws {
    for item in items {
      var amount = try #require(item["amount"]?.text)
      if amount.hasSuffix(".") { amount.removeLast() }
      // What costs nothing is covered without a line here.
      if ExactDecimal(amount) == .zero { continue }
      let money = Money.of(amount)
      var expected = "credit \(money.majorText)"
      if item["type"]?.text != "CBA_ADJ" {
        let days = "\(item["start"]?.text ?? "")..\(item["end"]?.text ?? "")"
        expected = "\(days) \(money.majorText)"
      }
      let place = pool.firstIndex(of: expected)
      #expect(place != nil, "\(example.id): \(expected) of \(pool)")
      if let place { pool.remove(at: place) }
      checked += 1
    }
  }

  private mutating func expectCovered(_ step: Field) throws {
    let story = try story(step)
    let day = try #require(step["date"]?.day)
    // A trial is covered on its first day here.
    if day <= story.trialEnd ?? story.start { return }
    #expect(story.coveredThrough == day, "\(example.id)")
    checked += 1
  }
}

/// What a step of a published timeline subscribes or changes to.
struct PublishedOffer {
  /// One for each phase that is paid, in order.
  private(set) var plans: [Plan] = []
  /// How many months each but the last lasts.
  private(set) var months: [Int] = []
  private(set) var trialDays: Int?
  let inArrears: Bool

  /// Finds the plan that a step names, with the step's own prices.
  init(_ step: Field, among offers: [String: Field]) throws {
    let words = step["plan_specifier"]?.texts ?? []
    let named = words.first.flatMap { offers[$0] }
    let product = step["product"]?.text ?? words.first ?? ""
    let period = step["billing_period"]?.text ?? words.dropFirst().first
    let list = words.dropFirst(2).first ?? "DEFAULT"
    let matching = offers.keys.sorted().compactMap { offers[$0] }.filter { offer in
      offer["product"]?.text == product && (offer["price_lists"]?.texts ?? []).contains(list)
        && offer["phases"]?.list.last?["billing_period"]?.text ?? "NO_BILLING_PERIOD" == period
    }
    let offer = try #require(named ?? matching.first, "\(words) \(product)")
    inArrears = offer["recurring_billing_mode"]?.text == "IN_ARREAR"
    let override = step["price_overrides"]?.list.last?["recurring_price"]?.text
    for phase in offer["phases"]?.list ?? [] {
      if phase["type"]?.text == "TRIAL" {
        trialDays = phase["duration"]?["number"]?.number
        continue
      }
      if phase["duration"]?["unit"]?.text == "MONTHS", phase["type"]?.text == "DISCOUNT" {
        months.append(try #require(phase["duration"]?["number"]?.number))
      }
      plans.append(try Self.plan(phase, override: override, id: Int64(plans.count + 1)))
    }
  }

  private static func plan(_ phase: Field, override: String?, id: Int64) throws -> Plan {
    if let usage = phase["usages"]?.list.first {
      // As long as the first tier's blocks last, it is a price for each block that is begun.
      let tier = try #require(usage["tiers"]?.list.first)
      let package = PriceModel.packages(
        try #require(tier["price_per_block"]?.text), per: try #require(tier["size"]?.text))
      return Plan(
        id: ID(id), code: "usage", currency: .usd, interval: .month, intervalCount: 1,
        quantityType: .usage,
        prices: [Price(id: ID(id), validFrom: .on("1900-01-01"), model: package)])
    }
    let units = ["MONTHLY": 1, "QUARTERLY": 3, "ANNUAL": 12]
    let price = try #require(override ?? phase["recurring_price"]?.text)
    return .of(
      "plan \(id)", .perUnit(.number(price)),
      every: try #require(units[phase["billing_period"]?.text ?? ""]), id: id)
  }
}
