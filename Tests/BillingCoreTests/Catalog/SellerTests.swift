// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct SellerTests {
  @Test("a seller that says nothing rounds half up, taxes by group, and issues zero invoices")
  func defaults() {
    let seller = Seller(id: ID(1), currency: .usd)
    #expect(seller.rounding == .halfUp)
    #expect(seller.taxRounding == .group)
    #expect(seller.taxPoint == .invoiceDate)
    #expect(seller.zeroInvoices == .issue)
    #expect(seller.defersRevenue)
  }

  @Test("settings are read under the names of the import format")
  func names() {
    #expect(Seller.TaxPoint(rawValue: "period_end") == .periodEnd)
    #expect(Seller.TaxPoint(rawValue: "invoice_date") == .invoiceDate)
    #expect(Seller.TaxPoint(rawValue: "period_start") == .periodStart)
    #expect(Seller.TaxRounding(rawValue: "line") == .line)
    #expect(Seller.ZeroInvoices(rawValue: "suppress") == .suppress)
  }
}
