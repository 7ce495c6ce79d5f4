// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import Postgres
import TestSupport
import Testing

/// What `billrun invoice pdf` and `billrun statement` write, compared with the books.
struct DocumentDeskTests {
  /// Lends books with an invoice that has a discount and a tax.
  private func withInvoice(_ body: (Books) async throws -> Void) async throws {
    try await withBooks { books in
      try await books.seller("acme", ["email": "desk@example.com"])
      try await books.taxRate("vat", "19")
      try await books.coupon("half", "50")
      try await books.plan("pro", "1234.56")
      try await books.customer(
        1,
        [
          "name": "Café 東京 Ltd", "payment_terms": "NET 14", "number": "C-7",
          "address1": "1 Main Street", "city": "Springfield", "postal_code": "12345",
        ])
      try await books.subscription(
        1, of: 1, "pro", from: "2026-11-01", ["taxes": "{vat}"], coupons: ["half"])
      try await books.bill("2026-11-01")
      try await body(books)
    }
  }

  private func desk() throws -> DocumentDesk {
    try DocumentDesk(Settings(environment: [:], usualFile: "/nowhere"))
  }

  private func text(of pdf: [UInt8]) async throws -> String {
    let file = FileManager.default.temporaryDirectory
      .appending(path: UUID().uuidString + ".pdf")
    try Data(pdf).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let outcome = try await Shell(database: nil).run("pdftotext -layout \(file.path) -")
    #expect(outcome.status == 0)
    return outcome.output
  }

  @Test(
    "every figure of an invoice stands in its PDF as it stands in the books",
    .enabled(if: Peer.isExecutable("pdftotext"), "pdftotext is not installed"))
  func figures() async throws {
    try await withInvoice { books in
      let pdf = try await desk().invoice("INV-000001", as: .pdf, on: books.connection)
      let text = try await text(of: pdf)
      let figures = try await books.texts(
        """
        select to_char(a.minor / 100.0, 'FM999,990.00') from (
          select subtotal_minor from invoice union all select discount_minor from invoice
          union all select tax_minor from invoice union all select total_minor from invoice
          union all select amount_minor from invoice_line
          union all select base_minor from invoice_tax) a (minor)
        """)
      #expect(figures.count >= 6 && figures.contains("1,234.56"))
      for figure in figures { #expect(text.contains(figure), "\(figure) is not in \(text)") }
      for word in ["INV-000001", "C-7", "1 Main Street", "12345 Springfield", "vat 19%"] {
        #expect(text.contains(word), "\(word) is not in \(text)")
      }
      let again = try await desk().invoice("1", as: .pdf, on: books.connection)
      #expect(again == pdf)
    }
  }

  @Test("HTML says the same, and a document that there is not is told")
  func html() async throws {
    try await withInvoice { books in
      let html = String(
        decoding: try await desk().invoice("1", as: .html, on: books.connection), as: UTF8.self)
      #expect(html.contains("Café 東京 Ltd") && html.contains("1,234.56"))
      let error = await #expect(throws: BillRunError.self) {
        try await desk().invoice("2", as: .html, on: books.connection)
      }
      #expect(error?.code == "invoice_not_found")
    }
  }

  @Test("a statement has what is open at the end of the day, whatever was paid later")
  func statement() async throws {
    try await withInvoice { books in
      try await books.run(
        """
        insert into settlement (invoice_id, kind, amount_minor, effective_on)
        values (1, 'rounding', 56, '2026-11-20');
        update invoice set settled_minor = 56
        """)
      func statement(_ day: String) async throws -> String {
        let html = try await desk().statement(
          of: "C-7", asOf: try #require(AsOf(day)), as: .html, on: books.connection)
        return String(decoding: html, as: UTF8.self)
      }
      let total = try await books.text(
        "select to_char(total_minor / 100.0, 'FM990.00') from invoice")
      let rest = try await books.text(
        "select to_char((total_minor - 56) / 100.0, 'FM990.00') from invoice")
      #expect(try await statement("2026-11-19").contains("<bdi>€\(total)</bdi>"))
      #expect(try await statement("2026-11-20").contains("<bdi>€\(rest)</bdi>"))
      #expect(try await statement("2026-10-31").contains("Nothing is open."))
    }
  }

  @Test("a folder that cannot be read is told")
  func folder() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".yaml")
    try Data("templates: /nowhere/at/all\n".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let settings = try Settings(
      flags: Settings.Flags(file: file.path), environment: [:], usualFile: "/nowhere")
    let error = #expect(throws: BillRunError.self) { try DocumentDesk(settings) }
    #expect(error?.code == "templates_unreadable")
  }
}
