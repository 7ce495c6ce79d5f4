// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// Prices invented accounts over and over on one core, without a database, and prints how many a
/// second: what `scripts/bench --mix rich` says of the core alone.
@main
struct PricingBench {
  private let catalog: Catalog
  private let accounts: [AccountSnapshot]
  private let seller: Seller
  private static let rounds = 9

  static func main() throws {
    let bench = try PricingBench()
    let clock = ContinuousClock()
    var (documents, lines): (Int, Int) = (0, 0)
    var rates: [Int] = []
    for _ in 0..<rounds {
      let elapsed = try clock.measure { (documents, lines) = try bench.priceAll() }
      rates.append(Int(Double(bench.accounts.count) / (elapsed / .seconds(1))))
    }
    rates.sort()
    print(
      #"{"accounts":\#(bench.accounts.count),"documents":\#(documents),"lines":\#(lines),"#
        + #""accounts_per_second":\#(rates[rounds / 2]),"best":\#(rates[rounds - 1])}"#)
  }

  private init() throws {
    let usd = try Currency(code: "usd").orThrow("usd")
    seller = Seller(id: ID(1), currency: usd)
    catalog = try Self.catalog(in: usd)
    accounts = try (1...20_000).map { try RichAccount($0).snapshot }
  }

  /// Prices every account once; throws the issue of one that is held.
  private func priceAll() throws -> (documents: Int, lines: Int) {
    var builder = InvoiceBuilder(
      catalog: catalog, seller: seller,
      terms: BillingTerms(asOf: RichAccount.november, invoiceDate: RichAccount.november))
    var (documents, lines) = (0, 0)
    for account in accounts {
      documents += try builder.build(account) { lines += $0.lines.count }.documents
    }
    return (documents, lines)
  }

  private static func catalog(in currency: Currency) throws -> Catalog {
    func plan(_ id: Int64, _ model: PriceModel, isUsage: Bool = false) throws -> Plan {
      Plan(
        id: ID(id), code: "plan \(id)", currency: currency, interval: .month, intervalCount: 1,
        quantityType: isUsage ? .usage : .constant,
        prices: [
          Price(
            id: ID(id), validFrom: LocalDate(daysSince1970: 0), model: model,
            includedQuantity: try number(isUsage ? "100" : "0"))
        ])
    }
    func rate(_ id: Int64, _ value: String, isCompound: Bool) throws -> TaxRate {
      let version = TaxRate.Version(
        id: ID(id), validFrom: LocalDate(daysSince1970: 0),
        validUntil: RichAccount.november.adding(days: 400),
        value: .percent(try number(value), try percent(value)))
      return TaxRate(
        id: ID(id), code: "rate \(id)", inclusive: false, compound: isCompound, rule: nil,
        versions: [version])
    }
    return Catalog(
      plans: [
        try plan(0, .tiered(try tiers("50", "9", "7.5"))),
        try plan(1, .perUnit(try number("5.5"))),
        try plan(2, .tiered(try tiers("1000", "0.01", "0.0075")), isUsage: true),
      ],
      taxRates: [
        try rate(1, "6.25", isCompound: false), try rate(2, "1.5", isCompound: true),
      ],
      coupons: [
        Coupon(
          id: ID(1), code: "tenth", value: .percent(try percent("10")), exclusive: false,
          expirationDate: nil, durationCycles: nil)
      ])
  }

  private static func tiers(_ bound: String, _ first: String, _ second: String) throws -> PriceTiers
  {
    try PriceTiers([
      .init(upTo: try number(bound), unitCost: try number(first), flatCost: .zero),
      .init(upTo: nil, unitCost: try number(second), flatCost: .zero),
    ]).orThrow("tiers")
  }
}

/// A customer of scripts/bench.rich.sql, billed up to November; of twenty one is canceled in its
/// middle.
private struct RichAccount {
  static let october = LocalDate(daysSince1970: 20_727)
  static let november = october.adding(days: 31)

  let snapshot: AccountSnapshot

  init(_ id: Int) throws {
    let billed = try Period(from: Self.october, to: Self.november).orThrow("October")
    let isCanceled = id % 20 == 7
    let used = MeasuredUsage(slot: 2, days: billed, quantity: try number("\(100 + id % 1500)"))
    let subscription = Subscription(
      id: ID(Int64(id)),
      charges: [
        .init(slot: 0, plan: 0, quantity: try number("\(1 + id % 70)")), .init(slot: 1, plan: 1),
        .init(slot: 2, plan: 2),
      ], start: Self.october, canceledAt: isCanceled ? Self.november.adding(days: 15) : nil,
      proratesCancel: isCanceled, discounts: [.init(coupon: 0, cyclesUsed: 1)],
      coverage: .spans([0: [billed], 1: [billed]]), usage: [used])
    snapshot = AccountSnapshot(
      payer: Customer(
        id: ID(Int64(id)), country: "US", state: "NY", taxes: [0, 1], paymentTerms: "2% 10 NET 30"),
      subscriptions: [subscription])
  }
}

/// Something that the bench has invented makes no sense.
private struct Unsound: Error {
  let what: String
}

private func number(_ text: String) throws -> ExactDecimal { try ExactDecimal(text).orThrow(text) }

private func percent(_ text: String) throws -> Ratio {
  try Ratio(percent: try number(text)).orThrow(text)
}

extension Optional {
  fileprivate func orThrow(_ what: String) throws -> Wrapped {
    guard let self else { throw Unsound(what: what) }
    return self
  }
}
