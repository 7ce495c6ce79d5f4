// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport

/// Books and an account as odd as they come, the same for a seed on every machine.
struct RandomAccount {
  private(set) var books = Books()
  private(set) var account: AccountSnapshot
  /// What was measured of charges whose plan is, in any order.
  private(set) var records: [UsageRecord] = []
  /// All starts and most ends are before this day.
  let asOf = LocalDate.on("2026-03-31")
  let currency: Currency
  /// All is covered, so that little is due.
  private var isQuiet = false
  private var random: SplitMix64

  /// What a test needs of an account beside being odd.
  struct Wish {
    /// Coverage as it grows by runs; else it may be any.
    var startsUncovered = false
    /// Pending items, credits and other subscriptions beside the first.
    var hasCompany = true
    /// Tax ids of any form, which may hold the account.
    var mayBeHeld = false
  }

  /// A use of a measured charge.
  struct UsageRecord {
    let subscription: ID<Subscription>
    let slot: Int16
    let day: LocalDate
    let quantity: ExactDecimal
  }

  init(seed: Int, _ wish: Wish = Wish()) {
    var random = SplitMix64(seed: seed)
    let currency = [Currency.usd, .jpy, .bhd, .eur][random.int(0...3)]
    (self.random, self.currency) = (random, currency)
    account = AccountSnapshot(payer: .plain(), subscriptions: [])
    self.random = random
    makeSeller(wish)
    makePlans()
    makeTaxRates(wish)
    makeCoupons()
    isQuiet = !wish.startsUncovered && self.random.oneIn(8)
    let company = wish.hasCompany && !isQuiet
    let count = wish.hasCompany ? self.random.int(1...3) : 1
    let payer = makePayer(wish)
    account = AccountSnapshot(
      payer: payer, subscriptions: (1...count).map { makeSubscription(Int64($0), wish) },
      pendingItems: company && self.random.oneIn(2) ? makePendingItems() : [],
      credits: company && self.random.oneIn(2) ? makeCredits() : [])
  }

  private mutating func makeSeller(_ wish: Wish) {
    let methods: [Set<CashRounding.Method>] = [[.other], [.card, .other], [.bankAccount]]
    books.seller = Seller(
      id: ID(1), country: pick(["US", "US", "DE", "FR", "GR", "IE"]),
      taxRegistrations: random.oneIn(3) ? Set([pick(["FR", "NL", "GR", "CH"])]) : [],
      uncheckedTaxIDs: wish.mayBeHeld && random.oneIn(3) ? .hold : .charge,
      currency: random.oneIn(8) ? .named("gbp") : currency, rounding: pick(RoundingMode.allCases),
      cashRounding: random.oneIn(3)
        ? CashRounding(increment: Int64(pick([5, 10, 25, 50])), methods: pick(methods)) : nil,
      taxRounding: random.oneIn(3) ? .line : .group,
      taxPoint: pick([.invoiceDate, .periodStart, .periodEnd]),
      zeroInvoices: random.oneIn(3) ? .suppress : .issue)
  }

  /// Plan 0 is a base, 1 and 2 are add-ons of the same periods, 3 has periods of its own, 4 is
  /// an add-on that is measured; so may be 0 and 3.
  private mutating func makePlans() {
    let interval = pick([Interval.month, .month, .month, .week, .year, .day])
    let every = interval == .day ? random.int(5...40) : interval == .year ? 1 : random.int(1...4)
    let other = pick([Interval.week, .month])
    books.plans = [
      plan(1, model(0...5000), every, interval, isMeasured: random.oneIn(8)),
      plan(2, .flat(amount(0...900)), every, interval), plan(3, .custom, every, interval),
      plan(4, model(0...400), random.int(1...3), other, isMeasured: random.oneIn(3)),
      plan(5, model(0...300), every, interval, isMeasured: true),
    ]
  }

