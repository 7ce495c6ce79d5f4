// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

/// Runs on many days, each fed with what the ones before it covered (DESIGN 13.3 and 13.5).
@Suite struct RunSequenceTests {

  @Test(
    "a run every day, runs on the days that the cursor names, and one late run bill the same",
    arguments: 0..<100)
  func sameDocuments(seed: Int) throws {
    for index in 0..<3 {
      let random = RandomAccount(
        seed: seed * 1000 + index, .init(startsUncovered: true, hasCompany: false))
      let comment = Comment("account \(seed * 1000 + index)")
      var daily = Ledger(random)
      var named = Ledger(random)
      var late = Ledger(random)
      var edited = Ledger(random, editedEvery: 5)
      let first = random.account.subscriptions[0].start.adding(days: -45)
      for number in 0...max(0, random.asOf - first) {
        let day = first.adding(days: number)
        try daily.run(on: day)
        try edited.run(on: day)
        if named.nextBillOn.map({ $0 <= day }) ?? !named.isFinished { try named.run(on: day) }
      }
      try late.run(on: max(first, random.asOf))
      try #require(daily.documents == named.documents, comment)
      try #require(daily.documents == late.documents, comment)
      try #require(daily.documents == edited.documents, comment)
      try #require(daily.covered == named.covered, comment)
      try #require(daily.covered == late.covered, comment)
      try #require(daily.covered == edited.covered, comment)
      try #require(daily.isWithoutHoles && late.isWithoutHoles, comment)
      try #require(named.looks <= daily.looks, comment)
    }
  }

  @Test(
    "the same day again adds nothing, and the next look is later, but for a contract to renew",
    arguments: 0..<100)
  func again(seed: Int) throws {
    for index in 0..<3 {
      let random = RandomAccount(
        seed: seed * 1000 + index, .init(startsUncovered: true, hasCompany: false))
      var ledger = Ledger(random)
      for offset in [0, 31, 31, 200, 400] {
        let day = random.account.subscriptions[0].start.adding(days: offset)
        try ledger.run(on: day)
        let documents = ledger.documents.count
        try ledger.run(on: day)
        try #require(ledger.documents.count == documents, "account \(seed * 1000 + index)")
        try #require(
          ledger.nothingDue == .awaitingRenewal || ledger.nextBillOn.map { $0 > day } ?? true,
          "account \(seed * 1000 + index)")
      }
    }
  }
}

/// What the database remembers of one subscription from run to run.
private struct Ledger {
  private let random: RandomAccount
  private let payer: Customer
  private var subscription: Subscription
  private let isEven: Bool
  /// After so many looks it is edited, and so read by spans until it is straight again.
  private let editedEvery: Int
  private var isStraight: Bool
  /// Figures of all documents, in order of numbers.
  private(set) var documents: [String] = []
  /// Live spans by slot.
  private(set) var covered: [Int16: [Period]] = [:]
  private(set) var nextBillOn: LocalDate?
  private(set) var isFinished = false
  private(set) var nothingDue: AccountResult.NothingDue?
  private(set) var looks = 0

  init(_ random: RandomAccount, editedEvery: Int = .max) {
    let given = random.account.subscriptions[0]
    let plans = given.charges.map { random.books.plans[$0.plan] }
    isEven = plans.allSatisfy {
      $0.interval == plans[0].interval && $0.intervalCount == plans[0].intervalCount
        && $0.quantityType == .constant
    }
    self.editedEvery = editedEvery
    isStraight = isEven
    self.random = random
    payer = random.account.payer
    subscription = given.with(coverage: isEven ? .through(nil) : .spans([:]), cycles: [])
  }

  mutating func run(on day: LocalDate) throws {
    looks += 1
    let billed = try random.bill(
      AccountSnapshot(payer: payer, subscriptions: [subscription]), asOf: day,
      invoiceDate: .on("2026-06-30"))
    for draft in billed.documents {
      documents.append(
        "\(draft.kind) \(draft.summary) \(draft.discount.minor) \(draft.tax.minor) \(draft.total)")
      for line in draft.lines where line.coversPeriod {
        line.period.map { covered[line.slot, default: []].append($0) }
      }
    }
    for reasoned in billed.result.reasoned {
      covered[reasoned.slot, default: []].append(reasoned.span)
    }
    for slot in covered.keys { covered[slot] = Self.joined(covered[slot] ?? []) }
    let cursor = billed.result.cursors[0]
    nextBillOn = cursor.nextBillOn
    nothingDue = billed.result.nothingDue
    isFinished = cursor.nextBillOn == nil
    isStraight = isEven && (isStraight || cursor.straightThrough != nil)
    if looks % editedEvery == 0 { isStraight = false }
    subscription = subscription.with(
      coverage: coverage(through: cursor.coveredThrough), cycles: billed.result.couponCycles)
  }

  /// What is covered of each charge begins with the subscription and has no hole and no overlap.
  var isWithoutHoles: Bool {
    covered.values.allSatisfy { $0.count == 1 && $0[0].start == subscription.start }
  }

  /// Alike charges are remembered by their end alone, as the database does.
  private func coverage(through day: LocalDate?) -> Subscription.Coverage {
    isStraight ? .through(day) : .spans(covered)
  }

  /// Joins spans that touch; spans that overlap stay apart and so show as such.
  private static func joined(_ spans: [Period]) -> [Period] {
    var joined: [Period] = []
    for span in spans.sorted(by: { $0.start < $1.start }) {
      if let last = joined.last, last.end == span.start,
        let both = Period(from: last.start, to: span.end)
      {
        joined[joined.count - 1] = both
      } else {
        joined.append(span)
      }
    }
    return joined
  }
}

extension Subscription {
  /// The same subscription with other coverage, and coupons that have counted.
  fileprivate func with(
    coverage: Coverage, cycles: [AccountResult.CouponCycles]
  ) -> Subscription {
    Subscription(
      id: id, charges: charges, start: start, trialEnd: trialEnd, inArrears: inArrears,
      leadDays: leadDays, anchorDay: anchorDay, cycles: self.cycles, renewal: renewal,
      renewalCycles: renewalCycles, terms: terms, canceledAt: canceledAt,
      proratesCancel: proratesCancel, paused: paused, migratedThrough: migratedThrough,
      taxes: taxes,
      discounts: discounts.map { attached in
        let counted = cycles.first { $0.coupon == attached.coupon }?.cycles ?? 0
        return AttachedCoupon(coupon: attached.coupon, cyclesUsed: attached.cyclesUsed + counted)
      }, coverage: coverage)
  }
}
