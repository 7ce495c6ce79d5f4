// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport

/// A subscription whose terms change at random, and the days on which its changes are entered: some
/// ahead, some after the fact, several a day.
struct RandomTimeline {
  private(set) var books = Books()
  private(set) var payer = Customer.plain()
  /// The last run.
  private(set) var asOf: LocalDate
  private(set) var entries: [Entry] = []
  /// A prorated cancellation.
  private(set) var cancellation: (entered: LocalDate, day: LocalDate)?
  private(set) var first: Subscription
  private var random: SplitMix64

  /// A change with the day from which a run can know it.
  struct Entry {
    let entered: LocalDate
    let change: SubscriptionChange
  }

  /// Add-ons of the base's interval, and one of another.
  static let addons = [4, 5, 6]

  init(seed: Int) {
    random = SplitMix64(seed: seed)
    asOf = .on("2026-06-01")
    first = Subscription(id: ID(1), charges: [.init(slot: 0, plan: 0)], start: asOf)
    makeBooks()
    makeSubscription()
    asOf = first.start.adding(days: random.int(20...230))
    let last = asOf
    let days = (1...random.int(1...6)).map { _ in
      first.start.adding(days: random.int(-20...(last - first.start)))
    }
    for (id, day) in days.sorted().enumerated() { enter(Int64(id + 1), on: day) }
    if random.oneIn(4) { cancel() }
  }

  /// Whether the periods of plans differ from those it began with.
  var changesInterval: Bool {
    entries.contains { $0.change.plan == 3 }
  }

  /// The subscription as a run of a day reads it.
  func subscription(
    on day: LocalDate, _ applied: Set<ID<SubscriptionChange>>, _ coverage: [Int16: [Period]],
    _ billed: (LocalDate) -> [BilledSpan]
  ) -> Subscription {
    let changes = known(on: day).map { $0.marked(applied) }
    let canceledAt = canceledAt(on: day)
    return Subscription(
      id: first.id, charges: first.charges, start: first.start, trialEnd: first.trialEnd,
      inArrears: first.inArrears, leadDays: first.leadDays, anchorDay: first.anchorDay,
      canceledAt: canceledAt, proratesCancel: canceledAt != nil, discounts: first.discounts,
      coverage: .spans(coverage), changes: changes,
      billed: changes.comparedFrom(canceledAt, coverage)
        .map { billed($0.adding(days: -366)) } ?? [])
  }

  func known(on day: LocalDate) -> [SubscriptionChange] {
    entries.filter { $0.entered <= day }.map(\.change)
  }

  func canceledAt(on day: LocalDate) -> LocalDate? {
    cancellation.flatMap { $0.entered <= day ? $0.day : nil }
  }

  /// No change that is known on a day is still to come.
  func isQuiet(on day: LocalDate) -> Bool { known(on: day).allSatisfy { $0.effective <= day } }

  // MARK: - Making

  private mutating func makeBooks() {
    let interval = pick([Interval.month, .month, .month, .week, .day])
    let every = interval == .day ? 20 : interval == .week ? random.int(1...5) : random.int(1...3)
    let other = pick([Interval.week, .month, .year])
    let count = other == .month ? 4 : other == .week ? 6 : 1
    func plan(_ id: Int, _ model: PriceModel, _ count: Int, _ interval: Interval) -> Plan {
      .of("plan \(id)", model, every: count, interval, id: Int64(id + 1), currency: .eur)
    }
    books.plans = [
      plan(0, .perUnit(price()), every, interval), plan(1, .flat(price()), every, interval),
      plan(2, .custom, every, interval), plan(3, .perUnit(price()), count, other),
      plan(4, .perUnit(price()), every, interval), plan(5, .flat(price()), every, interval),
      plan(6, .perUnit(price()), random.int(1...2), pick([Interval.week, .month])),
    ]
    books.taxRates = [
      .percent("vat", "19"), .percent("ca", "7.25"), .percent("at", "20", inclusive: true),
    ]
    books.coupons = (0..<2).map { index in
      Coupon(
        id: ID(Int64(index)), code: "coupon \(index)",
        value: .percent(.percent(pick(["10", "33.3", "50"]))))
    }
    books.seller = Seller(
      id: ID(1), currency: .eur, rounding: pick(RoundingMode.allCases),
      taxRounding: random.oneIn(3) ? .line : .group,
      taxPoint: pick([.invoiceDate, .periodStart, .periodEnd]),
      creditLines: random.oneIn(4) ? .separate : .net)
    payer = .plain(taxes: pick([[], [0], [0, 1], [2]]))
  }

