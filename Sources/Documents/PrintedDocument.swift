// SPDX-License-Identifier: Apache-2.0

/// A document as it is read, every word and figure in its language.
///
/// HTML and PDF are made of it.
public struct PrintedDocument: Sendable {
  /// The language's code.
  var language: String
  /// Whether it is written from right to left.
  var isRightToLeft: Bool
  /// `Invoice INV-000001`.
  public var title: String
  /// `VOID` and the like; empty for nothing.
  var mark = ""
  /// The name of a file, without its ending.
  public var fileName: String
  var letterhead = Letterhead()
  /// The seller's name and the lines of its address.
  var seller: [String]
  /// How the seller is reached, and its tax id.
  var sellerDetails: [String] = []
  /// The customer's name and the lines of its address.
  var customer: [String]
  /// Number, dates and the like.
  var facts: [Pair] = []
  /// What is said before the tables.
  public var paragraphs: [String] = []
  var tables: [Table] = []
  /// What is said after the tables.
  var closing: [String] = []
  var notes: [String] = []
  /// The lines at the foot of each page.
  var footer: [String] = []
  /// Where it leads on a page of the web: labels and addresses.
  var links: [Pair] = []
  /// `Page {page} of {pages}`.
  var pageLabel: String
  /// The day that a PDF says it was made on, so that the same document has the same bytes.
  var day: String

  /// A label and what it is of.
  struct Pair: Sendable {
    var label: String
    var value: String
    /// Whether it stands out.
    var isStrong = false
  }

  /// A table, and sums below it.
  struct Table: Sendable {
    /// Empty for none.
    public var title = ""
    var columns: [Column]
    var rows: [[Cell]] = []
    var sums: [Pair] = []
  }

  /// A column.
  struct Column: Sendable {
    var label: String
    /// Whether it holds figures, which stand at its end.
    var isFigure: Bool
    /// Its share of the width.
    var share: Double
  }

  /// A cell; the detail is smaller, below the text.
  struct Cell: Sendable {
    var text: String
    var detail = ""

    init(_ text: String, detail: String = "") {
      self.text = text
      self.detail = detail
    }
  }

  /// What is the same on all documents of a seller.
  init(
    _ language: DocumentLanguage, _ letterhead: Letterhead, title: String, fileName: String,
    seller: Party, customer: Party, day: String
  ) {
    self.language = language.code
    isRightToLeft = language.isRightToLeft
    self.title = PlainText.line(title)
    self.fileName = Self.fileName(fileName)
    self.letterhead = letterhead
    self.seller = seller.lines(in: language, home: customer.country)
    self.customer = customer.lines(in: language, home: seller.country)
    sellerDetails = [
      PlainText.line(seller.email), PlainText.line(seller.phone),
      seller.taxID.isEmpty
        ? "" : "\(language.word("labels.seller_tax_id")): \(PlainText.line(seller.taxID))",
    ].filter { !$0.isEmpty }
    footer = letterhead.footer.map(PlainText.line)
    pageLabel = language.word("documents.page")
    self.day = day
  }

  /// Letters, digits, points and hyphens; what else there is becomes a hyphen.
  private static func fileName(_ text: String) -> String {
    var name = ""
    for character in text.prefix(100) {
      let isFit = character.isLetter || character.isNumber || character == "." && !name.isEmpty
      if isFit { name.append(character) } else if name.last != "-" { name.append("-") }
    }
    return name
  }
}
