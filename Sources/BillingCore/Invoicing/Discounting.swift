// SPDX-License-Identifier: Apache-2.0

/// Takes discounts off a document's lines (RULES 1.6): percentages one after the other in order of
/// attachment on what is left, then fixed amounts, capped at what is left; spread over the lines by
/// largest remainder.
///
/// A subscription's coupons touch its own positive discountable lines only.
struct Discounting {
  let catalog: Catalog
  let rounding: RoundingMode

  /// Applies the coupons of one subscription that count for a period starting on `start` to lines
  /// of it; where they are decided, those that are: percentages as they are, of amounts what other
  /// parts of the period have left.
  ///
  /// Returns them, as indices of `Catalog.coupons`.
  /// Throws `couponsExclusive`, `currencyMismatch`, `amountOverflow`.
  func apply(
    _ subscription: Subscription, cyclesUsed: [Int], on start: LocalDate, off place: [Int],
    of known: KnownCoupons?, to draft: inout InvoiceDraft
  ) throws(Issue) -> [Int] {
    let counting = subscription.discounts.indices.filter { index in
      let coupon = subscription.discounts[index].coupon
      return known?.has(coupon)
        ?? catalog.coupons[coupon].counts(on: start, cyclesUsed: cyclesUsed[index])
    }
    if counting.isEmpty { return [] }
    if counting.count > 1,
      let exclusive = counting.first(where: {
        catalog.coupons[subscription.discounts[$0].coupon].exclusive
      })
    {
      let coupon = catalog.coupons[subscription.discounts[exclusive].coupon]
      throw .couponsExclusive(coupon.code, subscription.id)
    }
    let lines = place.filter {
      draft.lines[$0].subscription == subscription.id && !draft.lines[$0].isRebilled
        && !draft.lines[$0].isLateUsage && isDiscountable(draft.lines[$0])
    }
    try take(counting.map { subscription.discounts[$0].coupon }, off: lines, of: &draft)
    for index in counting {
      let coupon = subscription.discounts[index].coupon
      guard case .fixed(let money) = catalog.coupons[coupon].value else { continue }
      if money.currency != draft.currency {
        throw .currencyMismatch(what: "coupon \(catalog.coupons[coupon].code)", subscription.id)
      }
      try take(coupon: coupon, credit: nil, off: lines, of: &draft) { _ throws(MoneyError) in
        var left = money
        for kept in known?.kept ?? [] where kept.coupon == coupon {
          left = try left.subtracting(kept.amount.scaled(by: kept.share, rounding: rounding))
        }
        return left.isNegative ? .zero(money.currency) : left
      }
    }
    return counting.map { subscription.discounts[$0].coupon }
  }

  /// Applies a pending item's own discounts to its line, the last one of the document: percentages
  /// in order, then amounts (RULES 1.6).
  ///
  /// Throws `couponMissing`, `couponsExclusive`, `currencyMismatch`, `amountOverflow`.
  func apply(ownOf item: PendingItem, to draft: inout InvoiceDraft) throws(Issue) {
    let line = draft.lines.count - 1
    if item.discounts.isEmpty || draft.lines[line].amount.minor <= 0 { return }
    let first = draft.discounts.count
    try apply(item.discounts, off: [line], on: item.addedOn, of: item.id, to: &draft)
    for index in draft.discounts.indices.dropFirst(first) { draft.discounts[index].line = line }
    draft.lines[line].ownDiscountMinor = draft.lines[line].discount.minor
  }

  /// Applies discounts of a whole document that somebody has written by hand, after those of its
  /// lines (RULES 1.6).
  ///
  /// Throws `couponMissing`, `couponsExclusive`, `currencyMismatch`, `amountOverflow`.
  func apply(
    _ discounts: [PendingItem.Discount], on day: LocalDate, to draft: inout InvoiceDraft
  ) throws(Issue) {
    let lines = draft.lines.indices.filter { isDiscountable(draft.lines[$0]) }
    try apply(discounts, off: lines, on: day, of: ID(0), to: &draft)
  }

