// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct BillingTermsTests {
  @Test("more lines than a document may have hold the account")
  func tooManyLines() {
    let charges = (0...BillingTerms.maxLinesPerInvoice).map {
      Subscription.Charge(slot: Int16(truncatingIfNeeded: $0), plan: 0)
    }
    let subscription = Subscription(id: ID(1), charges: charges, start: .on("2026-06-01"))
    #expect(throws: Issue.tooManyLines(BillingTerms.maxLinesPerInvoice)) {
      try Books().bill(subscription, asOf: .on("2026-06-01"))
    }
  }

  @Test("the as-of day decides what is due, the invoice date what terms count from")
  func twoDays() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-06-10"))
    let account = AccountSnapshot(payer: .plain(terms: "NET 5"), subscriptions: [subscription])
    let books = Books()
    #expect(
      try books.bill(account, asOf: .on("2026-06-09"), invoiceDate: .on("2026-07-01"))
        .documents.isEmpty)
    #expect(
      try books.bill(account, asOf: .on("2026-06-10"), invoiceDate: .on("2026-07-01"))
        .documents.map(\.dueDate) == [.on("2026-07-06")])
  }
}
