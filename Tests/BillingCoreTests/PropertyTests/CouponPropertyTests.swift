// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport
import Testing

/// Cycles of coupons through pauses, resumes and changes that are known in time or late (RULES 5,
/// coupons, pause, backdated, zero).
@Suite struct CouponPropertyTests {
  @Test(
    "each week has the coupons that it had when it was first billed, with any zero invoices",
    arguments: 0..<100)
  func weeks(seed: Int) throws {
    for index in 0..<10 {
      for zeroInvoices in [Seller.ZeroInvoices.issue, .suppress] {
        let number = seed * 1000 + index
        let story = CouponStory(seed: number, zeroInvoices: zeroInvoices)
        var ledger = TimelineLedger(story.books, .plain(), read: story.subscription)
        var naive = NaiveCoupons(story)
        for day in story.runs {
          for cycle in ledger.giveBackSuppressed(story.known(on: day)) { naive.forget(cycle) }
          try ledger.run(on: day)
          naive.run(on: day)
          let minor = ledger.documents.reduce(0) { $0 + $1.signed($1.total).minor }
          try #require(
            Fraction(Int128(minor)) == naive.minor,
            "story \(number), \(zeroInvoices), on \(day): \(minor), not \(naive.minor.floor)")
        }
      }
    }
  }
}