  private mutating func plan(
    _ id: Int64, _ model: PriceModel, _ every: Int, _ interval: Interval,
    isMeasured: Bool = false
  ) -> Plan {
    var prices = [
      Price(
        id: ID(id), validFrom: .on("2020-01-01"), model: model,
        includedQuantity: random.oneIn(5) ? pick([.one, .number("0.25"), .number("5")]) : .zero,
        minimumAmount: random.oneIn(5) ? amount(0...4000) : nil)
    ]
    if case .perUnit = model, random.oneIn(3) {
      let later = LocalDate.on("2024-01-01").adding(days: random.int(0...700))
      prices.append(Price(id: ID(id + 10), validFrom: later, model: .perUnit(amount(1...999))))
    }
    return Plan(
      id: ID(id), code: "plan \(id)", currency: currency, interval: interval, intervalCount: every,
      quantityType: isMeasured ? .usage : .constant, taxable: !random.oneIn(8),
      discountable: !random.oneIn(6), prices: prices)
  }

  /// A model with prices of a range; half of them plain.
  private mutating func model(_ range: ClosedRange<Int>) -> PriceModel {
    switch random.int(0...9) {
    case 0: .tiered(tiers(range))
    case 1: .volume(tiers(range))
    case 2: .stairstep(tiers(range))
    case 3: .packages("\(amount(range))", per: pick(["1", "0.3", "5"]))
    case 4: .percentage(amount(range))
    default: .perUnit(amount(range))
    }
  }

  private mutating func tiers(_ range: ClosedRange<Int>) -> PriceTiers {
    let last = PriceTiers.Tier(
      upTo: nil, unitCost: amount(-50...900), flatCost: random.oneIn(2) ? amount(range) : .zero)
    var bound = ExactDecimal.zero
    let lower = (0..<random.int(0...3)).map { _ in
      bound = ExactDecimal(
        coefficient: bound.coefficient + Int128(random.int(1...40)) * 100_000_000_000)
      return PriceTiers.Tier(
        upTo: bound, unitCost: random.oneIn(4) ? .zero : amount(range),
        flatCost: random.oneIn(3) ? amount(range) : .zero)
    }
    return PriceTiers(lower + [last]) ?? .of(("", "1", "0"))
  }

  /// 0, 1: exclusive; 2, 3: inclusive; 4: compound; 5: fixed; 6: zero; 7: inclusive and compound;
  /// 8: the same as 1, but inclusive.
  private mutating func makeTaxRates(_ wish: Wish) {
    books.taxRates = [
      changing("vat", "19", "16", inclusive: false), .percent("ca", "7.25"),
      changing("incl", "20", "21.5", inclusive: true), .percent("incl2", "5.5", inclusive: true),
      .percent("qst", "9.975", compound: true), .fixed("eco", money(1...60)),
      .percent("zero", "0"), .percent("incl3", "10", inclusive: true, compound: true),
    ]
    if wish.mayBeHeld && random.oneIn(2) {
      books.taxRates.append(.percent("ca gross", "7.25", inclusive: true))
    }
  }

  private func changing(
    _ code: String, _ before: String, _ after: String, inclusive: Bool
  ) -> TaxRate {
    func version(_ id: Int64, _ from: String, _ until: String, _ percent: String) -> TaxRate.Version
    {
      .init(
        id: ID(id), validFrom: .on(from), validUntil: .on(until),
        value: .percent(.number(percent), .percent(percent)))
    }
    return TaxRate(
      id: ID(9), code: code, inclusive: inclusive, compound: false, rule: nil,
      versions: [
        version(1, "2000-01-01", "2025-01-01", before),
        version(2, "2025-01-01", "9999-01-01", after),
      ])
  }

  private mutating func makeCoupons() {
    books.coupons = (0..<5).map { index in
      let percent = ["5", "10", "33.3", "50", "100"][random.int(0...4)]
      return Coupon(
        id: ID(Int64(index)), code: "coupon \(index)",
        value: random.oneIn(2) ? .percent(.percent(percent)) : .fixed(money(1...3000)),
        expirationDate: random.oneIn(3)
          ? LocalDate.on("2023-06-01").adding(days: random.int(0...900)) : nil,
        durationCycles: random.oneIn(2) ? random.int(1...4) : nil)
    }
  }

