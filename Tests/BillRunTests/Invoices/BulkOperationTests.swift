// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

@Suite struct BulkOperationTests {
  /// 2026-11-20 12:00 UTC.
  private static let moment: Int64 = 1_795_176_000

  private func withInvoices(_ body: (Books) async throws -> Void) async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      for id in 1...3 {
        try await books.customer(id)
        try await books.subscription(id, of: id, "pro", from: "2026-11-01")
      }
      try await books.bill("2026-11-01")
      try await body(books)
    }
  }

  private func bulk(_ operation: InvoiceOperation, blocks: Int = 5_000) -> BulkOperation {
    BulkOperation(operation, at: Self.moment, by: "tester", blockSize: blocks)
  }

  private static let void: BulkOperation.Step = { try $0.void($1, on: $2) }
  private static let states = "select state from invoice order by invoice_id"

  @Test("a filter finds what the operation is legal with, and counts the rest")
  func finds() async throws {
    try await withInvoices { books in
      try await books.run("update invoice set state = 'voided' where invoice_id = 2")
      let found = try await bulk(.void).find(InvoiceFilter(), on: books.connection)
      #expect(found.ids == [1, 3])
      #expect(found.text == "2 invoices (eur 20.00)")
      #expect(found.othersText == "1 ended")
      var filter = InvoiceFilter()
      filter.customer = 3
      #expect(try await bulk(.void).find(filter, on: books.connection).ids == [3])
      var writer = JSONWriter()
      found.write(.void, isRehearsal: true, to: &writer)
      #expect(
        writer.text
          == "{\"object\":\"bulk_operation\",\"operation\":\"void\",\"dry_run\":true,"
          + "\"invoices\":2,\"totals\":[{\"currency\":\"eur\",\"invoices\":2,\"total\":20}],"
          + "\"others\":[{\"phase\":\"ended\",\"invoices\":1}]}")
    }
  }

  @Test("a rehearsal does all of it, and nothing stays")
  func rehearsal() async throws {
    try await withInvoices { books in
      let found = try await bulk(.void).find(InvoiceFilter(), on: books.connection)
      try await bulk(.void, blocks: 2).rehearse(found, on: books.connection, Self.void)
      #expect(try await books.texts(Self.states) == ["open", "open", "open"])
      try await books.run("update invoice set sent_at = now() where invoice_id = 3")
      let refused = await #expect(throws: BillRunError.self) {
        try await bulk(.void).rehearse(found, on: books.connection, Self.void)
      }
      #expect(refused?.code == "void_refused_sent")
    }
  }

  @Test("blocks that are through stay when a later one is refused, and the rest goes on after")
  func blocks() async throws {
    try await withInvoices { books in
      try await books.run("update invoice set sent_at = now() where invoice_id = 2")
      let found = try await bulk(.void).find(InvoiceFilter(), on: books.connection)
      let refused = await #expect(throws: BillRunError.self) {
        try await bulk(.void, blocks: 1).perform(found, on: [books.connection], Self.void)
      }
      #expect(refused?.code == "void_refused_sent")
      #expect(
        refused?.hint
          == "1 of 3 invoices are done and stay so; confirm the number of the rest to go on")
      #expect(try await books.texts(Self.states) == ["voided", "open", "open"])
      try await books.run("update invoice set sent_at = null")
      let rest = try await bulk(.void).find(InvoiceFilter(), on: books.connection)
      #expect(rest.ids == [2, 3])
      try await bulk(.void).perform(rest, on: [books.connection], Self.void)
      #expect(try await books.texts(Self.states) == ["voided", "voided", "voided"])
      #expect(try await books.offences() == [])
    }
  }

  @Test("drafts are numbered by date and customer, whatever the blocks (RULES 0.1)")
  func postingOrder() async throws {
    try await ManualBooks.with { books in
      for (customer, date) in [(15_444, "2026-11-20"), (2, "2026-11-20"), (15_444, "2026-11-18")] {
        try await books.create(
          """
          {"customer": \(customer), "date": "\(date)", "draft": true,
            "items": [{"name": "Case", "quantity": 1, "unit_cost": 45}]}
          """)
      }
      let drafts = try await bulk(.post).find(InvoiceFilter(), on: books.connection)
      #expect(drafts.ids == [3, 2, 1])
      try await bulk(.post, blocks: 1).perform(drafts, on: [books.connection]) {
        try $0.post($1, on: $2)
      }
      #expect(
        try await books.texts("select invoice_id from invoice_number order by seq")
          == ["3", "2", "1"])
    }
  }

  @Test("nothing is done that nobody has counted")
  func confirmation() async throws {
    try await withInvoices { books in
      let found = try await bulk(.void).find(InvoiceFilter(), on: books.connection)
      try found.confirm(3)
      for (count, code) in [(nil, "not_confirmed"), (2, "count_differs")] as [(Int?, String)] {
        let refused = #expect(throws: BillRunError.self) { try found.confirm(count) }
        #expect(refused?.code == code)
      }
      let drafts = try await bulk(.post).find(InvoiceFilter(), on: books.connection)
      let refused = #expect(throws: BillRunError.self) { try drafts.confirm(0) }
      #expect(refused?.code == "nothing_matches")
      #expect(refused?.message == "no invoice of the filter can be taken: 3 open")
    }
  }
}
