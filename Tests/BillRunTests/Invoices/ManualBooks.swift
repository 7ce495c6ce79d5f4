// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import TestSupport
import Testing

/// What the tests of invoices made by hand have in common.
enum ManualBooks {
  /// 2026-11-20 12:00 UTC.
  static let moment: Int64 = 1_795_176_000
  static let operations = InvoiceOperations(at: moment, by: "tester")

  static let head = """
    {"object":"seller","id":"s","name":"S","country":"US","currency":"usd","time_zone":"UTC"}
    {"object":"tax_rate","id":"vat","name":"VAT","value":19}
    {"object":"tax_rate","id":"city","name":"City","value":2}
    {"object":"coupon","id":"ten","name":"Ten","value":10,"max_redemptions":3}
    {"object":"coupon","id":"old","name":"Old","value":5,"expiration_date":"2026-01-01"}
    {"object":"item","id":"delivery","name":"Delivery","unit_cost":10,"currency":"usd",\
    "type":"service"}
    {"object":"customer","id":15444,"name":"Dunder","payment_terms":"NET 14"}
    {"object":"customer","id":2,"name":"Taxed","taxes":["vat"],"currency":"usd"}

    """

  /// The seeds' own example.
  static let seed = """
    {
      "customer": 15444,
      "payment_terms": "NET 14",
      "items": [
        {"name": "Copy paper, Case", "quantity": 1, "unit_cost": 45},
        {"catalog_item": "delivery", "quantity": 1}
      ],
      "taxes": [{"amount": 3.85}]
    }
    """

  /// Lends books with a seller, customers and a catalog; verify must find them clean in the end,
  /// and every document must be explained.
  static func with(
    _ more: String = "", _ body: @Sendable (Books) async throws -> Void
  ) async throws {
    try await withBooks { books in
      let report = try await ImportBooks.run(lines: head + more, on: books.connection)
      #expect(report.isTaken, "\(report.faults)")
      try await body(books)
      try await expectSound(books)
    }
  }
}

extension Books {
  /// Does something in a transaction; returns the code of the refusal.
  func attempt(
    _ operation: @escaping @Sendable (isolated Connection) throws -> Void
  ) async throws -> String? {
    do {
      try await connection.transaction { try operation($0) }
      return nil
    } catch let error as BillRunError {
      #expect(error.status == .dataError, "\(error.code) \(error.message)")
      return error.code
    }
  }

  /// Makes an invoice; returns its id.
  @discardableResult
  func create(_ json: String, at moment: Int64 = ManualBooks.moment) async throws -> Int64 {
    let operations = InvoiceOperations(at: moment, by: "tester")
    return try await connection.operation { try operations.create(DocumentText(json), on: $0) }
  }

  /// What is wrong with an object, nil for nothing.
  func refusal(_ json: String) async throws -> String? {
    do {
      try await create(json)
      return nil
    } catch let error as BillRunError {
      return "\(error.code) \(error.message)"
    }
  }

  /// The Invoice object.
  func object(_ id: Int64) async throws -> JSON { try await read(id, on: connection) }

  private func read(_ id: Int64, on connection: isolated Connection) throws -> JSON {
    var objects: [String] = []
    try InvoiceReader(at: ManualBooks.moment).objects(InvoiceFilter(id: id), on: connection) {
      objects.append($0)
    }
    return try JSON(objects.first ?? "null")
  }
}