  private func apply(
    _ discounts: [PendingItem.Discount], off lines: [Int], on day: LocalDate,
    of id: ID<PendingItem>, to draft: inout InvoiceDraft
  ) throws(Issue) {
    var fixed: [(coupon: Int?, amount: Money)] = []
    for discount in discounts {
      switch discount {
      case .amount(let amount):
        let currency = draft.currency
        fixed.append(
          (
            nil,
            try exact { () throws(MoneyError) in
              try ExactDecimal.one.times(amount, per: .one, in: currency, rounding: rounding)
            }
          ))
      case .coupon(let coupon):
        guard catalog.coupons.indices.contains(coupon) else { throw .couponMissing(id) }
        if discounts.count > 1, catalog.coupons[coupon].exclusive {
          throw .couponsExclusive(catalog.coupons[coupon].code, nil)
        }
        guard catalog.coupons[coupon].counts(on: day, cyclesUsed: 0) else { continue }
        switch catalog.coupons[coupon].value {
        case .fixed(let money):
          if money.currency != draft.currency {
            throw .currencyMismatch(what: "coupon \(catalog.coupons[coupon].code)", nil)
          }
          fixed.append((coupon, money))
        case .percent: try take([coupon], off: lines, of: &draft)
        }
      }
    }
    for (coupon, amount) in fixed {
      try take(coupon: coupon, credit: nil, off: lines, of: &draft) { _ throws(MoneyError) in
        amount
      }
    }
  }

  /// Gives lines that bill credited days anew the discounts that those days had: the same
  /// percentages, and of amounts what the credit has given back (RULES 5, backdated).
  ///
  /// Throws `amountOverflow`.
  func repeatDiscounts(
    of released: ReleasedSpan, for item: DueItem, _ subscription: Subscription,
    on lines: Range<Int>, of draft: inout InvoiceDraft
  ) throws(Issue) {
    let (billed, currency) = (released.lines, draft.currency)
    let discountable = lines.filter { isDiscountable(draft.lines[$0]) }
    if !billed.contains(where: couldBeDiscounted) {
      let counting =
        released.cycle?.coupons ?? percentages(of: subscription, on: item.startsOn)
      try take(counting, off: discountable, of: &draft)
    }
    var seen: [Int] = []
    for coupon in billed.flatMap(\.discounts).compactMap(\.coupon) where !seen.contains(coupon) {
      seen.append(coupon)
      if case .percent = catalog.coupons[coupon].value {
        try take([coupon], off: discountable, of: &draft)
        continue
      }
      try take(coupon: coupon, credit: nil, off: discountable, of: &draft) {
        _ throws(MoneyError) in
        try given(back: coupon, of: billed, for: item.span, currency: currency)
      }
    }
    let goodwill = try exact { () throws(MoneyError) in
      try given(back: nil, of: billed, for: item.span, currency: currency)
    }
    try returnGoodwill(
      of: subscription, released.slot, for: item.span, atLeast: goodwill, to: discountable,
      of: &draft)
  }

  /// Gives lines that bill days anew the goodwill that those days had before a run credited them;
  /// `atLeast` so much, which is given back herewith.
  ///
  /// Throws `amountOverflow`.
  func returnGoodwill(
    of subscription: Subscription, _ slot: Int16, for days: Period, atLeast least: Money? = nil,
    to lines: [Int], of draft: inout InvoiceDraft
  ) throws(Issue) {
    let least = least ?? .zero(draft.currency)
    let returned = try exact { () throws(MoneyError) in
      try subscription.goodwill(returnedWith: days, slot: slot, in: least.currency, rounding)
    }
    let most = returned.minor > least.minor ? returned : least
    let discountable = lines.filter { isDiscountable(draft.lines[$0]) }
    try take(coupon: nil, credit: nil, off: discountable, of: &draft) { _ throws(MoneyError) in
      most
    }
  }

