// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

/// Parts sum to the whole (RULES 0.4).
@Suite struct PeriodPartsTests {
  private let plans: [Plan] = [
    .of("pro", .perUnit(.number("10")), id: 1), .of("flat", .flat(.number("10")), id: 2),
  ]

  /// What a ledger is told of the subscription on a day.
  private struct State {
    var changes: [SubscriptionChange] = []
    var canceledAt: LocalDate?
    var inArrears = false
    var plan = 0
    var discounts: [Subscription.AttachedCoupon] = []
  }

  private func ledger(
    _ books: Books, _ state: @escaping (LocalDate) -> State
  ) -> TimelineLedger {
    TimelineLedger(books, .plain()) { day, applied, coverage, billed in
      let state = state(day)
      return Subscription(
        id: ID(1), charges: [.init(slot: 0, plan: state.plan)], start: .on("2026-11-01"),
        inArrears: state.inArrears, canceledAt: state.canceledAt,
        proratesCancel: state.canceledAt != nil, discounts: state.discounts,
        coverage: .spans(coverage), changes: state.changes.map { $0.marked(applied) },
        billed: billed(.on("2026-11-01")))
    }
  }

  private func change(_ id: Int64, _ day: String, _ quantity: String) -> SubscriptionChange {
    SubscriptionChange(id: ID(id), effective: .on(day), quantity: .number(quantity))
  }

  private func amounts(_ ledger: TimelineLedger) -> [Int64] {
    ledger.documents.flatMap { draft in draft.lines.map { draft.signed($0.amount).minor } }
  }

  @Test("what is charged up to a cancellation that moves, and at last goes, comes to the period")
  func canceled() throws {
    var ledger = ledger(Books(plans: plans)) { day in
      State(
        canceledAt: day < .on("2026-11-05")
          ? .on("2026-11-11") : day < .on("2026-11-15") ? .on("2026-11-21") : nil)
    }
    for day in ["2026-11-01", "2026-11-05", "2026-11-15"] { try ledger.run(on: .on(day)) }
    #expect(amounts(ledger) == [333, 333, 334])
    let rest = try #require(ledger.documents.last?.lines.first)
    #expect(rest.partsBefore == .of("6.66"))
    #expect(rest.quantity == .one && rest.unitCost == .number("3.34"))
    #expect(
      rest.basis
        == .quantity(
          .init(total: .one, included: .zero, factors: .init(quantity: .one, price: .number("10"))),
          .plain(.perUnit)))
    try explains(ledger)
  }

  @Test("a negative price stays one, though the quantity on the line is negative (BR-27)")
  func negative() throws {
    var books = Books(plans: [.of("off", .custom, id: 1)])
    books.seller = Seller(id: ID(1), currency: .usd, creditLines: .separate)
    var ledger = TimelineLedger(books, .plain()) { day, _, coverage, billed in
      Subscription(
        id: ID(1), charges: [.init(slot: 0, plan: 0, amount: .number("-0.01"))],
        start: .on("2026-11-01"), canceledAt: day < .on("2026-11-15") ? .on("2026-11-16") : nil,
        proratesCancel: day < .on("2026-11-15"), coverage: .spans(coverage),
        billed: billed(.on("2026-11-01")))
    }
    for day in ["2026-11-01", "2026-11-16"] { try ledger.run(on: .on(day)) }
    #expect(amounts(ledger) == [-1, 0])
    let rest = try #require(ledger.documents.last)
    #expect(ledger.terms(rest.lines[0], in: rest).amount == .number("-0.01"))
    try explains(ledger)
  }

  @Test("parts of one document sum, where changes cut what has one price")
  func arrears() throws {
    var ledger = ledger(Books(plans: plans)) { _ in
      State(
        changes: [change(1, "2026-11-11", "2"), change(2, "2026-11-21", "3")], inArrears: true,
        plan: 1)
    }
    try ledger.run(on: .on("2026-12-01"))
    #expect(amounts(ledger) == [333, 333, 334])
    try explains(ledger)
  }

  @Test("what a credit has left of a line is a part, and the gap in it the last")
  func takenBack() throws {
    var ledger = ledger(Books(plans: plans)) { day in
      var changes: [SubscriptionChange] = []
      if day >= .on("2026-11-11") { changes.append(change(1, "2026-11-11", "2")) }
      if day >= .on("2026-11-21") { changes.append(change(2, "2026-11-21", "1")) }
      if day >= .on("2026-11-25") { changes.append(change(3, "2026-11-11", "1")) }
      return State(changes: changes)
    }
    for day in ["2026-11-01", "2026-11-11", "2026-11-21", "2026-11-25"] {
      try ledger.run(on: .on(day))
    }
    #expect(amounts(ledger).reduce(0, +) == 1000)
    // On a credit note, since more is taken back.
    #expect(ledger.documents.last?.lines.first?.amount == .of("-3.34"))
    try explains(ledger)
  }

  @Test("other quantities and holes are no whole")
  func others() throws {
    var ledger = ledger(Books(plans: plans)) { day in
      State(
        changes: day < .on("2026-11-11") ? [] : [change(1, "2026-11-11", "2")],
        canceledAt: day < .on("2026-11-11") ? .on("2026-11-11") : nil)
    }
    for day in ["2026-11-01", "2026-11-11"] { try ledger.run(on: .on(day)) }
    #expect(amounts(ledger) == [333, 1333])
    #expect(ledger.documents.allSatisfy { $0.lines.allSatisfy { $0.partsBefore == nil } })
  }

  @Test("tiers and what lacks to a minimum sum line by line, and discounts come after")
  func lines() throws {
    let tiers = try #require(
      PriceTiers([
        .init(upTo: .number("1"), unitCost: .number("10"), flatCost: .zero),
        .init(upTo: nil, unitCost: .number("5"), flatCost: .number("1")),
      ]))
    let price = Price(
      id: ID(1), validFrom: .on("1900-01-01"), model: .tiered(tiers), minimumAmount: .number("20"))
    var books = Books(plans: [
      Plan(
        id: ID(1), code: "tiers", currency: .usd, interval: .month, intervalCount: 1,
        taxable: true, discountable: true, prices: [price])
    ])
    books.coupons = [Coupon(id: ID(0), code: "half", value: .percent(.percent("50")))]
    var ledger = ledger(books) { day in
      State(
        canceledAt: day < .on("2026-11-05")
          ? .on("2026-11-11") : day < .on("2026-11-15") ? .on("2026-11-21") : nil,
        discounts: [.init(coupon: 0)])
    }
    for day in ["2026-11-01", "2026-11-05", "2026-11-15"] { try ledger.run(on: .on(day)) }
    #expect(amounts(ledger).reduce(0, +) == 2000)
    #expect(amounts(ledger).prefix(2) == [333, 334])
    try explains(ledger)
  }

  /// Every line's explanation comes to what the line has.
  private func explains(_ ledger: TimelineLedger) throws {
    for draft in ledger.documents where draft.lineCredits.isEmpty {
      let document = IssuedDocument(draft, of: ledger.books, date: .on("2026-11-15"))
      let explanation = try Explainer(document).explain()
      #expect(explanation.mismatches == 0, "\(explanation)")
    }
  }
}
