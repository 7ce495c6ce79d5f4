// SPDX-License-Identifier: Apache-2.0
import BillingCore

extension DocumentKit {
  /// What was looked at, and what is wrong with it.
  public struct Finding: Sendable {
    /// A template, a language or a letterhead by its file.
    public let name: String
    /// Nil where it is sound.
    public let error: DocumentError?
  }

  /// Looks at every language, letterhead and template, and fills each template in with an invented
  /// document.
  public func check() async -> [Finding] {
    var findings: [Finding] = []
    for code in languages.codes {
      findings.append(
        finding("languages/\(code).yaml") { () throws(DocumentError) in
          _ = try languages.language(code)
        })
    }
    for seller in sellers {
      let error: DocumentError?
      do {
        if let sample = try Self.sample(seller: seller).map(printed) {
          _ = try await PDFPress().pdf(sample)
        }
        error = nil
      } catch let trouble {
        error = trouble as? DocumentError ?? DocumentError(.documentFailed, "no fonts")
      }
      findings.append(Finding(name: "sellers/\(seller).yaml", error: error))
    }
    for name in templates.names {
      findings.append(finding(name) { () throws(DocumentError) in try fillIn(name) })
    }
    return findings
  }

  private func finding(
    _ name: String, _ body: () throws(DocumentError) -> Void
  ) -> Finding {
    do throws(DocumentError) {
      try body()
      return Finding(name: name, error: nil)
    } catch {
      return Finding(name: name, error: error)
    }
  }

  private func fillIn(_ name: String) throws(DocumentError) {
    guard let invoice = Self.sample(seller: "") else { return }
    if name.hasPrefix("mail") {
      var mail = MailDocument(template: "", invoices: [invoice], asOf: invoice.date)
      mail.level = 1
      guard let language = try? languages.language("en"),
        let printer = MailPrinter(mail, language, Letterhead())
      else { return }
      _ = try templates.render(name, printer.templateValues)
    } else {
      let language = try LanguageSet().language("en")
      _ = try templates.render(
        name,
        InvoicePrinter(document: invoice, language: language, letterhead: Letterhead()).printed
          .templateValues)
    }
  }

  /// An invented invoice that has something of everything.
  static func sample(seller code: String) -> InvoiceDocument? {
    guard let euro = Currency(code: "eur") else { return nil }
    var seller = Party(name: "Seller")
    seller.country = "DE"
    var customer = Party(name: "Customer <&> {{name}}")
    customer.address1 = "1 Main Street"
    let day = LocalDate(daysSince1970: 20_000)
    var invoice = InvoiceDocument(
      id: 1, number: "INV-000001", sellerCode: code, seller: seller, customer: customer,
      customerID: 1, currency: euro, date: day)
    invoice.dueDate = day
    invoice.lines = [
      InvoiceDocument.Line(
        name: "Line", detail: "Detail", unitCost: "10", amount: 1000, discount: 100,
        period: (day, day), taxDate: day)
    ]
    invoice.discounts = [InvoiceDocument.Discount(name: "Discount", percent: "10", amount: 100)]
    invoice.taxes = [InvoiceDocument.Tax(name: "VAT", percent: "19", base: 900, amount: 171)]
    (invoice.subtotal, invoice.discount, invoice.tax, invoice.total) = (1000, 100, 171, 1071)
    invoice.notes = "Notes"
    return invoice
  }
}
