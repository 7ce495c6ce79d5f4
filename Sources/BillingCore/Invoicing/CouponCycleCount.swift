// SPDX-License-Identifier: Apache-2.0

/// Counts, within one account, for how many base periods each coupon has counted (RULES 5,
/// coupons).
struct CouponCycleCount {
  /// Per subscription, per attached coupon; empty where no subscription has any.
  private var used: [[Int]] = []

  init(_ account: AccountSnapshot) {
    if account.subscriptions.allSatisfy({ $0.discounts.isEmpty }) { return }
    used = account.subscriptions.map { $0.discounts.map { $0.cyclesUsed } }
  }

  /// Cycles so far, by position of the coupon on the subscription.
  func used(by subscription: Int) -> [Int] { used[subscription] }

  /// Counts one cycle for each applied coupon.
  mutating func count(_ applied: [Int], of subscription: Int) {
    for index in applied { used[subscription][index] += 1 }
  }

  /// What was counted here, beyond what the account came with.
  func counted(_ account: AccountSnapshot) -> [AccountResult.CouponCycles] {
    var counted: [AccountResult.CouponCycles] = []
    for (subscription, counts) in zip(account.subscriptions, used) {
      for (attached, count) in zip(subscription.discounts, counts) where count > attached.cyclesUsed
      {
        counted.append(
          .init(
            subscription: subscription.id, coupon: attached.coupon,
            cycles: count - attached.cyclesUsed))
      }
    }
    return counted
  }
}
