// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Foundation
import Testing

@testable import Documents

/// Templates, HTML and mail.
@Suite struct TemplateSetTests {
  private func kit(_ files: [String: String]) -> DocumentKit {
    DocumentKit(DocumentFolder(files: files))
  }

  @Test(
    "a wrong template is told with its line, and harms no other",
    arguments: [
      ("one\n{{#a}}", "invoice.html line 2, a section is not closed"),
      ("{{#a}}\n{{/b}}", "invoice.html line 2, a section is closed by another name"),
      ("{{a", "invoice.html line 1, a tag is not closed"),
      ("\n\n{{> invoice.html}}", "invoice.html line 3, it includes itself"),
      ("{{> other.html}}", "invoice.html line 1, there is no template other.html"),
      ("{{=<% %>=}}", "invoice.html, '{{=' is not supported"),
      ("{{>*title}}", "invoice.html, '{{>*' is not supported"),
    ])
  func wrong(_ text: String, _ problem: String) throws {
    let kit = kit(["invoice.html": text])
    let printed = try kit.printed(SampleDocuments.invoice())
    #expect(throws: DocumentError(.templateError, problem)) {
      try kit.html(printed, template: "invoice.html")
    }
    #expect(try kit.html(printed, template: "statement.html").contains("INV-000123"))
  }

  @Test("a template that includes a wrong one is wrong, too")
  func included() throws {
    let kit = kit(["page.html": "{{#a}}"])
    #expect(kit.templates.error(in: "letter.html")?.code == .templateError)
    #expect(kit.templates.error(in: "mail-invoice.txt") == nil)
  }

  @Test("a circle of templates is found")
  func circle() {
    let kit = kit(["page.html": "{{> statement.html}}"])
    #expect(kit.templates.error(in: "page.html")?.text.hasSuffix("it includes itself") == true)
  }

  @Test("a user's template takes the place of the program's")
  func own() throws {
    let kit = kit(["invoice.html": "<p>{{title}} {{#mark}}no{{/mark}}{{^mark}}yes{{/mark}}</p>"])
    let printed = try kit.printed(SampleDocuments.invoice())
    #expect(
      try kit.html(printed, template: "invoice.html") == "<p>Invoice INV-000123 yes</p>")
    #expect(kit.isOwn("invoice.html") && !kit.isOwn("page.html"))
  }

  @Test("whatever a name holds, it is text in HTML and one line in a subject")
  func hostile() throws {
    var invoice = try SampleDocuments.invoice()
    let name = "<script>alert(1)</script>\r\nBcc: x@y.org\u{2028}{{{title}}} \"'&\u{202E}"
    invoice.customer.name = name
    invoice.seller.name = name
    invoice.number = name
    invoice.lines[0].name = name
    invoice.notes = name
    let kit = DocumentKit()
    let html = try kit.html(kit.printed(invoice), template: "invoice.html")
    #expect(!html.contains("<script>"))
    #expect(!html.contains("\u{202E}"))
    #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; Bcc: x@y.org {{{title}}}"))
    let mail = try kit.mail(
      MailDocument(template: "invoice", invoices: [invoice], asOf: invoice.date))
    #expect(!mail.subject.contains { $0.isNewline })
    #expect(mail.html?.contains("<script>") == false)
    let file = try kit.printed(invoice).fileName
    #expect(file.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." })
  }

  @Test(
    "an HTML invoice opens in a browser and shows what it says",
    .enabled(if: Reader.has("chromium"), "chromium is not installed"))
  func browser() throws {
    let kit = DocumentKit()
    var invoice = try SampleDocuments.invoice()
    invoice.customer.name = "شركة <b>النور</b>"
    let html = try kit.html(kit.printed(invoice), template: "invoice.html")
    let file = FileManager.default.temporaryDirectory
      .appending(path: "invoice-\(UInt64.random(in: 0 ... .max)).html")
    try Data(html.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let page = try Reader.run(
      "chromium",
      ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "file://" + file.path], [])
    #expect(page.contains("شركة &lt;b&gt;النور&lt;/b&gt;"))
    #expect(page.contains("€174.93"))
  }

  @Test("reminders have the words of their level, and beyond the last those of the last")
  func levels() throws {
    let kit = DocumentKit()
    var subjects: [String] = []
    for level in 1...5 {
      var mail = MailDocument(
        template: "reminder", invoices: [try SampleDocuments.invoice(language: "de")],
        asOf: try SampleDocuments.day("2026-12-01"))
      mail.level = level
      let text = try kit.mail(mail)
      subjects.append(text.subject)
      #expect(text.text.contains("- Rechnung INV-000123 vom 01.11.2026: 174,93\u{A0}€"))
    }
    #expect(
      subjects == [
        "Zahlungserinnerung: Rechnung INV-000123", "Zweite Mahnung: Rechnung INV-000123",
        "Letzte Mahnung: Rechnung INV-000123", "Letzte Mahnung: Rechnung INV-000123",
        "Letzte Mahnung: Rechnung INV-000123",
      ])
  }

  @Test("the plain text of an email has its paragraphs apart")
  func plain() throws {
    let invoice = try SampleDocuments.invoice()
    let text = try DocumentKit().mail(
      MailDocument(template: "invoice", invoices: [invoice], asOf: invoice.date))
    #expect(
      text.text == """
        Dear Müller & Söhne OHG,

        Invoice INV-000123 of 1 November 2026 comes to €174.93.

        Please pay €174.93 by 15 November 2026, and quote INV-000123.

        You find it attached as a PDF.

        Kind regards
        Acme Software GmbH

        """)
  }

  @Test("a letterhead is read with its errors by line, and a check tells all that is wrong")
  func check() async throws {
    let kit = kit([
      "sellers/acme.yaml": "footer: [a]\ncolour: red\n", "sellers/b.yaml": "logo: none.png",
      "mail-x.txt": "{{#a}}",
    ])
    let wrong = await kit.check().compactMap { $0.error?.text }
    #expect(
      wrong == [
        "sellers/acme.yaml line 2, there is no key 'colour', but logo, language, bank (holder, "
          + "name, iban, bic), footer, notes, fonts and color",
        "sellers/b.yaml line 1, the logo none.png is not in the folder",
        "mail-x.txt line 1, a section is not closed",
      ])
    #expect(await DocumentKit().check().allSatisfy { $0.error == nil })
  }
}
