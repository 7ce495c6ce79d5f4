// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct CustomerTests {
  @Test("a customer who says nothing is taxable, chased, billed by subscription and pays by hand")
  func defaults() {
    let customer = Customer(id: ID(1))
    #expect(customer.taxable && customer.chase)
    #expect(!customer.consolidated && !customer.autopay)
    #expect(customer.paymentTerms == nil && customer.currency == nil)
  }

  @Test("a code that names no rate has a place that no catalog has")
  func unknownRate() {
    #expect(![TaxRate]().indices.contains(TaxRate.unknown))
    #expect(TaxRate.unknown < 0)
  }
}