  private mutating func makeSubscription() {
    var charges = [Subscription.Charge(slot: 0, plan: 0, quantity: quantity(), amount: price())]
    if random.oneIn(3) { charges.append(.init(slot: 1, plan: 4, quantity: quantity())) }
    if random.oneIn(4) { charges.append(.init(slot: 3, plan: 6, quantity: quantity())) }
    let start = LocalDate.on("2026-01-01").adding(days: random.int(0...60))
    let inArrears = random.oneIn(3)
    let isByMonth = books.plans.allSatisfy { $0.interval == .month || $0.interval == .year }
    first = Subscription(
      id: ID(1), charges: charges, start: start,
      trialEnd: random.oneIn(4) ? start.adding(days: random.int(1...30)) : nil,
      inArrears: inArrears, leadDays: !inArrears && random.oneIn(3) ? random.int(1...35) : 0,
      anchorDay: isByMonth && random.oneIn(3) ? pick([1, 15, 31]) : nil,
      discounts: (0..<random.int(0...2)).map { .init(coupon: $0) })
  }

  private mutating func enter(_ id: Int64, on day: LocalDate) {
    let offset = random.oneIn(3) ? 0 : random.int(-50...40)
    let effective = min(max(day.adding(days: offset), first.start), asOf)
    // Often on the day of the change before it: several a day.
    let shared = random.oneIn(4) ? entries.last?.change.effective : nil
    let near = shared.flatMap { $0 >= day.adding(days: -50) ? $0 : nil }
    let kind = random.int(0...6)
    entries.append(
      Entry(
        entered: day,
        change: SubscriptionChange(
          id: ID(id), effective: near ?? effective,
          plan: kind <= 1 ? pick([0, 1, 2, 3]) : nil, quantity: kind == 2 ? quantity() : nil,
          amount: kind == 3 ? price() : nil, addons: kind == 4 ? addons() : nil,
          paused: kind >= 5 ? random.oneIn(2) : nil, prorates: !random.oneIn(4))))
  }

  private mutating func addons() -> [SubscriptionChange.Addon] {
    Self.addons.compactMap {
      random.oneIn(2) ? SubscriptionChange.Addon(plan: $0, quantity: quantity()) : nil
    }
  }

  private mutating func cancel() {
    let paid = first.trialEnd ?? first.start
    let entered = first.start.adding(days: random.int(0...(asOf - first.start)))
    let day = max(paid.adding(days: 1), entered.adding(days: random.int(-40...40)))
    cancellation = (entered, day)
  }

  private mutating func quantity() -> ExactDecimal {
    .number(pick(["1", "1", "2", "3", "0", "0.5", "12.345"]))
  }

  private mutating func price() -> ExactDecimal {
    ExactDecimal(coefficient: Int128(random.int(1...9_999)) * 10_000_000_000)
  }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[random.int(0...values.count - 1)]
  }
}

extension SubscriptionChange {
  /// The same change as a later run reads it.
  func marked(_ applied: Set<ID<SubscriptionChange>>) -> SubscriptionChange {
    SubscriptionChange(
      id: id, effective: effective, plan: plan, quantity: quantity, amount: amount, addons: addons,
      paused: paused, prorates: prorates, isApplied: applied.contains(id))
  }
}

extension [SubscriptionChange] {
  /// From when on a run reads what is billed: the first change that no run has billed, or a
  /// prorated cancellation before the end of what is covered; nil where there is neither.
  func comparedFrom(_ canceledAt: LocalDate?, _ coverage: [Int16: [Period]]) -> LocalDate? {
    let end = coverage.values.compactMap(\.last?.end).max()
    let cancellation = [canceledAt].compactMap { $0 }.filter { day in end.map { $0 > day } ?? false
    }
    return (filter { !$0.isApplied }.map(\.effective) + cancellation).min()
  }
}
