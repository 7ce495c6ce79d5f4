// SPDX-License-Identifier: Apache-2.0

/// A span of one charge that is due and not covered yet.
struct DueItem {
  /// Index of the account's subscription.
  let subscription: Int
  /// Index of the subscription's charge.
  let charge: Int
  /// The days to bill, half-open: the whole period or a part of it.
  let span: Period
  /// The whole period that `span` is part of: the denominator of its share.
  let period: Period
  /// The day on which it became due; what is due on one day shares an invoice.
  let dueOn: LocalDate
}

/// Days that are covered without being billed.
public struct ReasonedSpan: Hashable, Sendable {
  /// Whose days.
  public let subscription: ID<Subscription>
  /// Which charge.
  public let slot: Int16
  /// The days, half-open.
  public let span: Period
  /// Why nothing is billed for them.
  public let reason: Reason

  /// Why days are covered without a line (RULES 0.2).
  public enum Reason: String, Sendable {
    /// Before the first paid day.
    case trial
    /// The subscription was paused.
    case paused
    /// The invoice would have come to nothing and the seller suppresses those.
    case zero
    /// Billed in another system.
    case migrated
  }
}

/// Which periods of which charges are due up to a day: what should exist, minus what exists (DESIGN 2).
struct ChargeableItems {
  /// What to bill, in order of (due day, subscription, charge).
  var items: [DueItem] = []
  /// What is covered without being billed.
  var reasoned: [ReasonedSpan] = []
  /// Per subscription: the first day on which something may be due next; nil for never.
  var nextBillOn: [LocalDate?] = []
  /// Per subscription: what `billing_cursor.covered_through` comes to by these items alone.
  var coveredThrough: [LocalDate?] = []

  /// Finds what is due on an account; both ends of each charge come from the subscription's own anchor.
  mutating func find(
    in account: AccountSnapshot, catalog: Catalog, asOf: LocalDate
  ) throws(Issue) {
    items.removeAll(keepingCapacity: true)
    reasoned.removeAll(keepingCapacity: true)
    nextBillOn.removeAll(keepingCapacity: true)
    coveredThrough.removeAll(keepingCapacity: true)
    for index in account.subscriptions.indices {
      try find(subscription: index, in: account, catalog: catalog, asOf: asOf)
    }
  }

  private mutating func find(
    subscription index: Int, in account: AccountSnapshot, catalog: Catalog, asOf: LocalDate
  ) throws(Issue) {
    let subscription = account.subscriptions[index]
    let firstItem = items.count
    if subscription.hasChanges { throw .unsupported("changes", subscription.id) }
    var next: LocalDate?
    var covered: LocalDate?
    for charge in subscription.charges.indices {
      let plan = subscription.charges[charge].plan
      if catalog.plans[plan].quantityType == .usage {
        throw .unsupported("usage", subscription.id)
      }
      let schedule = try ChargeSchedule(subscription, plan: catalog.plans[plan])
      var search = ChargeSearch(
        subscription: subscription, index: index, charge: charge, schedule: schedule, asOf: asOf)
      search.run(&self)
      if let day = search.nextDue { next = next.map { min($0, day) } ?? day }
      covered = [covered, search.coveredThrough].compactMap { $0 }.max()
    }
    nextBillOn.append(next)
    coveredThrough.append(covered)
    sortItems(from: firstItem)
  }

  /// Charges are searched one by one; documents want them by day.
  private mutating func sortItems(from first: Int) {
    func precedes(_ left: DueItem, _ right: DueItem) -> Bool {
      if left.dueOn != right.dueOn { return left.dueOn < right.dueOn }
      if left.span.start != right.span.start { return left.span.start < right.span.start }
      return left.charge < right.charge
    }
    for index in items.indices.dropFirst(first + 1) where precedes(items[index], items[index - 1]) {
      items[first...].sort(by: precedes)
      return
    }
  }
}

/// Walks the periods of one charge from where it is covered to where it is no longer due.
private struct ChargeSearch {
  let subscription: Subscription
  let index: Int
  let charge: Int
  let schedule: ChargeSchedule
  let asOf: LocalDate
  /// The due day of the first period that is not due yet; nil when none will ever start.
  var nextDue: LocalDate?
  /// The end of the last span found or known.
  var coveredThrough: LocalDate?

  init(
    subscription: Subscription, index: Int, charge: Int, schedule: ChargeSchedule, asOf: LocalDate
  ) {
    self.subscription = subscription
    self.index = index
    self.charge = charge
    self.schedule = schedule
    self.asOf = asOf
  }

  mutating func run(_ found: inout ChargeableItems) {
    var live: [Period] = []
    switch subscription.coverage {
    case .through(let day): coveredThrough = day
    case .spans(let spans):
      live = spans[subscription.charges[charge].slot] ?? []
      coveredThrough = nil
    }
    // Walking starts at the cursor where nothing before it can be open, else at the beginning.
    let from = coveredThrough ?? schedule.firstPaidDay
    if coveredThrough == nil { coverBeginning(&found, live: &live) }
    let begin = max(from, coveredThrough ?? from)
    var n = begin <= schedule.firstPaidDay ? schedule.firstIndex : schedule.cycle.index(containing: begin)
    while let span = schedule.span(ofPeriod: n) {
      let due = schedule.dueOn(span)
      if due > asOf {
        nextDue = due
        return
      }
      bill(span, period: schedule.cycle.period(n), from: begin, live: live, dueOn: due, &found)
      n += 1
    }
  }

  /// Covers the days before the first paid one, and those billed elsewhere.
  private mutating func coverBeginning(_ found: inout ChargeableItems, live: inout [Period]) {
    guard subscription.start <= asOf else { return }
    var start = subscription.start
    for (end, reason) in [
      (subscription.migratedThrough, ReasonedSpan.Reason.migrated),
      (subscription.trialEnd, ReasonedSpan.Reason.trial),
    ] {
      guard let end, let span = Period(from: start, to: end) else { continue }
      for piece in span.subtracting(live) { append(piece, reason, &found) }
      live.append(span)
      start = end
      coveredThrough = max(coveredThrough ?? end, end)
    }
    live.sort { $0.start < $1.start }
  }

  private mutating func bill(
    _ span: Period, period: Period, from begin: LocalDate, live: [Period], dueOn due: LocalDate,
    _ found: inout ChargeableItems
  ) {
    guard span.end > begin, let open = Period(from: max(span.start, begin), to: span.end) else { return }
    coveredThrough = max(coveredThrough ?? span.end, span.end)
    for piece in live.isEmpty ? [open] : open.subtracting(live) {
      if subscription.paused {
        append(piece, .paused, &found)
      } else {
        found.items.append(
          DueItem(subscription: index, charge: charge, span: piece, period: period, dueOn: due))
      }
    }
  }

  private func append(_ span: Period, _ reason: ReasonedSpan.Reason, _ found: inout ChargeableItems) {
    found.reasoned.append(
      ReasonedSpan(
        subscription: subscription.id, slot: subscription.charges[charge].slot, span: span,
        reason: reason))
  }
}
