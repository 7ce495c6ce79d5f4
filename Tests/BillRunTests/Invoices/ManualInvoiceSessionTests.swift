// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import TestSupport
import Testing

/// Many invoices made one after the other by a session that keeps what it stages them in.
@Suite struct ManualInvoiceSessionTests {
  private static let good = """
    {"customer":2,"date":"2026-11-20","metadata":{"a":"b"},"notes":"N","discounts":["many"],
     "items":[{"name":"A","unit_cost":10.05,"quantity":2},{"catalog_item":"delivery"}]}
    """
  private static let coupon = """
    {"object":"coupon","id":"many","name":"Many","value":10}

    """
  /// Each is refused by another check: of the text, its fields, the invoice, items and charges.
  private static let bad = [
    "{", #"{"customer":2,"items":[{"nam":1}],"x":true}"#, #"{"customer":2,"items":7}"#,
    #"{"customer":99,"items":[{"name":"A","unit_cost":1}]}"#, #"{"customer":2,"items":[]}"#,
    #"{"customer":2,"items":[{"unit_cost":1e16}]}"#,
    #"{"customer":2,"items":[{"name":"A","unit_cost":1,"taxes":["none"]}]}"#,
  ]
  private static let tables = Statement(
    name: "tables",
    text: "select coalesce(array_agg(c.oid::bigint order by c.oid), '{}') as tables, "
      + "coalesce(sum(pg_relation_size(c.oid)), 0)::bigint as bytes from pg_class c "
      + "where c.relnamespace = pg_my_temp_schema() and c.relkind in ('r', 't')")

  @Test("two hundred leave no tables behind, and what was refused leaves nothing at all")
  func many() async throws {
    try await ManualBooks.with(Self.coupon) { books in
      try await books.create(Self.good)
      let before = try await books.connection.query(Self.tables, [])
      #expect(try before.int64Array(0, 0).count >= 30)
      let words = try await Self.inFreshSessions(Self.bad, books) { try await $0.refusal($1) }
      let seen = try await Self.inFreshSessions([Self.good], books) { books, json in
        try await Self.figures(of: books.create(json), books)
      }
      for number in 1...210 {
        let id = try await books.create(Self.good)
        #expect(try await Self.figures(of: id, books) == seen[0])
        let index = number % Self.bad.count
        #expect(try await books.refusal(Self.bad[index]) == words[index])
      }
      let after = try await books.connection.query(Self.tables, [])
      try #expect(after.int64Array(0, 0) == before.int64Array(0, 0))
      // What was deleted leaves a place of some bytes, until the tables are made anew.
      #expect(try after.int64(0, 1) < 1 << 20)
    }
  }

  @Test("invoices, changes of them, and imports of texts share the tables, and mix up nothing")
  func mixed() async throws {
    try await ManualBooks.with(Self.coupon) { books in
      for number in 0..<6 {
        let id = try await books.create(
          Self.good.replacing("{\"customer\"", with: "{\"draft\":true,\"customer\""))
        try await books.connection.operation {
          try ManualBooks.operations.update(id, DocumentText(#"{"notes":"M"}"#), on: $0)
        }
        #expect(try await books.object(id)["notes"] == .string("M"))
        // A change is no object of an import, also after one was staged.
        let change = #"{"object":"invoice_change","notes":"M"}"#
        #expect(try await Self.take(change, books)?.contains("one of chasing_cadence") == true)
        let name = #"{"object":"customer","id":\#(100 + number),"name":"C"}"#
        #expect(try await Self.take(name, books) == nil)
        let report = try await ImportBooks.run(
          lines: #"{"object":"customer","id":\#(200 + number),"name":"D"}"#, on: books.connection)
        #expect(report.isTaken && report.counts.map(\.created) == [1])
      }
    }
  }

  /// What each call gives in a session of its own.
  private static func inFreshSessions<Value: Sendable>(
    _ texts: [String], _ books: Books, _ body: (Books, String) async throws -> Value
  ) async throws -> [Value] {
    var values: [Value] = []
    for text in texts {
      let other = Books(books.database, try await books.database.connect())
      values.append(try await body(other, text))
      await other.connection.close()
    }
    return values
  }

  /// What an invoice says beside its ids.
  private static func figures(of id: Int64, _ books: Books) async throws -> [JSON?] {
    let object = try await books.object(id)
    return [
      "status", "subtotal", "total", "metadata", "notes", "payment_terms", "date", "due_date",
    ].map { object[$0] } + (object["items"]?.elements ?? []).map { $0["amount"] }
      + (object["taxes"]?.elements ?? []).map { $0["amount"] }
  }

  /// Takes a text in; what is wrong with it.
  private static func take(_ text: String, _ books: Books) async throws -> String? {
    do {
      try await books.connection.operation {
        _ = try Importer().take(
          DocumentText(text), at: ManualBooks.moment, by: "tester", on: $0)
      }
      return nil
    } catch let error as BillRunError {
      return error.message
    }
  }
}
