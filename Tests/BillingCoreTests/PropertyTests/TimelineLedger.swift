// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

/// What the database remembers of a subscription with changes from run to run: which line covers
/// which days, and what was credited of each.
struct TimelineLedger {
  let books: Books
  private let payer: Customer
  private let read: Reader
  private(set) var documents: [InvoiceDraft] = []
  private(set) var rows: [Row] = []
  private(set) var nextBillOn: LocalDate?
  private var applied: Set<ID<SubscriptionChange>> = []
  private(set) var cyclesUsed: [Int: Int] = [:]
  private var runs = 0

  /// Days of a charge, live or released.
  struct Row {
    let slot: Int16
    var days: Period
    let cover: Cover
    var isLive = true
    let cycle: CouponCycle?
    /// Which run covered them.
    let run: Int

    enum Cover: Hashable {
      case line(document: Int, line: Int)
      case reason(ReasonedSpan.Reason)
    }
  }

  /// Reads the subscription on a day, given the changes that are billed, what is covered, and what
  /// is billed from a day on.
  typealias Reader = (
    LocalDate, Set<ID<SubscriptionChange>>, [Int16: [Period]], (LocalDate) -> [BilledSpan]
  ) -> Subscription

  init(_ books: Books, _ payer: Customer, read: @escaping Reader) {
    (self.books, self.payer, self.read) = (books, payer, read)
  }

  @discardableResult
  mutating func run(
    on day: LocalDate, invoiceDate: LocalDate? = nil, credits: [Credit] = []
  ) throws -> Books.Billed {
    let spans = Dictionary(grouping: live, by: \.slot).mapValues { $0.map(\.days) }
    let subscription = read(day, applied, spans, billed).counting(cyclesUsed)
    runs += 1
    let billed = try books.bill(
      AccountSnapshot(payer: payer, subscriptions: [subscription], credits: credits), asOf: day,
      invoiceDate: invoiceDate)
    for released in billed.result.released { try release(released) }
    for draft in billed.documents {
      documents.append(draft)
      for (index, line) in draft.lines.enumerated() where line.coversPeriod {
        let period = try #require(line.period)
        rows.append(
          Row(
            slot: line.slot, days: period, cover: .line(document: documents.count - 1, line: index),
            cycle: line.cycle, run: runs))
      }
    }
    for span in billed.result.reasoned {
      rows.append(
        Row(
          slot: span.slot, days: span.span, cover: .reason(span.reason),
          cycle: span.cycle, run: runs))
    }
    applied.formUnion(billed.result.applied)
    for counted in billed.result.couponCycles {
      cyclesUsed[counted.coupon, default: 0] += counted.cycles
    }
    nextBillOn = billed.result.cursors[0].nextBillOn
    return billed
  }

  /// Live rows in order of slot and day.
  var live: [Row] {
    rows.filter(\.isLive).sorted { ($0.slot, $0.days.start) < ($1.slot, $1.days.start) }
  }

  /// Gives back what runs have suppressed and a change touches, with the cycles of its coupons, as
  /// `give_back_suppressed.sql` does.
  ///
  /// Returns the cycles that ended with it.
  mutating func giveBackSuppressed(_ changes: [SubscriptionChange]) -> Set<CouponCycle> {
    let zero = rows.indices.filter { rows[$0].isLive && rows[$0].cover == .reason(.zero) }
    let new = changes.filter { !applied.contains($0.id) }.map(\.effective)
    let touched = zero.filter { place in
      let end = rows[place].days.end
      let pause = live.first { $0.cover == .reason(.paused) && $0.days.start == end }
      return new.contains { $0 < pause?.days.end ?? end } || isGivenBack(after: end)
    }
    let freed = Set(touched.map { rows[$0].run })
    for place in zero where freed.contains(rows[place].run) { rows[place].isLive = false }
    let given = Set(zero.filter { !rows[$0].isLive }.compactMap { rows[$0].cycle })
    let ended = given.filter { cycle in !live.contains { $0.cycle?.start == cycle.start } }
    for coupon in ended.flatMap(\.coupons) { cyclesUsed[coupon, default: 0] -= 1 }
    return ended
  }

  private func isGivenBack(after day: LocalDate) -> Bool {
    rows.contains { !$0.isLive && $0.days.start <= day && $0.days.end > day }
      && !live.contains { $0.days.start == day }
  }

