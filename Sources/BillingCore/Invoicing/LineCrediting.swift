// SPDX-License-Identifier: Apache-2.0

/// Takes billed lines back, as they were billed: with their discounts, at their tax (RULES 0.3,
/// 1.7).
///
/// Counts within one account what each line and tax group has lost, since a run may credit several
/// stretches of one line.
struct LineCrediting {
  private let rounding: RoundingMode
  private var lines: [LineName: (credited: Money, liveDays: Int)] = [:]
  private var taxes: [TaxName: (base: Money, tax: Money)] = [:]

  private struct LineName: Hashable {
    let invoice: ID<BilledInvoice>
    let number: Int32
  }

  private struct TaxName: Hashable {
    let invoice: ID<BilledInvoice>
    let number: Int16
    let creditLine: Int32?
    /// Of a group with lines of both signs: those below zero are counted apart.
    let isNegative: Bool
  }

  init(rounding: RoundingMode) {
    self.rounding = rounding
  }

  /// Adds a credit line for each line that billed some released days.
  ///
  /// `source` is the index of the account's subscription, `plan` tells whose revenue a price is.
  /// Throws `amountOverflow`.
  mutating func credit(
    _ released: ReleasedSpan, source: Int, plan: (ID<Price>) -> Int?, taxDate: LocalDate,
    to draft: inout InvoiceDraft
  ) throws(Issue) {
    for line in released.lines {
      guard let days = line.days.intersection(released.days) else { continue }
      let before = credited(of: line)
      let (amount, liveDays) = try take(days.days, of: line)
      let taxes = try take(amount, days.days, ofTaxesOf: line, liveDays, after: before)
      if amount.isZero && taxes.allSatisfy({ $0.amount.isZero }) { continue }
      let origin = Origin(
        subscription: released.subscription, slot: released.slot, source: source,
        plan: line.price.flatMap(plan), days: days, taxDate: taxDate)
      append(amount, taxes, of: line, origin, basis: .credit(liveDays: liveDays), to: &draft)
    }
  }

  /// Adds a credit line for an amount of a billed line, nil: for all that is left of it and of its
  /// taxes; nothing where that is zero (RULES 0.7).
  ///
  /// The amount has the sign of the line and is no more than is left. Throws `amountOverflow`.
  mutating func credit(
    _ wanted: Money?, of line: BilledLine, _ origin: Origin, to draft: inout InvoiceDraft
  ) throws(Issue) {
    let name = LineName(invoice: line.invoice, number: line.number)
    let before = lines[name] ?? (line.credited, line.liveDays)
    let amount = try exact { () throws(MoneyError) in
      let rest = try line.base.subtracting(before.credited)
      guard let wanted, wanted.minor.magnitude < rest.minor.magnitude else { return rest }
      return wanted
    }
    lines[name] = (
      try exact { () throws(MoneyError) in try before.credited.adding(amount) }, before.liveDays
    )
    let taxes = try take(amount, ofTaxesOf: line, after: before.credited)
    if amount.isZero && taxes.allSatisfy({ $0.amount.isZero }) { return }
    append(
      amount, taxes, of: line, origin,
      basis: wanted == nil ? .credit(liveDays: 0) : .givenCredit, to: &draft)
  }

  /// What a credit line says of where it comes from.
  struct Origin {
    var subscription: ID<Subscription>?
    var slot: Int16 = 0
    /// Index of the account's subscription.
    var source = 0
    /// Index of `Catalog.plans`.
    var plan: Int?
    var item: ID<Item>?
    var name: String?
    /// The days that are given back; nil for a one-off line.
    var days: Period?
    var taxDate: LocalDate
  }

  private func append(
    _ amount: Money, _ taxes: [LineCredit.Tax], of line: BilledLine, _ origin: Origin,
    basis: PriceBasis, to draft: inout InvoiceDraft
  ) {
    draft.lineCredits.append(
      LineCredit(
        line: draft.lines.count, invoice: line.invoice, number: line.number, amount: amount,
        taxes: taxes))
    let magnitude = amount.isNegative ? amount.negated() : amount
    let share = origin.days.flatMap { Ratio(Int64($0.days), Int64(line.days.days)) }
    draft.lines.append(
      LineDraft(
        kind: .credit, subscription: origin.subscription, slot: origin.slot, source: origin.source,
        plan: origin.plan, price: line.price, pendingItem: nil, item: origin.item,
        name: origin.name, description: nil,
        quantity: amount.isNegative ? .one : ExactDecimal.one.negated(),
        unitCost: ExactDecimal(magnitude), amount: amount.negated(),
        discount: .zero(draft.currency), net: amount.negated(), period: origin.days,
        coversPeriod: false, share: share ?? .one,
        wholePeriod: origin.days == nil ? nil : line.days, basis: basis, taxDate: origin.taxDate,
        isDiscountable: false, isTaxable: true))
  }

