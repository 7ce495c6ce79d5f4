// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import BillingCore

/// Figures made again from what is stored with them.
@Suite struct ExplainerTests {
  /// Bills an account on a day, and explains the documents.
  private func explain(
    _ books: Books, _ account: AccountSnapshot, on day: String
  ) throws -> [Explanation] {
    try books.bill(account, asOf: .on(day)).documents.map { draft in
      try Explainer(
        IssuedDocument(draft, of: books, date: .on(day), terms: account.payer.paymentTerms)
      ).explain()
    }
  }

  private func explain(
    _ books: Books, _ subscription: Subscription, customer: Customer = .plain(), on day: String
  ) throws -> Explanation {
    let account = AccountSnapshot(payer: customer, subscriptions: [subscription])
    return try #require(try explain(books, account, on: day).first)
  }

  private func subscription(
    _ quantity: String = "1", from start: String, anchorDay: Int? = nil, taxes: [Int] = [],
    coupons: [Int] = []
  ) -> Subscription {
    Subscription(
      id: ID(7), charges: [.init(slot: 0, plan: 0, quantity: .number(quantity))],
      start: .on(start), anchorDay: anchorDay, taxes: taxes,
      discounts: coupons.map { .init(coupon: $0) })
  }

  private func books(_ model: PriceModel, included: String = "0", minimum: String? = nil) -> Books {
    var books = Books()
    books.plans = [
      Plan(
        id: ID(1), code: "api", currency: .usd, interval: .month, intervalCount: 1, taxable: true,
        discountable: true,
        prices: [
          Price(
            id: ID(1), validFrom: .on("2020-01-01"), model: model,
            includedQuantity: .number(included), minimumAmount: minimum.map { .number($0) })
        ])
    ]
    return books
  }

  @Test("every figure of random accounts is made again", arguments: 0..<100)
  func random(seed: Int) throws {
    for index in 0..<10 {
      let random = RandomAccount(seed: seed * 1000 + index)
      for found in try explain(random.books, random.account, on: "2026-03-31") {
        try #require(found.wrong == [], "account \(seed * 1000 + index)")
      }
    }
  }

