// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct CouponTests {
  @Test(
    "a coupon counts for periods that start up to its last day, and for its cycles",
    arguments: [
      ("2026-05-31", 0, true), ("2026-05-31", 2, true), ("2026-05-31", 3, false),
      ("2026-06-01", 0, false),
    ])
  func counts(start: String, used: Int, counts: Bool) {
    let coupon = Coupon(
      id: ID(1), code: "c", value: .percent(.one), expirationDate: .on("2026-05-31"),
      durationCycles: 3)
    #expect(coupon.counts(on: .on(start), cyclesUsed: used) == counts)
  }

  @Test("without an end it counts for ever")
  func forEver() {
    let coupon = Coupon(id: ID(1), code: "c", value: .fixed(.of("1")))
    #expect(coupon.counts(on: .on("9999-12-31"), cyclesUsed: 100_000))
  }
}
