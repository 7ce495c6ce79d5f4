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

  @Test("what an earlier run has billed stands on documents of its own, and comes first")
  func earlierRun() throws {
    // Weekly and monthly, consolidated: without an earlier run they share documents by age.
    var books = Books()
    books.plans = [.monthly("m", "10.00"), .of("w", .flat(.one), .week)]
    let account = AccountSnapshot(
      payer: .plain(consolidated: true),
      subscriptions: [
        Subscription(id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-06-01")),
        Subscription(id: ID(2), charges: [.init(slot: 0, plan: 1)], start: .on("2026-06-20")),
      ], pendingItems: [.of("3.00", addedOn: .on("2026-06-15"))])
    let billed = try books.bill(
      account, asOf: .on("2026-07-10"), earlierRun: .on("2026-07-02"))
    // The item was on the earlier run's first invoice.
    #expect(billed.documents.map(\.isEarlier) == [true, true, true, false])
    #expect(billed.documents.map(\.total) == [.of("4"), .of("11"), .of("10"), .of("1")])
    let alone = try books.bill(account, asOf: .on("2026-07-10"))
    #expect(alone.documents.map(\.total) == [.of("4"), .of("11"), .of("11")])
    #expect(!alone.documents.contains { $0.isEarlier })
  }

  @Test("an item that was overdue at the earlier run is not billed again")
  func earlierItem() throws {
    let account = AccountSnapshot(
      payer: .plain(), subscriptions: [], pendingItems: [.of("3.00", addedOn: .on("2026-05-01"))])
    for (run, count) in [("2026-06-30", 0), ("2026-05-31", 1)] {
      let billed = try Books().bill(account, asOf: .on("2026-07-10"), earlierRun: .on(run))
      #expect(billed.documents.count == count)
    }
  }
}
