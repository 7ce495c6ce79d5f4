// SPDX-License-Identifier: Apache-2.0

/// A span of one charge that is due and not covered yet.
struct DueItem {
  /// Index of the account's subscription.
  let subscription: Int
  /// Index of the subscription's charge; beyond those, of `ChargeableItems.changedCharges`.
  let charge: Int
  /// Whether it bills the subscription's own plan.
  let isBase: Bool
  /// The days to bill, half-open: the whole period or a part of it.
  let span: Period
  /// The whole period that `span` is part of: the denominator of its share.
  let period: Period
  /// The period's first paid day: decides which coupons count (RULES 5).
  let startsOn: LocalDate
  /// The end of the period's paid days.
  let endsOn: LocalDate
  /// The day whose price version counts: the period's first paid day, or that of another plan
  /// (RULES 5, price version).
  let pricedOn: LocalDate
  /// The day on which it became due; what is due on one day shares an invoice.
  var dueOn: LocalDate
  /// The day on which its period fell due, whichever document it is on by now.
  let fellDueOn: LocalDate
  /// Index of `ChargeableItems.released`: what billed the days before; nil for nothing.
  var replaced: Int?
  /// Covered days that are rated anew: only the difference to what is billed is billed.
  let isLate: Bool

  init(
    subscription: Int, charge: Int, isBase: Bool, span: Period, period: Period,
    startsOn: LocalDate, endsOn: LocalDate? = nil, pricedOn: LocalDate? = nil, dueOn: LocalDate,
    replaced: Int? = nil, isLate: Bool = false
  ) {
    self.subscription = subscription
    self.charge = charge
    self.isBase = isBase
    self.span = span
    self.period = period
    self.startsOn = startsOn
    self.endsOn = endsOn ?? period.end
    self.pricedOn = pricedOn ?? startsOn
    self.dueOn = dueOn
    fellDueOn = dueOn
    self.replaced = replaced
    self.isLate = isLate
  }
}

/// Days that are covered without being billed.
public struct ReasonedSpan: Hashable, Sendable {
  /// Whose days.
  public let subscription: ID<Subscription>
  /// Which charge.
  public let slot: Int16
  /// The days, half-open.
  public let span: Period
  /// Why nothing is billed for them.
  public let reason: Reason
  /// The coupons that count for the base period of days that came to nothing; nil for none.
  public var cycle: CouponCycle?

  /// Why days are covered without a line (RULES 0.2).
  public enum Reason: String, Sendable {
    /// Before the first paid day.
    case trial
    /// The subscription was paused.
    case paused
    /// The invoice would have come to nothing and the seller suppresses those.
    case zero
    /// Billed in another system.
    case migrated
    /// Missed, and nobody is to be billed for it.
    case skipped
    /// Missed, and older than what was billed afterwards.
    case beforeBackfill = "before_backfill"
  }
}

/// Which periods of which charges are due up to a day: what should exist, minus what exists (DESIGN
/// 2).
struct ChargeableItems {
  /// What to bill, in order of (subscription, due day, first day, charge).
  var items: [DueItem] = []
  /// What is covered without being billed.
  var reasoned: [ReasonedSpan] = []
  /// Per subscription: the first day on which something may be due next; nil for never.
  var nextBillOn: [LocalDate?] = []
  /// Per subscription: what `billing_cursor.covered_through` comes to by these items alone.
  var coveredThrough: [LocalDate?] = []
  /// Per subscription: the same where all charges end there without holes; else nil.
  var straightThrough: [LocalDate?] = []

  /// Per subscription: up to where usage is billed, nil where nothing is measured.
  private(set) var usageThrough: [LocalDate?] = []
  /// Per subscription: the earliest day of late usage that is left, nil for none.
  private(set) var usageFrom: [LocalDate?] = []
  /// Whether a contract has ended that somebody may still renew (RULES 5, cycles).
  var awaitsRenewal = false
  /// Charges by terms that a change has brought.
  private(set) var changedCharges: [Subscription.Charge] = []
  /// Where those of the subscription that is searched begin.
  private var firstChanged = 0
  /// Days that are given back, in order of subscription.
  private(set) var released: [ReleasedSpan] = []
  /// Those of them that lines billed, to be credited.
  private(set) var credits: [DueCredit] = []
  /// Changes that are billed herewith.
  private(set) var applied: [ID<SubscriptionChange>] = []
  /// Which of what is due is billed.
  private var catchUp = CatchUp()
  /// What falls due later stays due (RULES 5, catch-up).
  private var lastDue = LocalDate(daysSince1970: 0)
  /// What fell due by then is billed by a run before; nil for no such run.
  private var earlierRun: LocalDate?

