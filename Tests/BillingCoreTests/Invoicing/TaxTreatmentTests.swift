// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

/// RULES 1.8.
@Suite struct TaxTreatmentTests {
  private static let german = Seller(id: ID(1), country: "DE", currency: .eur)

  private func customer(
    _ country: String?, _ taxID: String? = nil, checked: Bool = true, company: Bool = true,
    taxable: Bool = true
  ) -> Customer {
    Customer(
      id: ID(1), country: country, isCompany: company, taxID: taxID, isTaxIDChecked: checked,
      taxable: taxable)
  }

  @Test("a business with a checked id of another member state owes the tax itself")
  func reverseCharge() throws {
    for payer in [customer("FR", "FR40303265045"), customer(nil, "EL123456789")] {
      #expect(try TaxTreatment(of: payer, by: Self.german) == .reverseCharge)
    }
  }

  @Test("consumers, exempt ones, home customers and those without an id are taxed by rates")
  func rated() throws {
    let payers = [
      customer("FR", "FR40303265045", company: false), customer("FR", "FR1", taxable: false),
      customer("DE", "DE123456789"), customer("DE", "45/123/12345"), customer("FR"), customer(nil),
      customer(nil, "12345"), customer("CH", company: false), customer("US", "DE123456789"),
    ]
    for payer in payers {
      #expect(try TaxTreatment(of: payer, by: Self.german) == .rated, "\(payer)")
    }
  }

  @Test("a business outside the EU is outside the scope of tax")
  func outside() throws {
    for payer in [customer("CH"), customer("GB", "GB123456789"), customer("US", "12-345")] {
      #expect(try TaxTreatment(of: payer, by: Self.german) == .outsideScope)
    }
  }

  @Test("where the seller is registered, tax is charged by rates")
  func registered() throws {
    let seller = Seller(
      id: ID(1), country: "DE", taxRegistrations: ["FR", "CH"], currency: .eur)
    for payer in [customer("FR", "FR40303265045"), customer("FR", "FR1"), customer("CH")] {
      #expect(try TaxTreatment(of: payer, by: seller) == .rated)
    }
  }

  @Test("a seller outside the EU knows no reverse charge")
  func otherSeller() throws {
    let seller = Seller(id: ID(1), country: "US", currency: .usd)
    for payer in [customer("FR", "FR40303265045"), customer("FR", "FR1"), customer("CH")] {
      #expect(try TaxTreatment(of: payer, by: seller) == .rated)
    }
  }

  @Test("an id without its state's form holds the account")
  func invalid() {
    for payer in [customer("FR", "FR1"), customer("FR", "123456789"), customer(nil, "ATU1")] {
      #expect(throws: Issue.taxIDInvalid(payer.taxID ?? "")) {
        try TaxTreatment(of: payer, by: Self.german)
      }
    }
  }

  @Test("an id that nobody has checked is charged, or held where the seller wants that")
  func unchecked() throws {
    let payer = customer("FR", "FR40303265045", checked: false)
    #expect(try TaxTreatment(of: payer, by: Self.german) == .rated)
    let strict = Seller(id: ID(1), country: "DE", uncheckedTaxIDs: .hold, currency: .eur)
    #expect(throws: Issue.taxIDUnchecked("FR40303265045")) {
      try TaxTreatment(of: payer, by: strict)
    }
  }

  @Test("what is outside the scope of tax and what is not never share a document (RULES 1.3)")
  func apart() throws {
    var books = Books(plans: [.monthly("pro", "30.00")], taxRates: [.percent("DE", "19")])
    books.seller = Self.german
    books.plans = [.monthly("pro", "30.00", currency: .eur)]
    let tax = BilledTax(
      number: 1, rate: (0, 0), category: .standard, isInclusive: false, reason: nil,
      amount: .of("5.70", .eur), lines: 1, base: .of("30.00", .eur), creditedBase: .zero(.eur),
      creditedTax: .zero(.eur))
    let line = BilledLine(
      invoice: ID(9), number: 1, days: .days("2026-11-01", "2026-12-01"), liveDays: 30,
      base: .of("30.00", .eur), credited: .zero(.eur), taxes: [tax])
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-11-01"),
      coverage: .spans([0: [.days("2026-11-01", "2026-12-01")]]),
      changes: [
        SubscriptionChange(id: ID(1), effective: .on("2026-11-16"), quantity: .number("2"))
      ],
      billed: [
        BilledSpan(
          slot: 0, days: .days("2026-11-01", "2026-12-01"),
          cover: .billed(.init(plan: 0, quantity: .one), [line]))
      ])
    let billed = try books.bill(subscription, asOf: .on("2026-11-16"), customer: customer("CH"))
    let categories = billed.documents.map { Set($0.taxes.map(\.category)) }
    #expect(Set(categories) == [[.outsideScope], [.standard]])
  }
}
