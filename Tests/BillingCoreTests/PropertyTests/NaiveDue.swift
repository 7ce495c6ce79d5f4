// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// What is due of one subscription, found by looking at each day by itself (RULES 5).
struct NaiveDue {
  /// Days of one period of one charge that are to be billed.
  struct Item {
    let charge: Int
    var days: Range<Int>
    let period: Range<Int>
    let due: Int
  }

  /// A day without a line.
  struct Reasoned: Hashable {
    let slot: Int16
    let day: Int
    let reason: String
  }

  private(set) var items: [Item] = []
  private(set) var reasoned: Set<Reasoned> = []

  private let asOf: Int
  private let start: Int
  private let firstPaid: Int
  private let migrated: Int
  private let lead: Int
  private let inArrears: Bool
  private let isPaused: Bool
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
    let own = NaiveRhythm(subscription, plans[subscription.charges[0].plan])
    stop = Self.stop(subscription, own)
    cut = subscription.proratesCancel ? subscription.canceledAt?.number ?? .max : .max
    for (index, charge) in subscription.charges.enumerated() {
      look(
        index, charge.slot, NaiveRhythm(subscription, plans[charge.plan]),
        Self.covered(subscription, charge.slot))
    }
    items.sort {
      ($0.due, $0.days.lowerBound, $0.charge) < ($1.due, $1.days.lowerBound, $1.charge)
    }
  }

  private mutating func look(
    _ charge: Int, _ slot: Int16, _ rhythm: NaiveRhythm, _ covered: [Range<Int>]
  ) {
    // A due period may be covered up to any of its days.
    let last = max(asOf + lead, migrated, firstPaid) + 400
    var day = start
    var period = 0..<0
    while day <= last {
      defer { day += 1 }
      if covered.contains(where: { $0.contains(day) }) { continue }
      if day < max(migrated, firstPaid) {
        let reason = day < migrated ? "migrated" : "trial"
        if start - lead <= asOf { reasoned.insert(.init(slot: slot, day: day, reason: reason)) }
        continue
      }
      if !period.contains(day) { period = rhythm.period(around: day) }
      let first = max(period.lowerBound, firstPaid)
      let end = min(period.upperBound, cut)
      if first >= stop || day >= end { continue }
      var due = inArrears ? min(end, stop) : first - lead
      if isPaused { due = max(due, first) }
      if due > asOf { continue }
      if isPaused {
        reasoned.insert(.init(slot: slot, day: day, reason: "paused"))
      } else if let item = items.last, item.charge == charge, item.days.upperBound == day,
        item.period == period
      {
        items[items.count - 1].days = item.days.lowerBound..<day + 1
      } else {
        items.append(Item(charge: charge, days: day..<day + 1, period: period, due: due))
      }
    }
  }

  private static func covered(_ subscription: Subscription, _ slot: Int16) -> [Range<Int>] {
    switch subscription.coverage {
    case .through(let end): end.map { [0..<$0.number] } ?? []
    case .spans(let spans): (spans[slot] ?? []).map { $0.start.number..<$0.end.number }
    }
  }

  /// The first day on which no period starts any more.
  private static func stop(_ subscription: Subscription, _ own: NaiveRhythm) -> Int {
    var stop = subscription.canceledAt?.number ?? Int.max
    if subscription.canceledAt == nil, subscription.cancelsAtPeriodEnd {
      let covered = subscription.charges.flatMap { Self.covered(subscription, $0.slot) }
      stop = covered.map(\.upperBound).max() ?? own.period(around: own.firstPaid).upperBound
    }
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
