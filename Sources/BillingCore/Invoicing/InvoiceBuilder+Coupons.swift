// SPDX-License-Identifier: Apache-2.0

extension InvoiceBuilder {
  /// Applies a subscription's coupons, those of one period after the other: what a resume brings
  /// may be the rest of one period and others that follow it (RULES 5, coupons).
  func discount(
    _ group: DocumentPlan.Group, of account: AccountSnapshot, _ lines: Range<Int>,
    counting cycles: inout CouponCycleCount, to draft: inout InvoiceDraft
  ) throws(Issue) {
    if account.subscriptions[group.subscription].discounts.isEmpty { return }
    let items = due.items[group.items].filter { !due.rebills($0) && !$0.isLate }
    guard let first = items.first else { return }
    if items.allSatisfy({ $0.fellDueOn == first.fellDueOn }) {
      return try discount(items, of: account, Array(lines), counting: &cycles, to: &draft)
    }
    for day in Set(items.map(\.fellDueOn)).sorted() {
      let part = items.filter { $0.fellDueOn == day }
      let own = lines.filter { line in part.contains { bills($0, account, draft.lines[line]) } }
      try discount(part, of: account, own, counting: &cycles, to: &draft)
    }
  }

  /// Applies the coupons of one base period to lines of it; they are decided once, with the part
  /// that is billed first, and one cycle counts of each then.
  private func discount(
    _ items: [DueItem], of account: AccountSnapshot, _ lines: [Int],
    counting cycles: inout CouponCycleCount, to draft: inout InvoiceDraft
  ) throws(Issue) {
    let subscription = account.subscriptions[items[0].subscription]
    let base = items.first { $0.isBase }
    if let base { cycles.decide(through: base, subscription, due, catalog) }
    let known = base.flatMap { cycles.known(of: $0) }
    let from = draft.discounts.count
    let start = (base ?? items[0]).startsOn
    let coupons = try discounting.apply(
      subscription, cyclesUsed: cycles.used(by: items[0].subscription), on: start, off: lines,
      of: known, to: &draft)
    let cycle = known?.cycle ?? CouponCycle(start: start, coupons: coupons)
    if !cycle.coupons.isEmpty {
      for line in lines where items.contains(where: { bills($0, account, draft.lines[line]) }) {
        draft.lines[line].cycle = cycle
      }
    }
    guard let base, let known else { return }
    cycles.keep(base, draft, from: from)
    for index in draft.discounts.indices.dropFirst(from) where known.isNew {
      draft.discounts[index].countsCycle = true
    }
  }

  /// Whether a line bills an item.
  private func bills(_ item: DueItem, _ account: AccountSnapshot, _ line: LineDraft) -> Bool {
    let subscription = account.subscriptions[item.subscription]
    return line.kind != .credit && line.subscription == subscription.id
      && line.slot == due.charge(of: item, subscription).slot && line.period == item.span
  }
}

extension ChargeableItems {
  /// Whether days that lines billed are billed anew.
  func rebills(_ item: DueItem) -> Bool {
    item.replaced.map { !released[$0].lines.isEmpty } ?? false
  }

  /// Days that lines billed and that an item bills anew; nil for none.
  func rebilled(_ item: DueItem) -> ReleasedSpan? {
    item.replaced.flatMap { rebills(item) ? released[$0] : nil }
  }

  /// Days that are given back, and that nothing bills anew as they were billed.
  func gone(of subscription: Subscription) -> [Period] {
    if released.isEmpty { return [] }
    let rebilled = Set(items.filter(rebills).compactMap(\.replaced))
    return released.indices.filter {
      released[$0].subscription == subscription.id && released[$0].slot == 0
        && !rebilled.contains($0)
    }.map { released[$0].days }
  }

  /// Keeps the coupons that count for days that lines of an item bill anew.
  func keepCycle(of index: Int, on lines: Range<Int>, of draft: inout InvoiceDraft) {
    guard items[index].isBase, let cycle = rebilled(items[index])?.cycle else { return }
    for line in lines { draft.lines[line].cycle = cycle }
  }
}
