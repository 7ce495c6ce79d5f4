// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// The whole pipeline once more, as RULES say it and as slow as it may be.
///
/// Exact fractions, days one by one, lists instead of masks: it shares nothing with the core but
/// the types of its input.
struct NaiveModel {
  let books: Books
  let account: AccountSnapshot
  let asOf: LocalDate
  private let random: RandomAccount

  struct Document {
    var name = "invoice"
    let currency: Currency
    var lines: [Line] = []
    var discounts: [Int64] = []
    var taxes: [Tax] = []
    var subtotal: Int64 = 0
    var discount: Int64 = 0
    var tax: Int64 = 0
    var total: Int64 = 0
    var rounding: Int64 = 0
    var credits: [String] = []
    var goodwill: [Int64] = []
    var isMissed = false
  }

  struct Line {
    var subscription: Int?
    var charge = 0
    var days: Range<Int>?
    let amount: Int64
    var discount: Int64 = 0
    var net: Int64 = 0
    let isDiscountable: Bool
    /// Bills what came in late.
    var isLate = false
    /// Rates in order, each with its version.
    var taxes: [TaxKey] = []
    /// Tax of no rate, with the line's sign.
    var taxAmount: Int64?
    /// The only group that it is in where rates don't count.
    var untaxed: Untaxed?

    var left: Int64 { amount - discount }
  }

  struct TaxKey: Hashable {
    let rate: Int
    let version: Int
  }

  /// A group of lines without tax: its category in UNCL 5305, and why.
  struct Untaxed: Hashable {
    let category: String
    let reason: String
  }

  struct Tax {
    /// Nil for no rate.
    let key: TaxKey?
    let untaxed: Untaxed?
    var base: Int64 = 0
    var amount: Int64 = 0
  }

  /// What one subscription owes on one day, or several of one age.
  struct Bundle {
    var parts: [(subscription: Int, items: [NaiveDue.Item])]
    let age: Int
    /// The first day of this or any earlier bundle of the subscription.
    var first: Int
    let order: Int
    var isOver: Bool
  }

  private(set) var documents: [Document] = []
  /// Days covered without a line, by subscription.
  private(set) var reasoned: [Set<NaiveDue.Reasoned>] = []
  /// Why nothing could be billed, nil where all could.
  private(set) var hold: String?
  /// Nothing was billed, since a contract waits to be renewed.
  private(set) var awaitsRenewal = false
  private var treatment = NaiveTreatment()
  private var open: [Int64]
  private var cycles: [[Int]]
  private var due: [NaiveDue] = []

  private var mode: RoundingMode { books.seller.rounding }

  init(_ random: RandomAccount) {
    (books, account, asOf, self.random) = (random.books, random.account, random.asOf, random)
    open = account.credits.map(\.open.minor)
    cycles = account.subscriptions.map { $0.discounts.map(\.cyclesUsed) }
    let due = account.subscriptions.map { NaiveDue($0, plans: books.plans, asOf: asOf) }
    self.due = due
    var waiting = account.pendingItems
    if !waiting.isEmpty || due.contains(where: { !$0.items.isEmpty }) {
      treatment = NaiveTreatment(account.payer, books.seller)
    }
    hold = treatment.hold
    if hold != nil { return }
    reasoned = due.map(\.reasoned)
    for bundle in bundles(due) {
      var document = Document(currency: books.plans[0].currency)
      document.isMissed = bundle.age > 0 && bundle.isOver
      for part in bundle.parts {
        for item in part.items {
          let lines = lines(item, of: part.subscription)
          document.lines += lines
          if item.isLate, !lines.isEmpty { discountLate(item, of: part.subscription, &document) }
        }
      }
      if document.lines.isEmpty { continue }
      sweep(&waiting, into: &document)
      for part in bundle.parts { coupons(of: part.subscription, part.items, &document) }
      finish(&document)
    }
    while let late = waiting.first(where: { $0.addedOn.number + 31 <= asOf.number }) {
      var document = Document(currency: late.currency)
      sweep(&waiting, into: &document)
      finish(&document)
    }
    awaitsRenewal =
      documents.isEmpty && reasoned.allSatisfy(\.isEmpty) && due.contains(where: \.awaitsRenewal)
  }