  /// Released days that a document is to credit.
  struct DueCredit {
    /// Index of the account's subscription.
    let subscription: Int
    /// Index of `released`.
    let released: Int
    /// What is due on one day shares an invoice.
    let dueOn: LocalDate
  }

  /// Finds what is due on an account; both ends of each charge come from the subscription's own
  /// anchor.
  ///
  /// Throws `billingDayInvalid`, `changeBeforeStart`, `changeTooOld`, `tooManyLines`.
  mutating func find(
    in account: AccountSnapshot, catalog: Catalog, asOf: LocalDate, catchUp: CatchUp = CatchUp(),
    earlierRun: LocalDate? = nil
  ) throws(Issue) {
    self.catchUp = catchUp
    self.earlierRun = earlierRun
    items.removeAll(keepingCapacity: true)
    reasoned.removeAll(keepingCapacity: true)
    nextBillOn.removeAll(keepingCapacity: true)
    coveredThrough.removeAll(keepingCapacity: true)
    straightThrough.removeAll(keepingCapacity: true)
    usageThrough.removeAll(keepingCapacity: true)
    usageFrom.removeAll(keepingCapacity: true)
    awaitsRenewal = false
    changedCharges.removeAll(keepingCapacity: true)
    firstChanged = 0
    released.removeAll(keepingCapacity: true)
    credits.removeAll(keepingCapacity: true)
    applied.removeAll(keepingCapacity: true)
    for index in account.subscriptions.indices {
      let subscription = account.subscriptions[index]
      lastDue = try lastDay(of: subscription, catalog: catalog, asOf: asOf)
      try find(subscription, at: index, catalog: catalog, asOf: asOf)
    }
  }

  /// The last due day of a subscription that is billed now: the run's day, or where due days are
  /// capped, the last that is left.
  ///
  /// What is known by the run's day counts all the same.
  private func lastDay(
    of subscription: Subscription, catalog: Catalog, asOf: LocalDate
  ) throws(Issue) -> LocalDate {
    guard case .capped(let count) = catchUp.policy else { return asOf }
    var all = ChargeableItems()
    (all.catchUp, all.lastDue) = (catchUp, asOf)
    try all.find(subscription, at: 0, catalog: catalog, asOf: asOf)
    let days = Set(all.items.lazy.filter { $0.replaced == nil && !$0.isLate }.map(\.dueOn))
    return days.count > count ? days.sorted()[count - 1] : asOf
  }

  private mutating func find(
    _ subscription: Subscription, at index: Int, catalog: Catalog, asOf: LocalDate
  ) throws(Issue) {
    if !subscription.changes.isEmpty || !subscription.billed.isEmpty
      || subscription.usageFrom != nil
    {
      return try findChanged(subscription, at: index, catalog: catalog, asOf: asOf)
    }
    let firstItem = items.count
    let base = try ChargeSchedule(
      subscription, plan: catalog.plans[subscription.charges[0].plan])
    var search = ChargeSearch(
      subscription, at: index, schedule: base, asOf: asOf, lastDue: lastDue,
      catchUp: catchUp)
    let all = subscription.charges.indices
    var straightEnd: LocalDate?
    var usageEnd = UsageEnd()
    if case .through(let day) = subscription.coverage,
      all.allSatisfy({ charge in
        let plan = catalog.plans[subscription.charges[charge].plan]
        return plan.quantityType == .constant && base.fits(plan, of: subscription)
      })
    {
      try search.run(charges: all, covered: day, live: [], into: &self)
      straightEnd = search.coveredThrough
    } else {
      for charge in all {
        let plan = subscription.charges[charge].plan
        search.schedule =
          base.fits(catalog.plans[plan], of: subscription)
          ? base : try ChargeSchedule(subscription, plan: catalog.plans[plan], base: base)
        let (covered, live) = subscription.coverage.of(subscription.charges[charge].slot)
        let isMeasured = catalog.plans[plan].quantityType == .usage
        try search.run(
          charges: charge..<charge + 1, isMeasured: isMeasured, covered: covered, live: live,
          into: &self)
        let end = search.straightEnd(after: live)
        straightEnd = charge == 0 || end == straightEnd ? end : nil
        if isMeasured { usageEnd.see(search.walkedThrough, live) }
      }
    }
    if let canceledAt = subscription.billedBeyondCancel, canceledAt > asOf {
      search.look(on: canceledAt)
    }
    nextBillOn.append(search.nextDue)
    coveredThrough.append(search.coveredThrough)
    // What is measured is always read by spans: usage may come in late.
    straightThrough.append(usageEnd.walked == nil ? straightEnd : nil)
    usageThrough.append(usageEnd.day(from: subscription.start))
    usageFrom.append(nil)
    sortItems(from: firstItem)
  }

