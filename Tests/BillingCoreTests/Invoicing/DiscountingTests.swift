// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct DiscountingTests {
  /// A subscription of lines with custom prices and the coupons on it.
  struct Row: CustomTestStringConvertible {
    let name: String
    let lines: [String]
    let coupons: [String]
    let discounts: [String]
    let shares: [String]

    init(
      _ name: String, _ lines: [String], _ coupons: [String], takes discounts: [String],
      off shares: [String]
    ) {
      (self.name, self.lines, self.coupons) = (name, lines, coupons)
      (self.discounts, self.shares) = (discounts, shares)
    }

    var testDescription: String { name }
  }

  static let rows = [
    Row("percent", ["100"], ["10%"], takes: ["10.00"], off: ["10.00"]),
    Row("chain", ["100"], ["10%", "25%"], takes: ["10.00", "22.50"], off: ["32.50"]),
    Row("percent first", ["100"], ["15", "10%"], takes: ["10.00", "15.00"], off: ["25.00"]),
    Row("two fixed", ["100"], ["15", "25"], takes: ["15.00", "25.00"], off: ["40.00"]),
    Row("capped", ["6", "4"], ["15"], takes: ["10.00"], off: ["6.00", "4.00"]),
    Row("nothing left", ["10"], ["100%", "5"], takes: ["10.00"], off: ["10.00"]),
    Row("negative line", ["10", "-4"], ["50%"], takes: ["5.00"], off: ["5.00", "0.00"]),
    Row("only negative", ["-4"], ["50%", "1"], takes: [], off: ["0.00"]),
    Row(
      "spread", ["3.33", "3.33", "3.34"], ["1"], takes: ["1.00"], off: ["0.33", "0.33", "0.34"]),
    Row(
      "ties to the lower line", ["1", "1", "1"], ["1"], takes: ["1.00"],
      off: ["0.34", "0.33", "0.33"]),
    Row("rounded once", ["0.05", "0.05"], ["25%"], takes: ["0.03"], off: ["0.02", "0.01"]),
    Row("zero line", ["0", "5"], ["10%"], takes: ["0.50"], off: ["0.00", "0.50"]),
  ]

  private func books(_ coupons: [String]) -> Books {
    var books = Books()
    books.plans = [.of("custom", .custom), .of("fix", .custom, discountable: false)]
    books.coupons = coupons.enumerated().map { index, text in
      let value: Coupon.Value =
        text.hasSuffix("%") ? .percent(.percent(String(text.dropLast()))) : .fixed(.of(text))
      return Coupon(id: ID(Int64(index)), code: text, value: value)
    }
    return books
  }

  private func subscription(_ lines: [String], coupons: Int, plan: Int = 0) -> Subscription {
    Subscription(
      id: ID(1),
      charges: lines.enumerated().map {
        .init(slot: Int16($0), plan: $0 == 0 ? 0 : plan, amount: .number($1))
      }, start: .on("2026-06-01"), discounts: (0..<coupons).map { .init(coupon: $0) })
  }

  @Test("percentages one after the other, then fixed amounts, spread exactly", arguments: rows)
  func takes(row: Row) throws {
    let account = subscription(row.lines, coupons: row.coupons.count)
    let billed = try books(row.coupons).bill(account, asOf: .on("2026-06-01"))
    let draft = try #require(billed.documents.first)
    let sign = draft.kind == .creditNote ? -1 : Int64(1)
    func text(_ money: Money) -> String {
      Money(minor: money.minor * sign, currency: .usd).majorText
    }
    #expect(draft.discounts.map { text($0.amount) } == row.discounts)
    #expect(draft.lines.map { text($0.discount) } == row.shares)
    for discount in draft.discounts {
      #expect(discount.shares.reduce(0) { $0 + $1.amount.minor } == discount.amount.minor)
    }
  }

  @Test("what is not discountable is left alone")
  func notDiscountable() throws {
    let account = subscription(["10", "90"], coupons: 1, plan: 1)
    let draft = try #require(
      try books(["50%"]).bill(account, asOf: .on("2026-06-01")).documents.first)
    #expect(draft.lines.map(\.discount) == [.of("5.00"), .of("0.00")])
  }

  @Test("a coupon touches its own subscription's lines only, and no pending item")
  func ownLines() throws {
    let other = Subscription(
      id: ID(2), charges: [.init(slot: 0, plan: 0, amount: .number("40"))],
      start: .on("2026-06-01"))
    let account = AccountSnapshot(
      payer: .plain(consolidated: true), subscriptions: [subscription(["10"], coupons: 1), other],
      pendingItems: [.of("5")])
    let draft = try #require(
      try books(["50%"]).bill(account, asOf: .on("2026-06-01")).documents.first)
    #expect(draft.lines.map(\.discount) == [.of("5.00"), .of("0.00"), .of("0.00")])
  }

  @Test("on a credit note every sign is flipped, that of each share too")
  func flipped() throws {
    let account = subscription(["10", "-40"], coupons: 1)
    let draft = try #require(
      try books(["50%"]).bill(account, asOf: .on("2026-06-01")).documents.first)
    #expect(draft.kind == .creditNote)
    #expect(draft.summary == ["2026-06-01..2026-07-01 -10.00", "2026-06-01..2026-07-01 40.00"])
    #expect(draft.discounts.map(\.amount) == [.of("-5.00")])
    #expect(draft.discounts[0].shares.map(\.amount) == [.of("-5.00")])
    #expect(draft.lines.map(\.discount) == [.of("-5.00"), .of("0.00")])
    #expect(draft.subtotal == .of("30.00"))
    #expect(draft.discount == .of("-5.00"))
    #expect(draft.total == .of("35.00"))
  }

  @Test("an exclusive coupon bears no other beside it, unless that one is over")
  func exclusive() throws {
    var books = books(["10%", "5"])
    books.coupons[0] = Coupon(
      id: ID(0), code: "solo", value: .percent(.percent("10")), exclusive: true)
    let account = subscription(["10"], coupons: 2)
    #expect(throws: Issue.couponsExclusive("solo", ID(1))) {
      try books.bill(account, asOf: .on("2026-06-01"))
    }
    books.coupons[1] = Coupon(
      id: ID(1), code: "old", value: .fixed(.of("5")), expirationDate: .on("2026-05-31"))
    let draft = try #require(try books.bill(account, asOf: .on("2026-06-01")).documents.first)
    #expect(draft.discount == .of("1.00"))
  }

  /// A pending item of 100.00 with discounts of its own.
  private func item(_ discounts: [PendingItem.Discount], unitCost: String = "100") -> PendingItem {
    PendingItem(
      id: ID(3), name: "setup", quantity: .one, unitCost: .number(unitCost), currency: .usd,
      addedOn: .on("2026-01-01"), discounts: discounts)
  }

  @Test("a pending item's own discounts touch it alone: percentages, then amounts (RULES 1.6)")
  func ownDiscounts() throws {
    let draft = try #require(
      try books(["10%", "5"]).bill(
        items: [
          item([.amount(.number("7.50")), .coupon(1), .coupon(0)]), item([.coupon(0)]), item([]),
        ]
      ).documents.first)
    #expect(draft.lines.map(\.discount) == [.of("22.50"), .of("10.00"), .of("0.00")])
    #expect(draft.lines.map(\.ownDiscountMinor) == [2250, 1000, 0])
    #expect(draft.discounts.map(\.line) == [0, 0, 0, 1])
    #expect(draft.discounts.map(\.amount) == [.of("10"), .of("7.50"), .of("5"), .of("10")])
    #expect(draft.discount == .of("32.50") && draft.total == .of("267.50"))
  }

  @Test("they never take more than the line, and nothing off a negative one")
  func ownDiscountsCapped() throws {
    let draft = try #require(
      try books([]).bill(
        items: [
          item([.amount(.number("100.01"))]), item([.amount(.one)], unitCost: "-1"), item([]),
        ]
      ).documents.first)
    #expect(draft.lines.map(\.discount) == [.of("100.00"), .of("0.00"), .of("0.00")])
  }

  @Test("an item's exclusive coupon bears no other, and a coupon that is none holds the account")
  func ownCouponsRefused() {
    var books = books(["10%"])
    books.coupons[0] = Coupon(
      id: ID(0), code: "solo", value: .percent(.percent("10")), exclusive: true)
    #expect(throws: Issue.couponsExclusive("solo", nil)) {
      try books.bill(items: [item([.coupon(0), .amount(.one)])])
    }
    #expect(throws: Issue.couponMissing(ID(3))) {
      try books.bill(items: [item([.coupon(-1)])])
    }
  }

  @Test("a fixed coupon of another currency holds the account")
  func currency() {
    var books = books([])
    books.coupons = [Coupon(id: ID(0), code: "eu", value: .fixed(.of("5", .eur)))]
    #expect(throws: Issue.currencyMismatch(what: "coupon eu", ID(1))) {
      try books.bill(subscription(["10"], coupons: 1), asOf: .on("2026-06-01"))
    }
  }
}
