// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Foundation
import Testing

@testable import Documents

/// Documents for somebody to look at, written where `DOCUMENT_PICTURES` says.
enum Pictures {
  static var folder: String? { ProcessInfo.processInfo.environment["DOCUMENT_PICTURES"] }
  static var wanted: Bool { folder != nil }

  static func write(_ bytes: [UInt8], _ name: String) throws {
    guard let folder else { return }
    try Data(bytes).write(to: URL(filePath: folder).appending(path: name))
  }

  static func documents() throws -> [(String, PrintedDocument)] {
    let letterhead = """
      bank:
        holder: Acme Software GmbH
        name: Sparkasse Berlin
        iban: DE89 3704 0044 0532 0130 00
        bic: COBADEFFXXX
      footer:
        - Acme Software GmbH · Geschäftsführerin Ada Beispiel · Amtsgericht Berlin HRB 12345
        - "www.acme.example"
      color: "#0b5394"
      """
    let kit = DocumentKit(DocumentFolder(files: ["sellers/acme.yaml": letterhead]))
    var documents: [(String, PrintedDocument)] = []
    documents.append(("plain", try kit.printed(SampleDocuments.invoice())))
    documents.append(("long", try kit.printed(SampleDocuments.invoice(lines: 50, language: "de"))))
    var invoice = try SampleDocuments.invoice(lines: 2)
    invoice.kind = .creditNote
    invoice.number = "CN-000007"
    invoice.credited = [("INV-000123", invoice.date)]
    documents.append(("credit", try kit.printed(invoice)))
    invoice = try SampleDocuments.invoice(lines: 2, language: "de")
    invoice.taxes = [
      InvoiceDocument.Tax(
        name: "USt", percent: "19", isInclusive: true, base: 4118, amount: 782),
      InvoiceDocument.Tax(name: "USt", percent: "7", isInclusive: true, base: 4579, amount: 321),
    ]
    (invoice.tax, invoice.total) = (0, 9800)
    invoice.settlements = [
      InvoiceDocument.Settlement(kind: "payment", day: invoice.date, amount: 5000)
    ]
    invoice.settled = 5000
    documents.append(("inclusive", try kit.printed(invoice)))
    documents.append(("reverse", try kit.printed(try reverseCharge())))
    documents.append(("hostile", try kit.printed(try scripts())))
    documents.append(("right-to-left", try rightToLeft()))
    documents.append(("statement", try kit.printed(SampleDocuments.statement())))
    var about = try SampleDocuments.statement("de")
    about.items.removeLast(2)
    documents.append(("letter", try kit.printed(LetterDocument(about: about, level: 2))))
    return documents
  }

  private static func reverseCharge() throws -> InvoiceDocument {
    var invoice = try SampleDocuments.invoice(lines: 2)
    invoice.customer = Party(name: "Boulangerie du Marché SARL")
    invoice.customer.address1 = "8 rue de la République"
    invoice.customer.postalCode = "69001"
    invoice.customer.city = "Lyon"
    invoice.customer.country = "FR"
    invoice.customer.taxID = "FR40303265045"
    invoice.taxes = [
      InvoiceDocument.Tax(
        name: nil, category: "AE", percent: "0", reason: "Reverse charge", base: 8820, amount: 0)
    ]
    invoice.discounts = [InvoiceDocument.Discount(name: "Spring", percent: "10", amount: 980)]
    (invoice.discount, invoice.tax, invoice.total) = (980, 0, 8820)
    invoice.charge = InvoiceDocument.Charge(
      method: "card", last4: "4242", day: try SampleDocuments.day("2026-11-03"))
    invoice.earlyDiscount = nil
    invoice.notes = "Thank you for your business.\nSee you at the fair."
    return invoice
  }

  /// A document in a language that is written from right to left, with a logo.
  private static func rightToLeft() throws -> PrintedDocument {
    let arabic = """
      direction: rtl
      documents: {invoice_titled: "فاتورة {number}", page: "صفحة {page} من {pages}"}
      labels: {description: الوصف, quantity: الكمية, unit_price: سعر الوحدة, total: المجموع}
      """
    let kit = DocumentKit(
      DocumentFolder(files: ["languages/ar.yaml": arabic]))
    var invoice = try scripts()
    invoice.state = "open"
    invoice.language = "ar"
    var printed = try kit.printed(invoice)
    printed.letterhead.logo = try Letterhead.Logo("logo.png", in: SamplePictures.folder)
    return printed
  }

  private static func scripts() throws -> InvoiceDocument {
    var invoice = try SampleDocuments.invoice(lines: 4)
    invoice.state = "voided"
    invoice.customer.name = "شركة النور للتجارة والتوزيع المحدودة"
    invoice.customer.address1 = "شارع الملك فهد 12"
    invoice.customer.city = "الرياض"
    invoice.customer.country = "SA"
    invoice.lines[0].name = "专业版订阅（每月）"
    invoice.lines[1].name = String(repeating: "Donaudampfschifffahrtsgesellschaft", count: 4)
    invoice.lines[2].name = "<b>bold</b> & {{title}} \"quoted\" 'x'"
    invoice.lines[2].quantity = "1234567.123456789"
    invoice.lines[3].name = "מנוי מקצועי, with English"
    invoice.lines[3].unitCost = "0.000000123456"
    invoice.lines[3].amount = 123_456_789_012
    return invoice
  }
}