  /// Gives days of one live span back, as `release_coverage.sql` does.
  private mutating func release(_ released: ReleasedSpan) throws {
    let place = try #require(
      rows.firstIndex {
        $0.isLive && $0.slot == released.slot
          && $0.days.intersection(released.days) == released.days
      }, "nothing live in \(released.days)")
    let row = rows[place]
    try #require(row.days.start >= released.spanStart)
    rows[place].days = released.days
    rows[place].isLive = false
    for rest in row.days.subtracting([released.days]) {
      rows.append(
        Row(slot: row.slot, days: rest, cover: row.cover, cycle: row.cycle, run: row.run))
    }
  }

  // MARK: - What a run reads of what is billed

  private func billed(from day: LocalDate) -> [BilledSpan] {
    live.filter { $0.days.end > day }.map { row in
      switch row.cover {
      case .reason(let reason):
        BilledSpan(slot: row.slot, days: row.days, cover: .reason(reason), cycle: row.cycle)
      case .line(let document, let index):
        BilledSpan(
          slot: row.slot, days: row.days,
          cover: .billed(
            terms(documents[document].lines[index], in: documents[document]),
            lines(document, index)),
          cycle: row.cycle)
      }
    }
  }

  /// What a line was priced by, as `load_billed_spans.sql` reads it.
  func terms(_ line: LineDraft, in draft: InvoiceDraft) -> BilledSpan.Terms {
    let plan = line.plan ?? 0
    let model = books.plans[plan].prices[0].model
    let isFlat = if case .flat = model { true } else { false }
    let isCustom = if case .custom = model { true } else { false }
    var (quantity, price) = (line.quantity, line.unitCost)
    if (quantity.coefficient < 0) != (draft.kind == .creditNote) { price = price.negated() }
    if quantity.coefficient < 0 { quantity = quantity.negated() }
    if case .quantity(let basis, _) = line.basis {
      quantity = basis.total
      price = basis.factors?.price ?? price
    }
    return BilledSpan.Terms(
      plan: plan, quantity: isFlat ? nil : quantity, amount: isCustom ? price : nil)
  }

  private func lines(_ document: Int, _ first: Int) -> [BilledLine] {
    let draft = documents[document]
    return draft.lines.indices.compactMap { index in
      let line = draft.lines[index]
      guard line.slot == draft.lines[first].slot, line.period == draft.lines[first].period,
        line.kind == .period || line.kind == .minimum, let days = line.period
      else { return nil }
      let discounts = draft.discounts.flatMap { discount in
        discount.shares.filter { $0.line == index }.map {
          BilledLine.Discount(coupon: discount.coupon, amount: draft.signed($0.amount))
        }
      }
      return BilledLine(
        invoice: ID(Int64(document + 1)), number: Int32(index + 1), price: line.price, days: days,
        liveDays: liveDays(document, first), base: draft.base(index),
        credited: credited(document, index), discounts: discounts,
        taxes: draft.taxes.indices.filter { line.taxMask & 1 << UInt32($0) != 0 }
          .map { billedTax(document, $0) })
    }
  }

  /// How many days a line still covers.
  func liveDays(_ document: Int, _ line: Int) -> Int {
    rows.filter { $0.isLive && $0.cover == .line(document: document, line: line) }
      .reduce(0) { $0 + $1.days.days }
  }

  /// What all documents have credited of a line.
  func credited(_ document: Int, _ line: Int) -> Money {
    sum(
      documents.flatMap(\.lineCredits)
        .filter { $0.invoice == ID(Int64(document + 1)) && $0.number == Int32(line + 1) }
        .map(\.amount))
  }

  /// A tax group of a document, as far as taking it back needs it.
  func billedTax(_ document: Int, _ group: Int) -> BilledTax {
    let draft = documents[document]
    let tax = draft.taxes[group]
    let mine = draft.lines.indices.filter {
      draft.lines[$0].taxMask & 1 << UInt32(group) != 0 && draft.lines[$0].kind != .credit
    }
    let own = draft.lineCredits.flatMap(\.taxes).filter { $0.group == group }.map(\.amount)
    let credits = documents.flatMap(\.lineCredits).filter { $0.invoice == ID(Int64(document + 1)) }
    return BilledTax(
      number: Int16(group + 1), rate: tax.rate.map { ($0, tax.version) }, category: tax.category,
      isInclusive: tax.isInclusive, reason: tax.reason,
      amount: sum([draft.signed(tax.amount)] + own), lines: mine.count,
      base: sum(mine.map { draft.base($0) }),
      creditedBase: sum(
        credits.filter { mine.contains(Int($0.number) - 1) }.map(\.amount)),
      creditedTax: sum(
        credits.flatMap(\.taxes).filter { $0.number == Int16(group + 1) }.map(\.amount)))
  }

  private func sum(_ amounts: [Money]) -> Money {
    Money(minor: amounts.reduce(0) { $0 + $1.minor }, currency: documents.first?.currency ?? .eur)
  }
}

extension Subscription {
  /// The same subscription with coupons of which cycles have counted.
  fileprivate func counting(_ cycles: [Int: Int]) -> Subscription {
    if cycles.isEmpty { return self }
    return Subscription(
      id: id, charges: charges, start: start, trialEnd: trialEnd, inArrears: inArrears,
      leadDays: leadDays, anchorDay: anchorDay, cycles: self.cycles, renewal: renewal,
      renewalCycles: renewalCycles, terms: terms, canceledAt: canceledAt,
      cancelsAtPeriodEnd: cancelsAtPeriodEnd, proratesCancel: proratesCancel, paused: paused,
      migratedThrough: migratedThrough, taxes: taxes,
      discounts: discounts.map {
        AttachedCoupon(coupon: $0.coupon, cyclesUsed: $0.cyclesUsed + cycles[$0.coupon, default: 0])
      }, coverage: coverage, changes: changes, billed: billed,
      returnedGoodwill: returnedGoodwill, usage: usage, usageFrom: usageFrom)
  }
}

extension InvoiceDraft {
  /// An amount as that of a charge: a credit note's signs are the other way round.
  func signed(_ amount: Money) -> Money { kind == .creditNote ? amount.negated() : amount }

  /// What can be credited of a line.
  func base(_ line: Int) -> Money {
    signed(
      Money(
        minor: lines[line].amount.minor - lines[line].discount.minor, currency: currency))
  }
}
