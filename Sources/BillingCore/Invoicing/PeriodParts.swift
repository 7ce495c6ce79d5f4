// SPDX-License-Identifier: Apache-2.0

/// The parts of periods that an account's documents have billed.
///
/// Those of earlier runs the subscription knows; those of this one are kept here. Parts at one
/// price and quantity that complete a period sum to it: the last takes what the others leave
/// (RULES 0.4).
struct PeriodParts {
  /// What this run has billed so far.
  private var parts: [Part] = []
  private let rounding: RoundingMode

  private struct Part {
    let subscription: Int
    let slot: Int16
    let terms: Terms
    let days: Period
    let amounts: [Money]
  }

  /// What parts have to have in common; the quantity is nil where none is multiplied.
  private struct Terms: Equatable {
    let plan: Int
    let price: ID<Price>
    let quantity: ExactDecimal?
    let amount: ExactDecimal?

    init(_ charge: Subscription.Charge, _ price: Price) {
      plan = charge.plan
      self.price = price.id
      if case .flat = price.model { quantity = nil } else { quantity = charge.quantity }
      if case .custom = price.model { amount = charge.amount } else { amount = nil }
    }

    /// Whether lines were billed by them.
    func fit(_ billed: BilledSpan.Terms, _ lines: [BilledLine]) -> Bool {
      billed.plan == plan && lines.allSatisfy { $0.price == price }
        && (quantity == nil || billed.quantity == quantity)
        && (amount == nil || billed.amount == amount)
    }
  }

  init(rounding: RoundingMode) { self.rounding = rounding }

  /// Forgets the parts of the account before.
  mutating func removeAll() { parts.removeAll(keepingCapacity: true) }

  /// Keeps what a part came to, line by line.
  mutating func add(
    _ item: DueItem, _ charge: Subscription.Charge, _ price: Price, _ amounts: [Money]
  ) {
    parts.append(
      Part(
        subscription: item.subscription, slot: charge.slot, terms: Terms(charge, price),
        days: item.span, amounts: amounts))
  }

  /// What the others come to, line by line, where they and the item are the whole of its period at
  /// one price and quantity; else nil.
  func others(
    than item: DueItem, _ charge: Subscription.Charge, _ price: Price, of subscription: Subscription
  ) throws(MoneyError) -> [Money]? {
    let terms = Terms(charge, price)
    var sum = Sum(period: item.period, days: [item.span])
    for part in parts
    where part.subscription == item.subscription && part.slot == charge.slot && part.terms == terms
      && item.period.intersection(part.days) != nil
    {
      guard try sum.add(part.days, part.amounts) else { return nil }
    }
    var live: [ID<BilledInvoice>: [Int32: (days: Int, all: Int)]] = [:]
    for span in subscription.billed
    where span.slot == charge.slot && item.period.intersection(span.days) != nil {
      // Days with other terms may have new ones by now; if not, they are missing.
      guard case .billed(let billed, let lines) = span.cover, let first = lines.first,
        terms.fit(billed, lines)
      else { continue }
      // What is left of a line may be in several pieces.
      let known = live[first.invoice]?[first.number]
      live[first.invoice, default: [:]][first.number] =
        ((known?.days ?? 0) + span.days.days, first.liveDays)
      var amounts: [Money] = []
      for line in lines where known == nil {
        if item.period.intersection(line.days) != line.days { return nil }
        amounts.append(try line.kept(rounding))
      }
      guard try sum.add(span.days, amounts) else { return nil }
    }
    let isWhole = live.values.allSatisfy { $0.values.allSatisfy { $0.days == $0.all } }
    return isWhole && sum.isWhole ? sum.amounts : nil
  }

  /// Days of a period, each once, and what they come to.
  private struct Sum {
    let period: Period
    var days: [Period]
    var amounts: [Money] = []

    var isWhole: Bool { days.reduce(0) { $0 + $1.days } == period.days }

    /// False where it cannot be added: its days are not the period's, or have been there, or its
    /// lines are others.
    mutating func add(_ part: Period, _ lines: [Money]) throws(MoneyError) -> Bool {
      guard period.intersection(part) == part,
        days.allSatisfy({ $0.intersection(part) == nil })
      else { return false }
      days.append(part)
      if lines.isEmpty { return true }
      if amounts.isEmpty {
        amounts = lines
        return true
      }
      guard amounts.count == lines.count else { return false }
      for index in lines.indices { amounts[index] = try amounts[index].adding(lines[index]) }
      return true
    }
  }
}
