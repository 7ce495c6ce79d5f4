// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// What a subscription should charge on each day: its terms and changes followed day by day, with
/// nothing of the core's but its values.
struct NaiveTimeline {
  /// What counts on a day.
  struct Day {
    /// The own plan under its own key, add-ons under that of their plan.
    var charges: [Int: Charge]
    var isPaused: Bool
    /// The whole period of the own plan that the day is in, as far as its era goes.
    var periodEnd: Int
    var period: Range<Int>
  }

  struct Charge: Hashable {
    let plan: Int
    let quantity: ExactDecimal
    let amount: ExactDecimal?
  }

  /// The own plan's key in `Day.charges`, whatever plan that is.
  static let own = -1

  let start: Int
  private(set) var days: [Day] = []

  init(_ story: RandomTimeline, on asOf: LocalDate) {
    let subscription = story.first
    start = subscription.start.number
    let plans = story.books.plans
    let changes = story.known(on: asOf)
    var done: Set<ID<SubscriptionChange>> = []
    var charges: [Int: Charge] = [:]
    for charge in subscription.charges {
      charges[charge.slot == 0 ? Self.own : charge.plan] = Charge(
        plan: charge.plan, quantity: charge.quantity, amount: charge.amount)
    }
    var isPaused = false
    var rhythm = NaiveRhythm(subscription, plans[subscription.charges[0].plan])
    var eraStarts: [Int] = []
    for day in start..<max(start, asOf.number) + 500 {
      let before = plans[charges[Self.own]?.plan ?? 0]
      var todays = changes.filter { $0.prorates && $0.effective.number == day }
      let newest = todays.sorted { $0.id < $1.id }.last { $0.plan != nil }?.plan
      let restarts = day > rhythm.firstPaid && newest.map { !plans[$0].isLike(before) } ?? false
      let starts = day >= rhythm.firstPaid && (day == rhythm.firstPaid || rhythm.starts(day))
      if restarts || starts {
        todays += changes.filter {
          !$0.prorates && $0.effective.number <= day && !done.contains($0.id)
        }
      }
      for change in todays.sorted(by: { ($0.effective, $0.id) < ($1.effective, $1.id) }) {
        done.insert(change.id)
        Self.apply(change, to: &charges, &isPaused)
      }
      let after = plans[charges[Self.own]?.plan ?? 0]
      if !after.isLike(before) {
        let isFirst = eraStarts.isEmpty && day <= rhythm.firstPaid
        rhythm =
          isFirst
          ? NaiveRhythm(subscription, after)
          : NaiveRhythm(
            Subscription(
              id: subscription.id, charges: subscription.charges,
              start: LocalDate(daysSince1970: Int32(day))), after)
        if !isFirst { eraStarts.append(day) }
      }
      let period = rhythm.period(around: max(day, rhythm.firstPaid))
      days.append(
        Day(charges: charges, isPaused: isPaused, periodEnd: period.upperBound, period: period))
    }
    for eraStart in eraStarts {
      for day in start..<eraStart {
        days[day - start].periodEnd = min(days[day - start].periodEnd, eraStart)
      }
    }
  }

  subscript(day: Int) -> Day { days[day - start] }

  private static func apply(
    _ change: SubscriptionChange, to charges: inout [Int: Charge], _ isPaused: inout Bool
  ) {
    if let own = charges[own] {
      charges[Self.own] = Charge(
        plan: change.plan ?? own.plan, quantity: change.quantity ?? own.quantity,
        amount: change.amount ?? own.amount)
    }
    if let addons = change.addons {
      charges = charges.filter { $0.key == own }
      for addon in addons {
        charges[addon.plan] = Charge(
          plan: addon.plan, quantity: addon.quantity, amount: addon.amount)
      }
    }
    isPaused = change.paused ?? isPaused
  }
}

extension NaiveTimeline.Charge {
  /// The price of a whole period in minor units of euros.
  func price(_ plans: [Plan]) -> Fraction {
    let exact = NaivePrice.exact(plans[plan].prices[0].model, Fraction(quantity), amount)
    return exact.reduce(Fraction(0), +) * Fraction(100)
  }
}

extension Plan {
  fileprivate func isLike(_ other: Plan) -> Bool {
    interval == other.interval && intervalCount == other.intervalCount
  }
}
