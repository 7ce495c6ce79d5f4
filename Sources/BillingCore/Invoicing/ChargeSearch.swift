// SPDX-License-Identifier: Apache-2.0

/// Walks the periods of charges from where they are covered to where they are no longer due.
struct ChargeSearch {
  let subscription: Subscription
  /// Its index in the account.
  let index: Int
  /// When the periods of the charges are.
  var schedule: ChargeSchedule
  let asOf: LocalDate
  /// What falls due later stays due, but for days that are given back now.
  let lastDue: LocalDate
  /// Which of what is due is billed.
  let catchUp: CatchUp
  /// What it charges from which day on, where that changes; nil where it does not.
  var timeline: Timeline?
  /// Days that were covered, but no longer as they are wanted.
  var released: [ReleasedSpan] = []
  /// Whether the schedule begins with the subscription, so that free days come before it.
  var beginsSubscription = true
  /// The first day on which there may be more to find; nil when there never will.
  private(set) var nextDue: LocalDate?
  /// The end of the last span found or known.
  private(set) var coveredThrough: LocalDate?
  /// The end of what the last walk found or knew.
  private(set) var walkedThrough: LocalDate?

  init(
    _ subscription: Subscription, at index: Int, schedule: ChargeSchedule, asOf: LocalDate,
    lastDue: LocalDate? = nil, catchUp: CatchUp = CatchUp()
  ) {
    self.subscription = subscription
    self.index = index
    self.schedule = schedule
    self.asOf = asOf
    self.lastDue = lastDue ?? asOf
    self.catchUp = catchUp
  }

  /// Finds what is due of charges that are covered alike: up to a day, and on the `live` spans.
  ///
  /// Throws `tooManyLines`.
  mutating func run(
    charges: Range<Int>, slot: Int16? = nil, isMeasured: Bool = false, covered: LocalDate?,
    live: [Period], into found: inout ChargeableItems
  ) throws(Issue) {
    let walk = Walk(charges: charges, slot: slot, isMeasured: isMeasured, live: live)
    walkedThrough = nil
    let begin = max(schedule.firstPaidDay, coverBeginning(walk, from: covered, &found))
    let isFirst = begin <= schedule.firstPaidDay
    var n = isFirst ? schedule.firstIndex : schedule.cycle.index(containing: begin)
    var whole = schedule.cycle.period(n)
    while let span = schedule.paidDays(of: whole) {
      // While paused no period starts, so none is decided on before its first day.
      let isPaused =
        !walk.isMeasured
        && (timeline?.segment(on: span.start).isPaused ?? subscription.paused)
      let due = isPaused ? max(schedule.dueOn(span), span.start) : schedule.dueOn(span)
      if due > lastDue {
        look(on: due)
        if due > asOf || released.isEmpty { return }
      }
      if let end = catchUp.to, span.start >= end { return look(on: due) }
      if walk.isMeasured && !catchUp.billsNothing { findLate(walk, span, of: whole, &found) }
      if let open = Period(from: max(span.start, begin), to: span.end) {
        cover(walk, open, of: whole, dueOn: due, &found)
        if found.items.count > BillingTerms.maxLinesPerAccount {
          throw .tooManyLines(BillingTerms.maxLinesPerAccount)
        }
      }
      n += 1
      whole = schedule.cycle.period(n)
    }
    guard let day = schedule.renewalDueOn else { return }
    look(on: day)
    if day <= asOf { found.awaitsRenewal = true }
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
    /// The only one, where its terms are those of the timeline.
    let slot: Int16?
    /// Whether usage is billed, also of days that are paused.
    let isMeasured: Bool
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
    if !beginsSubscription { return }
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
    if due <= lastDue { advance(to: open.end) }
    let reason =
      isBilledAnew(open, walk)
      ? nil : catchUp.reason(forPeriodFrom: max(whole.start, schedule.firstPaidDay))
    for piece in due > lastDue ? givenBack(of: open, walk) : uncovered(of: open, walk) {
      if let reason {
        append(piece, reason, walk, &found)
        continue
      }
      if let timeline, let slot = walk.slot {
        cover(piece, of: whole, dueOn: due, walk, slot, timeline, &found)
        continue
      }
      if subscription.paused && !walk.isMeasured {
        append(piece, .paused, walk, &found)
        continue
      }
      for charge in walk.charges {
        found.items.append(
          DueItem(
            subscription: index, charge: charge, isBase: charge == 0, span: piece, period: whole,
            startsOn: max(whole.start, schedule.firstPaidDay), dueOn: due))
      }
    }
  }

  /// Whether days of a period are credited now, of this charge or of one that it replaces: what
  /// bills them anew belongs to the credit, and no period is missed (RULES 5, catch-up).
  private func isBilledAnew(_ open: Period, _ walk: Walk) -> Bool {
    released.contains { cut in
      !cut.lines.isEmpty && open.intersection(cut.days) != nil
        && (cut.slot == walk.slot
          || timeline?.segment(on: cut.days.start).charge(cut.slot) == nil)
    }
  }

