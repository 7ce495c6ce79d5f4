// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// A catalog and a seller to bill test accounts with.
struct Books {
  var plans: [Plan] = [.monthly("pro", "10.00")]
  var taxRates: [TaxRate] = []
  var coupons: [Coupon] = []
  var seller = Seller(id: ID(1), currency: .usd)

  /// What billing an account came to.
  struct Billed {
    let documents: [InvoiceDraft]
    let result: AccountResult
  }

  /// Bills an account as a run of a day does.
  func bill(
    _ account: AccountSnapshot, asOf: LocalDate, invoiceDate: LocalDate? = nil,
    _ catchUp: CatchUp = CatchUp(), earlierRun: LocalDate? = nil
  ) throws(Issue) -> Billed {
    var builder = InvoiceBuilder(
      catalog: Catalog(plans: plans, taxRates: taxRates, coupons: coupons), seller: seller,
      terms: BillingTerms(
        asOf: asOf, invoiceDate: invoiceDate ?? asOf, catchUp: catchUp, earlierRun: earlierRun))
    var documents: [InvoiceDraft] = []
    let result = try builder.build(account) { documents.append($0) }
    return Billed(documents: documents, result: result)
  }

  /// Bills subscriptions of one plain customer.
  func bill(
    _ subscriptions: Subscription..., asOf: LocalDate, customer: Customer = .plain()
  ) throws(Issue) -> Billed {
    try bill(AccountSnapshot(payer: customer, subscriptions: subscriptions), asOf: asOf)
  }

  /// Bills one-off lines, which make an invoice of their own.
  func bill(
    items: [PendingItem], credits: [Credit] = [], customer: Customer = .plain()
  ) throws(Issue) -> Billed {
    try bill(
      AccountSnapshot(payer: customer, subscriptions: [], pendingItems: items, credits: credits),
      asOf: .on("2026-06-01"))
  }
}

extension LocalDate {
  /// The day of ISO text.
  static func on(_ text: String) -> LocalDate {
    guard let day = LocalDate(iso: text) else {
      require(false, "no day: \(text)")
      return LocalDate(daysSince1970: 0)
    }
    return day
  }
}

extension Period {
  /// The days from one up to another, exclusive.
  static func days(_ start: String, _ end: String) -> Period {
    guard let period = Period(from: .on(start), to: .on(end)) else {
      require(false, "no period: \(start)..\(end)")
      return .days("2026-01-01", "2026-01-02")
    }
    return period
  }
}

extension ExactDecimal {
  /// The number of decimal text.
  static func number(_ text: String) -> ExactDecimal {
    guard let number = ExactDecimal(text) else {
      require(false, "no number: \(text)")
      return .zero
    }
    return number
  }
}

extension Currency {
  /// The currency of a code.
  static func named(_ code: String) -> Currency {
    guard let currency = Currency(code: code) else {
      require(false, "no currency: \(code)")
      return .usd
    }
    return currency
  }

  static let usd = named("usd")
  static let eur = named("eur")
  static let jpy = named("jpy")
  static let bhd = named("bhd")
}

extension Money {
  /// The amount of text in major units.
  static func of(_ text: String, _ currency: Currency = .usd) -> Money {
    guard let money = Money(major: text, currency: currency) else {
      require(false, "no amount: \(text)")
      return .zero(currency)
    }
    return money
  }
}

extension Ratio {
  /// A percentage as an exact fraction.
  static func percent(_ text: String) -> Ratio { Ratio(percent: .number(text)) ?? .zero }
}

extension Plan {
  /// A plan with one price for ever.
  static func of(
    _ code: String, _ model: PriceModel, every count: Int = 1, _ interval: Interval = .month,
    id: Int64 = 1, currency: Currency = .usd, taxable: Bool = true, discountable: Bool = true
  ) -> Plan {
    Plan(
      id: ID(id), code: code, currency: currency, interval: interval, intervalCount: count,
      taxable: taxable, discountable: discountable,
      prices: [Price(id: ID(id), validFrom: .on("1900-01-01"), model: model)])
  }

  /// A monthly plan with one unit price for ever.
  static func monthly(_ code: String, _ price: String, currency: Currency = .usd) -> Plan {
    .of(code, .perUnit(.number(price)), currency: currency)
  }
}

extension TaxRate {
  /// A percentage that always counts.
  static func percent(
    _ code: String, _ percent: String, inclusive: Bool = false, compound: Bool = false,
    rule: Rule? = nil
  ) -> TaxRate {
    .of(code, .percent(.number(percent), .percent(percent)), inclusive, compound, rule)
  }

  /// An amount a line that always counts.
  static func fixed(_ code: String, _ amount: Money, inclusive: Bool = false) -> TaxRate {
    .of(code, .fixed(amount), inclusive, false, nil)
  }

  private static func of(
    _ code: String, _ value: Value, _ inclusive: Bool, _ compound: Bool, _ rule: Rule?
  ) -> TaxRate {
    TaxRate(
      id: ID(1), code: code, inclusive: inclusive, compound: compound, rule: rule,
      versions: [
        Version(
          id: ID(1), validFrom: .on("1900-01-01"), validUntil: .on("9999-12-31"), value: value)
      ])
  }
}

extension Customer {
  /// A customer with no more than a test needs.
  static func plain(
    taxes: [Int] = [], terms: String? = nil, consolidated: Bool = false, taxable: Bool = true
  ) -> Customer {
    Customer(
      id: ID(1), country: "US", state: "CA", postalCode: "94016", taxable: taxable, taxes: taxes,
      paymentTerms: terms, consolidated: consolidated)
  }
}

extension PendingItem {
  /// A one-off line, long overdue.
  static func of(
    _ unitCost: String, quantity: String = "1", id: Int64 = 1, currency: Currency = .usd,
    discountable: Bool = true, taxable: Bool = true, taxes: [Int] = [],
    addedOn: LocalDate = .on("2026-01-01")
  ) -> PendingItem {
    PendingItem(
      id: ID(id), name: "item \(id)", quantity: .number(quantity), unitCost: .number(unitCost),
      currency: currency, discountable: discountable, taxable: taxable, taxes: taxes,
      addedOn: addedOn)
  }
}

extension InvoiceDraft {
  /// The days of its lines and their amounts, for comparing at a glance.
  var summary: [String] {
    lines.map { line in
      [line.period?.description, line.amount.majorText].compactMap { $0 }.joined(separator: " ")
    }
  }
}
