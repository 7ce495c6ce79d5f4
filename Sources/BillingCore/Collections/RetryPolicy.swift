// SPDX-License-Identifier: Apache-2.0

/// When a declined charge is tried again, as data.
public struct RetryPolicy: Hashable, Sendable {
  /// What happens when no attempt is left.
  public enum Action: String, Hashable, Sendable, CaseIterable {
    /// Nothing: the invoice stays open.
    case leave
    /// The invoice's subscriptions end today.
    case cancelSubscription = "cancel_subscription"
    /// The customer pays by hand from now on.
    case autopayOff = "autopay_off"
    /// The invoice is chased.
    case chase
    /// The invoice is written off.
    case writeOff = "write_off"
  }

  /// Days from a declined attempt to the next one, one a retry, after those of `hours`.
  public var days: [Int]
  /// Hours from a declined attempt to the next one, one a retry.
  public var hours: [Int]
  /// Days of the month to which a retry by days is put off; none takes any day.
  ///
  /// 29 to 31 are the last day of a month that has fewer.
  public var payDays: [Int]
  /// At most so many attempts, within `windowDays` or at all.
  public var maxAttempts: Int?
  /// In how many days, the day of an attempt being the first.
  public var windowDays: Int?
  /// Whether a retry by days is put off to the next business day of the calendar.
  public var businessDaysOnly: Bool
  /// What happens after the last failure.
  public var afterLast: Action

  /// A policy; 3, 5 and 7 days unless told otherwise (RULES 4).
  public init(
    days: [Int] = [3, 5, 7], hours: [Int] = [], payDays: [Int] = [], maxAttempts: Int? = nil,
    windowDays: Int? = nil, businessDaysOnly: Bool = false, afterLast: Action = .leave
  ) {
    self.days = days
    self.hours = hours
    self.payDays = payDays
    self.maxAttempts = maxAttempts
    self.windowDays = windowDays
    self.businessDaysOnly = businessDaysOnly
    self.afterLast = afterLast
  }
}