  private mutating func makePayer(_ wish: Wish) -> Customer {
    let terms: [String?] = [nil, "NET 30", "2% 10 NET 30", "NET 10 EOM", "AutoPay"]
    let taxIDs: [String?] = [
      nil, "DE123456789", "FR 40 303 265 045", "EL-123456789", "IE1234567AB", "nl123456789b01",
      "ATU12345678", "CHE123456789", "DE12345678", "EL12345678X", "NL123456789C01", "12-3456789",
    ]
    let country: String? = pick(["US", "DE", "FR", "GR", "IE", "NL", "CH", nil])
    return Customer(
      id: ID(1), country: country, isCompany: !random.oneIn(5),
      taxID: wish.mayBeHeld && random.oneIn(2) ? pick(taxIDs) : nil,
      isTaxIDChecked: random.oneIn(2), taxable: !random.oneIn(10), taxes: taxes(),
      paymentTerms: pick(terms), paymentMethod: pick([.other, .other, .card, .bankAccount]),
      consolidated: wish.hasCompany && random.oneIn(3))
  }

  private mutating func makeSubscription(_ id: Int64, _ wish: Wish) -> Subscription {
    var charges = [Subscription.Charge(slot: 0, plan: 0, quantity: quantity())]
    if random.oneIn(2) { charges.append(.init(slot: 1, plan: 1)) }
    if random.oneIn(2) {
      charges.append(.init(slot: 2, plan: 2, quantity: quantity(), amount: amount(-3000...2000)))
    }
    if random.oneIn(5) { charges.append(.init(slot: 5, plan: 3, quantity: quantity())) }
    if random.oneIn(4) { charges.append(.init(slot: 6, plan: 4)) }
    let measured = charges.filter { books.plans[$0.plan].quantityType == .usage }
    let start = makeStart()
    for charge in measured { makeRecords(ID(id), charge.slot, from: start) }
    let trialEnd = random.oneIn(4) ? start.adding(days: random.int(0...45)) : nil
    let canceledAt = random.oneIn(4) ? start.adding(days: random.int(-5...800)) : nil
    let prorates = canceledAt != nil && random.oneIn(2)
    let isDaily = books.plans[0].interval == .day
    let isWeekly = books.plans.contains { $0.interval == .week }
    let inArrears = random.oneIn(3)
    return Subscription(
      id: ID(id), charges: charges, start: start, trialEnd: trialEnd, inArrears: inArrears,
      leadDays: !inArrears && random.oneIn(3) ? random.int(1...40) : 0,
      anchorDay: !isDaily && random.oneIn(2)
        ? isWeekly ? random.int(1...7) : pick([1, 5, 15, 28, 29, 30, 31]) : nil,
      cycles: random.oneIn(4) ? random.int(1...9) : nil,
      renewal: isQuiet ? .manual : pick([.none, .none, .auto, .manual, .renewOnce]),
      renewalCycles: random.oneIn(2) ? random.int(1...5) : nil, terms: random.int(1...3),
      canceledAt: canceledAt, cancelsAtPeriodEnd: random.oneIn(12), proratesCancel: prorates,
      paused: random.oneIn(15),
      migratedThrough: random.oneIn(6) ? start.adding(days: random.int(1...400)) : nil,
      taxes: random.oneIn(2) ? taxes() : [], discounts: attachments(),
      coverage: wish.startsUncovered || prorates ? .through(nil) : coverage(charges, from: start),
      usageFrom: !measured.isEmpty && !wish.startsUncovered && random.oneIn(2)
        ? start.adding(days: random.int(0...400)) : nil)
  }

  private mutating func makeRecords(
    _ subscription: ID<Subscription>, _ slot: Int16, from start: LocalDate
  ) {
    for _ in 0..<random.int(0...60) {
      records.append(
        UsageRecord(
          subscription: subscription, slot: slot, day: start.adding(days: random.int(0...900)),
          quantity: quantity()))
    }
  }

