// SPDX-License-Identifier: Apache-2.0
public import BillingCore

/// The page where an invoice is paid.
public struct PaymentPage: Sendable {
  /// What can be done about the invoice.
  public enum Standing: Sendable, Hashable {
    /// It is charged by a form that has this in it.
    case payable(form: String)
    /// A charge is under way.
    case pending
    /// Nothing is due.
    case settled
    /// It was taken back, or is no invoice.
    case invalid
    case disputed
    /// There is no payment source.
    case transfer
    /// The payment source cannot be charged.
    case refused
    /// It cannot be charged now.
    case later
    /// One has to speak to the seller.
    case elsewhere
  }

  /// What came of a form.
  public enum Note: String, Sendable {
    /// It was not for what is due now.
    case changed
    /// Somebody else is charging.
    case busy
    /// Nobody knows yet.
    case failed
  }

  /// What stands on a page without a document.
  public enum Notice: String, Sendable {
    /// The link opens nothing.
    case gone
    /// It cannot be shown now.
    case failed
  }

  /// The invoice.
  public var document: InvoiceDocument
  /// What can be done about it.
  public var standing: Standing
  /// Where the document is.
  public var page: String
  /// Where its PDF is.
  public var pdf: String
  /// `card` or `bank_account`; nil for no source.
  public var method: String?
  /// The last four digits; nil for none.
  public var last4: String?
  /// When the last attempt was declined; nil where it was not.
  public var declinedOn: LocalDate?
  /// What came of the form; nil for nothing.
  public var note: Note?

  /// Describes a page.
  public init(document: InvoiceDocument, standing: Standing, page: String, pdf: String) {
    self.document = document
    self.standing = standing
    self.page = page
    self.pdf = pdf
  }
}

extension DocumentKit {
  /// The HTML of an invoice or a credit note that has the way to its PDF on it and, unless nil, the
  /// one to paying.
  ///
  /// Throws for a wrong letterhead, language or template.
  public func html(
    _ invoice: InvoiceDocument, pdf: String, payment: String?
  ) throws(DocumentError) -> String {
    let letterhead = try letterhead(invoice.sellerCode)
    let language = try languages.language(invoice.language, else: letterhead.language)
    var document = try printed(invoice)
    if let payment {
      document.links.append(
        .init(label: language.word("pages.pay"), value: payment, isStrong: true))
    }
    document.links.append(.init(label: language.word("pages.pdf"), value: pdf))
    return try html(document, template: "invoice.html")
  }

  /// The HTML of a page where an invoice is paid, by the template `payment.html`.
  ///
  /// Throws for a wrong letterhead, language or template.
  public func html(_ page: PaymentPage) throws(DocumentError) -> String {
    let letterhead = try letterhead(page.document.sellerCode)
    let language = try languages.language(page.document.language, else: letterhead.language)
    let printer = PaymentPrinter(
      page: page, language: language,
      invoice: InvoicePrinter(document: page.document, language: language, letterhead: letterhead))
    return try templates.render("payment.html", printer.templateValues)
  }

  /// The HTML of a page without a document, in the first of the languages that there is.
  ///
  /// Throws for a wrong language or template.
  public func html(
    _ notice: PaymentPage.Notice, in wishes: [String]
  ) throws(DocumentError) -> String {
    let known = wishes.first { wish in
      let base = wish.prefix { $0 != "-" }.lowercased()
      return languages.codes.contains { $0.lowercased() == base }
    }
    let language = try languages.language(known)
    return try templates.render(
      "payment.html",
      [
        "language": language.code, "direction": language.isRightToLeft ? "rtl" : "ltr",
        "title": language.word("pages.\(notice.rawValue)_title"), "color": Letterhead().htmlColor,
        "paragraphs": [language.word("pages.\(notice.rawValue)_text")],
      ])
  }
}

/// Puts the page of a payment into words.
private struct PaymentPrinter {
  let page: PaymentPage
  let language: DocumentLanguage
  let invoice: InvoicePrinter

  private var document: InvoiceDocument { page.document }

  private func word(_ name: String) -> String { language.word("pages.\(name)") }

  private var amount: String { language.money(document.money(document.balance)) }

  /// Whether the amount is shown: where something is due.
  private var isDue: Bool {
    switch page.standing {
    case .settled, .invalid: false
    default: document.balance > 0
    }
  }

  var templateValues: [String: Any] {
    let letterhead = invoice.letterhead
    let seller = PlainText.line(document.seller.name)
    var values: [String: Any] = [
      "language": language.code, "direction": language.isRightToLeft ? "rtl" : "ltr",
      "title": PlainText.line(invoice.title), "color": letterhead.htmlColor, "seller": seller,
      "logo": templateValue(letterhead.logo?.dataURI ?? ""),
      "facts": facts.map { ["label": $0.label, "value": $0.value] },
      "notes": notes, "paragraphs": paragraphs,
      "links": [
        ["label": word("see"), "url": page.page], ["label": word("pdf"), "url": page.pdf],
      ],
      "footer": letterhead.footer.map(PlainText.line),
      "amount": templateValue(isDue ? amount : ""),
      "amount_label": language.word("labels.balance"),
    ]
    if case .payable(let form) = page.standing {
      values["form"] = [
        "token": form, "button": language.fill("pages.pay_amount", ["amount": amount]),
      ]
    }
    return values
  }

  private var facts: [(label: String, value: String)] {
    var facts = [(language.word("labels.date"), language.date(document.date))]
    if let due = document.dueDate, isDue {
      facts.append((language.word("labels.due_date"), language.date(due)))
    }
    facts.append(
      (
        language.word("labels.total"),
        language.money(document.money(document.total + document.rounding))
      ))
    return facts
  }

  /// What stands out: how the last attempt ended.
  private var notes: [String] {
    guard case .payable = page.standing else { return [] }
    if let note = page.note { return [word(note.rawValue)] }
    guard let day = page.declinedOn else { return [] }
    return [language.fill("pages.declined", ["date": language.date(day)])]
  }

  private var paragraphs: [String] {
    switch page.standing {
    case .payable: [language.fill("pages.charge", ["amount": amount, "method": method])]
    case .pending: [word("pending")]
    case .settled: invoice.closing.isEmpty ? [language.word("notes.nothing_open")] : invoice.closing
    case .invalid: [word("invalid")]
    case .disputed: [word("disputed")]
    case .transfer: transfer
    case .refused: [word("refused")] + transfer
    case .later: [word("later")]
    case .elsewhere: [word("elsewhere")]
    }
  }

  private var transfer: [String] {
    var document = document
    document.charge = nil
    return InvoicePrinter(
      document: document, language: language, letterhead: invoice.letterhead
    ).closing
  }

  private var method: String {
    guard let method = page.method, let last4 = page.last4 else {
      return language.word("notes.method_any")
    }
    return language.fill("notes.method_\(method)", ["last4": last4])
  }
}
