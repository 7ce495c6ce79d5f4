// SPDX-License-Identifier: Apache-2.0

/// Says when an invoice is charged again after a decline: a pure function of the policy and of the
/// attempts so far (RULES 4).
public struct RetrySchedule: Hashable, Sendable {
  /// A declined attempt.
  public struct Try: Hashable, Sendable {
    /// The as-of day on which its result was known.
    public let day: LocalDate
    /// When its result was known, in UNIX seconds.
    public let moment: Int64
    /// Whether the schedule made it, and not a person.
    public let isAutomatic: Bool
    /// What the decline means.
    public let declineClass: DeclineClass
    /// How long the card scheme bars another try, in hours.
    public let barredHours: Int

    /// Makes one of its parts.
    public init(
      day: LocalDate, moment: Int64, isAutomatic: Bool = true, _ declineClass: DeclineClass,
      barredHours: Int = 0
    ) {
      self.day = day
      self.moment = moment
      self.isAutomatic = isAutomatic
      self.declineClass = declineClass
      self.barredHours = barredHours
    }
  }

  /// What comes next.
  public enum Decision: Hashable, Sendable {
    /// Another attempt on a day, not before a moment in UNIX seconds.
    case retry(on: LocalDate, notBefore: Int64?)
    /// None before the payer has acted or changed the source.
    case wait
    /// None: the policy's action is due.
    case giveUp
  }

  private let policy: RetryPolicy
  private let calendar: BusinessCalendar

  /// A schedule by a policy and the calendar of its country.
  public init(_ policy: RetryPolicy, calendar: BusinessCalendar = BusinessCalendar()) {
    self.policy = policy
    self.calendar = calendar
  }

  /// Minutes to the next attempt after a technical decline.
  public static let technicalMinutes: Int64 = 30
  /// So many technical declines in a row don't count; each further one does, as a soft one.
  public static let technicalTries = 3

  /// What comes after the last of some declined attempts of one source, the oldest first.
  ///
  /// Manual ones don't use up the schedule, nor the technical ones that it does not count.
  /// `planned` is the attempt that was due before a manual one: it stays, but not on the day of a
  /// decline, and not within minutes of a technical one.
  public func decision(after tries: [Try], planned: LocalDate? = nil) -> Decision {
    guard let last = tries.last else { return .giveUp }
    let automatic = tries.filter(\.isAutomatic)
    let technical = automatic.reversed().prefix { $0.declineClass == .technical }.count
    let soon = last.moment + Self.technicalMinutes * 60
    switch last.declineClass {
    case .hard: return .giveUp
    case .actionNeeded: return .wait
    case .technical where !last.isAutomatic:
      guard let planned else { return .wait }
      return retry(on: max(planned, last.day), notBefore: soon, last, automatic)
    case .technical where technical <= Self.technicalTries:
      return .retry(on: last.day, notBefore: soon)
    case .soft, .technical: break
    }
    if let maximum = policy.maxAttempts,
      maximum < 1 || policy.windowDays == nil && automatic.count >= maximum
    {
      return .giveUp
    }
    if !last.isAutomatic {
      guard let planned else { return .wait }
      return retry(on: max(planned, last.day.adding(days: 1)), notBefore: nil, last, automatic)
    }
    let used = used(by: automatic)
    if policy.hours.indices.contains(used - 1) {
      let hours = policy.hours[used - 1]
      return retry(
        on: last.day.adding(days: hours / 24), notBefore: last.moment + Int64(hours) * 3600,
        last, automatic)
    }
    let place = used - policy.hours.count - 1
    guard policy.days.indices.contains(place) else { return .giveUp }
    let day = bankable(last.day.adding(days: max(1, policy.days[place])))
    return retry(on: day, notBefore: nil, last, automatic)
  }

  /// How many tries of the schedule are used up: of the automatic ones all but the first technical
  /// ones of each row of them.
  private func used(by automatic: [Try]) -> Int {
    var (used, technical) = (0, 0)
    for attempt in automatic {
      technical = attempt.declineClass == .technical ? technical + 1 : 0
      if technical == 0 || technical > Self.technicalTries { used += 1 }
    }
    return used
  }

  /// The first day from one on that the policy takes.
  private func bankable(_ day: LocalDate) -> LocalDate {
    var day = day
    if !policy.payDays.isEmpty {
      let isPayDay = { (day: LocalDate) in
        policy.payDays.contains { min($0, day.daysInMonth) == day.day }
      }
      day = (0..<31).lazy.map { day.adding(days: $0) }.first(where: isPayDay) ?? day
    }
    return policy.businessDaysOnly ? calendar.businessDay(onOrAfter: day) : day
  }

  /// A retry as soon as the policy's window and the scheme's bar let it.
  private func retry(
    on day: LocalDate, notBefore: Int64?, _ last: Try, _ automatic: [Try]
  ) -> Decision {
    var (day, notBefore) = (day, notBefore)
    if let maximum = policy.maxAttempts, let window = policy.windowDays, automatic.count >= maximum
    {
      let free = automatic[automatic.count - maximum].day.adding(days: window)
      if free > day { day = bankable(free) }
    }
    if last.barredHours > 0 {
      notBefore = max(notBefore ?? 0, last.moment + Int64(last.barredHours) * 3600)
      day = max(day, last.day.adding(days: last.barredHours / 24))
    }
    return .retry(on: day, notBefore: notBefore)
  }
}