  /// One bundle a subscription and due day; for consolidated payers one an age, the oldest first.
  private func bundles(_ due: [NaiveDue]) -> [Bundle] {
    var bundles: [Bundle] = []
    for (subscription, found) in due.enumerated() {
      let days = Set(found.items.map(\.due)).sorted()
      var first = 0
      for (position, day) in days.enumerated() {
        let items = found.items.filter { $0.due == day }
        let isOver = items.allSatisfy { $0.days.upperBound <= asOf.number }
        let age = days.count - 1 - position
        first = max(first, items.map(\.days.lowerBound).min() ?? 0)
        if account.payer.consolidated, let same = bundles.firstIndex(where: { $0.age == age }) {
          bundles[same].parts.append((subscription, items))
          bundles[same].isOver = bundles[same].isOver && isOver
          bundles[same].first = min(bundles[same].first, first)
        } else {
          bundles.append(
            Bundle(
              parts: [(subscription, items)], age: age, first: first, order: bundles.count,
              isOver: isOver))
        }
      }
    }
    return bundles.sorted {
      let (left, right) = account.payer.consolidated ? (-$0.age, -$1.age) : (0, 0)
      return (left, $0.first, $0.order) < (right, $1.first, $1.order)
    }
  }

  // MARK: - Lines

  private func lines(_ item: NaiveDue.Item, of index: Int) -> [Line] {
    let subscription = account.subscriptions[index]
    let charge = subscription.charges[item.charge]
    let plan = books.plans[charge.plan]
    let firstPaid = (subscription.trialEnd ?? subscription.start).number
    let pricedOn = max(item.period.lowerBound, firstPaid)
    guard let price = plan.prices.filter({ $0.validFrom.number <= pricedOn }).last else {
      return []
    }
    let share = Fraction(Int128(item.days.count), Int128(item.period.count))
    let naive = NaivePrice(
      price, of: charge,
      measured: plan.quantityType == .usage ? used(subscription.id, charge.slot, item.days) : nil,
      share: share, units: plan.currency.minorUnits, mode)
    var amounts = naive.amounts
    if item.isLate {
      let difference = amounts.reduce(0, +) - random.billedSoFar(charge.slot, item.days)
      amounts = difference == 0 ? [] : [difference]
    }
    let point =
      switch books.seller.taxPoint {
      case .invoiceDate: asOf.number
      case .periodStart: item.days.lowerBound
      case .periodEnd: item.days.upperBound - 1
      }
    let rates = subscription.taxes.isEmpty ? account.payer.taxes : subscription.taxes
    return amounts.map { amount in
      var line = Line(
        subscription: index, charge: item.charge, days: item.days, amount: amount,
        isDiscountable: plan.discountable, isLate: item.isLate)
      setTaxes(of: &line, rates, on: point, isTaxable: plan.taxable)
      return line
    }
  }

  /// The sum of a charge's records of some days.
  private func used(_ id: ID<Subscription>, _ slot: Int16, _ days: Range<Int>) -> Fraction {
    random.records.filter {
      $0.subscription == id && $0.slot == slot && days.contains($0.day.number)
    }.map { Fraction($0.quantity) }.reduce(Fraction(0), +)
  }

  private func sweep(_ waiting: inout [PendingItem], into document: inout Document) {
    let currency = document.currency
    let units = Fraction(Int128(currency.minorUnits))
    for item in waiting where item.currency == currency {
      let price = Fraction(item.unitCost) * Fraction(item.quantity)
      var line = Line(
        amount: (price * units).rounded(mode), isDiscountable: item.discountable)
      let hasOwn = !item.taxes.isEmpty || item.taxAmount != .zero
      if item.taxAmount != .zero {
        let tax = (Fraction(item.taxAmount) * units).rounded(mode)
        line.taxAmount = line.amount < 0 ? -tax : tax
      }
      setTaxes(
        of: &line, hasOwn ? item.taxes : account.payer.taxes, on: asOf.number,
        isTaxable: item.taxable)
      document.lines.append(line)
      discount(item, &document)
    }
    waiting.removeAll { $0.currency == currency }
  }

  private func setTaxes(of line: inout Line, _ rates: [Int], on day: Int, isTaxable: Bool) {
    if !account.payer.taxable {
      line.untaxed = Untaxed(category: "E", reason: "exempt customer")
    } else if let group = treatment.group, isTaxable || group.category == "O" {
      // What is outside the scope of tax bears no other group beside it.
      line.untaxed = group
    } else if !isTaxable {
      line.untaxed = Untaxed(category: "E", reason: "exempt")
    } else {
      line.taxes = rates.map { rate in
        let versions = books.taxRates[rate].versions
        let version = versions.indices.last { versions[$0].validFrom.number <= day } ?? 0
        return TaxKey(rate: rate, version: version)
      }
    }
    if line.untaxed != nil { line.taxAmount = nil }
  }

  // MARK: - Discounts

