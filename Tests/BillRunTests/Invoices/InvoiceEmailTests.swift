// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Invoices in the outbox (RULES 6, email).
@Suite struct InvoiceEmailTests {
  /// 2026-11-20 12:00 UTC.
  private static let operations = InvoiceOperations(at: 1_795_176_000, by: "tester")

  private func withInvoice(
    email: String = "ann@example.com", _ body: @Sendable (Books) async throws -> Void
  ) async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.customer(1, ["email": email, "payment_terms": "NET 14", "name": "Ann"])
      try await books.subscription(1, of: 1, "pro", from: "2026-11-01")
      try await books.bill("2026-11-01")
      try await body(books)
    }
  }

  @Test("an invoice goes to its customer, and has left the house")
  func usual() async throws {
    try await withInvoice { books in
      let emails = try await books.connection.transaction {
        try Self.operations.email([1], on: $0)
      }
      #expect(emails.count == 1)
      let email = try JSON(emails[0])
      #expect(
        email.keys == [
          "id", "object", "state", "reject_reason", "email", "template", "subject", "message",
          "opens", "opens_detail", "created_at",
        ])
      #expect(email["state"] == "queued")
      #expect(email["email"] == "ann@example.com")
      // The usual words are those of the customer's language when it is composed.
      #expect(email["subject"] == .null && email["message"] == .null)
      #expect(
        try await books.texts(
          "select channel || ' ' || state || ' ' || template || ' ' || invoice_id from message")
          == ["email queued invoice 1"])
      #expect(
        try await books.texts("select kind from event where subject_kind = 'invoice'")
          == ["invoice_emailed"])
      let refused = await #expect(throws: BillRunError.self) {
        try await books.connection.transaction { try Self.operations.void([1], on: $0) }
      }
      #expect(refused?.code == "void_refused_sent")
      #expect(
        try await books.text("select invoice_status(i, '2026-11-02', false) from invoice i")
          == "sent")
    }
  }

  @Test("recipients, copy, subject and body are those that somebody gives")
  func given() async throws {
    try await withInvoice(email: "") { books in
      let refused = await #expect(throws: BillRunError.self) {
        try await books.connection.transaction { try Self.operations.email([1], on: $0) }
      }
      #expect(refused?.code == "email_refused_no_address")
      var request = EmailRequest()
      request.to = ["Bob <bob@example.com>", "c@example.com"].compactMap(EmailAddress.init)
      request.bcc = ["d@example.com"].compactMap(EmailAddress.init)
      request.subject = "Your bill"
      request.message = "Hello"
      let sent = request
      let emails = try await books.connection.transaction {
        try Self.operations.email([1], sent, on: $0)
      }
      let objects = try emails.map { try JSON($0) }
      #expect(objects.map { $0["email"] } == ["bob@example.com", "c@example.com"])
      #expect(objects.allSatisfy { $0["subject"] == "Your bill" && $0["message"] == "Hello" })
      #expect(
        try await books.texts("select content ->> 'bcc' from message order by message_id")
          == ["[\"d@example.com\"]", "[]"])
    }
  }

  @Test("a draft is not sent, and what was voided goes out as a copy that says so")
  func states() async throws {
    try await withInvoice { books in
      try await books.connection.transaction { try Self.operations.unpost([1], on: $0) }
      let refused = await #expect(throws: BillRunError.self) {
        try await books.connection.transaction { try Self.operations.email([1], on: $0) }
      }
      #expect(refused?.code == "email_refused")
      try await books.connection.transaction { try Self.operations.void([1], on: $0) }
      let emails = try await books.connection.transaction {
        try Self.operations.email([1], on: $0)
      }
      #expect(emails.count == 1)
      let queued = QueuedMessage(
        id: 1, channel: "email", template: "invoice", customer: 1, invoice: 1)
      let composed = try await MessageComposer().compose([queued], on: books.connection)
      let email = try #require(try composed[1]?.get())
      #expect(email.subject == "VOIDED: Invoice INV-000001 from acme")
    }
  }

  @Test(
    "addresses that would break a header are none",
    arguments: [
      ("a@b.c", "a@b.c"), (" Ann B <a@b.c> ", "a@b.c"), ("<a@b.c>", "a@b.c"), ("a", nil),
      ("a@", nil), ("@b", nil), ("a@b@c", nil), ("a b@c", nil), ("a@b\r\nBcc: x@y", nil),
      ("Ann\nB <a@b.c>", nil), ("a@b.c, d@e.f", nil), ("", nil),
    ] as [(String, String?)])
  func addresses(_ text: String, _ address: String?) {
    #expect(EmailAddress(text)?.address == address)
  }

  @Test("of many, those without an address are counted and named, and the rest is queued")
  func bulk() async throws {
    try await withInvoice { books in
      try await books.customer(2, ["email": " "])
      try await books.subscription(2, of: 2, "pro", from: "2026-11-01")
      try await books.bill("2026-11-01")
      let second = try await books.text("select max(invoice_id) from invoice")
      let bulk = BulkOperation(.email, at: 1_795_176_000, by: "tester")
      let found = try await bulk.find(InvoiceFilter(), toCustomers: true, on: books.connection)
      #expect(found.text == "1 invoice (eur 10.00)")
      #expect(found.othersText == "1 without an address")
      var writer = JSONWriter()
      found.write(.email, isRehearsal: true, to: &writer)
      #expect(
        writer.text.hasSuffix(
          "\"others\":[{\"reason\":\"no_address\",\"invoices\":1}],"
            + "\"unreachable\":[{\"invoice\":\(second),\"customer\":2}]}"))
      try await bulk.perform(found, on: [books.connection]) { try $0.email($1, on: $2) }
      #expect(try await books.texts("select invoice_id from message") == ["1"])
      let rest = try await bulk.find(InvoiceFilter(), toCustomers: true, on: books.connection)
      let refused = #expect(throws: BillRunError.self) { try rest.confirm(0) }
      #expect(
        refused?.message == "no invoice of the filter can be taken: 1 open, 1 without an address")
      let all = try await bulk.find(InvoiceFilter(), on: books.connection)
      #expect(all.ids.map(String.init) == [second])
    }
  }
}
