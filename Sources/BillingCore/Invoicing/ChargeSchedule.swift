// SPDX-License-Identifier: Apache-2.0

/// When the periods of one charge start and end, and up to where they start at all (RULES 5).
///
/// Periods are counted from the boundary: the first day that is a billing day on or after the first paid day.
/// Period 0 starts there; a first part before it is the end of period −1.
struct ChargeSchedule {
  /// Counts periods from the boundary.
  let cycle: BillingCycle
  /// The first day that costs anything.
  let firstPaidDay: LocalDate
  /// No period starts on or after this day; nil for no end.
  let stop: LocalDate?
  /// Days before its start on which a period is due; zero in arrears.
  let leadDays: Int
  /// Due at its end.
  let inArrears: Bool
  /// The last period ends here instead of at its boundary; nil for whole periods.
  let cut: LocalDate?

  /// The schedule of a subscription's charge for a plan.
  ///
  /// Throws `billingDayInvalid` for a billing day the interval cannot have.
  init(_ subscription: Subscription, plan: Plan) throws(Issue) {
    firstPaidDay = subscription.trialEnd ?? subscription.start
    let anchor = try Self.boundary(subscription, plan: plan, from: firstPaidDay)
    guard
      let cycle = BillingCycle(
        interval: plan.interval, count: plan.intervalCount, anchor: anchor.day,
        anchorDay: anchor.dayOfMonth)
    else { throw .billingDayInvalid(subscription.id) }
    self.cycle = cycle
    inArrears = subscription.inArrears || plan.quantityType == .usage
    leadDays = inArrears ? 0 : subscription.leadDays
    let canceled = subscription.canceledAt ?? Self.endOfCanceledPeriod(subscription, cycle: cycle)
    let termEnd = Self.termEnd(subscription, cycle: cycle)
    stop = [canceled, termEnd].compactMap { $0 }.min()
    cut = subscription.proratesCancel ? subscription.canceledAt : nil
  }

  /// The first billing day on or after a day, and the day of the month to return to.
  private static func boundary(
    _ subscription: Subscription, plan: Plan, from first: LocalDate
  ) throws(Issue) -> (day: LocalDate, dayOfMonth: Int) {
    guard let nth = subscription.anchorDay else { return (first, first.day) }
    switch plan.interval {
    case .day:
      throw .billingDayInvalid(subscription.id)
    case .week:
      guard (1...7).contains(nth) else { throw .billingDayInvalid(subscription.id) }
      return (first.adding(days: (nth - first.weekday + 7) % 7), first.day)
    case .month, .year:
      guard (1...31).contains(nth) else { throw .billingDayInvalid(subscription.id) }
      let thisMonth = first.adding(months: 0, anchorDay: nth)
      let day = thisMonth >= first ? thisMonth : first.adding(months: 1, anchorDay: nth)
      return (day, nth)
    }
  }

  /// Where the agreed terms end; nil when they never do (RULES 5, cycles and renewal).
  private static func termEnd(_ subscription: Subscription, cycle: BillingCycle) -> LocalDate? {
    let first = subscription.cycles ?? (subscription.renewal == .manual || subscription.renewal == .renewOnce
      ? subscription.renewalCycles : nil)
    guard let first else { return nil }
    let renewed = subscription.renewalCycles ?? first
    switch subscription.renewal {
    case .auto: return nil
    case .none: return cycle.start(ofPeriod: first)
    case .renewOnce: return cycle.start(ofPeriod: first + renewed)
    case .manual: return cycle.start(ofPeriod: first + (subscription.terms - 1) * renewed)
    }
  }

  /// A cancellation at period end that nobody has resolved to a day yet ends with what is covered, or with the
  /// first period.
  private static func endOfCanceledPeriod(
    _ subscription: Subscription, cycle: BillingCycle
  ) -> LocalDate? {
    guard subscription.cancelsAtPeriodEnd else { return nil }
    let firstPaidDay = subscription.trialEnd ?? subscription.start
    switch subscription.coverage {
    case .through(let day):
      return day ?? cycle.period(cycle.index(containing: firstPaidDay)).end
    case .spans(let spans):
      let last = spans.values.compactMap(\.last?.end).max()
      return last ?? cycle.period(cycle.index(containing: firstPaidDay)).end
    }
  }

  /// The index of the period a charge begins with: −1 where a first part precedes the boundary.
  var firstIndex: Int { cycle.anchor == firstPaidDay ? 0 : -1 }

  /// The paid days of period `n`, nil when it does not start at all.
  func span(ofPeriod n: Int) -> Period? {
    let whole = cycle.period(n)
    let start = max(whole.start, firstPaidDay)
    if let stop, start >= stop { return nil }
    let end = cut.map { min($0, whole.end) } ?? whole.end
    return Period(from: start, to: end)
  }

  /// The day on which a span is due: as-of days on or after it bill it (RULES 5, due).
  func dueOn(_ span: Period) -> LocalDate {
    inArrears ? span.end : span.start.adding(days: -leadDays)
  }
}