  private mutating func coupons(
    of index: Int, _ items: [NaiveDue.Item], _ document: inout Document
  ) {
    let subscription = account.subscriptions[index]
    let own = items.first { $0.charge == 0 && !$0.isLate }
    guard let period = (own ?? items.first { !$0.isLate })?.period else { return }
    let start = max(period.lowerBound, (subscription.trialEnd ?? subscription.start).number)
    let known = own.flatMap { couponsSoFar($0, of: index) }
    let counting = subscription.discounts.indices.filter { position in
      if let known { return known.contains(subscription.discounts[position].coupon) }
      let coupon = books.coupons[subscription.discounts[position].coupon]
      return start <= (coupon.expirationDate?.number ?? .max)
        && cycles[index][position] < (coupon.durationCycles ?? .max)
    }
    let lines = document.lines.indices.filter {
      document.lines[$0].subscription == index && document.lines[$0].isDiscountable
        && document.lines[$0].amount > 0 && !document.lines[$0].isLate
    }
    for wantsPercent in [true, false] {
      for position in counting {
        let left = lines.map { document.lines[$0].left }.reduce(0, +)
        switch books.coupons[subscription.discounts[position].coupon].value {
        case .percent(let ratio) where wantsPercent:
          take((Fraction(Int128(left)) * Fraction(ratio)).rounded(mode), off: lines, &document)
        case .fixed(let money) where !wantsPercent:
          take(money.minor, off: lines, &document)
        default: continue
        }
      }
    }
    if own == nil || known != nil { return }
    for position in counting { cycles[index][position] += 1 }
  }

  /// The coupons of a base period of which other days are billed, nil where none are.
  private func couponsSoFar(_ item: NaiveDue.Item, of index: Int) -> Set<Int>? {
    let others = due[index].items.filter {
      $0.isLate && $0.charge == 0 && $0.period == item.period && random.billedSoFar(0, $0.days) != 0
    }
    return others.isEmpty ? nil : Set(random.couponsSoFar(account.subscriptions[index].id))
  }

  /// Takes percentages off late usage, the last line, where nothing of its period was billed.
  private func discountLate(
    _ item: NaiveDue.Item, of index: Int, _ document: inout Document
  ) {
    let subscription = account.subscriptions[index]
    let slot = subscription.charges[item.charge].slot
    let line = document.lines.count - 1
    guard document.lines[line].isDiscountable, document.lines[line].amount > 0,
      random.billedSoFar(slot, item.days) == 0
    else { return }
    let start = max(
      item.period.lowerBound, (subscription.trialEnd ?? subscription.start).number)
    for attached in subscription.discounts {
      let coupon = books.coupons[attached.coupon]
      guard case .percent(let ratio) = coupon.value,
        start <= (coupon.expirationDate?.number ?? .max),
        attached.cyclesUsed < (coupon.durationCycles ?? .max)
      else { continue }
      let left = Fraction(Int128(document.lines[line].left))
      take((left * Fraction(ratio)).rounded(mode), off: [line], &document)
    }
  }

  /// Takes a pending item's own discounts off its line, the last one.
  private func discount(_ item: PendingItem, _ document: inout Document) {
    let line = document.lines.count - 1
    if document.lines[line].amount <= 0 { return }
    var amounts: [Int64] = []
    for discount in item.discounts {
      switch discount {
      case .amount(let amount):
        let minor = Fraction(amount) * Fraction(Int128(item.currency.minorUnits))
        amounts.append(minor.rounded(mode))
      case .coupon(let index):
        let coupon = books.coupons[index]
        if let last = coupon.expirationDate, item.addedOn.number > last.number { continue }
        switch coupon.value {
        case .fixed(let money): amounts.append(money.minor)
        case .percent(let ratio):
          let left = Fraction(Int128(document.lines[line].left))
          take((left * Fraction(ratio)).rounded(mode), off: [line], &document)
        }
      }
    }
    for amount in amounts { take(amount, off: [line], &document) }
  }

  /// Takes an amount off lines, capped at what is left of them; returns what was taken.
  @discardableResult
  private func take(_ amount: Int64, off lines: [Int], _ document: inout Document) -> Int64 {
    let left = lines.map { document.lines[$0].left }
    let sum = left.reduce(0, +)
    let taken = min(amount, sum)
    if taken == 0 { return 0 }
    let exact = left.map { Fraction(Int128(taken) * Int128($0), Int128(sum)) }
    for (line, part) in zip(lines, Self.share(taken, exact)) {
      document.lines[line].discount += part
    }
    document.discounts.append(taken)
    return taken
  }

