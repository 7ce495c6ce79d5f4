// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport
import Testing

/// Invariants 1, 2 and 4 of DESIGN 13, on random accounts.
@Suite struct InvariantTests {
  @Test("totals add up, and parts sum to the whole", arguments: 0..<100)
  func totals(seed: Int) throws {
    for index in 0..<10 {
      let random = RandomAccount(seed: seed * 1000 + index)
      let comment = Comment("account \(seed * 1000 + index)")
      for draft in try random.bill().documents {
        try #require(draft.doesAddUp, comment)
        try #require(
          draft.lines.allSatisfy { line in
            let rounding = random.books.seller.rounding
            let amount = try line.quantity.times(
              line.unitCost, in: draft.currency, rounding: rounding)
            return amount == line.amount && !line.unitCost.isNegative
          }, comment)
      }
    }
  }

  @Test("the same accounts give the same documents in any order and any company", arguments: 0..<20)
  func pure(seed: Int) throws {
    // One book for all, so that one builder bills them.
    let books = RandomAccount(seed: seed).books
    var random = SplitMix64(seed: seed)
    let accounts = (0..<20).map { index in
      Subscription(
        id: ID(Int64(index)),
        charges: [.init(slot: 0, plan: 0), .init(slot: 1, plan: 2, amount: .number("-3.5"))],
        start: LocalDate.on("2025-01-01").adding(days: random.int(0...400)),
        inArrears: random.oneIn(2), taxes: [random.int(0...7), random.int(0...7)].sorted(),
        discounts: [.init(coupon: random.int(0...4))])
    }.map { AccountSnapshot(payer: .plain(terms: "NET 30"), subscriptions: [$0]) }
    func bill(_ order: [Int], sharing: Bool) throws -> [Int: [String]] {
      let terms = BillingTerms(asOf: .on("2026-03-31"), invoiceDate: .on("2026-03-31"))
      func make() -> InvoiceBuilder {
        InvoiceBuilder(
          catalog: Catalog(
            plans: books.plans, taxRates: books.taxRates, coupons: books.coupons),
          seller: books.seller, terms: terms)
      }
      var builder = make()
      var found: [Int: [String]] = [:]
      for index in order {
        if !sharing { builder = make() }
        let result = try builder.build(accounts[index]) { draft in
          found[index, default: []].append("\(draft)")
        }
        found[index, default: []].append("\(result)")
      }
      return found
    }
    let alone = try bill(Array(accounts.indices), sharing: false)
    #expect(try bill(accounts.indices.shuffled(using: &random), sharing: true) == alone)
  }

  @Test(
    "every billing day × start month: 48 periods without hole, each on its day", arguments: 1...31)
  func everyAnchor(nth: Int) throws {
    for month in 1...12 {
      let start = try #require(LocalDate(year: 2027, month: month, day: 1))
      var books = Books()
      books.plans = [.of("p", .flat(.one))]
      let billed = try books.bill(
        Subscription(
          id: ID(1), charges: [.init(slot: 0, plan: 0)], start: start, anchorDay: nth, cycles: 48),
        asOf: .on("2040-01-01"))
      let periods = billed.documents.compactMap { $0.lines[0].period }
      let whole = nth == 1 ? periods : Array(periods.dropFirst())
      #expect(whole.count == 48)
      #expect(zip(periods, periods.dropFirst()).allSatisfy { $0.end == $1.start })
      #expect(whole.allSatisfy { $0.start.day == min(nth, $0.start.daysInMonth) })
      #expect(billed.documents.suffix(48).allSatisfy { $0.total == .of("1.00") })
    }
  }
}

extension InvoiceDraft {
  /// Invariants 1 and 2 of DESIGN 13.
  fileprivate var doesAddUp: Bool {
    func sum<Items: Sequence>(_ items: Items, _ part: (Items.Element) -> Money) -> Int64 {
      items.reduce(0) { $0 + part($1).minor }
    }
    let exclusive = taxes.filter { !$0.isInclusive }
    let inclusive = taxes.filter(\.isInclusive)
    let creditable = kind == .invoice ? total.minor : 0
    return subtotal.minor == sum(lines, \.amount)
      && discount.minor == sum(discounts, \.amount) && discount.minor == sum(lines, \.discount)
      && discounts.allSatisfy { sum($0.shares, \.amount) == $0.amount.minor }
      && lines.indices.allSatisfy { index in
        let shares = discounts.flatMap(\.shares).filter { $0.line == index }
        return sum(shares, \.amount) == lines[index].discount.minor
      }
      && tax.minor == sum(exclusive, \.amount)
      && sum(lines, \.net) + sum(inclusive, \.amount) == subtotal.minor - discount.minor
      && total.minor == subtotal.minor - discount.minor + tax.minor && total.minor >= 0
      && credited.minor <= creditable && creditsApplied.allSatisfy { $0.amount.minor > 0 }
  }
}
