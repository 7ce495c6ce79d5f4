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
  /// The period's first paid day: decides price version and coupons (RULES 5).
  let startsOn: LocalDate
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

/// Which periods of which charges are due up to a day: what should exist, minus what exists (DESIGN
/// 2).
struct ChargeableItems {
  /// What to bill, in order of (subscription, due day, first day, charge).
  var items: [DueItem] = []
  /// What is covered without being billed.
  var reasoned: [ReasonedSpan] = []
  /// Per subscription: the first day on which something may be due next; nil for never.
  var nextBillOn: [LocalDate?] = []
  /// Per subscription: what `billing_cursor.covered_through` comes to by these items alone.
  var coveredThrough: [LocalDate?] = []
  /// Per subscription: the same where all charges end there without holes; else nil.
  var straightThrough: [LocalDate?] = []

  /// Finds what is due on an account; both ends of each charge come from the subscription's own
  /// anchor.
  ///
  /// Throws `unsupported`, `billingDayInvalid`, `tooManyLines`.
  mutating func find(
    in account: AccountSnapshot, catalog: Catalog, asOf: LocalDate
  ) throws(Issue) {
    items.removeAll(keepingCapacity: true)
    reasoned.removeAll(keepingCapacity: true)
    nextBillOn.removeAll(keepingCapacity: true)
    coveredThrough.removeAll(keepingCapacity: true)
    straightThrough.removeAll(keepingCapacity: true)
    for index in account.subscriptions.indices {
      try find(account.subscriptions[index], at: index, catalog: catalog, asOf: asOf)
    }
  }

  private mutating func find(
    _ subscription: Subscription, at index: Int, catalog: Catalog, asOf: LocalDate
  ) throws(Issue) {
    if subscription.hasChanges { throw .unsupported("changes", subscription.id) }
    for charge in subscription.charges.indices
    where catalog.plans[subscription.charges[charge].plan].quantityType == .usage {
      throw .unsupported("usage", subscription.id)
    }
    let firstItem = items.count
    let base = try ChargeSchedule(
      subscription, plan: catalog.plans[subscription.charges[0].plan])
    var search = ChargeSearch(subscription, at: index, schedule: base, asOf: asOf)
    let all = subscription.charges.indices
    var straightEnd: LocalDate?
    if case .through(let day) = subscription.coverage,
      all.allSatisfy({ base.fits(subscription.charges[$0].plan, of: catalog) })
    {
      try search.run(charges: all, covered: day, live: [], into: &self)
      straightEnd = search.coveredThrough
    } else {
      for charge in all {
        let plan = subscription.charges[charge].plan
        search.schedule =
          base.fits(plan, of: catalog)
          ? base : try ChargeSchedule(subscription, plan: catalog.plans[plan], base: base)
        let (covered, live) = subscription.coverage.of(subscription.charges[charge].slot)
        try search.run(charges: charge..<charge + 1, covered: covered, live: live, into: &self)
        let end = search.straightEnd(after: live)
        straightEnd = charge == 0 || end == straightEnd ? end : nil
      }
    }
    if let canceledAt = subscription.billedBeyondCancel {
      if canceledAt <= asOf { throw .unsupported("a cancellation to credit", subscription.id) }
      search.look(on: canceledAt)
    }
    nextBillOn.append(search.nextDue)
    coveredThrough.append(search.coveredThrough)
    straightThrough.append(straightEnd)
    sortItems(from: firstItem)
  }

  /// Charges with spans of their own are searched one by one; documents want them by day.
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

extension ChargeSchedule {
  /// Whether it is that of a plan, too.
  fileprivate func fits(_ plan: Int, of catalog: Catalog) -> Bool {
    has(catalog.plans[plan].intervalCount, catalog.plans[plan].interval)
  }
}

extension Subscription.Coverage {
  /// What is covered of one charge: all up to a day, and some spans.
  fileprivate func of(_ slot: Int16) -> (through: LocalDate?, live: [Period]) {
    switch self {
    case .through(let day): (day, [])
    case .spans(let spans): (nil, spans[slot] ?? [])
    }
  }
}

extension Subscription {
  /// The day of a prorated cancellation beyond which days are covered that may have to be credited,
  /// which this version does not do; nil where there are none.
  fileprivate var billedBeyondCancel: LocalDate? {
    guard proratesCancel, let canceledAt, let covered = coverage.end else { return nil }
    let unpaid = max(trialEnd ?? start, migratedThrough ?? start)
    return covered > max(canceledAt, unpaid) ? canceledAt : nil
  }
}
