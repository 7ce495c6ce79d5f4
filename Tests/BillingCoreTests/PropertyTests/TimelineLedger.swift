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

  /// Days of a charge, live or released.
  struct Row {
    let slot: Int16
    var days: Period
    let cover: Cover
    var isLive = true

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
    let subscription = read(day, applied, spans, billed)
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
            slot: line.slot, days: period, cover: .line(document: documents.count - 1, line: index))
        )
      }
    }
    for span in billed.result.reasoned {
      rows.append(Row(slot: span.slot, days: span.span, cover: .reason(span.reason)))
    }
    applied.formUnion(billed.result.applied)
    nextBillOn = billed.result.cursors[0].nextBillOn
    return billed
  }

  /// Live rows in order of slot and day.
  var live: [Row] {
    rows.filter(\.isLive).sorted { ($0.slot, $0.days.start) < ($1.slot, $1.days.start) }
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
      rows.append(Row(slot: row.slot, days: rest, cover: row.cover))
    }
  }

  // MARK: - What a run reads of what is billed

  private func billed(from day: LocalDate) -> [BilledSpan] {
    live.filter { $0.days.end > day }.map { row in
      switch row.cover {
      case .reason(let reason):
        BilledSpan(slot: row.slot, days: row.days, cover: .reason(reason))
      case .line(let document, let index):
        BilledSpan(
          slot: row.slot, days: row.days,
          cover: .billed(
            terms(documents[document].lines[index], in: documents[document]),
            lines(document, index)))
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
          BilledLine.Discount(
            coupon: discount.coupon, amount: draft.signed($0.amount),
            countsCycle: discount.countsCycle)
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
