// SPDX-License-Identifier: Apache-2.0

/// Says which steps of a cadence are due for an unpaid invoice: a pure function of the cadence, the
/// invoice's days and the day of its last steps.
///
/// A step is taken on its day or, where that was missed, once on a later one. Of several messages
/// that were missed only those of the last day go out, and of several fees, escalations and pauses
/// only the last of each: what was missed never comes in a burst. Nor do steps whose days one
/// business day stands for: of those by the same channel the last goes out. Steps of days up to the
/// last ones taken are past, so that a changed cadence neither repeats nor catches up; and none is
/// taken twice, should the due date be put off.
public struct ChaseLadder: Hashable, Sendable {
  /// What of an invoice decides.
  public struct Invoice: Hashable, Sendable {
    /// Its date.
    public let issued: LocalDate
    /// When it is due, as agreed last; nil where AutoPay has no due date.
    public let due: LocalDate?
    /// The day on which the last steps were taken.
    public let lastStep: LocalDate?
    /// The numbers of the steps of this cadence that were taken or missed.
    public let done: Set<Int16>
    /// The day up to which payment is promised: nothing is due before it has passed.
    public let promised: LocalDate?

    /// Makes one of its parts.
    public init(
      issued: LocalDate, due: LocalDate?, lastStep: LocalDate? = nil, done: Set<Int16> = [],
      promised: LocalDate? = nil
    ) {
      self.issued = issued
      self.due = due
      self.lastStep = lastStep
      self.done = done
      self.promised = promised
    }
  }

  /// A step with its day.
  public struct DatedStep: Hashable, Sendable {
    /// The step.
    public let step: ChasingCadence.Step
    /// On which day it is due.
    public let day: LocalDate

    /// Dates a step.
    public init(_ step: ChasingCadence.Step, on day: LocalDate) {
      self.step = step
      self.day = day
    }
  }

  /// What is due, and when more is.
  public struct Decision: Hashable, Sendable {
    /// The steps to take now, in order of their numbers.
    public var due: [DatedStep] = []
    /// The steps whose day was missed and that later ones have replaced.
    public var missed: [DatedStep] = []
    /// The next day with a step; nil after the last one.
    public var next: LocalDate?
  }

  private let cadence: ChasingCadence
  private let calendar: BusinessCalendar

  /// A ladder by a cadence and the calendar of the seller's country.
  public init(_ cadence: ChasingCadence, calendar: BusinessCalendar = BusinessCalendar()) {
    self.cadence = cadence
    self.calendar = calendar
  }

  /// What is due for an invoice on a day.
  public func decision(for invoice: Invoice, on today: LocalDate) -> Decision {
    var decision = Decision()
    let isPromised = invoice.promised.map { today <= $0 } ?? false
    var open: [(dated: DatedStep, plain: LocalDate)] = []
    for step in cadence.steps where !invoice.done.contains(step.number) {
      let plain = plainDay(of: step, for: invoice)
      let dated = DatedStep(step, on: day(on: plain))
      if let last = invoice.lastStep, dated.day <= last { continue }
      if dated.day <= today && !isPromised {
        open.append((dated, plain))
      } else {
        decision.next = min(decision.next ?? dated.day, dated.day)
      }
    }
    if isPromised, let promised = invoice.promised {
      decision.next = decision.next.map { max($0, promised.adding(days: 1)) }
    }
    for (one, plain) in open {
      let isReplaced = open.contains { other, otherPlain in
        let action = other.step.action
        if other.day == one.day {
          return otherPlain > plain && action.isMessage && action == one.step.action
        }
        return other.day > one.day
          && (one.step.action.isMessage ? action.isMessage : action == one.step.action)
      }
      if isReplaced { decision.missed.append(one) } else { decision.due.append(one) }
    }
    return decision
  }

  /// The day of a step, business day or not.
  private func plainDay(of step: ChasingCadence.Step, for invoice: Invoice) -> LocalDate {
    let anchor = step.anchor == .issue ? invoice.issued : invoice.due ?? invoice.issued
    return anchor.adding(days: step.days)
  }

  private func day(on plain: LocalDate) -> LocalDate {
    cadence.isBusinessDaysOnly ? calendar.businessDay(onOrAfter: plain) : plain
  }
}
