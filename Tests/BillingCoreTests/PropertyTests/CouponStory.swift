// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport

/// A subscription of 70.00 a week with percentages for some cycles, that is paused, resumed and
/// changed in quantity at random, known on the day or weeks later.
struct CouponStory {
  private(set) var books = Books()
  private(set) var first: Subscription
  private(set) var entries: [Entry] = []
  /// The days of runs, in order.
  private(set) var runs: [LocalDate] = []
  private var random: SplitMix64

  /// A change with the day from which a run knows it.
  struct Entry {
    let entered: LocalDate
    let change: SubscriptionChange
  }

  init(seed: Int, zeroInvoices: Seller.ZeroInvoices) {
    random = SplitMix64(seed: seed)
    let start = LocalDate.on("2026-01-05")
    first = Subscription(id: ID(1), charges: [.init(slot: 0, plan: 0)], start: start)
    books.plans = [.of("week", .perUnit(.number("70")), every: 1, .week, currency: .eur)]
    books.seller = Seller(id: ID(1), currency: .eur, zeroInvoices: zeroInvoices)
    let percents = ["100", "50", "20", "10"].shuffled(using: &random).prefix(random.int(1...3))
    books.coupons = percents.enumerated().map { index, percent in
      Coupon(
        id: ID(Int64(index)), code: "coupon \(index)", value: .percent(.percent(percent)),
        expirationDate: random.oneIn(4) ? start.adding(days: random.int(0...30)) : nil,
        durationCycles: random.oneIn(4) ? nil : random.int(1...3))
    }
    first = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0, quantity: .number("2"))], start: start,
      inArrears: random.oneIn(3), discounts: books.coupons.indices.map { .init(coupon: $0) })
    var isPaused = false
    var entered = start
    for id in 1...random.int(1...7) {
      entered = entered.adding(days: random.int(0...9))
      let late = random.oneIn(2) ? 0 : random.int(0...20)
      let isPause = !random.oneIn(4)
      if isPause { isPaused.toggle() }
      let change = SubscriptionChange(
        id: ID(Int64(id)), effective: max(start, entered.adding(days: -late)),
        quantity: isPause ? nil : .number(["1", "2", "3"][random.int(0...2)]),
        paused: isPause ? isPaused : nil)
      entries.append(Entry(entered: entered, change: change))
    }
    var day = start
    let step = random.int(1...12)
    while day < entered.adding(days: 40) {
      runs.append(day)
      day = day.adding(days: random.int(1...step))
    }
  }

  func known(on day: LocalDate) -> [SubscriptionChange] {
    entries.filter { $0.entered <= day }.map(\.change)
  }

  /// The subscription as a run of a day reads it.
  func subscription(
    on day: LocalDate, _ applied: Set<ID<SubscriptionChange>>, _ coverage: [Int16: [Period]],
    _ billed: (LocalDate) -> [BilledSpan]
  ) -> Subscription {
    let changes = known(on: day).map { $0.marked(applied) }
    return Subscription(
      id: first.id, charges: first.charges, start: first.start, inArrears: first.inArrears,
      discounts: first.discounts, coverage: .spans(coverage), changes: changes,
      billed: changes.comparedFrom(nil, coverage).map { billed($0.adding(days: -7)) } ?? [])
  }
}

/// What a story comes to, week by week: each week's coupons are decided once, when a day of it is
/// billed first, and are free again when none is billed any more.
struct NaiveCoupons {
  /// Weeks of which days are billed: the coupons and what all its days come to, in minor units.
  private(set) var weeks: [Int: (coupons: [Int], minor: Fraction)] = [:]
  private let story: CouponStory
  private var used: [Int: Int] = [:]

  init(_ story: CouponStory) { self.story = story }

  var minor: Fraction { weeks.values.reduce(Fraction(0)) { $0 + $1.minor } }

  mutating func run(on day: LocalDate) {
    let start = story.first.start
    var number = 0
    var wanted: [Int: Fraction] = [:]
    while start.adding(days: number * 7 + (story.first.inArrears ? 7 : 0)) <= day {
      let days = (0..<7).map { start.adding(days: number * 7 + $0) }
      let sum = days.compactMap { quantity(on: $0, known: day) }
      if !sum.isEmpty { wanted[number] = sum.reduce(Fraction(0), +) * Fraction(1000) }
      number += 1
    }
    for (week, billed) in weeks where wanted[week] == nil {
      for coupon in billed.coupons { used[coupon, default: 0] -= 1 }
      weeks[week] = nil
    }
    for (week, sum) in wanted.sorted(by: { $0.key < $1.key }) {
      let coupons = weeks[week]?.coupons ?? decide(start.adding(days: week * 7))
      let left = coupons.reduce(Fraction(1)) { left, coupon in
        guard case .percent(let ratio) = story.books.coupons[coupon].value else { return left }
        return left * (Fraction(1) - Fraction(ratio))
      }
      weeks[week] = (coupons, sum * left)
    }
  }

  /// Forgets a week that came to nothing, as though no run had looked at it yet.
  mutating func forget(_ cycle: CouponCycle) {
    let week = (cycle.start - story.first.start) / 7
    for coupon in weeks[week]?.coupons ?? [] { used[coupon, default: 0] -= 1 }
    weeks[week] = nil
  }

  private mutating func decide(_ start: LocalDate) -> [Int] {
    let counting = story.books.coupons.indices.filter { index in
      let coupon = story.books.coupons[index]
      return coupon.expirationDate.map { start <= $0 } ?? true
        && used[index, default: 0] < coupon.durationCycles ?? .max
    }
    for coupon in counting { used[coupon, default: 0] += 1 }
    return counting
  }

  /// The quantity of a day, nil while paused.
  private func quantity(on day: LocalDate, known: LocalDate) -> Fraction? {
    var (quantity, isPaused) = (Fraction(2), false)
    let changes = story.known(on: known).filter { $0.effective <= day }
    for change in changes.sorted(by: { ($0.effective, $0.id) < ($1.effective, $1.id) }) {
      if let new = change.quantity { quantity = Fraction(new) }
      isPaused = change.paused ?? isPaused
    }
    return isPaused ? nil : quantity
  }
}
