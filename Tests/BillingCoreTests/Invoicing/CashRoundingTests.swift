// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

/// RULES 1.10.
@Suite struct CashRoundingTests {
  private func books(_ cash: CashRounding, mode: RoundingMode = .halfUp) -> Books {
    var books = Books(plans: [])
    books.seller = Seller(id: ID(1), currency: .usd, rounding: mode, cashRounding: cash)
    return books
  }

  private func money(_ amount: String) -> Credit {
    Credit(id: ID(1), kind: .money, open: .of(amount, .usd), expiresOn: nil)
  }

  @Test(
    "the rest to pay becomes a whole number of coins",
    arguments: [
      ("9.97", "9.97", "-0.02"), ("9.98", "9.98", "0.02"), ("0.02", "0.02", "-0.02"),
      ("10.00", "10.00", "0.00"), ("0.00", "0.00", "0.00"),
    ])
  func nearest(price: String, total: String, rounding: String) throws {
    let draft = try #require(
      try books(CashRounding(increment: 5)).bill(items: [.of(price)]).documents.first)
    #expect(draft.total == .of(total, .usd))
    #expect(draft.rounding == .of(rounding, .usd))
  }

  @Test("ties go by the seller's rounding")
  func ties() throws {
    for (mode, rounding) in [(RoundingMode.halfUp, "0.05"), (.halfEven, "-0.05"), (.down, "-0.05")]
    {
      let draft = try #require(
        try books(CashRounding(increment: 10), mode: mode).bill(items: [.of("0.85")])
          .documents.first)
      #expect(draft.rounding == .of(rounding, .usd))
    }
  }

  @Test("what credit pays is not rounded")
  func credit() throws {
    let paid = try #require(
      try books(CashRounding(increment: 5)).bill(
        items: [.of("9.97")], credits: [money("9.97")]
      ).documents.first)
    #expect(paid.rounding.isZero)
    let rest = try #require(
      try books(CashRounding(increment: 5)).bill(
        items: [.of("9.97")], credits: [money("9.01")]
      ).documents.first)
    #expect(rest.rounding == .of("-0.01", .usd))
  }

  @Test("only for the ways of payment that the seller lists, and its own currency")
  func scope() throws {
    let cash = books(CashRounding(increment: 5))
    let card = Customer(id: ID(1), autopay: true, paymentMethod: .card)
    #expect(
      try cash.bill(items: [.of("9.97")], customer: card).documents.first?.rounding.minor == 0)
    let cards = books(CashRounding(increment: 5, methods: [.card]))
    #expect(
      try cards.bill(items: [.of("9.97")], customer: card).documents.first?.rounding.minor == -2)
    #expect(try cards.bill(items: [.of("9.97")]).documents.first?.rounding.minor == 0)
    let foreign = PendingItem.of("9.97", currency: .eur)
    #expect(try cash.bill(items: [foreign]).documents.first?.rounding.minor == 0)
  }

  @Test("a credit note is not rounded, and beyond all amounts the account is held")
  func edges() throws {
    let cash = books(CashRounding(increment: 5))
    let note = try #require(try cash.bill(items: [.of("-9.97")]).documents.first)
    #expect(note.kind == .creditNote && note.rounding.isZero)
    #expect(throws: Issue.amountOverflow) {
      try books(CashRounding(increment: 10)).bill(items: [.of("92233720368547758.07")])
    }
  }
}
