// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct DocumentPlanTests {
  private func books() -> Books {
    var books = Books()
    books.plans = [
      .monthly("m", "10.00"), .of("y", .flat(.number("100")), .year), .of("w", .flat(.one), .week),
      .monthly("eu", "9.00", currency: .eur), .of("q", .flat(.number("30")), every: 3),
    ]
    return books
  }

  private func subscription(
    _ id: Int64, _ plans: Int..., from start: String, arrears: Bool = false, nth: Int? = nil
  ) -> Subscription {
    Subscription(
      id: ID(id),
      charges: plans.enumerated().map { .init(slot: Int16($0), plan: $1) }, start: .on(start),
      inArrears: arrears, anchorDay: nth, coverage: .spans([:]))
  }

  @Test("each missed period has its own invoice, the oldest first; the newest is not missed")
  func missed() throws {
    let billed = try books().bill(subscription(1, 0, from: "2026-01-31"), asOf: .on("2026-04-15"))
    #expect(
      billed.documents.map(\.summary) == [
        ["2026-01-31..2026-02-28 10.00"], ["2026-02-28..2026-03-31 10.00"],
        ["2026-03-31..2026-04-30 10.00"],
      ])
    #expect(billed.documents.map(\.isMissed) == [true, true, false])
    #expect(billed.documents.allSatisfy { $0.subscription == ID(1) })
  }

  @Test("the first part of a calendar period has its own invoice")
  func firstPart() throws {
    let billed = try books().bill(
      subscription(1, 0, from: "2026-03-15", nth: 1), asOf: .on("2026-04-01"))
    #expect(
      billed.documents.map(\.summary) == [
        ["2026-03-15..2026-04-01 5.48"], ["2026-04-01..2026-05-01 10.00"],
      ])
  }

  @Test("in arrears what ends on one day shares an invoice, whatever its length")
  func arrears() throws {
    let billed = try books().bill(
      subscription(1, 0, 4, from: "2026-01-01", arrears: true), asOf: .on("2026-04-01"))
    #expect(
      billed.documents.map(\.summary) == [
        ["2026-01-01..2026-02-01 10.00"], ["2026-02-01..2026-03-01 10.00"],
        ["2026-01-01..2026-04-01 30.00", "2026-03-01..2026-04-01 10.00"],
      ])
  }

  @Test("what a subscription owes comes in order of due days, whichever period began first")
  func dueOrder() throws {
    let billed = try books().bill(
      subscription(1, 4, 0, from: "2026-01-01", arrears: true), asOf: .on("2026-04-01"))
    #expect(billed.documents.map(\.total) == [.of("10"), .of("10"), .of("40")])
  }

  @Test("documents of several subscriptions come with the oldest period first")
  func oldestFirst() throws {
    let account = AccountSnapshot(
      payer: .plain(),
      subscriptions: [
        subscription(1, 0, from: "2026-02-15"), subscription(2, 1, from: "2026-02-01"),
        subscription(3, 0, from: "2026-01-20"),
      ])
    let billed = try books().bill(account, asOf: .on("2026-02-28"))
    #expect(
      billed.documents.map(\.firstPeriodStart).map(\.description) == [
        "2026-01-20", "2026-02-01", "2026-02-15", "2026-02-20",
      ])
  }

  @Test("a consolidated customer has one invoice for all due now in a currency")
  func consolidated() throws {
    let account = AccountSnapshot(
      payer: .plain(consolidated: true),
      subscriptions: [
        subscription(1, 0, from: "2026-02-15"), subscription(2, 1, from: "2026-03-01"),
        subscription(3, 3, from: "2026-03-10"),
      ])
    let billed = try books().bill(account, asOf: .on("2026-03-20"))
    #expect(
      billed.documents.map(\.summary) == [
        ["2026-02-15..2026-03-15 10.00"],
        ["2026-03-15..2026-04-15 10.00", "2026-03-01..2027-03-01 100.00"],
        ["2026-03-10..2026-04-10 9.00"],
      ])
    #expect(billed.documents.map(\.currency) == [.usd, .usd, .eur])
    #expect(billed.documents.map(\.subscription) == [ID(1), nil, ID(3)])
    #expect(billed.documents.map(\.isMissed) == [true, false, false])
    #expect(
      billed.documents.map(\.firstPeriodStart).map(\.description) == [
        "2026-02-15", "2026-03-01", "2026-03-10",
      ])
  }

  @Test("a subscription's periods stay in order, whatever old period they share a document with")
  func consolidatedOrder() throws {
    var books = books()
    books.coupons = [
      Coupon(id: ID(0), code: "once", value: .fixed(.of("1")), durationCycles: 1)
    ]
    let monthly = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"),
      discounts: [.init(coupon: 0)])
    let account = AccountSnapshot(
      payer: .plain(consolidated: true),
      subscriptions: [monthly, subscription(2, 1, from: "2025-09-01")])
    let billed = try books.bill(account, asOf: .on("2026-03-01"))
    #expect(billed.documents.map { $0.lines[0].period?.start.month } == [1, 2, 3])
    #expect(billed.documents.map(\.discount) == [.of("1"), .of("0"), .of("0")])
  }

  @Test("a document is missed only when all its days are over")
  func partlyOver() throws {
    let lead = Subscription(
      id: ID(2), charges: [.init(slot: 0, plan: 0)], start: .on("2026-03-10"), leadDays: 20)
    let account = AccountSnapshot(
      payer: .plain(consolidated: true),
      subscriptions: [subscription(1, 0, from: "2026-02-15"), lead])
    let billed = try books().bill(account, asOf: .on("2026-03-25"))
    #expect(billed.documents[0].lines.count == 2)
    #expect(billed.documents.map(\.isMissed) == [false, false])
  }
}
