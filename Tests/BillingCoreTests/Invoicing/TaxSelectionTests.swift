// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct TaxSelectionTests {
  private func rule(
    _ country: String, _ state: String? = nil, zip: String? = nil, category: String? = nil
  ) -> TaxRate.Rule {
    TaxRate.Rule(country: country, state: state, postalPrefix: zip, taxCategory: category)
  }

  /// Bills one subscription and one pending item and names the rates of both lines.
  private func rates(
    customer: Customer, subscription: [Int] = [], item: [Int] = [], plan: Plan? = nil,
    rates: [TaxRate]
  ) throws -> [[String]] {
    var books = Books()
    books.taxRates = rates
    if let plan { books.plans = [plan] }
    let account = AccountSnapshot(
      payer: customer,
      subscriptions: [
        Subscription(
          id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-06-01"),
          taxes: subscription)
      ], pendingItems: [.of("1.00", taxes: item)])
    let draft = try #require(try books.bill(account, asOf: .on("2026-06-01")).documents.first)
    return draft.lines.map { line in
      draft.taxes.indices.filter { line.taxMask & 1 << UInt32($0) != 0 }.map { group in
        draft.taxes[group].rate.map { rates[$0].code } ?? draft.taxes[group].reason ?? ""
      }
    }
  }

  static let named: [TaxRate] = [.percent("a", "1"), .percent("b", "2"), .percent("c", "3")]

  @Test("the first source that has any decides, and sources never add up")
  func precedence() throws {
    let customer = Customer.plain(taxes: [2])
    #expect(
      try rates(customer: customer, subscription: [1], item: [0], rates: Self.named)
        == [["b"], ["a"]])
    #expect(try rates(customer: customer, rates: Self.named) == [["c"], ["c"]])
    #expect(try rates(customer: .plain(), rates: Self.named) == [[], []])
  }

  @Test("a rule applies by country, state, postal code prefix and tax category")
  func rules() throws {
    let all: [TaxRate] = [
      .percent("country", "1", rule: rule("US")), .percent("other", "1", rule: rule("DE")),
      .percent("state", "1", rule: rule("US", "CA")), .percent("ny", "1", rule: rule("US", "NY")),
      .percent("zip", "1", rule: rule("US", zip: "940")),
      .percent("zip2", "1", rule: rule("US", zip: "941")),
      .percent("food", "1", rule: rule("US", category: "food")),
    ]
    #expect(
      try rates(customer: .plain(), rates: all)
        == [["country", "state", "zip"], ["country", "state", "zip"]])
    let food = Plan(
      id: ID(1), code: "food", currency: .usd, interval: .month, intervalCount: 1,
      taxCategory: "food",
      prices: [Price(id: ID(1), validFrom: .on("2026-01-01"), model: .flat(.one))])
    #expect(
      try rates(customer: .plain(), plan: food, rates: all)
        == [["country", "state", "zip", "food"], ["country", "state", "zip"]])
  }

  @Test("an exempt customer or plan bears no tax, with the reason in a group of its own")
  func exempt() throws {
    let exempt = Customer(
      id: ID(1), taxable: false, taxExemptReason: "charity 12-34", taxes: [0])
    #expect(
      try rates(customer: exempt, rates: Self.named) == [["charity 12-34"], ["charity 12-34"]])
    #expect(
      try rates(customer: .plain(taxable: false), rates: Self.named)
        == [["exempt customer"], ["exempt customer"]])
    #expect(
      try rates(
        customer: .plain(taxes: [0]), plan: .of("p", .flat(.one), taxable: false),
        rates: Self.named) == [["exempt"], ["a"]])
  }

  @Test("the category tells zero rate from exempt")
  func categories() throws {
    var books = Books()
    books.taxRates = [.percent("zero", "0"), .percent("full", "19"), .fixed("eco", .of("1.00"))]
    let items: [PendingItem] = [
      .of("1.00", id: 1, taxes: [0]), .of("1.00", id: 2, taxes: [1]),
      .of("1.00", id: 3, taxes: [2]),
      .of("1.00", id: 4, taxable: false),
    ]
    let draft = try #require(try books.bill(items: items).documents.first)
    #expect(draft.taxes.map(\.category) == [.zero, .standard, .standard, .exempt])
    #expect(draft.taxes.map(\.base) == [.of("1.00"), .of("1.00"), .of("1.00"), .of("1.00")])
  }

  @Test("the version valid on the tax date counts, and each version is a group of its own")
  func versions() throws {
    func version(_ id: Int64, _ from: String, _ until: String, _ percent: String) -> TaxRate.Version
    {
      TaxRate.Version(
        id: ID(id), validFrom: .on(from), validUntil: .on(until),
        value: .percent(.number(percent), .percent(percent)))
    }
    var books = Books()
    books.seller = Seller(id: ID(1), currency: .usd, taxPoint: .periodEnd)
    books.taxRates = [
      TaxRate(
        id: ID(1), code: "vat", inclusive: false, compound: false, rule: nil,
        versions: [
          version(2, "2020-07-01", "2021-01-01", "16"),
          version(1, "2007-01-01", "2020-07-01", "19"),
        ])
    ]
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2020-05-15"), taxes: [0])
    let billed = try books.bill(subscription, asOf: .on("2020-06-15"))
    // 15 May to 14 June ends at 19 %, 15 June to 14 July at 16 %.
    #expect(billed.documents.map(\.tax) == [.of("1.90"), .of("1.60")])
    #expect(throws: Issue.taxRateMissing(rate: "vat", day: .on("2021-01-14"))) {
      try books.bill(subscription, asOf: .on("2020-12-15"))
    }
  }

  @Test("each line's own order of taxes is kept, whatever line used a tax first")
  func order() throws {
    var books = Books()
    books.taxRates = [
      .percent("a", "5", inclusive: true), .percent("b", "7", inclusive: true),
      .percent("c", "9", inclusive: true),
    ]
    func groups(_ first: [Int], _ second: [Int]) throws -> [Int?] {
      let items: [PendingItem] = [
        .of("1.00", id: 1, taxes: first), .of("1.00", id: 2, taxes: second),
      ]
      return try #require(try books.bill(items: items).documents.first).taxes.map(\.rate)
    }
    #expect(try groups([1, 2], [0, 2]) == [1, 0, 2])
    #expect(try groups([1], [0, 1]) == [0, 1])
    #expect(try groups([1, 0], [0, 1]) == [1, 0])
    #expect(try groups([0, 0], [1]) == [0, 1])
  }

  @Test("an unknown rate and a fixed tax of another currency hold the account")
  func held() {
    var books = Books()
    #expect(throws: Issue.taxRateMissing(rate: "named by the account", day: .on("2026-06-01"))) {
      try books.bill(items: [.of("1.00", taxes: [TaxRate.unknown])])
    }
    books.taxRates = [.fixed("eco", .of("1.00", .eur))]
    #expect(throws: Issue.currencyMismatch(what: "tax eco is in eur", nil)) {
      try books.bill(items: [.of("1.00", taxes: [0])])
    }
    books.taxRates = (0..<33).map { .percent("t\($0)", "1") }
    #expect(throws: Issue.taxesConflict("more than 32 taxes on a document")) {
      try books.bill(items: [.of("1.00", taxes: Array(0..<33))])
    }
  }
}