  /// The same where terms change, where billed days may have to be credited, or where usage came in
  /// late: first what is given back, then what is wanted and not covered.
  private mutating func findChanged(
    _ subscription: Subscription, at index: Int, catalog: Catalog, asOf: LocalDate
  ) throws(Issue) {
    let (firstItem, firstReleased) = (items.count, released.count)
    firstChanged = changedCharges.count
    let timeline = try Timeline(subscription, catalog: catalog, asOf: asOf)
    // What is not billed credits nothing either: a later run does.
    if !catchUp.billsNothing {
      released += try subscription.released(
        timeline, catalog: catalog, asOf: asOf, isAfterRun: earlierRun != nil)
    }
    var search = ChargeSearch(
      subscription, at: index, schedule: timeline.eras[0].schedule, asOf: asOf,
      lastDue: lastDue, catchUp: catchUp)
    search.timeline = timeline
    search.released = Array(released[firstReleased...])
    var usageEnd = UsageEnd()
    for slot in timeline.slots {
      let live = subscription.live(slot: slot, without: search.released)
      var (walked, measures) = (LocalDate?.none, false)
      for era in timeline.eras {
        search.schedule = try timeline.schedule(of: slot, in: era, subscription, catalog: catalog)
        search.beginsSubscription = era.start == timeline.eras[0].start
        let isMeasured = timeline.isMeasured(slot, from: era.start, catalog: catalog)
        try search.run(
          charges: 0..<0, slot: slot, isMeasured: isMeasured, covered: nil, live: live,
          into: &self)
        walked = search.walkedThrough.map { max(walked ?? $0, $0) } ?? walked
        measures = measures || isMeasured
      }
      if measures { usageEnd.see(walked, live) }
    }
    let usageLeft = usageEnd.left(
      from: subscription.usageFrom, billsNothing: catchUp.billsNothing)
    // It waits for a run that bills, as do changes and a cancellation that are to credit.
    let waits = usageLeft != nil || subscription.changes.contains { !$0.isApplied }
    if waits && catchUp.billsNothing { search.look(on: asOf) }
    if let day = timeline.nextChange, !subscription.isOver(by: day) { search.look(on: day) }
    if let canceledAt = subscription.billedBeyondCancel, canceledAt > asOf || catchUp.billsNothing {
      search.look(on: canceledAt)
    }
    nextBillOn.append(search.nextDue)
    coveredThrough.append(search.coveredThrough)
    straightThrough.append(nil)
    usageThrough.append(usageEnd.day(from: subscription.start))
    usageFrom.append(usageLeft)
    if !catchUp.billsNothing { applied += timeline.applied }
    gather(of: index, items: firstItem, released: firstReleased)
    sortItems(from: firstItem)
  }

  /// Puts what a change brings onto the subscription's newest document, else onto one of its own.
  private mutating func gather(of subscription: Int, items first: Int, released firstReleased: Int)
  {
    let extra = items[first...].filter { $0.replaced != nil || $0.isLate }.map(\.span.start)
    let starts = extra + released[firstReleased...].map(\.days.start)
    if starts.isEmpty { return }
    let newest = items[first...].filter { $0.replaced == nil && !$0.isLate }.map(\.dueOn)
    func day(for start: LocalDate) -> LocalDate {
      func isAlike(_ day: LocalDate) -> Bool { isEarlier(day) == isEarlier(start) }
      return newest.filter(isAlike).max() ?? starts.filter(isAlike).min() ?? start
    }
    for index in items.indices.dropFirst(first)
    where items[index].replaced != nil || items[index].isLate {
      items[index].dueOn = day(for: items[index].span.start)
      items[index].replaced = items[index].replaced.map { firstReleased + $0 }
    }
    for place in released.indices.dropFirst(firstReleased) where !released[place].lines.isEmpty {
      credits.append(
        DueCredit(
          subscription: subscription, released: place, dueOn: day(for: released[place].days.start)))
    }
  }

