// SPDX-License-Identifier: Apache-2.0

/// Days that were covered, but not as a change wants them: they are given back, with a credit where
/// they were billed, and billed anew where something is wanted for them (RULES 0.2, 0.3).
public struct ReleasedSpan: Sendable {
  /// Whose days.
  public let subscription: ID<Subscription>
  /// Which charge.
  public let slot: Int16
  /// The first day of the live span that they are part of.
  public let spanStart: LocalDate
  /// The days, half-open.
  public let days: Period
  /// What billed them; empty where nothing did.
  let lines: [BilledLine]
  /// The coupons that count for the base period that they are part of; nil for none.
  var cycle: CouponCycle?

  /// What another was billed for, and maybe has paid, is not credited to who pays now; nor is what
  /// was written off, which would become money to spend; nor a draft, which could not be dropped
  /// any more.
  ///
  /// Throws `creditOfAnother`, `creditOfBadDebt`, `creditOfDraft`.
  func requireCreditable(to payer: ID<Customer>) throws(Issue) {
    for line in lines where line.base != line.credited {
      if let other = line.payer, other != payer { throw .creditOfAnother(other, subscription) }
      if line.isBadDebt { throw .creditOfBadDebt(subscription) }
      if let run = line.draftOf { throw .creditOfDraft(run: run, subscription) }
    }
  }
}

extension Subscription {
  /// What is covered otherwise than the timeline wants it, or beyond a prorated cancellation, in
  /// order of slot and day.
  ///
  /// Throws `changeTooOld`.
  func released(
    _ timeline: Timeline, catalog: Catalog, asOf: LocalDate, isAfterRun: Bool = false
  ) throws(Issue) -> [ReleasedSpan] {
    var found: [ReleasedSpan] = []
    for span in billed where try !isBeyondEnd(span, timeline, catalog: catalog) {
      var pieces: [Period] = []
      for piece in unwanted(span, timeline, catalog: catalog, asOf: asOf) {
        if let last = pieces.last, last.end == piece.start,
          let joined = Period(from: last.start, to: piece.end)
        {
          pieces[pieces.count - 1] = joined
        } else {
          pieces.append(piece)
        }
      }
      for piece in pieces {
        let oldest = asOf.adding(days: -BillingTerms.maxBackdateDays)
        // What was too old for an earlier run has held the account there.
        if !span.lines.isEmpty && piece.start < oldest && !isAfterRun {
          throw .changeTooOld(oldest, id)
        }
        found.append(
          ReleasedSpan(
            subscription: id, slot: span.slot, spanStart: span.days.start, days: piece,
            lines: span.lines, cycle: span.cycle))
      }
    }
    return found
  }

  /// Whether it is of a period that would not start any more: nothing is wanted of it, and without
  /// credit it stays as it was billed (RULES 5, cancel).
  private func isBeyondEnd(
    _ span: BilledSpan, _ timeline: Timeline, catalog: Catalog
  ) throws(Issue) -> Bool {
    guard !proratesCancel, let era = timeline.eras.last, era.start <= span.days.start,
      let stop = era.schedule.stop, span.days.start >= stop
    else { return false }
    let cycle = try timeline.schedule(of: span.slot, in: era, self, catalog: catalog).cycle
    return cycle.period(cycle.index(containing: span.days.start)).start >= stop
  }

  private func unwanted(
    _ span: BilledSpan, _ timeline: Timeline, catalog: Catalog, asOf: LocalDate
  ) -> [Period] {
    let cut = proratesCancel ? canceledAt.flatMap { $0 <= asOf ? $0 : nil } : nil
    var kept = span.days
    var pieces: [Period] = []
    if let cut, let beyond = Period(from: max(cut, span.days.start), to: span.days.end) {
      if span.cover.canBeReleased { pieces.append(beyond) }
      guard let rest = Period(from: span.days.start, to: beyond.start) else { return pieces }
      kept = rest
    }
    // A change that is still to come credits no day of a period that has begun before it.
    guard let from = timeline.comparedFrom(slot: span.slot),
      from <= asOf || (from <= kept.start && !span.lines.isEmpty),
      let compared = Period(from: max(from, kept.start), to: kept.end)
    else { return pieces }
    let parts = timeline.parts(of: compared, slot: span.slot).filter {
      let segment = timeline.segment(on: $0.start)
      return !span.cover.fits(
        segment.charge(span.slot), isPaused: segment.isPaused, catalog: catalog)
    }
    return parts + pieces
  }
}

extension BilledSpan {
  /// The lines that billed it; empty where none did.
  var lines: [BilledLine] {
    if case .billed(_, let lines) = cover { lines } else { [] }
  }
}

extension BilledSpan.Cover {
  /// Whether a change or cancellation can give the days back.
  fileprivate var canBeReleased: Bool {
    switch self {
    case .billed, .reason(.paused): true
    case .reason, .fixed: false
    }
  }

  /// Whether this is what is wanted; nil for nothing.
  fileprivate func fits(
    _ charge: Subscription.Charge?, isPaused: Bool, catalog: Catalog
  ) -> Bool {
    switch self {
    case .fixed, .reason(.trial), .reason(.migrated), .reason(.skipped), .reason(.beforeBackfill):
      return true
    case .reason(.paused): return charge != nil && isPaused
    case .reason(.zero): return charge == nil || isPaused
    case .billed(let terms, _):
      guard let charge, terms.plan == charge.plan else { return false }
      if catalog.plans[charge.plan].quantityType == .constant {
        if isPaused { return false }
        if let quantity = terms.quantity, quantity != charge.quantity { return false }
      }
      return terms.amount == nil || terms.amount == charge.amount
    }
  }
}

extension ChargeableItems {
  /// Refuses credits that nobody may have.
  ///
  /// Throws `creditOfAnother`, `creditOfBadDebt`, `creditOfDraft`.
  func requireCreditable(to payer: ID<Customer>) throws(Issue) {
    for credit in credits { try released[credit.released].requireCreditable(to: payer) }
  }
}
