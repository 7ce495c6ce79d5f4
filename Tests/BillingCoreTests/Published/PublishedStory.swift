// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

/// One subscription of a published case, billed by runs one after the other: each knows what was
/// entered before it and what the earlier ones have billed.
final class PublishedStory {
  var start = LocalDate.on("2026-01-01")
  var charges: [Subscription.Charge] = [.init(slot: 0, plan: 0)]
  var trialEnd: LocalDate?
  var inArrears = false
  var anchorDay: Int?
  var canceledAt: LocalDate?
  var migratedThrough: LocalDate?
  var discounts: [Subscription.AttachedCoupon] = []
  var changes: [SubscriptionChange] = []
  /// What a measured charge comes to over a period, by its slot.
  var measured: [Int16: (BillingCycle, (Period) -> ExactDecimal)] = [:]
  /// What the customer has open from credit notes.
  private(set) var openCredit: Int64 = 0
  let books: Books
  private let payer: Customer
  private var ledger: TimelineLedger?

  init(_ books: Books, taxes: [Int] = []) {
    self.books = books
    payer = .plain(taxes: taxes)
  }

  /// Enters a change.
  func change(
    on day: LocalDate, plan: Int? = nil, quantity: ExactDecimal? = nil,
    addons: [SubscriptionChange.Addon]? = nil, paused: Bool? = nil, prorates: Bool = true
  ) {
    changes.append(
      SubscriptionChange(
        id: ID(Int64(changes.count + 1)), effective: day, plan: plan, quantity: quantity,
        addons: addons, paused: paused, prorates: prorates))
  }

  /// Bills all that is due on a day.
  func run(on day: LocalDate) throws -> [InvoiceDraft] {
    var ledger =
      ledger
      ?? TimelineLedger(books, payer) { [unowned self] _, applied, covered, billed in
        subscription(applied, covered, billed)
      }
    defer { self.ledger = ledger }
    let credits =
      openCredit == 0
      ? []
      : [Credit(id: ID(1), kind: .creditNote, open: Money(minor: openCredit, currency: .usd))]
    let documents = try ledger.run(on: day, credits: credits).documents
    for draft in documents {
      openCredit += draft.kind == .creditNote ? draft.total.minor : -draft.credited.minor
    }
    return documents
  }

  /// The end of what the own plan is covered to; nil for nothing yet.
  var coveredThrough: LocalDate? { ledger?.live.filter { $0.slot == 0 }.last?.days.end }

  private func subscription(
    _ applied: Set<ID<SubscriptionChange>>, _ covered: [Int16: [Period]],
    _ billed: (LocalDate) -> [BilledSpan]
  ) -> Subscription {
    let changes = changes.map { $0.marked(applied) }
    let from = changes.comparedFrom(canceledAt, covered)
    let usage = measured.flatMap { slot, measure in
      (-1..<40).map { measure.0.period($0) }.map {
        MeasuredUsage(slot: slot, days: $0, quantity: measure.1($0))
      }
    }
    return Subscription(
      id: ID(1), charges: charges, start: start, trialEnd: trialEnd, inArrears: inArrears,
      anchorDay: anchorDay, canceledAt: canceledAt, proratesCancel: true,
      migratedThrough: migratedThrough, discounts: discounts, coverage: .spans(covered),
      changes: changes, billed: from.map(billed) ?? [], usage: usage)
  }
}

extension [InvoiceDraft] {
  /// What all their lines come to as charges, before taxes, or those of one kind.
  func sum(credits: Bool? = nil) -> ExactDecimal {
    var minor: Int64 = 0
    for draft in self {
      for line in draft.lines where credits.map({ $0 == (line.kind == .credit) }) ?? true {
        minor += draft.signed(line.amount).minor
      }
    }
    return ExactDecimal(Money(minor: minor, currency: first?.currency ?? .usd))
  }
}

extension [LineDraft] {
  /// How many periods they are, parts as parts.
  var periods: Fraction { reduce(Fraction(0)) { $0 + Fraction($1.share) } }
}
