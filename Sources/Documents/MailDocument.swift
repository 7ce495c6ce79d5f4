// SPDX-License-Identifier: Apache-2.0
public import BillingCore

/// What an email or a text message is about.
public struct MailDocument: Sendable {
  /// `invoice`, `receipt`, `reminder`, or the name of a template of the user's.
  public var template: String
  /// The invoices or credit notes, in order; at least one.
  public var invoices: [InvoiceDocument]
  /// The customer's language now; nil for any.
  public var language: String?
  /// What a receipt is for; nil for none.
  public var receipt: (amount: Money, day: LocalDate)?
  /// Which reminder it is; nil for none.
  public var level: Int?
  /// The day that decides what is late.
  public var asOf: LocalDate
  /// The words instead of the usual ones; nil for those.
  public var subject: String?
  /// The text instead of the usual one; nil for that.
  public var message: String?
  /// Whether a PDF goes with it.
  public var hasPDF = true

  /// Makes one; without invoices nothing can be said.
  public init(template: String, invoices: [InvoiceDocument], asOf: LocalDate) {
    self.template = template
    self.invoices = invoices
    self.asOf = asOf
    language = invoices.first?.language
  }
}

/// An email in words.
public struct MailText: Sendable {
  /// One line.
  public var subject: String
  /// The plain text.
  public var text: String
  /// The same as HTML; nil for none.
  public var html: String?
}

/// Puts an email into words.
struct MailPrinter {
  let mail: MailDocument
  let first: InvoiceDocument
  let language: DocumentLanguage
  let letterhead: Letterhead

  init?(_ mail: MailDocument, _ language: DocumentLanguage, _ letterhead: Letterhead) {
    guard let first = mail.invoices.first else { return nil }
    self.mail = mail
    self.first = first
    self.language = language
    self.letterhead = letterhead
  }

  /// `VOID: ` and the like before the subject of what is no longer so.
  private var mark: String {
    guard mail.invoices.count == 1, first.state != "draft",
      let word = language.optionalWord("states.\(first.state)")
    else { return "" }
    return word.uppercased() + ": "
  }

  var subject: String { mark + PlainText.line(mail.subject ?? usualSubject) }

  /// The words that were given, if there are any.
  var givenText: String? { mail.message.map { mark + $0 } }

  private var reminder: ReminderWords? {
    mail.level.map { ReminderWords(LetterDocument(about: statement, level: $0), in: language) }
  }

  private var usualSubject: String {
    if mail.receipt != nil { return language.fill("mail.receipt_subject", values(of: first)) }
    if let reminder { return reminder.subject }
    let path = mail.invoices.count > 1 ? "mail.invoices_subject" : "mail.invoice_subject"
    return language.fill(path, values(of: first))
  }

  private var paragraphs: [String] {
    if let receipt = mail.receipt {
      var values = values(of: first)
      values["amount"] = language.money(receipt.amount)
      values["date"] = language.date(receipt.day)
      return [language.fill("mail.receipt_text", values)]
    }
    if let reminder { return [reminder.text] }
    if mail.invoices.count > 1 { return [language.word("mail.invoices_text")] }
    return [language.fill("mail.invoice_text", values(of: first))] + printer(first).closing
  }

  private var items: [String] {
    if mail.receipt != nil || mail.level == nil && mail.invoices.count < 2 { return [] }
    return mail.invoices.map {
      language.fill($0.dueDate == nil ? "mail.open_line_undated" : "mail.open_line", values(of: $0))
    }
  }

  private var after: [String] {
    [
      items.isEmpty || first.charge != nil ? "" : letterhead.bankLine(in: language),
      mail.hasPDF ? language.word("mail.attached") : "",
    ].filter { !$0.isEmpty }
  }

  private func printer(_ invoice: InvoiceDocument) -> InvoicePrinter {
    InvoicePrinter(document: invoice, language: language, letterhead: letterhead)
  }

  /// The words about an invoice, for patterns and templates.
  private func values(of invoice: InvoiceDocument) -> [String: String] {
    [
      "title": PlainText.line(printer(invoice).title),
      "number": PlainText.line(invoice.number ?? String(invoice.id)),
      "date": language.date(invoice.date),
      "due_date": invoice.dueDate.map(language.date) ?? "",
      "total": language.money(invoice.money(invoice.total)),
      "balance": language.money(invoice.money(invoice.balance)),
      "seller": PlainText.line(first.seller.name),
      "customer": PlainText.line(first.customer.name),
      "count": String(mail.invoices.count),
    ]
  }

  /// The names and values that a template may use.
  var templateValues: [String: Any] {
    var values: [String: Any] = values(of: first).mapValues(templateValue)
    values["language"] = language.code
    values["direction"] = language.isRightToLeft ? "rtl" : "ltr"
    values["subject"] = subject
    values["greeting"] = language.fill(
      "mail.greeting", ["customer": PlainText.line(first.customer.name)])
    values["paragraphs"] = paragraphs
    values["items"] = items
    values["has_items"] = !items.isEmpty
    values["after"] = after
    values["closing"] = language.word("mail.closing")
    values["level"] = templateValue(mail.level.map { String($0) } ?? "")
    values["invoices"] = mail.invoices.map { self.values(of: $0).mapValues(templateValue) }
    return values
  }

  /// A text message of one line.
  var shortText: String {
    if let message = mail.message { return PlainText.lines(message) }
    var values = values(of: first)
    if mail.invoices.count < 2 {
      return language.fill(first.dueDate == nil ? "mail.sms_undated" : "mail.sms", values)
    }
    values["balance"] = statement.currencies.map {
      language.money(statement.sum(statement.items, $0))
    }.joined(separator: ", ")
    return language.fill("mail.sms_several", values)
  }

  /// The invoices as open items.
  private var statement: StatementDocument {
    StatementDocument(mail.invoices, first: first, asOf: mail.asOf)
  }
}

extension StatementDocument {
  /// Lists what is open of some invoices of one customer.
  public init(_ invoices: [InvoiceDocument], first: InvoiceDocument, asOf: LocalDate) {
    self.init(
      sellerCode: first.sellerCode, seller: first.seller, customer: first.customer,
      customerID: first.customerID, asOf: asOf,
      items: invoices.map {
        Item(
          number: $0.number ?? String($0.id), date: $0.date, dueDate: $0.dueDate,
          currency: $0.currency, total: $0.total, balance: $0.balance)
      })
    language = first.language
  }
}
