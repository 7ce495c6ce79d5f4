// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Documents
import Foundation
import Postgres
import TestSupport
import Testing

@testable import BillRun

/// What messages say, and in which language.
struct MessageComposerTests {
  /// Lends books with two open invoices of 10.00 at 19 % of a German customer, number 1.
  private func withBooks(_ body: (Books) async throws -> Void) async throws {
    try await TestSupport.withBooks { books in
      try await books.seller("acme", ["email": "desk@example.com"])
      try await books.plan("pro", "10")
      try await books.customer(
        1, ["email": "a@x.org", "name": "Müller & <b>Söhne</b>", "payment_terms": "NET 14"])
      try await books.run("update customer set language = 'de-AT', city = 'Wien'")
      try await books.subscription(1, of: 1, "pro", from: "2026-11-01")
      try await books.subscription(2, of: 1, "pro", from: "2026-11-01")
      try await books.bill("2026-11-01")
      try await body(books)
    }
  }

  /// Puts a message about invoices into the outbox, and has it composed.
  private func compose(
    _ books: Books, _ channel: String, _ template: String, _ content: String,
    _ kit: DocumentKit = DocumentKit()
  ) async throws -> Result<ComposedMessage, ComposeError> {
    try await books.run(
      """
      insert into message (customer_id, channel, template, content)
      values (1, '\(channel)', '\(template)', '\(content)')
      """)
    let id = try #require(Int64(try await books.text("select max(message_id) from message")))
    let message = QueuedMessage(
      id: id, channel: channel, template: template, customer: 1, content: content,
      language: "de-AT", seller: "acme")
    let composed = try await MessageComposer(kit).compose([message], on: books.connection)
    return try #require(composed[id])
  }

  private func invoices(_ books: Books) async throws -> [String] {
    try await books.texts("select invoice_id from invoice order by invoice_id")
  }

  @Test("an invoice goes as text, HTML and PDF in the customer's language")
  func invoice() async throws {
    try await withBooks { books in
      let id = try await invoices(books)[0]
      let mail = try await compose(books, "email", "invoice", "{\"invoices\": [\(id)]}").get()
      #expect(mail.subject.hasPrefix("Rechnung INV-"))
      #expect(mail.text.contains("Guten Tag Müller & <b>Söhne</b>,"))
      #expect(mail.text.contains("beläuft sich auf"))
      let html = try #require(mail.html)
      #expect(html.contains("Müller &amp; &lt;b&gt;Söhne&lt;/b&gt;"))
      #expect(!html.contains("<b>Söhne"))
      #expect(mail.files.count == 1)
      guard case .made(let name, let type, let content) = mail.files[0] else {
        Issue.record("the PDF is missing")
        return
      }
      #expect(name.hasPrefix("rechnung-INV-") && name.hasSuffix(".pdf"))
      #expect(type == "application/pdf" && content.starts(with: Array("%PDF-".utf8)))
    }
  }

  @Test("the words that somebody gives win, and no template is asked for")
  func given() async throws {
    try await withBooks { books in
      let id = try await invoices(books)[0]
      let mail = try await compose(
        books, "email", "invoice",
        "{\"invoices\": [\(id)], \"subject\": \"Hi\", \"message\": \"{{seller}} <x>\"}"
      ).get()
      #expect(mail.subject == "Hi" && mail.text == "{{seller}} <x>" && mail.html == nil)
    }
  }

  @Test("a reminder about several invoices has its level's words and a statement")
  func combined() async throws {
    try await withBooks { books in
      let ids = try await invoices(books)
      try #require(ids.count > 1)
      let content =
        "{\"invoices\": [\(ids.joined(separator: ","))], \"level\": 2, \"as_of\": \"2026-12-01\"}"
      let letter = try await compose(books, "letter", "reminder", content).get()
      #expect(letter.files.count == 2)
      #expect(letter.subject.hasPrefix("Zweite Mahnung"))
      let mail = try await compose(books, "email", "reminder", content).get()
      #expect(mail.files.count == ids.count + 1)
      let single = try await compose(
        books, "email", "reminder",
        "{\"invoices\": [\(ids[0])], \"level\": 2, \"as_of\": \"2026-12-01\"}"
      ).get()
      #expect(single.files.count == 1)
    }
  }

  @Test("a text message is one line, and a webhook needs no words")
  func short() async throws {
    try await withBooks { books in
      let id = try await invoices(books)[0]
      let sms = try await compose(books, "sms", "reminder", "{\"invoices\": [\(id)]}").get()
      #expect(sms.text.contains("Bitte zahlen Sie bis zum") && !sms.text.contains("\n"))
      #expect((try? await compose(books, "webhook", "hook", "{}").get()) != nil)
    }
  }

  @Test("a wrong or missing template holds the messages that need it, and no others")
  func templates() async throws {
    try await withBooks { books in
      let id = try await invoices(books)[0]
      let content = "{\"invoices\": [\(id)]}"
      let kit = DocumentKit(
        DocumentFolder(files: [
          "mail-invoice.txt": "Hello\n{{#open}}\n", "mail-second.txt": "Second: {{customer}}",
        ]))
      let broken = try await compose(books, "email", "invoice", content, kit)
      #expect(
        throws: ComposeError(
          code: "template_error", text: "mail-invoice.txt line 3, a section is not closed")
      ) { try broken.get() }
      let missing = try await compose(books, "email", "third", content, kit)
      #expect(
        throws: ComposeError(
          code: "template_unknown", text: "there is no template mail-third.txt")
      ) { try missing.get() }
      let own = try await compose(books, "email", "second", content, kit).get()
      #expect(own.text == "Second: Müller & <b>Söhne</b>\n" && own.html == nil)
      #expect((try? await compose(books, "email", "receipt", content, kit).get()) != nil)
    }
  }

  @Test("an invoice is printed with the parties that it was made for")
  func frozen() async throws {
    try await withBooks { books in
      let id = try #require(Int64(try await invoices(books)[0]))
      try await books.run("update customer set name = 'New name', city = 'Graz'")
      let document = try #require(
        try await books.connection.transaction { connection in
          try DocumentStore.invoices([id], on: connection)
        }[id])
      #expect(document.customer.name == "Müller & <b>Söhne</b>")
      #expect(document.customer.city == "Wien")
      #expect(document.lines.count >= 1 && document.balance == document.total)
      #expect(
        document.total == document.subtotal - document.discount + document.tax)
    }
  }
}
