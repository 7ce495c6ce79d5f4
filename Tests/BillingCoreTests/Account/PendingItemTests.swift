// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct PendingItemTests {
  @Test("an item that says nothing is discountable, taxable and bears no rates of its own")
  func defaults() {
    let item = PendingItem(
      id: ID(1), name: "setup", quantity: .one, unitCost: .one, currency: .usd,
      addedOn: .on("2026-01-01"))
    #expect(item.discountable && item.taxable && item.taxes.isEmpty)
  }

  @Test("an item that no discount touches is left alone by goodwill")
  func notDiscountable() throws {
    let draft = try #require(
      try Books().bill(
        items: [.of("5.00", id: 1, discountable: false), .of("2.00", id: 2)],
        credits: [Credit(id: ID(1), kind: .goodwill, open: .of("9.00"))]
      ).documents.first)
    #expect(draft.lines.map(\.discount) == [.of("0.00"), .of("2.00")])
  }
}
