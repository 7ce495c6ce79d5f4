// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// What is due of one subscription, found by looking at each day by itself (RULES 5).
struct NaiveDue {
  /// Days of one period of one charge that are to be billed.
  struct Item {
    let charge: Int
    var days: Range<Int>
    let period: Range<Int>
    var due: Int
    /// Billed before; only the difference is due.
    var isLate = false
  }

  /// A day without a line.
  struct Reasoned: Hashable {
    let slot: Int16
    let day: Int
    let reason: String
  }

  private(set) var items: [Item] = []
  private(set) var reasoned: Set<Reasoned> = []
  /// Ended by contract, and waiting for somebody to renew it.
  private(set) var awaitsRenewal = false

  private let asOf: Int
  private let start: Int
  private let firstPaid: Int
  private let migrated: Int
  private let lead: Int
  private let inArrears: Bool
  private let isPaused: Bool
  private let usageFrom: Int
  private let isToRenew: Bool
  private let stop: Int
  private let cut: Int

  init(_ subscription: Subscription, plans: [Plan], asOf: LocalDate) {
    self.asOf = asOf.number
    start = subscription.start.number
    firstPaid = (subscription.trialEnd ?? subscription.start).number
    migrated = subscription.migratedThrough?.number ?? start
    inArrears = subscription.inArrears
    lead = inArrears ? 0 : subscription.leadDays
    isPaused = subscription.paused
    usageFrom = subscription.usageFrom?.number ?? .max
    isToRenew =
      subscription.renewal == .manual && subscription.canceledAt == nil
      && !subscription.cancelsAtPeriodEnd && Self.cycles(subscription) != nil
    let own = NaiveRhythm(subscription, plans[subscription.charges[0].plan])
    stop = Self.stop(subscription, own)
    let end = subscription.proratesCancel ? subscription.canceledAt?.number ?? .max : .max
    // Billed elsewhere beyond its end: nothing is left of the period in which that day lies.
    let elsewhere = subscription.migratedThrough?.number ?? .min
    cut = Self.canceled(subscription, own) <= elsewhere ? min(end, elsewhere) : end
    for (index, charge) in subscription.charges.enumerated() {
      look(
        index, charge.slot, NaiveRhythm(subscription, plans[charge.plan]),
        Self.covered(subscription, charge.slot),
        isMeasured: plans[charge.plan].quantityType == .usage)
    }
    gatherLate()
    items.sort {
      ($0.due, $0.days.lowerBound, $0.charge) < ($1.due, $1.days.lowerBound, $1.charge)
    }
  }

  /// What came in late goes with the newest days that are due, else by itself.
  private mutating func gatherLate() {
    let late = items.indices.filter { items[$0].isLate }
    let newest = items.filter { !$0.isLate }.map(\.due).max()
    guard let day = newest ?? late.map({ items[$0].days.lowerBound }).min() else { return }
    for index in late { items[index].due = day }
  }

  private mutating func look(
    _ charge: Int, _ slot: Int16, _ rhythm: NaiveRhythm, _ covered: [Range<Int>],
    isMeasured: Bool
  ) {
    let inArrears = inArrears || isMeasured
    let lead = inArrears ? 0 : lead
    // A due period may be covered up to any of its days.
    let last = max(asOf + lead, migrated, firstPaid) + 400
    var period = 0..<0
    var isUndecided = false
    for day in start...last {
      let cover = covered.first { $0.contains(day) }
      if day < max(migrated, firstPaid) {
        let reason = day < migrated ? "migrated" : "trial"
        if cover == nil, start - lead <= asOf {
          reasoned.insert(.init(slot: slot, day: day, reason: reason))
        }
        continue
      }
      if cover != nil && !isMeasured { continue }
      if !period.contains(day) { period = rhythm.period(around: day) }
      let first = max(period.lowerBound, firstPaid)
      let end = min(period.upperBound, cut)
      if first >= stop || day >= end { continue }
      var due = inArrears ? min(end, stop) : first - lead
      if isPaused && !isMeasured { due = max(due, first) }
      if due > asOf {
        isUndecided = true
        continue
      }
      if isPaused && !isMeasured {
        reasoned.insert(.init(slot: slot, day: day, reason: "paused"))
        continue
      }
      add(
        Item(charge: charge, days: day..<day + 1, period: period, due: due, isLate: cover != nil),
        startsCover: cover?.lowerBound == day)
    }
    // A new term would be due, and all of the old one is decided.
    if isToRenew, !isUndecided, stop - lead <= asOf { awaitsRenewal = true }
    // Usage before the first new record is as it was billed.
    items.removeAll { $0.isLate && $0.days.upperBound <= usageFrom }
  }

  /// Adds a day, to the days before it where it belongs to them.
  private mutating func add(_ item: Item, startsCover: Bool) {
    if let last = items.last, last.charge == item.charge, last.isLate == item.isLate,
      last.days.upperBound == item.days.lowerBound, last.period == item.period, !startsCover
    {
      items[items.count - 1].days = last.days.lowerBound..<item.days.upperBound
    } else {
      items.append(item)
    }
  }

  private static func covered(_ subscription: Subscription, _ slot: Int16) -> [Range<Int>] {
    switch subscription.coverage {
    case .through(let end): end.map { [0..<$0.number] } ?? []
    case .spans(let spans): (spans[slot] ?? []).map { $0.start.number..<$0.end.number }
    }
  }

  /// The day on which it is canceled, at the latest with its first period.
  private static func canceled(_ subscription: Subscription, _ own: NaiveRhythm) -> Int {
    if let day = subscription.canceledAt { return day.number }
    if !subscription.cancelsAtPeriodEnd { return .max }
    let covered = subscription.charges.flatMap { Self.covered(subscription, $0.slot) }
    return covered.map(\.upperBound).max() ?? own.period(around: own.firstPaid).upperBound
  }

  /// The first day on which no period starts any more.
  private static func stop(_ subscription: Subscription, _ own: NaiveRhythm) -> Int {
    var stop = canceled(subscription, own)
    if var left = cycles(subscription) {
      var day = own.boundary
      while left > 0 {
        day += 1
        if own.starts(day) { left -= 1 }
      }
      stop = min(stop, day)
    }
    return stop
  }

  /// Full periods that are agreed on, nil for no end.
  private static func cycles(_ subscription: Subscription) -> Int? {
    let renewed = subscription.renewalCycles
    let first = subscription.cycles ?? renewed
    switch subscription.renewal {
    case .auto: return nil
    case .none: return subscription.cycles
    case .renewOnce: return first.map { $0 + (renewed ?? $0) }
    case .manual: return first.map { $0 + (renewed ?? $0) * (subscription.terms - 1) }
    }
  }
}