  @Test("a part of a period is shown before it is rounded")
  func part() throws {
    let found = try explain(
      books(.perUnit(.one)), subscription("60", from: "2026-03-15", anchorDay: 31),
      on: "2026-03-15")
    #expect(
      found.steps(of: .line, 1) == [
        "amount: 60 × 1 × 16/31 = 30.967741935… → 30.97 (half up)",
        "unit cost: 1 × 16/31 = 0.516129032… → 0.516129032258 (12 places, half up)",
        "line: 60 × 0.516129032258 = 30.96774193548 → 30.97 (half up)",
      ])
    #expect(
      found.parts[0].facts.map { "\($0.label): \($0.text)" } == [
        "bills: a period of subscription 7, its own plan", "days: 2026-03-15 – 2026-03-30",
        "part: 16 of the 31 days 2026-02-28 – 2026-03-30",
        "price: api, per unit 1, valid from 2020-01-01", "taxes: none",
      ])
  }

  @Test("tiers, what is included and what lacks to a minimum are counted")
  func tiers() throws {
    let books = books(
      .tiered(.of(("50", "2", "0"), ("", "1.5", "10"))), included: "10", minimum: "200")
    let found = try explain(books, subscription("70.5", from: "2026-03-01"), on: "2026-03-01")
    let left = "left: 70.5 − 10 = 60.5"
    let wanted: [[String]] = [
      [
        left, "quantity: 50 − 0, which are up to 50 = 50", "amount: 50 × 2 = 100.00",
        "unit cost: 2 = 2",
      ],
      [
        left, "quantity: 60.5 − 50, which are above 50 = 10.5",
        "amount: 10.5 × 1.5 = 15.75", "unit cost: 1.5 = 1.5",
      ],
      [
        left, "quantity: once, since 60.5 reaches above 50 = 1", "amount: 1 × 10 = 10.00",
        "unit cost: 10 = 10",
      ],
      [
        "minimum: 200 = 200.00", "amount: 200.00 − 100.00 − 15.75 − 10.00 = 74.25",
        "line: 1 × 74.25 = 74.25",
      ],
    ]
    let steps = (1...4).map { found.steps(of: .line, $0) }
    #expect(steps == wanted)
  }

  @Test(
    "other models say how they count",
    arguments: [
      (
        PriceModel.volume(.of(("50", "2", "0"), ("", "1.5", "0"))), "60",
        "quantity: all 60, which are above 50 = 60"
      ),
      (
        .stairstep(.of(("50", "0", "5"), ("", "0", "9"))), "60",
        "quantity: once, since 60 reaches above 50 = 1"
      ),
      (.packages("5", per: "20"), "45", "quantity: 45 / 20, begun packages are full = 3"),
      (
        .percentage(.number("2.9")), "1234.56",
        "amount: 1234.56 × 2.9 % = 35.80224 → 35.80 (half up)"
      ),
      (.flat(.number("31")), "5", "amount: 1 × 31 = 31.00"),
      (
        .tiered(.of(("5", "3", "100"), ("", "1", "0"))), "0",
        "quantity: nothing is in no tier = 0"
      ),
    ])
  func models(model: PriceModel, quantity: String, step: String) throws {
    let found = try explain(
      books(model), subscription(quantity, from: "2026-03-01"), on: "2026-03-01")
    #expect(found.steps(of: .line, 1).contains(step), "\(found.steps(of: .line, 1))")
  }

  @Test("discounts say what they were taken of, and how they were shared")
  func discounts() throws {
    var books = books(.perUnit(.number("33.33")))
    books.plans.append(.monthly("seat", "33.34"))
    books.coupons = [
      Coupon(id: ID(1), code: "tenth", value: .percent(.percent("10"))),
      Coupon(id: ID(2), code: "hundred", value: .fixed(.of("100.00"))),
    ]
    let subscription = Subscription(
      id: ID(7), charges: [.init(slot: 0, plan: 0), .init(slot: 1, plan: 1)],
      start: .on("2026-03-01"), discounts: [.init(coupon: 0), .init(coupon: 1)])
    let found = try explain(books, subscription, on: "2026-03-01")
    #expect(
      found.steps(of: .discount, 1) == [
        "taken of: 33.33 + 33.34 = 66.67", "discount: 66.67 × 10 % = 6.667 → 6.67 (half up)",
        "line 1: 6.67 × 33.33/66.67 = 3.334499775… → 3.33 (largest remainder)",
        "line 2: 6.67 × 33.34/66.67 = 3.335500224… → 3.34 (largest remainder)",
      ])
    #expect(
      found.steps(of: .discount, 2).prefix(2) == [
        "taken of: 30.00 + 30.00 = 60.00", "discount: 100.00, at most 60.00 = 60.00",
      ])
    #expect(found.wrong == [])
  }

  @Test("included, compound and fixed taxes show their bases and shares")
  func taxes() throws {
    var books = books(.perUnit(.number("10.10")))
    books.taxRates = [
      .percent("at", "20", inclusive: true), .percent("gst", "5"),
      .percent("qst", "9.975", compound: true), .fixed("eco", .of("0.75")),
    ]
    let found = try explain(
      books, subscription(from: "2026-03-01", taxes: [0, 1, 2, 3]), on: "2026-03-01")
    #expect(
      found.steps(of: .line, 1).last == "net: 10.10 × 5/6 = 8.416666666… → 8.42 (largest remainder)"
    )
    let wanted: [[String]] = [
      ["base: 8.42 = 8.42", "tax: 10.10 × 1/6 = 1.683333333… → 1.68 (half up)"],
      ["base: 8.42 = 8.42", "tax: 8.42 × 5 % = 0.421 → 0.42 (half up)"],
      [
        "base: 8.42 = 8.42", "tax 2: tax 2 of the same lines = 0.42",
        "base: 8.42 + 0.42 = 8.84", "tax: 8.84 × 9.975 % = 0.88179 → 0.88 (half up)",
      ],
      ["base: 8.42 = 8.42", "tax: 0.75 = 0.75"],
    ]
    let steps = (1...4).map { found.steps(of: .tax, $0) }
    #expect(steps == wanted)
    #expect(found.wrong == [])
  }

  @Test("a credit note shows its figures as they stand on it")
  func creditNote() throws {
    var books = books(.perUnit(.number("-10.005")))
    books.taxRates = [.percent("vat", "19")]
    let found = try explain(
      books, subscription(from: "2026-03-01", taxes: [0]), on: "2026-03-01")
    #expect(
      found.steps(of: .line, 1) == [
        "amount: -1 × -10.005 = 10.005 → 10.01 (half up)", "unit cost: 10.005 = 10.005",
      ])
    #expect(
      found.steps(of: .tax, 1) == [
        "base: 10.01 = 10.01", "tax: 10.01 × 19 % = 1.9019 → 1.90 (half up)",
      ])
    #expect(found.wrong == [])
  }

  @Test("cash rounding shows its coins, and reverse charge its reason")
  func cash() throws {
    var books = books(.perUnit(.number("9.92")))
    books.seller = Seller(
      id: ID(1), country: "DE", currency: .usd, cashRounding: CashRounding(increment: 5))
    books.taxRates = [.percent("vat", "19")]
    let account = AccountSnapshot(
      payer: .plain(), subscriptions: [subscription(from: "2026-03-01")],
      credits: [Credit(id: ID(1), kind: .money, open: .of("5.00"), expiresOn: nil)])
    let found = try #require(try explain(books, account, on: "2026-03-01").first)
    #expect(
      Array(found.steps(of: .totals).suffix(4)) == [
        "credits: 5.00 = 5.00", "settled: 5.00 = 5.00",
        "cash rounding: 4.90 in coins of 0.05 − 4.92 = -0.02 (half up)",
        "left to pay: 9.92 − 0.02 − 5.00 = 4.90",
      ])
    #expect(found.wrong == [])
  }

  @Test("terms and totals are made again")
  func totals() throws {
    let found = try explain(
      books(.perUnit(.number("99.90"))), subscription(from: "2026-03-01"),
      customer: .plain(terms: "2% 10 NET 30"), on: "2026-03-01")
    #expect(
      found.steps(of: .totals) == [
        "subtotal: 99.90 = 99.90", "discounts: 0 = 0.00", "taxes: 0 = 0.00",
        "total: 99.90 = 99.90", "left to pay: 99.90 = 99.90",
        "due: 2% 10 NET 30 from 2026-03-01 = 2026-03-31",
        "early until: 2026-03-01 + 10 days = 2026-03-11",
        "early discount: 99.90 × 2 % = 1.998 → 2.00 (half up)",
      ])
  }
}