  /// How much of a line was credited so far.
  private func credited(of line: BilledLine) -> Money {
    lines[LineName(invoice: line.invoice, number: line.number)]?.credited ?? line.credited
  }

  private mutating func take(
    _ amount: Money, ofTaxesOf line: BilledLine, after credited: Money
  ) throws(Issue) -> [LineCredit.Tax] {
    try line.taxes.map { tax throws(Issue) in
      try take(amount, of: tax, on: line, after: credited)
    }
  }

  private mutating func take(
    _ amount: Money, of tax: BilledTax, on line: BilledLine, after credited: Money
  ) throws(Issue) -> LineCredit.Tax {
    let base = try exact { () throws(MoneyError) in
      guard let share = tax.share else { return amount }
      return try share.part(credited.adding(amount), of: line.base)
        .subtracting(share.part(credited, of: line.base))
    }
    return LineCredit.Tax(billed: tax, amount: try take(base, of: tax, on: line.invoice))
  }

  /// What so many of a line's days take back of its taxes, as many of them being live before; of a
  /// tax of lines that came to nothing the days' share, since a fixed one was charged all the same.
  private mutating func take(
    _ amount: Money, _ days: Int, ofTaxesOf line: BilledLine, _ liveDays: Int,
    after credited: Money
  ) throws(Issue) -> [LineCredit.Tax] {
    try line.taxes.map { tax throws(Issue) in
      guard tax.base.isZero, amount.isZero, tax.creditLine == nil else {
        return try take(amount, of: tax, on: line, after: credited)
      }
      let name = TaxName(
        invoice: line.invoice, number: tax.number, creditLine: nil, isNegative: false)
      let before = taxes[name] ?? (tax.creditedBase, tax.creditedTax)
      let days = (line.days.days - liveDays, line.days.days - liveDays + days)
      let taken = try exact { () throws(MoneyError) in
        let own = try tax.amount.scaled(by: Ratio(1, Int64(tax.lines)) ?? .one, rounding: rounding)
        let shares = [days.0, days.1].map { Ratio(Int64($0), Int64(line.days.days)) ?? .one }
        let all = try own.scaled(by: shares[1], rounding: rounding)
        let taken = try all.subtracting(own.scaled(by: shares[0], rounding: rounding))
        let rest = try tax.amount.subtracting(before.tax)
        return taken.minor.magnitude < rest.minor.magnitude ? taken : rest
      }
      taxes[name] = (
        before.base, try exact { () throws(MoneyError) in try before.tax.adding(taken) }
      )
      return LineCredit.Tax(billed: tax, amount: taken)
    }
  }

  /// What so many days of a line come to, never more than is left of it, and how many of its days
  /// were still billed; the credit that leaves no day takes exactly the rest.
  private mutating func take(
    _ days: Int, of line: BilledLine
  ) throws(Issue) -> (amount: Money, liveDays: Int) {
    let name = LineName(invoice: line.invoice, number: line.number)
    let before = lines[name] ?? (line.credited, line.liveDays)
    let (rest, share) = try exact { () throws(MoneyError) in
      let ratio = Ratio(Int64(days), Int64(line.days.days)) ?? .one
      return (
        try line.base.subtracting(before.credited),
        try line.base.scaled(by: ratio, rounding: rounding)
      )
    }
    let isLast = before.liveDays <= days
    let isCapped = line.base.isNegative ? share.minor < rest.minor : share.minor > rest.minor
    let amount = isLast || isCapped ? rest : share
    lines[name] = (
      try exact { () throws(MoneyError) in try before.credited.adding(amount) },
      before.liveDays - days
    )
    return (amount, before.liveDays)
  }

  /// What a credit takes back of a tax group: the tax of all that is credited of the group, less
  /// what was taken back before; of one with lines of both signs that of its own, and the credit
  /// that leaves nothing of either takes exactly the rest (RULES 1.7).
  private mutating func take(
    _ share: Money, of tax: BilledTax, on invoice: ID<BilledInvoice>
  ) throws(Issue) -> Money {
    let isNegative = tax.opposite != nil && tax.base.isNegative
    let name = self.name(of: tax, on: invoice, isNegative: isNegative)
    let before = taxes[name] ?? (tax.creditedBase, tax.creditedTax)
    return try exact { () throws(MoneyError) in
      let base = try before.base.adding(share)
      let ratio = Ratio(base.minor, tax.base.minor) ?? .one
      var all = try tax.amount.scaled(by: ratio, rounding: rounding)
      if let opposite = tax.opposite, base == tax.base {
        let other =
          taxes[self.name(of: tax, on: invoice, isNegative: !isNegative)]
          ?? (opposite.creditedBase, opposite.creditedTax)
        if other.base == opposite.base { all = try opposite.whole.subtracting(other.tax) }
      }
      taxes[name] = (base, all)
      return try all.subtracting(before.tax)
    }
  }

