// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct CreditingTests {
  private func credit(
    _ id: Int64, _ kind: Credit.Kind, _ open: String, _ currency: Currency = .usd,
    until expiresOn: String? = nil
  ) -> Credit {
    Credit(id: ID(id), kind: kind, open: .of(open, currency), expiresOn: expiresOn.map { .on($0) })
  }

  @Test("credit pays in the order given, up to the total and across documents")
  func order() throws {
    let books = Books()
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-05-01"))
    let account = AccountSnapshot(
      payer: .plain(), subscriptions: [subscription],
      credits: [
        credit(1, .creditNote, "4.00"), credit(2, .money, "13.00"), credit(3, .money, "9.00"),
      ])
    let billed = try books.bill(account, asOf: .on("2026-06-01"))
    #expect(
      billed.documents.map { $0.creditsApplied.map { "\($0.credit) \($0.amount.majorText)" } } == [
        ["1 4.00", "2 6.00"], ["2 7.00", "3 3.00"],
      ])
    #expect(billed.documents.map(\.credited) == [.of("10.00"), .of("10.00")])
    #expect(billed.documents.map(\.total) == [.of("10.00"), .of("10.00")])
  }

  @Test("credit of another currency or past its last day stays open")
  func unusable() throws {
    let credits = [
      credit(1, .money, "1.00", .eur), credit(2, .money, "1.00", until: "2026-05-31"),
      credit(3, .money, "1.00", until: "2026-06-01"),
    ]
    let draft = try #require(
      try Books().bill(items: [.of("10.00")], credits: credits).documents.first)
    #expect(draft.creditsApplied.map(\.credit) == [ID(3)])
  }

  @Test(
    "goodwill goes as far as the total, tax included, stays at zero or above (RULES 1.12)",
    arguments: [
      // Of 10.00 and so much less, with the taxes of both, 9.00 of goodwill takes so much.
      (nil, "-8.00", 1, "0.48"),  // 2.00 - 1.52 = 0.48
      (0, "-8.00", 0, "2.00"),
      (0, "-8.00", 2, "0.67"),  // 9.33 + 1.87 - 8.00 - 3.20 = 0.00, where 9.32 + 1.86 is too little
      (0, "-9.00", 2, "0.00"),  // 10.00 + 2.00 - 9.00 - 3.60 = -0.60
      (0, "-10.00", 2, "0.00"), (nil, "-11.00", nil, "0.00"), (1, "-1.00", nil, "9.00"),
    ] as [(Int?, String, Int?, String)])
  func goodwillAboveZero(tax: Int?, less: String, itsTax: Int?, used: String) throws {
    var books = Books()
    books.taxRates = [.percent("a", "20"), .percent("b", "19"), .percent("c", "40")]
    let items: [PendingItem] = [
      .of("10.00", id: 1, taxes: tax.map { [$0] } ?? []),
      .of(less, id: 2, taxes: itsTax.map { [$0] } ?? []),
    ]
    let draft = try #require(
      try books.bill(items: items, credits: [credit(1, .goodwill, "9.00")]).documents.first)
    #expect(draft.discount == .of(used))
    #expect(!draft.total.isNegative)
    let plain = try #require(try books.bill(items: items).documents.first)
    #expect(draft.kind == plain.kind)
  }

  @Test("goodwill is a discount before tax, never a payment")
  func goodwill() throws {
    var books = Books()
    books.taxRates = [.percent("t", "10")]
    let draft = try #require(
      try books.bill(
        items: [.of("30.00", id: 1, taxes: [0]), .of("10.00", id: 2, taxes: [0])],
        credits: [credit(1, .goodwill, "8.00")]
      ).documents.first)
    #expect(draft.creditsApplied.isEmpty)
    #expect(draft.lines.map(\.discount) == [.of("6.00"), .of("2.00")])
    #expect(draft.discounts.map(\.credit) == [ID(1)])
    #expect(draft.tax == .of("3.20"))
    #expect(draft.total == .of("35.20"))
  }

  @Test("goodwill never takes a document below nothing, since that would pay it out")
  func goodwillStops() throws {
    let items: [PendingItem] = [.of("10.00", id: 1), .of("-8.00", id: 2)]
    let credits = [credit(1, .goodwill, "1.50"), credit(2, .goodwill, "5.00")]
    let draft = try #require(try Books().bill(items: items, credits: credits).documents.first)
    #expect(draft.discounts.map(\.amount) == [.of("1.50"), .of("0.50")])
    #expect(draft.total.isZero)
    let negative = try #require(
      try Books().bill(items: [.of("10.00", id: 1), .of("-18.00", id: 2)], credits: credits)
        .documents.first)
    #expect(negative.discounts.isEmpty)
    #expect(negative.total == .of("8.00"))
  }

  @Test("a credit note is not paid by credit")
  func creditNote() throws {
    let draft = try #require(
      try Books().bill(items: [.of("-18.00")], credits: [credit(1, .money, "5.00")])
        .documents.first)
    #expect(draft.kind == .creditNote)
    #expect(draft.creditsApplied.isEmpty)
  }
}
