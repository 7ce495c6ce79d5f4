// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct CouponCycleCountTests {
  private var books: Books {
    var books = Books()
    books.plans = [.monthly("pro", "10.00"), .of("week", .flat(.one), .week)]
    books.coupons = [
      Coupon(id: ID(0), code: "two", value: .fixed(.of("1")), durationCycles: 2),
      Coupon(
        id: ID(1), code: "may", value: .fixed(.of("2")), expirationDate: .on("2026-05-01")),
    ]
    return books
  }

  private func subscription(used: Int, addon: Bool = false) -> Subscription {
    Subscription(
      id: ID(1),
      charges: [.init(slot: 0, plan: 0)] + (addon ? [.init(slot: 1, plan: 1)] : []),
      start: .on("2026-04-01"), discounts: [.init(coupon: 0, cyclesUsed: used), .init(coupon: 1)])
  }

  @Test("each missed period counts a cycle, and the expiry is compared with its start")
  func missedPeriods() throws {
    let billed = try books.bill(subscription(used: 0), asOf: .on("2026-07-01"))
    #expect(billed.documents.map(\.discount) == [.of("3"), .of("3"), .of("0"), .of("0")])
    #expect(billed.result.couponCycles.map(\.coupon) == [0, 1])
    #expect(billed.result.couponCycles.map(\.cycles) == [2, 2])
  }

  @Test("cycles used before are not counted again")
  func usedBefore() throws {
    let billed = try books.bill(subscription(used: 1), asOf: .on("2026-05-15"))
    #expect(billed.documents.map(\.discount) == [.of("3"), .of("2")])
    #expect(billed.result.couponCycles.map(\.cycles) == [1, 2])
  }

  @Test("a document without the base period is discounted but counts no cycle")
  func addonOnly() throws {
    let billed = try books.bill(subscription(used: 0, addon: true), asOf: .on("2026-04-08"))
    // 1 and 8 April: the coupons of 1 and 2 on both, capped at the second one's 1.00.
    #expect(billed.documents.map(\.discount) == [.of("3"), .of("1")])
    #expect(billed.result.couponCycles.map(\.cycles) == [1, 1])
  }

  @Test("the rest of a period after days billed elsewhere has that period's coupons")
  func restOfPeriod() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-04-01"),
      migratedThrough: .on("2026-05-17"), discounts: [.init(coupon: 1)])
    let billed = try books.bill(subscription, asOf: .on("2026-05-31"))
    #expect(billed.documents.map(\.discount) == [.of("2")])
  }

  @Test("accounts without coupons count nothing")
  func none() {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-04-01"))
    #expect(CouponCycleCount([subscription]).counted([subscription]).isEmpty)
  }
}