  /// Gives a line of late usage the discounts of its period: what they come to of all of its usage,
  /// less what they took of what is billed, so that what is given back is what was charged; of
  /// fixed amounts and goodwill no more than the period's documents have left (RULES 5, coupons,
  /// late usage).
  ///
  /// Throws `amountOverflow`.
  func settle(
    _ billed: BilledUsage, for item: DueItem, _ subscription: Subscription, on line: Int,
    of draft: inout InvoiceDraft
  ) throws(Issue) {
    let amount = draft.lines[line].amount
    var terms = billed.discounts
    if !billed.lines.contains(where: couldBeDiscounted), draft.lines[line].isDiscountable {
      let zero = Money.zero(amount.currency)
      let counting = billed.cycle?.coupons ?? percentages(of: subscription, on: item.startsOn)
      terms = counting.filter(isPercentage).map {
        BilledUsage.Discount(coupon: $0, taken: zero, takenOfAll: zero)
      }
    }
    try exact { () throws(MoneyError) in
      var left = try billed.amount.adding(amount)
      for term in terms {
        let wanted = left.minor > 0 ? try wanted(term, of: left) : .zero(amount.currency)
        left = try left.subtracting(wanted)
        let more = try wanted.subtracting(term.taken)
        if more.isZero || more.isNegative != amount.isNegative { continue }
        draft.lines[line].discount = try draft.lines[line].discount.adding(more)
        draft.lines[line].ownDiscountMinor = draft.lines[line].discount.minor
        draft.discounts.append(
          DiscountDraft(
            coupon: term.coupon, credit: nil, line: line, amount: more,
            shares: [.init(line: line, amount: more)]))
        draft.discount = try draft.discount.adding(more)
      }
    }
  }

  private func wanted(
    _ term: BilledUsage.Discount, of left: Money
  ) throws(MoneyError) -> Money {
    var most = term.taken
    switch term.coupon.map({ catalog.coupons[$0].value }) {
    case .percent(let ratio): return try left.scaled(by: ratio, rounding: rounding)
    case .fixed(let money):
      if money.minor > term.takenOfAll.minor {
        most = try most.adding(money.subtracting(term.takenOfAll))
      }
    case nil: break
    }
    return most.minor < left.minor ? most : left
  }

  /// Whether a line shows which percentages its days had: one that came to nothing, or that bears
  /// no discounts, does not.
  private func couldBeDiscounted(_ line: BilledLine) -> Bool {
    if !line.discounts.isEmpty { return true }
    let plan = line.price.flatMap(catalog.plan(ofPrice:))
    return line.base.minor > 0 && plan.map { catalog.plans[$0].discountable } ?? true
  }

  /// The percentages that count for a period, without counting a cycle.
  private func percentages(of subscription: Subscription, on start: LocalDate) -> [Int] {
    subscription.discounts.filter {
      let coupon = catalog.coupons[$0.coupon]
      guard case .percent = coupon.value else { return false }
      return coupon.counts(on: start, cyclesUsed: $0.cyclesUsed)
    }.map(\.coupon)
  }

  private func isPercentage(_ coupon: Int) -> Bool {
    if case .percent = catalog.coupons[coupon].value { true } else { false }
  }

  /// Takes percentages one after the other.
  private func take(
    _ percentages: [Int], off lines: [Int], of draft: inout InvoiceDraft
  ) throws(Issue) {
    for coupon in percentages {
      guard case .percent(let ratio) = catalog.coupons[coupon].value else { continue }
      try take(coupon: coupon, credit: nil, off: lines, of: &draft) { left throws(MoneyError) in
        try left.scaled(by: ratio, rounding: rounding)
      }
    }
  }

  private func given(
    back coupon: Int?, of billed: [BilledLine], for days: Period, currency: Currency
  ) throws(MoneyError) -> Money {
    var sum = Money.zero(currency)
    for line in billed {
      guard let share = Ratio(Int64(days.days), Int64(line.days.days)) else { continue }
      for discount in line.discounts where discount.coupon == coupon {
        sum = try sum.adding(discount.amount.scaled(by: share, rounding: rounding))
      }
    }
    return sum
  }

