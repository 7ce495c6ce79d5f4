// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import BillingCore

/// A figure that was changed after it was stored is told.
@Suite struct ExplainerFaultTests {
  /// An invoice of 3 × 49.00 less 10 %, with 19 % on top, paid in 30 days.
  private func document() throws -> IssuedDocument {
    var books = Books()
    books.plans = [.monthly("pro", "49.00")]
    books.taxRates = [.percent("vat", "19")]
    books.coupons = [Coupon(id: ID(1), code: "tenth", value: .percent(.percent("10")))]
    let subscription = Subscription(
      id: ID(7), charges: [.init(slot: 0, plan: 0, quantity: .number("3"))],
      start: .on("2026-03-01"), taxes: [0], discounts: [.init(coupon: 0)])
    let draft = try #require(
      try books.bill(subscription, asOf: .on("2026-03-01"), customer: .plain(terms: "NET 30"))
        .documents.first)
    return IssuedDocument(draft, of: books, date: .on("2026-03-01"), terms: "NET 30")
  }

  private func wrong(_ change: (inout IssuedDocument) -> Void) throws -> [String] {
    var document = try document()
    change(&document)
    return try Explainer(document).explain().wrong
  }

  @Test("nothing is wrong with a document as it was made")
  func sound() throws {
    #expect(try wrong { _ in } == [])
  }

  @Test("a changed line is found, and whatever is made from it")
  func line() throws {
    #expect(
      try wrong { $0.lines[0].amount += 1 } == [
        "line 1 amount: 3 × 49 = 147.00, stored 147.01",
        "line 1 net: 147.01 − 14.70 = 132.31, stored 132.30",
        "tax 1 base: 132.31 = 132.31, stored 132.30",
        "totals subtotal: 147.01 = 147.01, stored 147.00",
      ])
    #expect(
      try wrong { $0.lines[0].quantity = .number("2") }.first
        == "line 1 amount: 2 × 49 = 98.00, stored 147.00")
  }

  @Test("changed discounts, taxes, sums and days are found")
  func others() throws {
    #expect(
      try wrong { $0.discounts[0].amount = 1500 }.contains(
        "discount 1 discount: 147.00 × 10 % = 14.70, stored 15.00"))
    #expect(
      try wrong { $0.lines[0].sharedDiscount = 1400 }.contains(
        "line 1 its shares: 14.70 = 14.70, stored 14.00"))
    #expect(
      try wrong { $0.taxes[0].amount += 1 } == [
        "tax 1 tax: 132.30 × 19 % = 25.14, stored 25.15",
        "totals taxes: 25.15 = 25.15, stored 25.14",
      ])
    #expect(
      try wrong { $0.totals.total += 1 } == [
        "totals total: 147.00 − 14.70 + 25.14 = 157.44, stored 157.45"
      ])
    #expect(
      try wrong { $0.totals.dueDate = .on("2026-04-01") } == [
        "totals due: NET 30 from 2026-03-01 = 2026-03-31, stored 2026-04-01"
      ])
  }

  @Test("what the document says of its rate, and an early discount that its terms do not give")
  func said() throws {
    #expect(
      try wrong { $0.taxes[0].percent = .number("19.5") } == [
        "tax 1 rate: vat = 19, stored 19.5"
      ])
    #expect(try wrong { $0.taxes[0].percent = .number("19") } == [])
    #expect(
      try wrong { $0.totals.earlyAmount = 1 } == [
        "totals early discount: none by NET 30 = 0.00, stored 0.01"
      ])
  }
}
