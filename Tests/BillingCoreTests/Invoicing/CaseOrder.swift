// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// A subscription of an example.
struct CaseOrder {
  let currency: Currency
  var taxes: [Int] = []
  var coupons: [Int] = []
  private var charges: [Subscription.Charge] = []
  private var start = LocalDate.on("2026-01-01")
  private var trialEnd: LocalDate?
  private var inArrears = false
  private var leadDays = 0
  private var anchorDay: Int?
  private var cycles: Int?
  private var renewal = Subscription.Renewal.none
  private var renewalCycles: Int?
  private var canceledAt: LocalDate?
  /// When a run can know of the cancellation.
  private var cancelEntered: LocalDate?
  private var cancelsAtPeriodEnd = false
  private var proratesCancel = false
  private var isPaused = false
  private var migratedThrough: LocalDate?
  private var covered: LocalDate?
  private var spans: [Period] = []
  private var usage: [MeasuredUsage] = []
  /// What was billed of that.
  private var billedUsage: [BilledSpan] = []
  /// The earliest days with usage that came in after they were billed.
  private var usageFrom: LocalDate?
  private var changes: [(entered: LocalDate?, change: SubscriptionChange)] = []

  init(currency: Currency) { self.currency = currency }

  /// The index of its own plan.
  var plan: Int { charges[0].plan }

  mutating func add(_ charge: CaseCharge, plan: Int) {
    charges.append(
      .init(
        slot: Int16(charges.count), plan: plan, quantity: charge.quantity, amount: charge.amount))
  }

  /// Takes in what a subscription can have; false where it is nothing of its own.
  mutating func read(_ phrase: CasePhrase) throws(CasePhrase.Unknown) -> Bool {
    switch phrase.text {
    case "in advance": inArrears = false
    case "in arrears": inArrears = true
    case "prorated": proratesCancel = true
    case "paused": isPaused = true
    case "canceled at period end": cancelsAtPeriodEnd = true
    case "renews automatically": renewal = .auto
    case "renews by hand": renewal = .manual
    default: return try readTime(phrase)
    }
    return true
  }

  private mutating func readTime(_ phrase: CasePhrase) throws(CasePhrase.Unknown) -> Bool {
    if phrase.after("from ") != nil {
      start = try phrase.day("from ")
    } else if phrase.after("trial to ") != nil {
      trialEnd = try phrase.day("trial to ")
    } else if phrase.after("canceled ") != nil {
      canceledAt = try phrase.day("canceled ")
    } else if phrase.after("entered ") != nil {
      cancelEntered = try phrase.day("entered ")
    } else if phrase.after("billed elsewhere to ") != nil {
      migratedThrough = try phrase.day("billed elsewhere to ")
    } else if phrase.after("billed to ") != nil {
      covered = try phrase.day("billed to ")
    } else if phrase.after("billed ") != nil {
      spans.append(try phrase.days("billed "))
    } else if let days = phrase.before(" days ahead") {
      leadDays = try Int(days).orThrow(phrase.text)
    } else if let day = phrase.after("on day ") {
      anchorDay = try Int(day).orThrow(phrase.text)
    } else if let count = phrase.before(" periods") ?? phrase.before(" period") {
      cycles = try Int(count).orThrow(phrase.text)
    } else if let count = phrase.after("renews once for ") {
      (renewal, renewalCycles) = (.renewOnce, try Int(count).orThrow(phrase.text))
    } else {
      return false
    }
    return true
  }

