// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct InvoiceDraftTests {
  @Test("an empty document comes to nothing in its currency")
  func empty() {
    let draft = InvoiceDraft(currency: .jpy, firstPeriodStart: .on("2026-01-01"))
    #expect(draft.kind == .invoice)
    #expect(
      [draft.subtotal, draft.discount, draft.tax, draft.total, draft.credited]
        .allSatisfy { $0 == .zero(.jpy) })
  }

  @Test("what is credited at issue is the sum of the credits used")
  func credited() {
    var draft = InvoiceDraft(currency: .usd, firstPeriodStart: .on("2026-01-01"))
    draft.creditsApplied = [
      CreditUse(credit: ID(1), kind: .money, amount: .of("1.25")),
      CreditUse(credit: ID(2), kind: .creditNote, amount: .of("0.50")),
    ]
    #expect(draft.credited == .of("1.75"))
  }

  @Test("kinds and categories are stored under the names of RULES")
  func names() {
    #expect(InvoiceDraft.Kind.creditNote.rawValue == "credit_note")
    #expect([TaxDraft.Category.standard, .zero, .exempt].map(\.rawValue) == ["S", "Z", "E"])
  }
}