  private func name(
    of tax: BilledTax, on invoice: ID<BilledInvoice>, isNegative: Bool
  ) -> TaxName {
    TaxName(
      invoice: invoice, number: tax.number, creditLine: tax.creditLine, isNegative: isNegative)
  }

  /// Adds what the credit lines take back to the document's taxes, once its other lines are taxed.
  ///
  /// The base of a compound tax also loses what is taken back of the taxes before it. Throws
  /// `taxesConflict`, `amountOverflow`.
  func tax(_ draft: inout InvoiceDraft, catalog: Catalog) throws(Issue) {
    try group(&draft, catalog)
    for index in draft.lineCredits.indices {
      let line = draft.lineCredits[index].line
      for place in draft.lineCredits[index].taxes.indices {
        let tax = draft.lineCredits[index].taxes[place]
        try exact { () throws(MoneyError) in
          draft.taxes[tax.group].amount = try draft.taxes[tax.group].amount.subtracting(tax.amount)
          if tax.billed.isInclusive {
            draft.lines[line].net = try draft.lines[line].net.adding(tax.amount)
          } else {
            draft.tax = try draft.tax.subtracting(tax.amount)
          }
        }
      }
      for tax in draft.lineCredits[index].taxes {
        let isCompound = catalog.isCompound(draft.taxes[tax.group])
        try exact { () throws(MoneyError) in
          var base = try draft.taxes[tax.group].base.adding(draft.lines[line].net)
          for earlier in draft.lineCredits[index].taxes
          where isCompound && earlier.group < tax.group
            && earlier.billed.isInclusive == tax.billed.isInclusive
          {
            base = try base.subtracting(earlier.amount)
          }
          draft.taxes[tax.group].base = base
        }
      }
    }
  }
}

extension Money {
  /// What is credited of a share when so much of the line is: to the nearest minor unit.
  fileprivate func part(_ credited: Money, of line: Money) throws(MoneyError) -> Money {
    guard let ratio = Ratio(credited.minor, line.minor) else { return .zero(currency) }
    return try scaled(by: ratio, rounding: .halfUp)
  }
}

extension LineCrediting {
  /// Finds the document's group of each tax that is taken back, in the order in which lines bear
  /// them: a compound tax comes after those that it is of, as on invoices (RULES 1.4).
  private func group(_ draft: inout InvoiceDraft, _ catalog: Catalog) throws(Issue) {
    var earlier = draft.taxes.indices.map { group -> UInt32 in
      catalog.isCompound(draft.taxes[group]) ? 1 << UInt32(group) - 1 : 0
    }
    for index in draft.lineCredits.indices {
      var named: UInt32 = 0
      for place in draft.lineCredits[index].taxes.indices {
        let group = try draft.group(of: draft.lineCredits[index].taxes[place].billed)
        if group == earlier.count { earlier.append(0) }
        draft.lineCredits[index].taxes[place].group = group
        draft.lines[draft.lineCredits[index].line].taxMask |= 1 << UInt32(group)
        if catalog.isCompound(draft.taxes[group]) {
          earlier[group] |= named & ~(1 << UInt32(group))
        }
        named |= 1 << UInt32(group)
      }
    }
    // Where compound taxes come before each other, none of them stands right.
    _ = draft.orderTaxes(after: earlier, catalog)
  }
}

extension InvoiceDraft {
  /// The document's group that is like a billed one, added where it has none yet.
  fileprivate mutating func group(of billed: BilledTax) throws(Issue) -> Int {
    let known = taxes.firstIndex {
      $0.rate == billed.rate?.index && $0.version == billed.rate?.version ?? 0
        && $0.category == billed.category && $0.reason == billed.reason
    }
    if let known { return known }
    return try append(
      TaxDraft(
        rate: billed.rate?.index, version: billed.rate?.version ?? 0, category: billed.category,
        isInclusive: billed.isInclusive, base: .zero(currency), amount: .zero(currency),
        reason: billed.reason))
  }

  /// Adds a tax group; returns its index.
  ///
  /// Throws `taxesConflict` for more than a document's lines can name.
  mutating func append(_ tax: TaxDraft) throws(Issue) -> Int {
    if taxes.count == UInt32.bitWidth {
      throw .taxesConflict("more than \(UInt32.bitWidth) taxes on a document")
    }
    taxes.append(tax)
    return taxes.count - 1
  }
}
