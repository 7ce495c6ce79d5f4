// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// A plan or add-on of an example, with its price.
struct CaseCharge {
  let name: String
  private let currency: Currency
  private var interval = Interval.month
  private var count = 1
  private var prices: [Price] = []
  private var isTaxable = true
  private var isDiscountable = true
  fileprivate var quantity = ExactDecimal.one
  fileprivate var amount: ExactDecimal?

  /// Reads `49.00 monthly`, `49.00 flat every 3 months` or `custom -5.00 weekly`.
  init(_ name: String, _ price: CasePhrase, currency: Currency) throws(CasePhrase.Unknown) {
    (self.name, self.currency) = (name, currency)
    var words = price.text.split(separator: " ").map(String.init)[...]
    let isCustom = words.first == "custom"
    if isCustom { words = words.dropFirst() }
    let figure = try words.popFirst().flatMap { ExactDecimal($0) }.orThrow(price.text)
    let isFlat = words.first == "flat"
    if isFlat { words = words.dropFirst() }
    if isCustom { amount = figure }
    prices = [
      Price(
        id: ID(1), validFrom: .on("1900-01-01"),
        model: isCustom ? .custom : isFlat ? .flat(figure) : .perUnit(figure))
    ]
    switch Array(words) {
    case ["daily"]: interval = .day
    case ["weekly"]: interval = .week
    case ["monthly"]: interval = .month
    case ["yearly"]: interval = .year
    default:
      guard words.count == 3, words.popFirst() == "every", let every = Int(words.removeFirst()),
        let unit = Interval(rawValue: String(words.removeFirst().dropLast()))
      else { throw CasePhrase.Unknown(text: price.text) }
      (count, interval) = (every, unit)
    }
  }

  /// Takes in what a charge can have; false where it is nothing of a charge's.
  mutating func read(_ phrase: CasePhrase) throws(CasePhrase.Unknown) -> Bool {
    if let number = phrase.after("quantity ") {
      quantity = try ExactDecimal(number).orThrow(phrase.text)
    } else if phrase.text == "not taxable" {
      isTaxable = false
    } else if phrase.text == "not discountable" {
      isDiscountable = false
    } else if let later = phrase.after("then ") {
      let parts = later.split(separator: " from ").map(String.init)
      guard parts.count == 2, let figure = ExactDecimal(parts[0]),
        let day = LocalDate(iso: parts[1])
      else { throw CasePhrase.Unknown(text: phrase.text) }
      prices.append(
        Price(id: ID(Int64(prices.count + 1)), validFrom: day, model: .perUnit(figure)))
    } else {
      return false
    }
    return true
  }

  /// The plan.
  func made(_ id: ID<Plan>) -> Plan {
    Plan(
      id: id, code: name, currency: currency, interval: interval, intervalCount: count,
      taxable: isTaxable, discountable: isDiscountable, prices: prices)
  }
}

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
