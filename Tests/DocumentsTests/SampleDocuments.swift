// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@testable import Documents

/// Invented documents.
enum SampleDocuments {
  static let euro = Currency(code: "eur")
  static let yen = Currency(code: "jpy")

  static func day(_ iso: String) throws -> LocalDate { try #require(LocalDate(iso: iso)) }

  static var seller: Party {
    var seller = Party(name: "Acme Software GmbH")
    seller.address1 = "Lindenstraße 12"
    seller.postalCode = "10969"
    seller.city = "Berlin"
    seller.country = "DE"
    seller.taxID = "DE123456789"
    seller.email = "billing@acme.example"
    return seller
  }

  static var customer: Party {
    var customer = Party(name: "Müller & Söhne OHG")
    customer.address1 = "Hauptstraße 5"
    customer.postalCode = "80331"
    customer.city = "München"
    customer.country = "DE"
    customer.number = "K-1001"
    return customer
  }

  /// An invoice with so many lines of 49.00 and 19 % on top.
  static func invoice(lines count: Int = 3, language: String? = "en") throws -> InvoiceDocument {
    var invoice = InvoiceDocument(
      id: 1, number: "INV-000123", sellerCode: "acme", seller: seller, customer: customer,
      customerID: 1001, currency: try #require(euro), date: try day("2026-11-01"))
    invoice.language = language
    invoice.dueDate = try day("2026-11-15")
    invoice.terms = "NET 14"
    for number in 1...count {
      invoice.lines.append(
        InvoiceDocument.Line(
          name: "Pro plan \(number)", kind: "period",
          detail: number == 2 ? "with a note about what it is for" : nil, quantity: "1",
          unitCost: "49", amount: 4900,
          period: (try day("2026-11-01"), try day("2026-11-30")), taxDate: try day("2026-11-30")))
    }
    let net = Int64(count) * 4900
    let tax = net * 19 / 100
    invoice.taxes = [InvoiceDocument.Tax(name: "VAT", percent: "19", base: net, amount: tax)]
    (invoice.subtotal, invoice.tax, invoice.total) = (net, tax, net + tax)
    return invoice
  }

  /// What a PDF would be written beside, so that somebody can look at it.
  static func statement(_ language: String? = "en") throws -> StatementDocument {
    let euro = try #require(euro)
    let yen = try #require(yen)
    var statement = StatementDocument(
      sellerCode: "acme", seller: seller, customer: customer, customerID: 1001,
      asOf: try day("2026-11-30"))
    statement.language = language
    statement.items = [
      StatementDocument.Item(
        number: "INV-000101", date: try day("2026-08-01"), dueDate: try day("2026-08-15"),
        currency: euro, total: 123_456, balance: 23_456),
      StatementDocument.Item(
        number: "INV-000123", date: try day("2026-11-01"), dueDate: try day("2026-11-15"),
        currency: euro, total: 17_493, balance: 17_493),
      StatementDocument.Item(
        number: "INV-000130", date: try day("2026-11-20"), dueDate: try day("2026-12-04"),
        currency: euro, total: 5_000, balance: 5_000),
      StatementDocument.Item(
        number: "INV-000131", date: try day("2026-11-20"), dueDate: nil, currency: yen,
        total: 12_000, balance: 12_000),
    ]
    statement.unapplied = [Money(minor: 1_050, currency: euro)]
    return statement
  }
}
