// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// Reads documents: rows for people, and the seeds' Invoice object, which the server writes.
public struct InvoiceReader: Sendable {
  /// The moment whose day in the seller's zone decides what is past due, in UNIX seconds.
  private let moment: Int64
  private let links: InvoiceLinks?

  /// Makes a reader that sees what is past due at a moment, in UNIX seconds; with links where
  /// objects are to have them.
  public init(at moment: Int64, links: InvoiceLinks? = nil) {
    self.moment = moment
    self.links = links
  }

  /// The id of the document that an id or a number names; `kind` is `invoice`, `credit_note`, or
  /// nil for either.
  ///
  /// With `digitsAreID` digits alone are never a number, so that no document's number gets in the
  /// way of an id. Throws `BillRunError` when there is none, or when documents of several sellers
  /// have it.
  public func id(
    of name: String, kind: String? = nil, digitsAreID: Bool = false,
    on connection: isolated Connection
  ) throws -> Int64 {
    let id = Int64(name)
    let rows = try connection.query(
      Statement(SQLFiles.showInvoiceId),
      [.int64(id), .string(digitsAreID && id != nil ? nil : name), .string(kind)])
    guard let row = rows.first else {
      throw BillRunError(
        .usage, code: "invoice_not_found",
        "\(kind?.replacing("_", with: " ") ?? "invoice") \(name) not found, no id or number is so",
        hint: "billrun invoice list")
    }
    guard rows.count == 1 else {
      let ids = try rows.map { String(try $0.int64(0)) }.joined(separator: ", ")
      throw BillRunError(
        .usage, code: "invoice_ambiguous", "invoice \(name) is not clear, it names the ids \(ids)",
        hint: "billrun invoice show ID")
    }
    return try row.int64(0)
  }

  /// Gives the heads of the documents to the body as they arrive; memory stays flat.
  public func heads(
    _ filter: InvoiceFilter, on connection: isolated Connection,
    _ body: (InvoiceHead) throws -> Void
  ) throws {
    try stream(filter, asJSON: false, expandingCustomer: false, on: connection) {
      try body(InvoiceHead($0))
    }
  }

  /// Gives the Invoice objects as JSON text to the body as they arrive; memory stays flat.
  ///
  /// `expandingCustomer` puts the customer's object in the place of its id.
  public func objects(
    _ filter: InvoiceFilter, expandingCustomer: Bool = false, on connection: isolated Connection,
    _ body: (String) throws -> Void
  ) throws {
    try stream(filter, asJSON: true, expandingCustomer: expandingCustomer, on: connection) {
      try body(object(in: $0))
    }
  }

  /// The Invoice object of the document that an id names, by one statement and without a
  /// transaction.
  ///
  /// nil where there is no such document.
  public func object(
    _ id: Int64, kind: String, expandingCustomer: Bool = false,
    on connection: isolated Connection
  ) throws -> String? {
    let rows = try connection.query(
      Statement(SQLFiles.showInvoice),
      single(id, asJSON: true, expandingCustomer: expandingCustomer, kind))
    return try rows.first.map { try object(in: $0) }
  }

  private func object(in row: Row) throws -> String {
    let object = try row.string("object")
    guard let links else { return object }
    let version = try row.optionalInt32("link_version") ?? 0
    return links.fill(
      object, of: try row.int64("invoice_id"), version,
      isInvoice: try row.string("kind") == "invoice")
  }

  private func single(
    _ id: Int64, asJSON: Bool, expandingCustomer: Bool, _ kind: String? = nil
  ) -> [Parameter] {
    [
      .int64(id), .timestamptz(unixSeconds: moment), .bool(asJSON), .bool(expandingCustomer),
      .string(kind),
    ]
  }

  private func stream(
    _ filter: InvoiceFilter, asJSON: Bool, expandingCustomer: Bool,
    on connection: isolated Connection, _ body: (Row) throws -> Void
  ) throws {
    if let id = filter.only {
      return try connection.query(
        Statement(SQLFiles.showInvoice),
        single(id, asJSON: asJSON, expandingCustomer: expandingCustomer)
      ).forEach(body)
    }
    let parameters: [Parameter] =
      filter.conditions + [
        .string(filter.sort == .id ? nil : filter.sort.rawValue), .bool(filter.isDescending),
        .int64(filter.after), .int64(filter.limit),
        .timestamptz(unixSeconds: moment),
        .bool(asJSON), .bool(expandingCustomer), .int64(filter.offset),
      ]
    try connection.stream(Statement(SQLFiles.listInvoices), parameters, body)
  }

  /// The days that a moment, in UNIX seconds, is on in the sellers' zones: the first and the last.
  public static func days(
    of moment: Int64, on connection: isolated Connection
  ) throws -> (first: LocalDate, last: LocalDate) {
    let zones = Set(try SellerRecord.list(code: nil, on: connection).map(\.timeZone))
    let days = try (zones.isEmpty ? ["UTC"] : zones).sorted().map { zone in
      try connection.query(Statement(SQLFiles.readToday), [.int64(moment), .string(zone)])
        .localDate(0, 0)
    }
    let utc = LocalDate(daysSince1970: Int32(clamping: moment / 86_400))
    return (days.min() ?? utc, days.max() ?? utc)
  }

  /// How many documents a filter finds, whatever its limit and offset.
  public func count(_ filter: InvoiceFilter, on connection: isolated Connection) throws -> Int64 {
    try connection.query(
      Statement(SQLFiles.countInvoices),
      filter.conditions + [.timestamptz(unixSeconds: moment)]
    ).int64(0, 0)
  }
}

extension InvoiceFilter {
  /// What a document must be, without order and limit.
  var conditions: [Parameter] {
    [
      .int64(id), .string(kind), .int64(customer), .string(number), .string(status),
      .string(state), .int64(run), .date(daysSince2000: start?.daysSince2000),
      .date(daysSince2000: end?.daysSince2000), .string(metadataPath),
    ]
  }

  /// The metadata as a condition in SQL/JSON's path language; nil for any.
  private var metadataPath: String? {
    if metadata.isEmpty { return nil }
    return metadata.sorted { $0.key < $1.key }.map { key, text in
      let field = "$.\(Self.quoted(key))"
      let literals = [Self.quoted(text)] + (Self.isLiteral(text) ? [text] : [])
      return "(" + literals.map { "\(field) == \($0)" }.joined(separator: " || ") + ")"
    }.joined(separator: " && ")
  }

  private static func quoted(_ text: String) -> String {
    var writer = JSONWriter()
    writer.string(text)
    return writer.text
  }

  private static func isLiteral(_ text: String) -> Bool {
    text == "true" || text == "false"
      || text.utf8.count <= 40
        && text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?/) != nil
  }
}
