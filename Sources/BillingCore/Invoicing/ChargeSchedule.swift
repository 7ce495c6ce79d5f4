// SPDX-License-Identifier: Apache-2.0

/// When the periods of one charge start and end, and from where to where they do (RULES 5).
///
/// Periods are counted from the boundary: the first day that is a billing day on or after the first
/// paid day. Period 0 starts there; a first part before it is the end of period −1.
struct ChargeSchedule {
  /// Counts periods from the boundary.
  let cycle: BillingCycle
  /// The first day that costs anything.
  let firstPaidDay: LocalDate
  /// No period starts on or after this day; nil for no end.
  private(set) var stop: LocalDate?
  /// Where it goes on once somebody renews its contract; nil where nobody has to.
  private(set) var renewsOn: LocalDate?
  /// Days before its start on which a period is due; zero in arrears.
  let leadDays: Int
  /// Due at its end.
  let inArrears: Bool
  /// The last period ends here instead of at its boundary; nil for whole periods.
  private(set) var cut: LocalDate?

  /// The schedule of a subscription's charge for a plan; its end is that of the subscription's own
  /// plan, whose schedule is `base` for its add-ons, and for another interval from a day on.
  ///
  /// From `restart` on periods are counted from that day and its day of the month (RULES 5, change
  /// in advance). Throws `billingDayInvalid` for a billing day the interval cannot have.
  init(
    _ subscription: Subscription, plan: Plan, base: ChargeSchedule? = nil,
    restart: LocalDate? = nil
  ) throws(Issue) {
    firstPaidDay = restart ?? subscription.trialEnd ?? subscription.start
    guard
      let cycle = BillingCycle(
        plan, firstPaidDay: firstPaidDay,
        billingDay: restart == nil ? subscription.anchorDay : nil)
    else { throw .billingDayInvalid(subscription.id) }
    self.cycle = cycle
    inArrears = subscription.inArrears || plan.quantityType == .usage
    leadDays = inArrears ? 0 : subscription.leadDays
    if let base {
      stop = base.stop
      cut = base.cut
      renewsOn = base.renewsOn
    } else {
      let canceled =
        subscription.canceledAt ?? Self.endOfCanceledPeriod(subscription, cycle: cycle)
      cut =
        subscription.proratesCancel
        ? subscription.canceledAt : subscription.endBilledElsewhere(canceled: canceled)
      let termEnd = Self.termEnd(subscription, cycle: cycle)
      stop = if let canceled, let termEnd { min(canceled, termEnd) } else { canceled ?? termEnd }
      renewsOn = subscription.renewal == .manual && canceled == nil ? termEnd : nil
    }
  }

  /// Where the agreed terms end; nil when they never do (RULES 5, cycles and renewal).
  private static func termEnd(_ subscription: Subscription, cycle: BillingCycle) -> LocalDate? {
    let isRenewed = subscription.renewal == .manual || subscription.renewal == .renewOnce
    guard let first = subscription.cycles ?? (isRenewed ? subscription.renewalCycles : nil)
    else { return nil }
    let next = subscription.renewalCycles ?? first
    switch subscription.renewal {
    case .auto: return nil
    case .none: return end(ofPeriods: first, cycle)
    case .renewOnce: return end(ofPeriods: first, plus: next, cycle)
    case .manual: return end(ofPeriods: first, plus: next, times: subscription.terms - 1, cycle)
    }
  }

  /// Where so many periods end; nil beyond the calendar, which is as good as never.
  private static func end(
    ofPeriods first: Int, plus next: Int = 0, times: Int = 1, _ cycle: BillingCycle
  ) -> LocalDate? {
    let (renewed, isHuge) = next.multipliedReportingOverflow(by: times)
    let (periods, isHuger) = first.addingReportingOverflow(renewed)
    guard !isHuge, !isHuger, periods <= 10_000 * 366 / cycle.leastDays else { return nil }
    return cycle.start(ofPeriod: periods)
  }

