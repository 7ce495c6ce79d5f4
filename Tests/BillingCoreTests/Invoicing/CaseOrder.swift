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
  private var cancelsAtPeriodEnd = false
  private var proratesCancel = false
  private var isPaused = false
  private var migratedThrough: LocalDate?
  private var covered: LocalDate?
  private var spans: [Period] = []

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
    } else if phrase.after("billed elsewhere to ") != nil {
      migratedThrough = try phrase.day("billed elsewhere to ")
    } else if phrase.after("billed to ") != nil {
      covered = try phrase.day("billed to ")
    } else if let span = phrase.after("billed ") {
      let days = span.split(separator: "..").compactMap { LocalDate(iso: $0 + "") }
      guard days.count == 2, let period = Period(from: days[0], to: days[1]) else {
        throw CasePhrase.Unknown(text: phrase.text)
      }
      spans.append(period)
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

  /// The subscription.
  func made(_ id: ID<Subscription>) -> Subscription {
    let live = Dictionary(uniqueKeysWithValues: charges.map { ($0.slot, spans) })
    return Subscription(
      id: id, charges: charges, start: start, trialEnd: trialEnd, inArrears: inArrears,
      leadDays: leadDays, anchorDay: anchorDay, cycles: cycles, renewal: renewal,
      renewalCycles: renewalCycles, canceledAt: canceledAt,
      cancelsAtPeriodEnd: cancelsAtPeriodEnd, proratesCancel: proratesCancel, paused: isPaused,
      migratedThrough: migratedThrough, taxes: taxes,
      discounts: coupons.map { .init(coupon: $0) },
      coverage: spans.isEmpty ? .through(covered) : .spans(live))
  }
}
