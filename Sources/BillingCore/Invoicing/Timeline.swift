// SPDX-License-Identifier: Apache-2.0

/// What a subscription with changes charges from which day on: its own terms, then each change in
/// order of (day, id); of one day's changes the last one wins, field by field (RULES 5, several).
///
/// A change that comes in the middle of a period counts from the first run on its day; before, only
/// one that falls on the start of a period does, since that period may be billed ahead.
struct Timeline {
  /// In order; each lasts until the next one starts.
  private(set) var segments: [Segment]
  /// In order: stretches with periods of one length; another interval starts a new one.
  private(set) var eras: [Era]
  /// The days from which what is billed of the own plan and of add-ons is compared with what is
  /// wanted: those of the first changes that no run has billed.
  private var ownComparedFrom: LocalDate?
  private var addonsComparedFrom: LocalDate?
  /// The changes that a run of this day has billed.
  private(set) var applied: [ID<SubscriptionChange>] = []
  /// Whose plans tell what is measured.
  private let catalog: Catalog
  /// Terms that change up to this day cut what is billed: the day of the run, or that of the last
  /// change that a run of a later day has billed.
  private var horizon: LocalDate
  /// The first day on which a change counts that does not count yet.
  private(set) var nextChange: LocalDate?
  /// Every slot that occurs, in order.
  var slots: [Int16] { Set(segments.flatMap { $0.charges.map(\.slot) }).sorted() }

  /// Days with the same terms.
  struct Segment {
    let start: LocalDate
    var charges: [Subscription.Charge]
    var isPaused: Bool

    func charge(_ slot: Int16) -> Subscription.Charge? { charges.first { $0.slot == slot } }
  }

  /// Days with periods of one length, all due at their start or all at their end.
  struct Era {
    let start: LocalDate
    /// Of the subscription's own plan.
    var schedule: ChargeSchedule
  }

  /// Throws `changeBeforeStart`, `billingDayInvalid`.
  init(_ subscription: Subscription, catalog: Catalog, asOf: LocalDate) throws(Issue) {
    var early: [ID<SubscriptionChange>: LocalDate] = [:]
    while true {
      var timeline = try Timeline(beginning: subscription, catalog: catalog, asOf: asOf)
      let found = try timeline.follow(subscription, early: early, catalog: catalog, asOf: asOf)
      if found.isEmpty {
        timeline.endEras()
        self = timeline
        return
      }
      early.merge(found) { _, new in new }
    }
  }

  private init(
    beginning subscription: Subscription, catalog: Catalog, asOf: LocalDate
  ) throws(Issue) {
    let plan = catalog.plans[subscription.charges[0].plan]
    segments = [
      Segment(
        start: subscription.start, charges: subscription.charges, isPaused: subscription.paused)
    ]
    eras = [
      Era(start: subscription.start, schedule: try ChargeSchedule(subscription, plan: plan))
    ]
    horizon = asOf
    self.catalog = catalog
  }

  /// Applies all changes in order; those that wait for the start of a period come where they find
  /// one, or on their `early` day.
  ///
  /// Stops and returns the days of those that come earlier, since another interval starts a period
  /// before the one that they waited for.
  private mutating func follow(
    _ subscription: Subscription, early: [ID<SubscriptionChange>: LocalDate], catalog: Catalog,
    asOf: LocalDate
  ) throws(Issue) -> [ID<SubscriptionChange>: LocalDate] {
    let slots = AddonSlots(subscription)
    var waiting = subscription.changes.map { (day: early[$0.id] ?? $0.effective, change: $0) }
      .sorted(by: Self.precedes)
    var resolved: [(day: LocalDate, change: SubscriptionChange)] = []
    while true {
      let next = resolved.min(by: Self.precedes)
      if let first = waiting.first, next.map({ Self.precedes(first, $0) }) ?? true {
        if first.change.effective < subscription.start {
          throw .changeBeforeStart(subscription.id)
        }
        waiting.removeFirst()
        let isFixed = first.change.prorates || early[first.change.id] != nil
        let schedule = eras[eras.count - 1].schedule
        let day = isFixed ? first.day : schedule.periodStart(onOrAfter: first.day)
        resolved.append((day, first.change))
        continue
      }
      guard let next else { return [:] }
      resolved.removeAll { $0.change.id == next.change.id }
      try apply(
        next.change, from: next.day, subscription, slots: slots, catalog: catalog, asOf: asOf)
      if eras.count == 1 || eras[eras.count - 1].start != next.day { continue }
      let late = resolved.filter { $0.day > next.day }
      if !late.isEmpty {
        return Dictionary(uniqueKeysWithValues: late.map { ($0.change.id, next.day) })
      }
    }
  }

  /// What counts from one day on is in order of the changes' own (day, id) (RULES 5, several).
  private static func precedes(
    _ left: (day: LocalDate, change: SubscriptionChange),
    _ right: (day: LocalDate, change: SubscriptionChange)
  ) -> Bool {
    (left.day, left.change.effective, left.change.id)
      < (right.day, right.change.effective, right.change.id)
  }

