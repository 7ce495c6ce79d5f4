// SPDX-License-Identifier: Apache-2.0

/// Walks the periods of charges from where they are covered to where they are no longer due.
struct ChargeSearch {
  let subscription: Subscription
  /// Its index in the account.
  let index: Int
  /// When the periods of the charges are.
  var schedule: ChargeSchedule
  let asOf: LocalDate
  /// The first day on which there may be more to find; nil when there never will.
  private(set) var nextDue: LocalDate?
  /// The end of the last span found or known.
  private(set) var coveredThrough: LocalDate?
  /// The end of what the last walk found or knew.
  private var walkedThrough: LocalDate?

  init(
    _ subscription: Subscription, at index: Int, schedule: ChargeSchedule, asOf: LocalDate
  ) {
    self.subscription = subscription
    self.index = index
    self.schedule = schedule
    self.asOf = asOf
  }

  /// Finds what is due of charges that are covered alike: up to a day, and on the `live` spans.
  ///
  /// Throws `tooManyLines`.
  mutating func run(
    charges: Range<Int>, covered: LocalDate?, live: [Period], into found: inout ChargeableItems
  ) throws(Issue) {
    let walk = Walk(charges: charges, live: live)
    walkedThrough = nil
    let begin = max(schedule.firstPaidDay, coverBeginning(walk, from: covered, &found))
    let isFirst = begin <= schedule.firstPaidDay
    var n = isFirst ? schedule.firstIndex : schedule.cycle.index(containing: begin)
    var whole = schedule.cycle.period(n)
    while let span = schedule.paidDays(of: whole) {
      // While paused no period starts, so none is decided on before its first day.
      let due = subscription.paused ? max(schedule.dueOn(span), span.start) : schedule.dueOn(span)
      if due > asOf { return look(on: due) }
      if let open = Period(from: max(span.start, begin), to: span.end) {
        cover(walk, open, of: whole, dueOn: due, &found)
        if found.items.count > BillingTerms.maxLinesPerAccount {
          throw .tooManyLines(BillingTerms.maxLinesPerAccount)
        }
      }
      n += 1
      whole = schedule.cycle.period(n)
    }
  }

  /// Sees to it that the subscription is looked at again on a day, or earlier.
  mutating func look(on day: LocalDate) {
    nextDue = if let nextDue { min(nextDue, day) } else { day }
  }

  /// Up to where the charges of the last walk are covered without holes, and no further; nil where
  /// they are not, given the spans that were live before.
  ///
  /// A walk fills each hole that it passes, so only what is live beyond its end can be apart.
  func straightEnd(after live: [Period]) -> LocalDate? {
    guard let walkedThrough, (live.last?.end ?? walkedThrough) <= walkedThrough else { return nil }
    return walkedThrough
  }

  /// The charges that are walked together.
  private struct Walk {
    let charges: Range<Int>
    let live: [Period]
  }

  /// Covers the days billed elsewhere and those before the first paid one, from where all is
  /// covered; returns up to where there is nothing to bill.
  private mutating func coverBeginning(
    _ walk: Walk, from covered: LocalDate?, _ found: inout ChargeableItems
  ) -> LocalDate {
    var start = subscription.start
    if let covered {
      advance(to: covered)
      start = max(start, covered)
    }
    coverFree(walk, from: &start, to: subscription.migratedThrough, .migrated, &found)
    coverFree(walk, from: &start, to: subscription.trialEnd, .trial, &found)
    return start
  }

  private mutating func coverFree(
    _ walk: Walk, from start: inout LocalDate, to end: LocalDate?, _ reason: ReasonedSpan.Reason,
    _ found: inout ChargeableItems
  ) {
    guard let end, let span = Period(from: start, to: end) else { return }
    start = end
    // Not before the subscription can be billed at all: until then it may still change.
    let opening = subscription.start.adding(days: -schedule.leadDays)
    if opening > asOf { return look(on: opening) }
    advance(to: end)
    for piece in walk.live.isEmpty ? [span] : span.subtracting(walk.live) {
      append(piece, reason, walk, &found)
    }
  }

  private mutating func cover(
    _ walk: Walk, _ open: Period, of whole: Period, dueOn due: LocalDate,
    _ found: inout ChargeableItems
  ) {
    advance(to: open.end)
    for piece in walk.live.isEmpty ? [open] : open.subtracting(walk.live) {
      if subscription.paused {
        append(piece, .paused, walk, &found)
        continue
      }
      for charge in walk.charges {
        found.items.append(
          DueItem(
            subscription: index, charge: charge, span: piece, period: whole,
            startsOn: max(whole.start, schedule.firstPaidDay), dueOn: due))
      }
    }
  }

  private mutating func advance(to day: LocalDate) {
    coveredThrough = if let coveredThrough { max(coveredThrough, day) } else { day }
    walkedThrough = if let walkedThrough { max(walkedThrough, day) } else { day }
  }

  private func append(
    _ span: Period, _ reason: ReasonedSpan.Reason, _ walk: Walk, _ found: inout ChargeableItems
  ) {
    for charge in walk.charges {
      found.reasoned.append(
        ReasonedSpan(
          subscription: subscription.id, slot: subscription.charges[charge].slot,
          span: span, reason: reason))
    }
  }
}
