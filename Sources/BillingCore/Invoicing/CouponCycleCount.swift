// SPDX-License-Identifier: Apache-2.0

/// Counts, within one account, for how many base periods each coupon has counted (RULES 5,
/// coupons).
struct CouponCycleCount {
  /// Per subscription, per attached coupon; empty where no subscription has any.
  private var used: [[Int]] = []

  init(_ subscriptions: [Subscription]) {
    if subscriptions.indices.allSatisfy({ subscriptions[$0].discounts.isEmpty }) { return }
    used = subscriptions.map { $0.discounts.map { $0.cyclesUsed } }
  }

  /// Cycles so far, by position of the coupon on the subscription.
  func used(by subscription: Int) -> [Int] { used[subscription] }

  /// Counts one cycle for each applied coupon.
  mutating func count(_ applied: [Int], of subscription: Int) {
    for index in applied { used[subscription][index] += 1 }
  }

  /// Gives cycles back of base periods whose first day is no longer billed, and not billed anew.
  mutating func giveBack(_ due: ChargeableItems, _ subscriptions: [Subscription]) {
    if due.released.isEmpty || used.isEmpty { return }
    let rebilled = Set(due.items.compactMap(\.replaced))
    for (place, span) in due.released.enumerated()
    where span.slot == 0 && !rebilled.contains(place) {
      let begun = span.lines.filter { $0.days.start == span.days.start }
      let coupons = Set(begun.flatMap(\.discounts).filter(\.countsCycle).map(\.coupon))
      guard !coupons.isEmpty,
        let index = subscriptions.firstIndex(where: { $0.id == span.subscription })
      else { continue }
      for (place, attached) in subscriptions[index].discounts.enumerated()
      where coupons.contains(attached.coupon) { used[index][place] -= 1 }
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