  private mutating func apply(
    _ change: SubscriptionChange, from day: LocalDate, _ subscription: Subscription,
    slots: AddonSlots, catalog: Catalog, asOf: LocalDate
  ) throws(Issue) {
    let era = eras[eras.count - 1]
    if day > asOf {
      nextChange = min(nextChange ?? day, day)
      // What a run of a later day has billed stays so.
      if change.isApplied {
        horizon = max(horizon, day)
      } else if era.schedule.periodStart(onOrAfter: day) != day {
        return
      }
    }
    if !change.isApplied { compare(change, from: day, asOf: asOf) }
    let last = segments[segments.count - 1]
    var segment = Segment(start: day, charges: last.charges, isPaused: last.isPaused)
    segment.apply(change, slots: slots)
    if last.start == day { segments.removeLast() }
    let before = segments.last
    if before?.charges != segment.charges || before?.isPaused != segment.isPaused {
      segments.append(segment)
    }
    let plan = catalog.plans[segment.charges[0].plan]
    if era.schedule.fits(plan, of: subscription) { return }
    // Changes of add-ons that wait for a period may find another one.
    if !change.isApplied { addonsComparedFrom = min(addonsComparedFrom ?? day, day) }
    if day <= era.schedule.firstPaidDay {
      eras.removeLast()
      if eras.last?.schedule.fits(plan, of: subscription) == true { return }
    }
    let restart = eras.isEmpty ? nil : day
    eras.append(
      Era(
        start: restart ?? subscription.start,
        schedule: try ChargeSchedule(
          subscription, plan: plan, base: eras.first?.schedule, restart: restart)))
  }

  private mutating func compare(
    _ change: SubscriptionChange, from day: LocalDate, asOf: LocalDate
  ) {
    if day <= asOf { applied.append(change.id) }
    if change.changesOwn { ownComparedFrom = min(ownComparedFrom ?? day, day) }
    if change.changesAddons { addonsComparedFrom = min(addonsComparedFrom ?? day, day) }
  }

  private mutating func endEras() {
    for index in eras.indices.dropLast() { eras[index].schedule.end(on: eras[index + 1].start) }
  }

  /// From when on what is billed of a charge may not be what is wanted; nil for never.
  func comparedFrom(slot: Int16) -> LocalDate? { slot == 0 ? ownComparedFrom : addonsComparedFrom }

  /// What counts on a day.
  func segment(on day: LocalDate) -> Segment {
    segments.last { $0.start <= day } ?? segments[0]
  }

  /// Since when a charge has had the plan of a day without a break.
  func planStart(of slot: Int16, on day: LocalDate) -> LocalDate {
    var start = day
    let plan = segment(on: day).charge(slot)?.plan
    for segment in segments.reversed() where segment.start <= day {
      if segment.charge(slot)?.plan != plan { return start }
      start = segment.start
    }
    return start
  }

  /// Cuts days of a charge where its own terms change, up to the day of the run; what is measured
  /// only where its plan or custom price does (RULES 5, plan change, usage; pause).
  func parts(of days: Period, slot: Int16) -> [Period] {
    var parts: [Period] = []
    var start = days.start
    var terms = segment(on: start)
    for next in segments where days.contains(next.start) && next.start <= horizon {
      if next.start == start { continue }
      if isAlike(next, terms, slot) { continue }
      if let part = Period(from: start, to: next.start) { parts.append(part) }
      (start, terms) = (next.start, next)
    }
    if let rest = Period(from: start, to: days.end) { parts.append(rest) }
    return parts
  }
}

extension Timeline {
  private func isAlike(_ segment: Segment, _ other: Segment, _ slot: Int16) -> Bool {
    guard let charge = segment.charge(slot), let terms = other.charge(slot),
      charge.plan == terms.plan, catalog.plans[charge.plan].quantityType == .usage
    else { return segment.charge(slot) == other.charge(slot) && segment.isPaused == other.isPaused }
    return charge.amount == terms.amount
  }
}

extension Timeline.Segment {
  fileprivate mutating func apply(_ change: SubscriptionChange, slots: AddonSlots) {
    let own = charges[0]
    charges[0] = Subscription.Charge(
      slot: own.slot, plan: change.plan ?? own.plan, quantity: change.quantity ?? own.quantity,
      amount: change.amount ?? own.amount, description: own.description)
    if let addons = change.addons { charges = [charges[0]] + slots.charges(addons) }
    isPaused = change.paused ?? isPaused
  }
}

extension SubscriptionChange {
  fileprivate var changesOwn: Bool {
    plan != nil || quantity != nil || amount != nil || paused != nil
  }
  fileprivate var changesAddons: Bool { addons != nil || paused != nil }
}

/// The slots of add-ons: the first one of a plan keeps the slot that the first one of that plan has
/// had, the second that of the second; new ones get the next slot in the order in which changes
/// were made.
private struct AddonSlots {
  private var slots: [Name: Int16] = [:]

  private struct Name: Hashable {
    let plan: Int
    let ordinal: Int
  }

  init(_ subscription: Subscription) {
    var next: Int16 = 1
    for (name, charge) in Self.named(subscription.charges.dropFirst(), by: \.plan) {
      slots[name] = charge.slot
      next = max(next, charge.slot + 1)
    }
    for change in subscription.changes.sorted(by: { $0.id < $1.id }) {
      for (name, _) in Self.named(change.addons ?? [], by: \.plan) where slots[name] == nil {
        slots[name] = next
        next += 1
      }
    }
  }

  func charges(_ addons: [SubscriptionChange.Addon]) -> [Subscription.Charge] {
    Self.named(addons, by: \.plan).compactMap { name, addon in
      slots[name].map {
        Subscription.Charge(
          slot: $0, plan: addon.plan, quantity: addon.quantity, amount: addon.amount,
          description: addon.description)
      }
    }.sorted { $0.slot < $1.slot }
  }

  private static func named<Elements: Collection>(
    _ elements: Elements, by plan: (Elements.Element) -> Int
  ) -> [(Name, Elements.Element)] {
    var counts: [Int: Int] = [:]
    return elements.map { element in
      let plan = plan(element)
      counts[plan, default: 0] += 1
      return (Name(plan: plan, ordinal: counts[plan, default: 0]), element)
    }
  }
}