  /// Whether an earlier run has billed what fell due on a day.
  func isEarlier(_ day: LocalDate) -> Bool { earlierRun.map { day <= $0 } ?? false }

  /// Keeps a charge that a change has brought; returns its place, as `DueItem.charge` has it.
  mutating func add(_ charge: Subscription.Charge, of subscription: Subscription) -> Int {
    // Not one of another subscription's: places order the lines.
    let known = changedCharges[firstChanged...].lastIndex(of: charge)
    let place = known ?? changedCharges.count
    if place == changedCharges.count { changedCharges.append(charge) }
    return subscription.charges.count + place
  }

  /// The charge that an item bills.
  func charge(of item: DueItem, _ subscription: Subscription) -> Subscription.Charge {
    item.charge < subscription.charges.count
      ? subscription.charges[item.charge]
      : changedCharges[item.charge - subscription.charges.count]
  }

  /// Charges with spans of their own are searched one by one; documents want them by day.
  private mutating func sortItems(from first: Int) {
    func precedes(_ left: DueItem, _ right: DueItem) -> Bool {
      if left.dueOn != right.dueOn { return left.dueOn < right.dueOn }
      if left.span.start != right.span.start { return left.span.start < right.span.start }
      return left.charge < right.charge
    }
    for index in items.indices.dropFirst(first + 1) where precedes(items[index], items[index - 1]) {
      items[first...].sort(by: precedes)
      return
    }
  }
}

extension Subscription.Coverage {
  /// What is covered of one charge: all up to a day, and some spans.
  fileprivate func of(_ slot: Int16) -> (through: LocalDate?, live: [Period]) {
    switch self {
    case .through(let day): (day, [])
    case .spans(let spans): (nil, spans[slot] ?? [])
    }
  }
}

extension Timeline {
  /// When the periods of a charge are in an era: those of the own plan, or by the add-on's own
  /// interval from the same day on.
  func schedule(
    of slot: Int16, in era: Era, _ subscription: Subscription, catalog: Catalog
  ) throws(Issue) -> ChargeSchedule {
    guard slot > 0, let plan = segments.lazy.compactMap({ $0.charge(slot)?.plan }).first,
      !era.schedule.fits(catalog.plans[plan], of: subscription)
    else { return era.schedule }
    let isFirst = era.start == eras[0].start
    return try ChargeSchedule(
      subscription, plan: catalog.plans[plan], base: era.schedule,
      restart: isFirst ? nil : era.start)
  }
}

extension Timeline {
  /// Whether a charge's quantity is measured, in the era that starts on a day.
  fileprivate func isMeasured(_ slot: Int16, from day: LocalDate, catalog: Catalog) -> Bool {
    let then = segment(on: day).charge(slot) ?? segments.lazy.compactMap { $0.charge(slot) }.first
    return then.map { catalog.plans[$0.plan].quantityType == .usage } ?? false
  }
}

extension Subscription {
  /// What stays covered of a charge.
  fileprivate func live(slot: Int16, without released: [ReleasedSpan]) -> [Period] {
    let covered = coverage.of(slot)
    let straight = covered.through.flatMap { Period(from: start, to: $0) }
    let live = straight.map { [$0] } ?? covered.live
    let days = released.filter { $0.slot == slot }.map(\.days)
    return days.isEmpty ? live : live.flatMap { $0.subtracting(days) }
  }

  /// Whether nothing is wanted from a day on, so that no change counts then.
  fileprivate func isOver(by day: LocalDate) -> Bool {
    proratesCancel && canceledAt.map { $0 <= day } ?? false
  }

  /// The day of a prorated cancellation beyond which days are covered that may have to be credited;
  /// nil where there are none.
  fileprivate var billedBeyondCancel: LocalDate? {
    guard proratesCancel, let canceledAt, let covered = coverage.end else { return nil }
    let unpaid = max(trialEnd ?? start, migratedThrough ?? start)
    return covered > max(canceledAt, unpaid) ? canceledAt : nil
  }
}
