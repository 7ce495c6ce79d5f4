// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@Suite struct EarlyDiscountRestTests {
  private func kept(
    _ invoices: [(total: Int64, discount: Int64, standing: Int64, taken: Int64)], after note: Int64
  ) throws -> [Int64] {
    let currency = try #require(Currency(code: "eur"))
    func eur(_ minor: Int64) -> Money { Money(minor: minor, currency: currency) }
    return try EarlyDiscountRest.kept(
      of: invoices.map {
        DiscountedInvoice(
          total: eur($0.total), discount: eur($0.discount), standing: eur($0.standing),
          taken: $0.taken)
      }, after: eur(note), rounding: .halfUp
    ).map(\.minor)
  }

  @Test("RULES 1.13: who keeps a half keeps a half of the discount, who keeps nothing none")
  func shares() throws {
    #expect(try kept([(11_900, 238, 238, 5_000)], after: 5_950) == [119])
    #expect(try kept([(11_900, 238, 238, 10_000)], after: 11_900) == [0])
    #expect(try kept([(10_000, 200, 200, 3_333)], after: 3_333) == [133])
    // Once more: 133 was granted on 66.50.
    #expect(try kept([(10_000, 200, 133, 3_333)], after: 3_333) == [66])
    #expect(try kept([(10_000, 200, 66, 3_334)], after: 3_334) == [0])
  }

  @Test("a note counts against each invoice by what it takes of it, discounted or not")
  func several() throws {
    #expect(
      try kept([(10_000, 200, 200, 5_000), (10_000, 200, 200, 5_000)], after: 10_000)
        == [100, 100])
    // The second was paid late.
    #expect(
      try kept([(10_000, 200, 200, 5_000), (10_000, 200, 0, 5_000)], after: 10_000) == [100, 0])
    // Paid 100.00 less 2 %; an invoice of 30.00 less 2 % took 50.00 of it back for 80.00 anew;
    // all of the 80.00 and the other 50.00 go back now: nothing of 2.60 stays.
    #expect(
      try kept([(10_000, 200, 200, 5_000), (3_000, 60, 60, 8_000)], after: 13_000) == [0, 0])
    // A smaller plan from the first day on: 100.00 back and 70.00 charged keep 70 %.
    #expect(try kept([(10_000, 200, 200, 10_000)], after: 3_000) == [140])
  }

  @Test("nothing taken, or nothing to discount, changes nothing")
  func nothing() throws {
    #expect(try kept([], after: 100) == [])
    #expect(try kept([(0, 0, 0, 0)], after: 100) == [0])
    #expect(try kept([(10_000, 200, 200, 0), (5_000, 0, 0, 5_000)], after: 5_000) == [200, 0])
  }
}
