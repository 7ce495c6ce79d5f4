// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// What is due of one subscription, found by looking at each day by itself (RULES 5).
struct NaiveDue {
  let subscription: Subscription
  let plans: [Plan]
  let asOf: Int

  /// Days of one period of one charge that are to be billed.
  struct Item {
    let charge: Int
    var days: Range<Int>
    let period: Range<Int>
    let due: Int
  }

  /// Days without a line, by reason.
  struct Reasoned: Hashable {
    let slot: Int16
    let day: Int
    let reason: String
  }

  private(set) var items: [Item] = []
  private(set) var reasoned: Set<Reasoned> = []

  private var firstPaid: Int { (subscription.trialEnd ?? subscription.start).number }
  private var start: Int { subscription.start.number }
  private var lead: Int { subscription.inArrears ? 0 : subscription.leadDays }

  init(_ subscription: Subscription, plans: [Plan], asOf: LocalDate) {
    (self.subscription, self.plans, self.asOf) = (subscription, plans, asOf.number)
    for charge in subscription.charges.indices { look(at: charge) }
    items.sort {
      ($0.due, $0.days.lowerBound, $0.charge) < ($1.due, $1.days.lowerBound, $1.charge)
    }
  }

  private mutating func look(at charge: Int) {
    let plan = plans[subscription.charges[charge].plan]
    let slot = subscription.charges[charge].slot
    let boundary = boundary(of: plan)
    let stop = stop
    let migrated = subscription.migratedThrough?.number ?? start
    // A due period may be covered up to any of its days.
    let last = max(asOf + lead, migrated, firstPaid) + 400
    var day = start
    var period = 0..<0
    while day <= last {
      defer { day += 1 }
      if isCovered(day, slot) { continue }
      if day < max(migrated, firstPaid) {
        if start - lead <= asOf { free(day, slot, migrated) }
        continue
      }
      if !period.contains(day) { period = self.period(around: day, plan, boundary) }
      let first = max(period.lowerBound, firstPaid)
      let end = subscription.proratesCancel
        ? min(period.upperBound, subscription.canceledAt?.number ?? .max) : period.upperBound
      if first >= stop || day >= end { continue }
      var due = subscription.inArrears ? min(end, stop) : first - lead
      if subscription.paused { due = max(due, first) }
      if due > asOf { continue }
      // A period that is due is billed whole, also the days after the as-of day.
      bill(from: day, to: end, of: period, charge, slot, due)
      day = end - 1
    }
  }

  private mutating func free(_ day: Int, _ slot: Int16, _ migrated: Int) {
    let reason = day < migrated ? "migrated" : "trial"
    reasoned.insert(Reasoned(slot: slot, day: day, reason: reason))
  }

  private mutating func bill(
    from: Int, to end: Int, of period: Range<Int>, _ charge: Int, _ slot: Int16, _ due: Int
  ) {
    var open: Item?
    for day in from..<end {
      if isCovered(day, slot) {
        open.map { items.append($0) }
        open = nil
      } else if subscription.paused {
        reasoned.insert(Reasoned(slot: slot, day: day, reason: "paused"))
      } else if let item = open {
        open = Item(charge: charge, days: item.days.lowerBound..<day + 1, period: period, due: due)
      } else {
        open = Item(charge: charge, days: day..<day + 1, period: period, due: due)
      }
    }
    open.map { items.append($0) }
  }

  private func isCovered(_ day: Int, _ slot: Int16) -> Bool {
    switch subscription.coverage {
    case .through(let end): day < (end?.number ?? .min)
    case .spans(let spans):
      (spans[slot] ?? []).contains { $0.start.number <= day && day < $0.end.number }
    }
  }

  /// The first billing day on or after the first paid day.
  private func boundary(of plan: Plan) -> Int {
    guard let nth = subscription.anchorDay else { return firstPaid }
    var day = firstPaid
    while true {
      let date = NaiveCalendar.day(day)
      if plan.interval == .week ? date.weekday == nth : date.day == min(nth, date.lastOfMonth) {
        return day
      }
      day += 1
    }
  }

  /// Whether a period starts on a day, counted from the boundary only.
  private func starts(_ day: Int, _ plan: Plan, _ boundary: Int) -> Bool {
    let (date, first) = (NaiveCalendar.day(day), NaiveCalendar.day(boundary))
    let unit = plan.interval == .week ? 7 : plan.interval == .year ? 12 : 1
    let length = unit * plan.intervalCount
    if plan.interval == .day || plan.interval == .week { return (day - boundary) % length == 0 }
    let nth = subscription.anchorDay ?? first.day
    return date.day == min(nth, date.lastOfMonth) && (date.months - first.months) % length == 0
  }

  private func period(around day: Int, _ plan: Plan, _ boundary: Int) -> Range<Int> {
    var (first, end) = (day, day + 1)
    while !starts(first, plan, boundary) { first -= 1 }
    while !starts(end, plan, boundary) { end += 1 }
    return first..<end
  }

  /// The first day on which no period starts any more.
  private var stop: Int {
    let own = plans[subscription.charges[0].plan]
    let boundary = boundary(of: own)
    var stop = subscription.canceledAt?.number ?? Int.max
    if subscription.canceledAt == nil, subscription.cancelsAtPeriodEnd {
      stop = coveredEnd ?? period(around: firstPaid, own, boundary).upperBound
    }
    if let cycles = cycles {
      var (day, left) = (boundary, cycles)
      while left > 0 {
        day += 1
        if starts(day, own, boundary) { left -= 1 }
      }
      stop = min(stop, day)
    }
    return stop
  }

  private var coveredEnd: Int? {
    switch subscription.coverage {
    case .through(let end): end?.number
    case .spans(let spans): spans.values.joined().map(\.end.number).max()
    }
  }

  /// Full periods that are agreed on, nil for no end.
  private var cycles: Int? {
    let renewed = subscription.renewalCycles
    switch subscription.renewal {
    case .auto: return nil
    case .none: return subscription.cycles
    case .renewOnce:
      return (subscription.cycles ?? renewed).map { $0 + (renewed ?? $0) }
    case .manual:
      return (subscription.cycles ?? renewed).map {
        $0 + (renewed ?? $0) * (subscription.terms - 1)
      }
    }
  }
}