  /// Applies goodwill: a price reduction before tax, as far as the document's lines go, but never
  /// below nothing, since it would turn into a credit that pays (RULES 1.12).
  ///
  /// Returns how much of it was used.
  @discardableResult
  func apply(
    goodwill credit: ID<Credit>, open: Money, to draft: inout InvoiceDraft
  ) throws(Issue) -> Money {
    let lines = draft.lines.indices.filter { isDiscountable(draft.lines[$0]) }
    let before = draft.discount
    let rest = try exact { () throws(MoneyError) in
      var rest = Money.zero(draft.currency)
      for line in draft.lines {
        rest = try rest.adding(line.amount).subtracting(line.discount)
      }
      return rest
    }
    if rest.isNegative { return .zero(draft.currency) }
    let most = open.minor < rest.minor ? open : rest
    try take(coupon: nil, credit: credit, off: lines, of: &draft) { _ throws(MoneyError) in most }
    return try exact { () throws(MoneyError) in try draft.discount.subtracting(before) }
  }

  private func isDiscountable(_ line: LineDraft) -> Bool {
    line.isDiscountable && line.amount.minor > line.discount.minor
  }

  /// Takes one discount off some lines, by what is left of each.
  private func take(
    coupon: Int?, credit: ID<Credit>?, off lines: [Int], of draft: inout InvoiceDraft,
    amount: (Money) throws(MoneyError) -> Money
  ) throws(Issue) {
    try exact { () throws(MoneyError) in
      let left = lines.map { draft.lines[$0].amount.minor - draft.lines[$0].discount.minor }
      var sum = Money.zero(draft.currency)
      for part in left { sum = try sum.adding(Money(minor: part, currency: draft.currency)) }
      let wanted = try amount(sum)
      let taken = wanted.minor < sum.minor ? wanted : sum
      if taken.isZero { return }
      let parts = try taken.allocated(by: left)
      var shares: [DiscountDraft.Share] = []
      for (line, part) in zip(lines, parts) where !part.isZero {
        draft.lines[line].discount = try draft.lines[line].discount.adding(part)
        shares.append(.init(line: line, amount: part))
      }
      draft.discounts.append(
        DiscountDraft(coupon: coupon, credit: credit, amount: taken, shares: shares))
      draft.discount = try draft.discount.adding(taken)
    }
  }
}

/// What a coupon took off a line of a part of a base period.
struct KeptDiscount {
  let coupon: Int
  let amount: Money
  /// The share of the line's days that is still billed.
  var share = Ratio.one
}

extension Subscription {
  /// The goodwill that runs gave back with days of a charge: of each day what the line had that had
  /// most, since a line in between may have had no room for all of it.
  fileprivate func goodwill(
    returnedWith days: Period, slot: Int16, in currency: Currency, _ rounding: RoundingMode
  ) throws(MoneyError) -> Money {
    var sum = Money.zero(currency)
    var left = [days]
    let returned = returnedGoodwill.filter { $0.slot == slot && $0.amount.currency == currency }
    for goodwill in returned.sorted(by: { $0.isMoreADay(than: $1) }) {
      let count = left.compactMap { $0.intersection(goodwill.days)?.days }.reduce(0, +)
      let share = Ratio(Int64(count), Int64(goodwill.lineDays)) ?? .zero
      sum = try sum.adding(goodwill.amount.scaled(by: share, rounding: rounding))
      left = left.flatMap { $0.subtracting([goodwill.days]) }
    }
    return sum
  }
}

/// Runs exact arithmetic; what overflows holds the account.
@inline(__always)
func exact<Value>(_ body: () throws(MoneyError) -> Value) throws(Issue) -> Value {
  do { return try body() } catch { throw .amountOverflow }
}