  /// Takes in a change of its terms.
  mutating func readChange(
    _ phrases: [CasePhrase], plans: [String]
  ) throws(CasePhrase.Unknown) {
    let day = try phrases.first.orThrow("no day").day("")
    var (plan, quantity, amount, paused): (Int?, ExactDecimal?, ExactDecimal?, Bool?)
    var addons: [SubscriptionChange.Addon]?
    var prorates = true
    var entered: LocalDate?
    for phrase in phrases.dropFirst() {
      if let name = phrase.after("plan ") {
        plan = try plans.firstIndex(of: name).orThrow(name)
      } else if let number = phrase.after("quantity ") {
        quantity = try ExactDecimal(number).orThrow(phrase.text)
      } else if let number = phrase.after("amount ") {
        amount = try ExactDecimal(number).orThrow(phrase.text)
      } else if phrase.after("entered ") != nil {
        entered = try phrase.day("entered ")
      } else if let name = phrase.after("addon ") {
        addons = (addons ?? []) + [.init(plan: try plans.firstIndex(of: name).orThrow(name))]
      } else {
        switch phrase.text {
        case "no addons": addons = []
        case "paused": paused = true
        case "resumed": paused = false
        case "not prorated": prorates = false
        default: throw CasePhrase.Unknown(text: phrase.text)
        }
      }
    }
    let change = SubscriptionChange(
      id: ID(Int64(changes.count + 1)), effective: day, plan: plan, quantity: quantity,
      amount: amount, addons: addons, paused: paused, prorates: prorates)
    changes.append((entered, change))
  }

  /// Which charge is of a plan; nil for none.
  func slot(ofPlan plan: Int) -> Int16? { charges.first { $0.plan == plan }?.slot }

  /// Takes in what was measured of a charge: days, quantity, and what is billed for them so far.
  mutating func readUsage(
    of slot: Int16, _ phrases: ArraySlice<CasePhrase>
  ) throws(CasePhrase.Unknown) {
    guard let days = try phrases.first?.days(""),
      let charge = charges.first(where: { $0.slot == slot }),
      let quantity = phrases.dropFirst().first.flatMap({ ExactDecimal($0.text) })
    else { throw CasePhrase.Unknown(text: "days and a quantity") }
    for phrase in phrases.dropFirst(2) {
      let amount = try phrase.after("billed ").orThrow(phrase.text)
      let base = try Money(major: amount, currency: currency).orThrow(phrase.text)
      usageFrom = min(usageFrom ?? days.start, days.start)
      billedUsage.append(.ofUsage(slot: slot, plan: charge.plan, days: days, base))
    }
    usage.append(MeasuredUsage(slot: slot, days: days, quantity: quantity))
  }

  /// The subscription as a run reads it after others; without them as the example has it.
  func made(
    _ id: ID<Subscription>, on day: LocalDate? = nil, applied: Set<ID<SubscriptionChange>> = [],
    covered known: [Int16: [Period]]? = nil, billed: (LocalDate) -> [BilledSpan] = { _ in [] }
  ) -> Subscription {
    let live = Dictionary(uniqueKeysWithValues: charges.map { ($0.slot, spans) })
    let coverage = known.map { Subscription.Coverage.spans($0) }
    let changes = changes.filter { entered, _ in
      guard let entered, let day else { return true }
      return entered <= day
    }.map { $0.change.marked(applied) }
    let isKnown = cancelEntered.flatMap { entered in day.map { entered <= $0 } } ?? true
    let canceledAt = isKnown ? canceledAt : nil
    let from = changes.comparedFrom(proratesCancel ? canceledAt : nil, known ?? [:])
    return Subscription(
      id: id, charges: charges, start: start, trialEnd: trialEnd, inArrears: inArrears,
      leadDays: leadDays, anchorDay: anchorDay, cycles: cycles, renewal: renewal,
      renewalCycles: renewalCycles, canceledAt: canceledAt,
      cancelsAtPeriodEnd: cancelsAtPeriodEnd, proratesCancel: isKnown && proratesCancel,
      paused: isPaused,
      migratedThrough: migratedThrough, taxes: taxes,
      discounts: coupons.map { .init(coupon: $0) },
      coverage: coverage ?? (spans.isEmpty ? .through(covered) : .spans(live)),
      changes: changes, billed: (from.map(billed) ?? []) + billedUsage, usage: usage,
      usageFrom: usageFrom)
  }
}

extension BilledSpan {
  /// Days of a measured charge that one line has billed.
  static func ofUsage(
    slot: Int16, plan: Int, days: Period, _ base: Money, cycle: CouponCycle? = nil
  ) -> BilledSpan {
    let line = BilledLine(
      invoice: ID(1), number: 1, days: days, liveDays: days.days, base: base,
      credited: .zero(base.currency))
    return BilledSpan(
      slot: slot, days: days, cover: .billed(.init(plan: plan, quantity: nil), [line]),
      cycle: cycle)
  }
}