  private func uncovered(of open: Period, _ walk: Walk) -> [Period] {
    walk.live.isEmpty ? [open] : open.subtracting(walk.live)
  }

  /// The days of a walk that lines billed, and that are given back now.
  private func givenBack(of open: Period, _ walk: Walk) -> [Period] {
    released.filter { $0.slot == walk.slot && !$0.lines.isEmpty }
      .compactMap { open.intersection($0.days) }
  }

  /// Covers days of one charge by the terms that the timeline has for each (RULES 5, change).
  private mutating func cover(
    _ open: Period, of whole: Period, dueOn due: LocalDate, _ walk: Walk, _ slot: Int16,
    _ timeline: Timeline, _ found: inout ChargeableItems
  ) {
    let startsOn = max(whole.start, schedule.firstPaidDay)
    let endsOn = schedule.paidDays(of: whole)?.end
    for part in timeline.parts(of: open, slot: slot) {
      let segment = timeline.segment(on: part.start)
      guard let charge = segment.charge(slot) else { continue }
      if segment.isPaused && !walk.isMeasured {
        found.reasoned.append(
          ReasonedSpan(subscription: subscription.id, slot: slot, span: part, reason: .paused))
        continue
      }
      let place = found.add(charge, of: subscription)
      // A changed quantity keeps the period's price version (RULES 5, price version).
      let pricedOn = max(timeline.planStart(of: slot, on: part.start), startsOn)
      for (piece, replaced) in split(part, slot: slot) {
        found.items.append(
          DueItem(
            subscription: index, charge: place, isBase: slot == 0, span: piece, period: whole,
            startsOn: startsOn, endsOn: endsOn, pricedOn: pricedOn, dueOn: due,
            replaced: replaced))
      }
    }
  }

  /// Finds covered days of a measured charge that have to be rated anew: usage came in for them, or
  /// a part of what was billed with them is given back (RULES 5, late usage).
  private func findLate(
    _ walk: Walk, _ span: Period, of whole: Period, _ found: inout ChargeableItems
  ) {
    guard let timeline, let slot = walk.slot, isUnsettled(span, slot),
      let own = Period(
        from: max(span.start, subscription.migratedThrough ?? span.start), to: span.end)
    else { return }
    let startsOn = max(whole.start, schedule.firstPaidDay)
    for live in walk.live {
      guard let covered = own.intersection(live) else { continue }
      for part in timeline.parts(of: covered, slot: slot) where isUnsettled(part, slot) {
        guard let charge = timeline.segment(on: part.start).charge(slot) else { continue }
        found.items.append(
          DueItem(
            subscription: index, charge: found.add(charge, of: subscription), isBase: false,
            span: part, period: whole, startsOn: startsOn,
            pricedOn: max(timeline.planStart(of: slot, on: part.start), startsOn),
            dueOn: part.end, isLate: true))
      }
    }
  }

  private func isUnsettled(_ days: Period, _ slot: Int16) -> Bool {
    if let from = subscription.usageFrom, days.end > from { return true }
    return released.contains { cut in
      cut.slot == slot && !cut.lines.isEmpty
        && subscription.billed.contains {
          $0.slot == slot && $0.days.start == cut.spanStart && $0.days.intersection(days) != nil
        }
    }
  }

  /// Cuts days where what billed them before changes, with the place of what is released of that;
  /// days of which some were never billed are not cut: they are a new period.
  private func split(_ part: Period, slot: Int16) -> [(Period, replaced: Int?)] {
    let before = released.indices.filter { released[$0].slot == slot }
    guard part.subtracting(before.map { released[$0].days }).isEmpty else { return [(part, nil)] }
    return before.compactMap { place in
      part.intersection(released[place].days).map { ($0, place) }
    }
  }

  private mutating func advance(to day: LocalDate) {
    coveredThrough = if let coveredThrough { max(coveredThrough, day) } else { day }
    walkedThrough = if let walkedThrough { max(walkedThrough, day) } else { day }
  }

  private func append(
    _ span: Period, _ reason: ReasonedSpan.Reason, _ walk: Walk, _ found: inout ChargeableItems
  ) {
    if let timeline, let slot = walk.slot {
      if timeline.segment(on: span.start).charge(slot) == nil { return }
      found.reasoned.append(
        ReasonedSpan(subscription: subscription.id, slot: slot, span: span, reason: reason))
      return
    }
    for charge in walk.charges {
      found.reasoned.append(
        ReasonedSpan(
          subscription: subscription.id, slot: subscription.charges[charge].slot,
          span: span, reason: reason))
    }
  }
}
