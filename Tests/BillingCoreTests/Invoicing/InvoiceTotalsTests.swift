// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct InvoiceTotalsTests {
  private func draft(_ amounts: String...) throws -> InvoiceDraft {
    var draft = InvoiceDraft(currency: .usd, firstPeriodStart: .on("2026-11-01"))
    draft.lines = amounts.map { amount in
      LineDraft(
        kind: .pending, subscription: nil, slot: 0, source: 0, plan: nil, price: nil,
        pendingItem: nil, item: nil, name: "Item", description: nil, quantity: .one,
        unitCost: .number("1"), amount: .of(amount), discount: .of("1"), net: .of(amount),
        period: nil, coversPeriod: false, share: .one, wholePeriod: nil, basis: nil,
        taxDate: .on("2026-11-01"), isDiscountable: true, isTaxable: true)
    }
    draft.discount = .of("2")
    draft.tax = .of("0.50")
    try draft.sumUp()
    return draft
  }

  @Test("the total is what the lines come to, less discounts, with exclusive taxes")
  func total() throws {
    let draft = try draft("10", "5")
    #expect(draft.subtotal == .of("15"))
    #expect(draft.total == .of("13.50"))
  }

  @Test("flipped twice, a document is as it was")
  func flipped() throws {
    var draft = try draft("10", "-5")
    draft.flip()
    #expect(draft.kind == .creditNote)
    #expect(draft.total == .of("-3.50"))
    #expect(draft.lines.map(\.amount) == [.of("-10"), .of("5")])
    #expect(draft.lines.map(\.discount) == [.of("-1"), .of("-1")])
    draft.flip()
    #expect(draft.total == .of("3.50"))
    #expect(draft.lines.map(\.net) == [.of("10"), .of("-5")])
  }
}