  /// Floors, and the units left over to the largest fractions, ties to the first.
  static func share(_ whole: Int64, _ exact: [Fraction]) -> [Int64] {
    var parts = exact.map(\.floor)
    var left = whole - parts.reduce(0, +)
    let rests = exact.map { $0 - Fraction(Int128($0.floor)) }
    var order = Array(exact.indices)
    order.sort { rests[$0] != rests[$1] ? rests[$0] > rests[$1] : $0 < $1 }
    for index in order where left > 0 {
      parts[index] += 1
      left -= 1
    }
    return parts
  }

  // MARK: - To the end

  private mutating func finish(_ document: inout Document) {
    for (index, credit) in account.credits.enumerated()
    where credit.kind == .goodwill && isUsable(index, document) {
      let all = document.lines.map(\.left).reduce(0, +)
      let lines = document.lines.indices.filter {
        document.lines[$0].isDiscountable && document.lines[$0].amount > 0
      }
      var amount = min(open[index], all)
      while amount > 0, total(document, less: amount, off: lines) < 0 { amount -= 1 }
      if amount <= 0 { continue }
      let used = take(amount, off: lines, &document)
      open[index] -= used
      if used > 0 { document.goodwill.append(used) }
    }
    let taxes = NaiveTaxes(books: books)
    if document.lines.contains(where: taxes.isBothWays) { hold = "taxes_conflict" }
    taxes.tax(&document)
    document.subtotal = document.lines.map(\.amount).reduce(0, +)
    document.discount = document.lines.map(\.discount).reduce(0, +)
    document.total = document.subtotal - document.discount + document.tax
    if document.total < 0 { document = document.mirrored }
    if books.seller.zeroInvoices == .suppress, document.total == 0, document.goodwill.isEmpty,
      document.taxes.allSatisfy({ $0.amount == 0 }),
      document.lines.allSatisfy({ $0.subscription != nil && !$0.isLate })
    {
      for line in document.lines {
        for day in line.days ?? 0..<0 {
          let subscription = line.subscription ?? 0
          let slot = account.subscriptions[subscription].charges[line.charge].slot
          reasoned[subscription].insert(.init(slot: slot, day: day, reason: "zero"))
        }
      }
      return
    }
    if document.name == "invoice" {
      let rest = pay(&document)
      round(rest, &document)
    }
    documents.append(document)
  }

  /// What a document would come to with tax, less so much.
  private func total(_ document: Document, less amount: Int64, off lines: [Int]) -> Int64 {
    var less = document
    take(amount, off: lines, &less)
    NaiveTaxes(books: books).tax(&less)
    return less.lines.map(\.left).reduce(0, +) + less.tax
  }

  /// Uses credit; returns what is left to pay.
  private mutating func pay(_ document: inout Document) -> Int64 {
    var balance = document.total
    for (index, credit) in account.credits.enumerated()
    where credit.kind != .goodwill && isUsable(index, document) && balance > 0 {
      let used = min(balance, open[index])
      open[index] -= used
      balance -= used
      document.credits.append("\(credit.id) \(used)")
    }
    return balance
  }

  /// Rounds what is left to pay to whole coins, where the seller does.
  private func round(_ rest: Int64, _ document: inout Document) {
    guard let cash = books.seller.cashRounding, document.currency == books.seller.currency,
      cash.methods.contains(account.payer.paymentMethod)
    else { return }
    let coins = Fraction(Int128(rest), Int128(cash.increment)).rounded(mode)
    document.rounding = coins * cash.increment - rest
  }

  private func isUsable(_ index: Int, _ document: Document) -> Bool {
    let credit = account.credits[index]
    return open[index] > 0 && credit.open.currency == document.currency
      && (credit.expiresOn.map { asOf.number <= $0.number } ?? true)
  }
}

extension NaiveModel.Document {
  /// The credit note of a negative draft.
  fileprivate var mirrored: Self {
    var note = self
    note.name = "credit_note"
    (note.subtotal, note.discount, note.tax, note.total) = (-subtotal, -discount, -tax, -total)
    note.lines = lines.map { line in
      var flipped = NaiveModel.Line(
        subscription: line.subscription, charge: line.charge, days: line.days,
        amount: -line.amount, isDiscountable: line.isDiscountable)
      (flipped.discount, flipped.net) = (-line.discount, -line.net)
      return flipped
    }
    note.discounts = discounts.map { -$0 }
    note.taxes = taxes.map {
      NaiveModel.Tax(key: $0.key, untaxed: $0.untaxed, base: -$0.base, amount: -$0.amount)
    }
    return note
  }
}
