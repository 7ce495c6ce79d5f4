// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct CatalogTests {
  @Test("only rates with a rule apply by themselves")
  func ruled() {
    let rule = TaxRate.Rule(country: "US", state: nil, postalPrefix: nil, taxCategory: nil)
    let catalog = Catalog(
      plans: [], taxRates: [.percent("a", "1"), .percent("b", "2", rule: rule), .percent("c", "3")])
    #expect(catalog.ruledTaxRates == [1])
  }
}
