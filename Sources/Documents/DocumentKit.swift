// SPDX-License-Identifier: Apache-2.0

/// All that documents are made with: languages, templates and letterheads.
public struct DocumentKit: Sendable {
  /// The languages.
  public let languages: LanguageSet
  /// The templates.
  public let templates: TemplateSet
  private let own: Set<String>
  private let letterheads: [String: Result<Letterhead, DocumentError>]

  /// Takes the program's, and what a user's folder puts in their place.
  public init(_ folder: DocumentFolder = DocumentFolder()) {
    languages = LanguageSet(folder)
    templates = TemplateSet(folder)
    var letterheads: [String: Result<Letterhead, DocumentError>] = [:]
    for code in folder.names(in: "sellers/", ending: ".yaml") {
      letterheads[code] = Result { () throws(DocumentError) in
        try Letterhead("sellers/\(code).yaml", in: folder)
      }
    }
    self.letterheads = letterheads
    own = Set(folder.files.keys)
  }

  /// Whether a file is the user's: `invoice.html`, `languages/fr.yaml`.
  public func isOwn(_ name: String) -> Bool { own.contains(name) }

  /// The codes of the sellers that have a letterhead of their own, in order.
  public var sellers: [String] { letterheads.keys.sorted() }

  /// The letterhead of a seller; throws `letterheadError`.
  public func letterhead(_ seller: String) throws(DocumentError) -> Letterhead {
    try letterheads[seller]?.get() ?? Letterhead()
  }

  /// Puts an invoice or a credit note into words; throws for a wrong letterhead or language.
  public func printed(_ invoice: InvoiceDocument) throws(DocumentError) -> PrintedDocument {
    let letterhead = try letterhead(invoice.sellerCode)
    let language = try languages.language(invoice.language, else: letterhead.language)
    return InvoicePrinter(document: invoice, language: language, letterhead: letterhead).printed
  }

  /// Puts a statement into words; throws for a wrong letterhead or language.
  public func printed(_ statement: StatementDocument) throws(DocumentError) -> PrintedDocument {
    try printer(statement).printed
  }

  /// Puts a letter into words; throws for a wrong letterhead or language.
  public func printed(_ letter: LetterDocument) throws(DocumentError) -> PrintedDocument {
    try printer(letter.about).printed(letter)
  }

  private func printer(_ document: StatementDocument) throws(DocumentError) -> StatementPrinter {
    let letterhead = try letterhead(document.sellerCode)
    let language = try languages.language(document.language, else: letterhead.language)
    return StatementPrinter(document: document, language: language, letterhead: letterhead)
  }

  /// The HTML of a document, by the template `invoice.html`, `statement.html` or `letter.html`.
  ///
  /// Throws `templateError` or `templateUnknown`.
  public func html(
    _ document: PrintedDocument, template: String
  ) throws(DocumentError) -> String {
    try templates.render(template, document.templateValues)
  }

  /// Puts an email into words: those that it was given, else those of its templates
  /// `mail-NAME.txt` and, if there is one, `mail-NAME.html`.
  ///
  /// Throws for wrong or missing templates, and for a wrong letterhead or language.
  public func mail(_ mail: MailDocument) throws(DocumentError) -> MailText {
    let printer = try printer(mail)
    if let text = printer.givenText {
      return MailText(subject: printer.subject, text: text, html: nil)
    }
    let values = printer.templateValues
    let html = "mail-\(mail.template).html"
    var text = try templates.render("mail-\(mail.template).txt", values)
    while text.last?.isNewline == true { text.removeLast() }
    return MailText(
      subject: printer.subject, text: text + "\n",
      html: templates.contains(html) ? try templates.render(html, values) : nil)
  }

  /// The words of a text message; throws for a wrong letterhead or language.
  public func shortText(_ mail: MailDocument) throws(DocumentError) -> String {
    try printer(mail).shortText
  }

  private func printer(_ mail: MailDocument) throws(DocumentError) -> MailPrinter {
    let first = mail.invoices.first
    let letterhead = try letterhead(first?.sellerCode ?? "")
    let language = try languages.language(mail.language, else: letterhead.language)
    guard let printer = MailPrinter(mail, language, letterhead) else {
      throw DocumentError(.documentFailed, "it is about no invoice")
    }
    return printer
  }
}
