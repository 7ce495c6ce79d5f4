// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import TestSupport
import Testing

@testable import BillRun

/// Who gets what when invoices are posted and charges approved.
struct OutboxQueueTests {
  private static let queued = """
    select concat_ws(' ', customer_id, invoice_id, template, recipients -> 0 ->> 'email', state)
    from message order by message_id
    """

  private func withBooks(
    _ policy: String, _ body: (Books) async throws -> Void
  ) async throws {
    try await TestSupport.withBooks { books in
      try await books.seller("acme", ["send_invoices": policy])
      try await books.plan("pro", "10")
      try await books.plan("free", "0")
      for customer in 1...4 {
        try await books.customer(
          customer, ["email": customer == 2 ? " " : " c\(customer)@x.org ", "name": "C\(customer)"])
      }
      try await books.run("update customer set autopay = true where customer_id = 3")
      try await books.source(3, "approve")
      for (customer, plan) in [(1, "pro"), (2, "pro"), (3, "pro"), (4, "free")] {
        try await books.subscription(customer, of: customer, plan, from: "2026-11-01")
      }
      try await body(books)
    }
  }

  @Test("a run puts what it posts into the outbox, but not zeros, AutoPay and who has no address")
  func run() async throws {
    try await withBooks("on_post") { books in
      try await books.bill("2026-11-01")
      let id = try await books.text("select invoice_id from invoice where customer_id = 1")
      #expect(try await books.texts(Self.queued) == ["1 \(id) invoice c1@x.org queued"])
      #expect(
        try await books.texts("select customer_id from invoice where sent_at is not null") == ["1"])
      #expect(try await books.text("select count(*) from invoice") == "4")
    }
  }

  @Test("without the wish nothing is queued")
  func never() async throws {
    try await withBooks("never") { books in
      try await books.bill("2026-11-01")
      try await books.charge("2026-11-01", at: ScriptedGateway())
      #expect(try await books.text("select count(*) from message") == "0")
    }
  }

  @Test("who is charged gets a receipt once the charge is approved, and only then")
  func receipt() async throws {
    try await withBooks("on_post") { books in
      try await books.bill("2026-11-01")
      try await books.run("delete from message")
      try await books.charge("2026-11-01", at: ScriptedGateway())
      let id = try await books.text("select invoice_id from invoice where customer_id = 3")
      #expect(try await books.texts(Self.queued) == ["3 \(id) receipt c3@x.org queued"])
      let rows = try await MessageComposer().compose(
        [
          QueuedMessage(
            id: try #require(Int64(try await books.text("select message_id from message"))),
            channel: "email", template: "receipt", customer: 3, invoice: Int64(id))
        ], on: books.connection)
      let composed = try #require(try rows.values.first?.get())
      #expect(composed.subject.hasPrefix("Receipt for INV-"))
      #expect(composed.text.contains("we received €10.00 on 1 November 2026 for INV-"))
    }
  }

  @Test("a debit from a bank account is announced by the invoice, and has no receipt")
  func debit() async throws {
    try await withBooks("on_post") { books in
      try await books.run("update payment_source set object = 'bank_account'")
      try await books.bill("2026-11-01")
      try await books.charge("2026-11-01", at: ScriptedGateway())
      #expect(
        try await books.texts("select customer_id || ' ' || template from message order by 1")
          == ["1 invoice", "3 invoice"])
    }
  }

  @Test("an invoice that is posted by hand is queued as well, and what is billed late is not")
  func posted() async throws {
    try await withBooks("on_post") { books in
      try await books.bill("2026-11-01")
      try await books.run(
        "delete from message; update invoice set sent_at = null where customer_id = 1")
      let id = try #require(
        Int64(try await books.text("select invoice_id from invoice where customer_id = 1")))
      let operations = InvoiceOperations(at: 1_793_534_400, by: "tester")
      for isMissed in [true, false] {
        try await books.connection.transaction { try operations.unpost([id], on: $0) }
        try await books.run("update invoice set missed = \(isMissed) where invoice_id = \(id)")
        try await books.connection.transaction { try operations.post([id], on: $0) }
        #expect(try await books.text("select count(*) from message") == (isMissed ? "0" : "1"))
      }
    }
  }
}