  private mutating func makeStart() -> LocalDate {
    let day = LocalDate.on("2024-01-01").adding(days: random.int(0...800))
    return random.oneIn(3) ? day.adding(months: 0, anchorDay: random.int(29...31)) : day
  }

  private mutating func coverage(
    _ charges: [Subscription.Charge], from start: LocalDate
  ) -> Subscription.Coverage {
    if isQuiet { return .through(start.adding(days: 3000)) }
    if random.oneIn(2) {
      let most = random.oneIn(3) ? 2000 : 500
      return .through(random.oneIn(2) ? nil : start.adding(days: random.int(0...most)))
    }
    var spans: [Int16: [Period]] = [:]
    for charge in charges where !random.oneIn(3) {
      var day = start.adding(days: random.int(-3...40))
      for _ in 0..<random.int(0...4) {
        let end = day.adding(days: random.int(1...90))
        spans[charge.slot, default: []].append(
          contentsOf: Period(from: day, to: end).map { [$0] } ?? [])
        day = end.adding(days: random.int(0...60))
      }
    }
    return .spans(spans)
  }

  private mutating func attachments() -> [Subscription.AttachedCoupon] {
    guard random.oneIn(2) else { return [] }
    return (0..<books.coupons.count).shuffled(using: &random).prefix(random.int(1...3)).map {
      Subscription.AttachedCoupon(coupon: $0, cyclesUsed: random.oneIn(3) ? 1 : 0)
    }
  }

  private mutating func makePendingItems() -> [PendingItem] {
    (1...random.int(1...3)).map { id in
      let isForeign = random.oneIn(4)
      let taxes = random.oneIn(2) ? taxes(fixed: false) : []
      let taxAmount = random.oneIn(4) ? amount(1...900) : .zero
      let hasOwnTaxes = !taxes.isEmpty || !taxAmount.isZero
      return PendingItem(
        id: ID(Int64(id)), name: "item", quantity: quantity(), unitCost: amount(-900...2000),
        currency: isForeign ? .named("gbp") : currency, discountable: !random.oneIn(4),
        taxable: isForeign ? hasOwnTaxes : !random.oneIn(5), taxes: taxes, taxAmount: taxAmount,
        addedOn: asOf.adding(days: -random.int(0...60)),
        discounts: random.oneIn(3) ? ownDiscounts(isForeign: isForeign) : [])
    }
  }

  private mutating func ownDiscounts(isForeign: Bool) -> [PendingItem.Discount] {
    (0..<random.int(1...3)).map { _ in
      let coupon = random.int(0...4)
      if case .fixed = books.coupons[coupon].value, isForeign { return .amount(amount(0...300)) }
      return random.oneIn(3) ? .amount(amount(0...700)) : .coupon(coupon)
    }
  }

  private mutating func makeCredits() -> [Credit] {
    (1...random.int(1...3)).map { id in
      Credit(
        id: ID(Int64(id)), kind: pick([.money, .creditNote, .goodwill]), open: money(1...9000),
        expiresOn: random.oneIn(3) ? asOf.adding(days: random.int(-20...20)) : nil)
    }
  }

  /// Some rates in the order of the catalog; a fixed one fits only the books' own currency.
  private mutating func taxes(fixed: Bool = true) -> [Int] {
    let wanted = random.int(0...3)
    let all = books.taxRates.indices.filter { fixed || $0 != 5 }
    return all.shuffled(using: &random).prefix(wanted).sorted()
  }

  private mutating func quantity() -> ExactDecimal {
    pick(["1", "1", "1", "2", "7", "0", "0.5", "12.345"].map { ExactDecimal.number($0) })
  }

  /// Major units with sometimes more digits than the currency has.
  private mutating func amount(_ range: ClosedRange<Int>) -> ExactDecimal {
    let step: Int128 = random.oneIn(4) ? 1_234_000_000 : 10_000_000_000
    return ExactDecimal(coefficient: Int128(random.int(range)) * step)
  }

  private mutating func money(_ range: ClosedRange<Int>) -> Money {
    Money(minor: Int64(random.int(range)), currency: currency)
  }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[random.int(0...values.count - 1)]
  }
}

