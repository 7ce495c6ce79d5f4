// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres
import SQLFiles
import Transport

/// The links by which customers reach their documents, each with a token that nobody can guess.
///
/// A token is the document's id and an HMAC-SHA256 of it: nothing is kept of it, and no row is
/// written for it until it is revoked.
public struct InvoiceLinks: Sendable {
  /// With a slash at the end.
  private let base: String
  private let schema: String
  private let key: [UInt8]

  /// Where a document is reached.
  public struct Addresses: Sendable, Hashable {
    /// The document as a page.
    public let page: String
    /// The document as a PDF.
    public let pdf: String
    /// The page where it is paid; nil for what nobody pays.
    public let payment: String?
  }

  /// Reads what links are made with; nil without `public_url`, and for a login that may not know.
  ///
  /// Throws `BillRunError` where the secret that the settings name is missing.
  public static func load(
    _ settings: Settings, on connection: isolated Connection
  ) throws -> InvoiceLinks? {
    guard let url = settings.publicURL,
      try connection.query(Statement(SQLFiles.checkLinkRight), []).bool(0, 0)
    else { return nil }
    let own = try connection.query(Statement(SQLFiles.readLinkSecret), []).bytes(0, 0)
    let other = try settings.links.map { try settings.secret($0.key, of: "links", "secret") }
    return InvoiceLinks(
      base: "\(url)/links/", schema: connection.searchPath,
      key: other.map { RequestSignature.hmac(of: own, key: Array($0.exposed.utf8)) } ?? own)
  }

  /// The token of a document whose links were revoked so often.
  func token(of invoice: Int64, _ version: Int32) -> String {
    "\(schema)-\(invoice)-\(digits(of: "link \(invoice) \(version)"))"
  }

  /// Where a document is reached.
  public func addresses(
    of invoice: Int64, _ version: Int32, isInvoice: Bool
  ) -> Addresses {
    let page = base + token(of: invoice, version)
    return Addresses(
      page: page, pdf: page + "/pdf", payment: isInvoice ? page + "/payment" : nil)
  }

  /// Whether the digits of a token are those of a document.
  func fits(_ digits: String, _ invoice: Int64, _ version: Int32) -> Bool {
    Credential.areSame(
      Array(digits.utf8), Array(self.digits(of: "link \(invoice) \(version)").utf8))
  }

  /// 160 bits in hex that stand for words, and that nobody makes who has not the key.
  func digits(of words: String) -> String {
    let hex = Array("0123456789abcdef")
    return String(
      RequestSignature.hmac(of: Array(words.utf8), key: key).prefix(20)
        .flatMap { [hex[Int($0 >> 4)], hex[Int($0 & 15)]] })
  }

  /// The Invoice object with its links, in the place where it has none.
  ///
  /// In no text or metadata of an object these words stand so: PostgreSQL puts a mark before the
  /// quotes in a text, and no space before the colons of metadata.
  func fill(_ object: String, of invoice: Int64, _ version: Int32, isInvoice: Bool) -> String {
    let none = "\"url\" : null, \"payment_url\" : null, \"pdf_url\" : null"
    guard let place = object.firstRange(of: none) else { return object }
    let links = addresses(of: invoice, version, isInvoice: isInvoice)
    let payment = links.payment.map { "\"\($0)\"" } ?? "null"
    var object = object
    object.replaceSubrange(
      place,
      with: "\"url\" : \"\(links.page)\", \"payment_url\" : \(payment), "
        + "\"pdf_url\" : \"\(links.pdf)\"")
    return object
  }
}

extension InvoiceLinks {
  /// Where a document is reached now.
  public func addresses(
    of invoice: Int64, isInvoice: Bool, on connection: isolated Connection
  ) throws -> Addresses {
    let found = try connection.query(Statement(SQLFiles.findLink), [.int64(invoice)])
    return addresses(of: invoice, try found.int32(0, 0), isInvoice: isInvoice)
  }

  /// Finds the document that a token opens; nil where it opens none, for whatever reason.
  func find(
    _ token: LinkToken, on connection: isolated Connection
  ) throws -> Int64? {
    let found = try connection.query(Statement(SQLFiles.findLink), [.int64(token.invoice)])
    // Both are looked at, whatever the first says.
    let fits = fits(token.digits, token.invoice, try found.int32(0, 0))
    return try found.bool(0, 1) && fits ? token.invoice : nil
  }
}

/// What stands in the address of a link.
public struct LinkToken: Sendable {
  /// The schema with the books; empty where the text is no token.
  public let schema: String
  let invoice: Int64
  let digits: String

  /// Takes any text: what is no token is one that opens nothing, so that it takes the same time.
  public init(_ text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let isToken = parts.count == 3
    schema = isToken ? String(parts[0]) : ""
    invoice = isToken ? Int64(parts[1]) ?? 0 : 0
    digits = isToken ? String(parts[2]) : ""
  }

  private init(_ schema: String, _ digits: String) {
    self.schema = schema
    invoice = 0
    self.digits = digits
  }

  /// One of no document, which takes as long to look for.
  public var opensNothing: LinkToken { LinkToken(schema, digits) }
}

extension InvoiceOperations {
  /// Revokes the links of documents; new ones are made from now on.
  ///
  /// Throws `BillRunError` for drafts, which have none.
  public func revokeLinks(_ ids: [Int64], on connection: isolated Connection) throws {
    for invoice in try LockedInvoice.lock(ids, alone: false, moment: moment, on: connection)
    where [.draft, .canceled].contains(invoice.state) {
      throw BillRunError(
        .dataError, code: "links_missing",
        "links not revoked, on \(invoice.name), drafts have none")
    }
    try connection.execute(
      Statement(SQLFiles.revokeLinks), [.int64Array(ids), .string(user)])
  }
}