  /// A cancellation at period end that nobody has resolved to a day yet ends with what is covered,
  /// or with the first period.
  private static func endOfCanceledPeriod(
    _ subscription: Subscription, cycle: BillingCycle
  ) -> LocalDate? {
    guard subscription.cancelsAtPeriodEnd else { return nil }
    let firstPaidDay = subscription.trialEnd ?? subscription.start
    return subscription.coverage.end
      ?? cycle.period(cycle.index(containing: firstPaidDay)).end
  }

  /// Ends it on a day, from which another schedule counts.
  mutating func end(on day: LocalDate) {
    stop = if let stop { min(stop, day) } else { day }
    cut = if let cut { min(cut, day) } else { day }
    renewsOn = nil
  }

  /// The first start of a period on or after a day.
  func periodStart(onOrAfter day: LocalDate) -> LocalDate {
    if day <= firstPaidDay { return firstPaidDay }
    let period = cycle.period(cycle.index(containing: day))
    return period.start == day ? day : period.end
  }

  /// The index of the period a charge begins with: −1 where a first part precedes the boundary.
  var firstIndex: Int { cycle.anchor == firstPaidDay ? 0 : -1 }

  /// The paid days of a whole period; nil when it does not start at all.
  func paidDays(of whole: Period) -> Period? {
    let start = max(whole.start, firstPaidDay)
    if let stop, start >= stop { return nil }
    let end = if let cut { min(cut, whole.end) } else { whole.end }
    return Period(from: start, to: end)
  }

  /// The day on which a span is due: as-of days on or after it bill it (RULES 5, due, arrears).
  func dueOn(_ span: Period) -> LocalDate {
    if !inArrears { return span.start.adding(days: -leadDays) }
    return if let stop { min(span.end, stop) } else { span.end }
  }

  /// The day from which it is missed that nobody has renewed the contract.
  var renewalDueOn: LocalDate? { renewsOn.map { $0.adding(days: -leadDays) } }

  /// Whether charges of a plan start, end and fall due with it, for a subscription.
  func fits(_ plan: Plan, of subscription: Subscription) -> Bool {
    cycle.count == plan.intervalCount && cycle.interval == plan.interval
      && inArrears == (subscription.inArrears || plan.quantityType == .usage)
  }
}

extension Subscription {
  /// The day up to which it was billed elsewhere, if that is its end or beyond it; else nil.
  ///
  /// Of the period in which that day lies nothing is left to charge (RULES 5, cancel).
  fileprivate func endBilledElsewhere(canceled: LocalDate?) -> LocalDate? {
    guard let migratedThrough, let canceled, canceled <= migratedThrough else { return nil }
    return migratedThrough
  }
}

extension BillingCycle {
  /// Counts the periods of a plan from the first billing day on or after the first paid day.
  ///
  /// Without a billing day from that day itself. Nil for one that the interval cannot have.
  public init?(_ plan: Plan, firstPaidDay first: LocalDate, billingDay: Int?) {
    var anchor = (day: first, dayOfMonth: first.day)
    if let nth = billingDay {
      switch plan.interval {
      case .day: return nil
      case .week:
        guard (1...7).contains(nth) else { return nil }
        anchor.day = first.adding(days: (nth - first.weekday + 7) % 7)
      case .month, .year:
        guard (1...31).contains(nth) else { return nil }
        let thisMonth = first.adding(months: 0, anchorDay: nth)
        anchor = (thisMonth >= first ? thisMonth : first.adding(months: 1, anchorDay: nth), nth)
      }
    }
    self.init(
      interval: plan.interval, count: plan.intervalCount, anchor: anchor.day,
      anchorDay: anchor.dayOfMonth)
  }

  /// No period has fewer days.
  fileprivate var leastDays: Int {
    switch interval {
    case .day: count
    case .week: 7 * count
    case .month: 28 * count
    case .year: 365 * count
    }
  }
}

extension Subscription.Coverage {
  /// The end of the latest covered day, exclusive; nil for nothing yet.
  var end: LocalDate? {
    switch self {
    case .through(let day): day
    case .spans(let spans): spans.values.compactMap(\.last?.end).max()
    }
  }
}
