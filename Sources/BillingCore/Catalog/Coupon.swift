// SPDX-License-Identifier: Apache-2.0

/// A discount that can be attached to a subscription.
public struct Coupon: Sendable {
  /// The key in the database.
  public let id: ID<Coupon>
  /// The id by which people and files name the coupon.
  public let code: String
  /// What it takes off.
  public let value: Value
  /// True when it bears no other coupon beside it.
  public let exclusive: Bool
  /// Its last day, compared with a period's start (RULES 5, coupons); nil for none.
  public let expirationDate: LocalDate?
  /// For how many cycles it counts, nil for ever.
  public let durationCycles: Int?

  /// What a coupon takes off.
  public enum Value: Sendable, Hashable {
    /// A share of what is left, as an exact fraction.
    case percent(Ratio)
    /// An amount; its currency must be the plan's (RULES 1.11).
    case fixed(Money)
  }

  /// Creates a coupon.
  public init(
    id: ID<Coupon>, code: String, value: Value, exclusive: Bool = false,
    expirationDate: LocalDate? = nil, durationCycles: Int? = nil
  ) {
    self.id = id
    self.code = code
    self.value = value
    self.exclusive = exclusive
    self.expirationDate = expirationDate
    self.durationCycles = durationCycles
  }

  /// Whether it counts for a period that starts on a day, after some cycles already had it.
  public func counts(on start: LocalDate, cyclesUsed: Int) -> Bool {
    if let expirationDate, start > expirationDate { return false }
    guard let durationCycles else { return true }
    return cyclesUsed < durationCycles
  }
}
