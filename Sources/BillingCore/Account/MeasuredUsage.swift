// SPDX-License-Identifier: Apache-2.0

/// What usage records of some days come to, summed before pricing (RULES 5, late usage).
public struct MeasuredUsage: Sendable {
  /// Which charge.
  public let slot: Int16
  /// The days, half-open, in the seller's zone.
  public let days: Period
  /// Their quantity, by the plan's aggregation; zero without records.
  public let quantity: ExactDecimal

  /// Creates a sum.
  public init(slot: Int16, days: Period, quantity: ExactDecimal) {
    self.slot = slot
    self.days = days
    self.quantity = quantity
  }
}

/// Days of a measured charge whose usage billing needs.
public struct UsageWindow: Sendable, Hashable {
  /// Whose.
  public let subscription: ID<Subscription>
  /// Which charge.
  public let slot: Int16
  /// Index of `Catalog.plans`.
  public let plan: Int
  /// The days, half-open.
  public let days: Period
}

extension Subscription {
  /// What a measured charge comes to over some days; nothing where nobody has summed it.
  func usage(slot: Int16, over days: Period) -> MeasuredUsage {
    usage.first { $0.slot == slot && $0.days == days }
      ?? MeasuredUsage(slot: slot, days: days, quantity: .zero)
  }
}