extension RandomAccount {
  /// What was billed for days of a measured charge, where usage came in late: anything.
  func billedSoFar(_ slot: Int16, _ days: Range<Int>) -> Int64 {
    var random = SplitMix64(seed: days.lowerBound * 100 + Int(slot))
    return random.oneIn(3) ? 0 : Int64(random.int(0...6000))
  }

  /// Coupons that count for base periods of which days were billed: any.
  func couponsSoFar(_ subscription: ID<Subscription>) -> [Int] {
    var random = SplitMix64(seed: asOf.number + Int(subscription.rawValue))
    return books.coupons.indices.filter { _ in random.oneIn(3) }
  }

  /// Bills the account, or another one of these books, given the sums that the core asks for.
  func bill(
    _ other: AccountSnapshot? = nil, asOf: LocalDate? = nil, invoiceDate: LocalDate? = nil
  ) throws(Issue) -> Books.Billed {
    let account = other ?? account
    let day = asOf ?? self.asOf
    let catalog = Catalog(plans: books.plans, taxRates: books.taxRates, coupons: books.coupons)
    if !account.hasUsage(catalog) {
      return try books.bill(account, asOf: day, invoiceDate: invoiceDate)
    }
    let windows = try account.usageWindows(catalog: catalog, asOf: day)
    let measured = AccountSnapshot(
      payer: account.payer,
      subscriptions: account.subscriptions.map { subscription in
        let own = windows.filter { $0.subscription == subscription.id }
        return subscription.measured(
          own.map { sum($0) },
          own.filter { subscription.coverage.covers($0) }.compactMap { billed($0) })
      },
      pendingItems: account.pendingItems, credits: account.credits)
    return try books.bill(measured, asOf: day, invoiceDate: invoiceDate)
  }

  private func sum(_ window: UsageWindow) -> MeasuredUsage {
    let used = records.filter {
      $0.subscription == window.subscription && $0.slot == window.slot
        && window.days.contains($0.day)
    }
    return MeasuredUsage(
      slot: window.slot, days: window.days,
      quantity: ExactDecimal(coefficient: used.reduce(0) { $0 + $1.quantity.coefficient }))
  }

  private func billed(_ window: UsageWindow) -> BilledSpan? {
    let days = window.days.start.number..<window.days.end.number
    let minor = billedSoFar(window.slot, days)
    if minor == 0 { return nil }
    return .ofUsage(
      slot: window.slot, plan: window.plan, days: window.days,
      Money(minor: minor, currency: currency),
      cycle: CouponCycle(start: window.days.start, coupons: couponsSoFar(window.subscription)))
  }
}

extension Subscription {
  /// The same subscription with sums of usage.
  fileprivate func measured(_ usage: [MeasuredUsage], _ billed: [BilledSpan]) -> Subscription {
    Subscription(
      id: id, charges: charges, start: start, trialEnd: trialEnd, inArrears: inArrears,
      leadDays: leadDays, anchorDay: anchorDay, cycles: cycles, renewal: renewal,
      renewalCycles: renewalCycles, terms: terms, canceledAt: canceledAt,
      cancelsAtPeriodEnd: cancelsAtPeriodEnd, proratesCancel: proratesCancel, paused: paused,
      migratedThrough: migratedThrough, taxes: taxes, discounts: discounts, coverage: coverage,
      billed: billed, usage: usage, usageFrom: usageFrom)
  }
}

extension Subscription.Coverage {
  /// Whether usage of the days comes in late.
  fileprivate func covers(_ window: UsageWindow) -> Bool {
    switch self {
    case .through(let end): end.map { window.days.start < $0 } ?? false
    case .spans(let spans):
      (spans[window.slot] ?? []).contains { $0.intersection(window.days) != nil }
    }
  }
}

extension SplitMix64 {
  /// A number of a range.
  mutating func int(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }

  /// True once in so many times.
  mutating func oneIn(_ times: Int) -> Bool { int(1...times) == 1 }
}
