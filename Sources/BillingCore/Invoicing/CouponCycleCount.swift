// SPDX-License-Identifier: Apache-2.0

/// Counts, within one account, for how many base periods each coupon has counted (RULES 5,
/// coupons).
struct CouponCycleCount {
  /// Per subscription, per attached coupon; empty where no subscription has any.
  private var used: [[Int]] = []
  /// The coupons of base periods of which a part is billed herewith, once they are decided.
  private var begun: [BasePeriod: KnownCoupons] = [:]

  private struct BasePeriod: Hashable {
    let subscription: Int
    let start: LocalDate

    init(of item: DueItem) { (subscription, start) = (item.subscription, item.startsOn) }
  }

  init(_ subscriptions: [Subscription]) {
    if subscriptions.indices.allSatisfy({ subscriptions[$0].discounts.isEmpty }) { return }
    used = subscriptions.map { $0.discounts.map { $0.cyclesUsed } }
  }

  /// Cycles so far, by position of the coupon on the subscription.
  func used(by subscription: Int) -> [Int] { used[subscription] }

  /// Decides which coupons count for the base periods of a subscription up to that of an item, as
  /// far as no part of them is billed yet, and counts a cycle of each.
  mutating func decide(
    through last: DueItem, _ subscription: Subscription, _ due: ChargeableItems, _ catalog: Catalog
  ) {
    let items = due.items.filter {
      $0.subscription == last.subscription && $0.isBase && !$0.isLate && !due.rebills($0)
        && $0.startsOn <= last.startsOn && begun[BasePeriod(of: $0)] == nil
    }
    for item in items.sorted(by: { $0.startsOn < $1.startsOn }) {
      let period = BasePeriod(of: item)
      if begun[period] != nil { continue }
      if let known = subscription.coupons(besides: item, without: due.gone(of: subscription)) {
        begun[period] = known
        continue
      }
      let counting = subscription.discounts.indices.filter {
        catalog.coupons[subscription.discounts[$0].coupon]
          .counts(on: item.startsOn, cyclesUsed: used[item.subscription][$0])
      }
      for index in counting { used[item.subscription][index] += 1 }
      let coupons = counting.map { subscription.discounts[$0].coupon }
      begun[period] = KnownCoupons(
        cycle: CouponCycle(start: item.startsOn, coupons: coupons), isNew: true)
    }
  }

  /// The coupons of the base period of an item, once they are decided.
  func known(of item: DueItem) -> KnownCoupons? { begun[BasePeriod(of: item)] }

  /// Keeps what discounts from `first` on took off lines of a base period.
  mutating func keep(_ item: DueItem, _ draft: InvoiceDraft, from first: Int) {
    for discount in draft.discounts.dropFirst(first) {
      guard let coupon = discount.coupon else { continue }
      for share in discount.shares where draft.lines[share.line].slot == 0 {
        begun[BasePeriod(of: item)]?.kept.append(
          KeptDiscount(coupon: coupon, amount: share.amount))
      }
    }
    begun[BasePeriod(of: item)]?.isNew = false
  }

  /// Gives cycles back of base periods of which no day is billed any more.
  mutating func giveBack(_ due: ChargeableItems, _ subscriptions: [Subscription]) {
    if due.released.isEmpty || used.isEmpty { return }
    for (index, subscription) in subscriptions.enumerated() {
      for cycle in due.endedCycles(of: subscription, at: index) {
        for (place, attached) in subscription.discounts.enumerated()
        where cycle.coupons.contains(attached.coupon) { used[index][place] -= 1 }
      }
    }
  }

  /// What was counted here, beyond what the account came with; below zero for what was given back.
  func counted(_ subscriptions: [Subscription]) -> [AccountResult.CouponCycles] {
    var counted: [AccountResult.CouponCycles] = []
    for (subscription, counts) in zip(used.isEmpty ? [] : subscriptions, used) {
      for (attached, count) in zip(subscription.discounts, counts)
      where count != attached.cyclesUsed {
        counted.append(
          .init(
            subscription: subscription.id, coupon: attached.coupon,
            cycles: count - attached.cyclesUsed))
      }
    }
    return counted
  }
}

/// The coupons of a base period of which a part is billed.
struct KnownCoupons {
  /// Those that count for it.
  let cycle: CouponCycle
  /// What discounts took off that part.
  var kept: [KeptDiscount] = []
  /// Whether the cycles count from now on.
  var isNew = false

  /// Whether the period has a coupon.
  func has(_ coupon: Int) -> Bool {
    cycle.coupons.contains(coupon) || kept.contains { $0.coupon == coupon }
  }
}

extension Subscription {
  /// The coupons that other billed parts of an item's base period have, and what they took off but
  /// for days that are gone; nil where no other is billed.
  fileprivate func coupons(besides item: DueItem, without gone: [Period]) -> KnownCoupons? {
    guard let paid = Period(from: item.startsOn, to: item.endsOn) else { return nil }
    let others = billed.filter {
      $0.slot == 0 && $0.bills && paid.intersection($0.days) != nil
    }
    if others.isEmpty { return nil }
    let cycle = others.lazy.compactMap(\.cycle).first
    var known = KnownCoupons(cycle: cycle ?? CouponCycle(start: item.startsOn, coupons: []))
    for span in others {
      let days = span.days.subtracting(gone).reduce(0) { $0 + $1.days }
      for line in span.lines where days > 0 {
        let share = Ratio(Int64(days), Int64(line.days.days)) ?? .one
        for discount in line.discounts {
          guard let coupon = discount.coupon else { continue }
          known.kept.append(KeptDiscount(coupon: coupon, amount: discount.amount, share: share))
        }
      }
    }
    return known
  }
}

extension ChargeableItems {
  /// Cycles of base periods that were billed, and of which no day stays or is billed anew.
  fileprivate func endedCycles(of subscription: Subscription, at index: Int) -> Set<CouponCycle> {
    let gone = released.filter { $0.subscription == subscription.id && $0.slot == 0 }
    let cycles = Set(gone.compactMap(\.cycle))
    if cycles.isEmpty { return [] }
    let days = gone.map(\.days)
    return cycles.filter { cycle in
      let stays = subscription.billed.contains {
        $0.slot == 0 && $0.cycle?.start == cycle.start && !$0.days.subtracting(days).isEmpty
      }
      return !stays
        && !items.contains { item in
          item.subscription == index && item.isBase
            && (item.startsOn == cycle.start || rebilled(item)?.cycle?.start == cycle.start)
        }
    }
  }
}

extension BilledSpan {
  /// Whether a document has billed the days, or would have, had it not come to nothing.
  fileprivate var bills: Bool {
    switch cover {
    case .billed, .reason(.zero): true
    case .reason, .fixed: false
    }
  }
}
