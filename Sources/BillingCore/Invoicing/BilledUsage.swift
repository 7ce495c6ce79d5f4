// SPDX-License-Identifier: Apache-2.0

/// What documents have billed for days of a measured charge, late usage included, without what
/// changes and cancellations have given back of them, this run's too.
///
/// What somebody credits by hand leaves the days billed (RULES 2), so it is not taken off.
struct BilledUsage {
  /// Before discounts.
  private(set) var amount: Money
  /// How much of that the payer was billed for.
  private(set) var ownAmount: Money
  /// Another who was billed; nil for nobody.
  private(set) var otherPayer: ID<Customer>?
  /// The discounts on it, in the order in which they were taken.
  private(set) var discounts: [Discount] = []
  /// What was billed; empty where nothing was.
  private(set) var lines: [BilledLine] = []
  /// The coupons of the document that billed the first of the days; nil for none.
  private(set) var cycle: CouponCycle?
  /// Whether the days are covered for a reason: what comes in late of them is not billed.
  private(set) var isFree = false

  /// What a discount took off it.
  struct Discount {
    /// Index of `Catalog.coupons`, nil for goodwill.
    let coupon: Int?
    var taken: Money
    /// What the documents that bear it took for all lines of the subscription.
    var takenOfAll: Money
  }

  /// A line that billed some of the days.
  private struct Part {
    let line: BilledLine
    /// How many of the days.
    var days: Int
    /// Whether it bills late usage: then its document is not that of the period.
    let isLate: Bool
  }

  /// Throws `amountOverflow`.
  init(
    of item: DueItem, slot: Int16, _ account: AccountSnapshot, released: [ReleasedSpan],
    currency: Currency, rounding: RoundingMode
  ) throws(Issue) {
    (amount, ownAmount) = (.zero(currency), .zero(currency))
    let subscription = account.subscriptions[item.subscription]
    let given = released.filter { $0.subscription == subscription.id && $0.slot == slot }
    let parts = find(item.span, slot, subscription, given)
    lines = parts.map(\.line)
    for part in parts {
      let givenDays = given.reduce(0) { $0 + ($1.days.intersection(part.line.days)?.days ?? 0) }
      let liveDays = part.line.liveDays - givenDays
      let kept = try exact { () throws(MoneyError) in
        try part.line.kept(rounding, without: givenDays)
          .scaled(by: Ratio(Int64(part.days), Int64(liveDays)) ?? .one, rounding: rounding)
      }
      let isOwn = part.line.payer.map { $0 == account.payer.id } ?? true
      if !isOwn { otherPayer = part.line.payer }
      try exact { () throws(MoneyError) in
        amount = try amount.adding(kept)
        if isOwn { ownAmount = try ownAmount.adding(kept) }
        let share = Ratio(Int64(part.days), Int64(part.line.days.days)) ?? .one
        for discount in part.line.discounts {
          try add(discount, share: share, rounding)
        }
      }
    }
    try exact { () throws(MoneyError) in try addOthers(parts, subscription) }
  }

  /// The lines that billed some days, each once.
  private mutating func find(
    _ days: Period, _ slot: Int16, _ subscription: Subscription, _ given: [ReleasedSpan]
  ) -> [Part] {
    var parts: [Part] = []
    for span in subscription.billed where span.slot == slot {
      for live in span.days.subtracting(given.map(\.days)) {
        guard let covered = days.intersection(live) else { continue }
        if covered.start == days.start { (isFree, cycle) = (span.isFree, span.cycle) }
        for line in span.lines {
          guard let billed = covered.intersection(line.days) else { continue }
          if let known = parts.firstIndex(where: { $0.line.isSame(as: line) }) {
            parts[known].days += billed.days
          } else {
            let isLate = line.invoice != span.lines[0].invoice
            parts.append(Part(line: line, days: billed.days, isLate: isLate))
          }
        }
      }
    }
    return parts
  }

  private mutating func add(
    _ discount: BilledLine.Discount, share: Ratio, _ rounding: RoundingMode
  ) throws(MoneyError) {
    let taken = try discount.amount.scaled(by: share, rounding: rounding)
    if let known = discounts.firstIndex(where: { $0.coupon == discount.coupon }) {
      discounts[known].taken = try discounts[known].taken.adding(taken)
    } else {
      discounts.append(
        Discount(coupon: discount.coupon, taken: taken, takenOfAll: .zero(taken.currency)))
    }
  }

  /// Sums what each discount took of all lines: those of the documents that billed the days first,
  /// and late ones of these days.
  private mutating func addOthers(
    _ parts: [Part], _ subscription: Subscription
  ) throws(MoneyError) {
    let documents = Set(parts.lazy.filter { !$0.isLate }.map(\.line.invoice))
    var all = parts.filter(\.isLate).map(\.line)
    for line in subscription.billed.lazy.flatMap(\.lines)
    where documents.contains(line.invoice) && !all.contains(where: line.isSame) {
      all.append(line)
    }
    for discount in all.flatMap(\.discounts) {
      guard let known = discounts.firstIndex(where: { $0.coupon == discount.coupon }) else {
        continue
      }
      discounts[known].takenOfAll = try discounts[known].takenOfAll.adding(discount.amount)
    }
  }
}

extension BilledSpan {
  /// Whether it is covered for a reason for which nothing is billed of it ever.
  fileprivate var isFree: Bool {
    switch cover {
    case .billed, .reason(.zero): false
    case .reason, .fixed: true
    }
  }
}

extension BilledLine {
  fileprivate func isSame(as other: BilledLine) -> Bool {
    invoice == other.invoice && number == other.number
  }

  /// What it came to before discounts, less what was given back for days, and for so many more.
  ///
  /// A credit mirrors the line after its discounts; where it had none, it says to the cent what is
  /// left, unless somebody has given more back by hand.
  func kept(_ rounding: RoundingMode, without given: Int = 0) throws(MoneyError) -> Money {
    var amount = base
    for discount in discounts { amount = try amount.adding(discount.amount) }
    guard liveDays - given < days.days,
      let unused = Ratio(Int64(days.days - liveDays + given), Int64(days.days))
    else { return amount }
    let kept = try amount.subtracting(amount.scaled(by: unused, rounding: rounding))
    var left = try base.subtracting(credited)
    if given > 0, let share = Ratio(Int64(given), Int64(days.days)) {
      left = try left.subtracting(base.scaled(by: share, rounding: rounding))
    }
    return discounts.isEmpty && abs(left.minor - kept.minor) <= 1 ? left : kept
  }
}
