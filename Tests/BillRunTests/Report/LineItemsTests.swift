// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

@Suite struct LineItemsTests {
  @Test("items are those of their invoices, each with its invoice")
  func objects() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      let items = try await connection.items(of: [])
      let count = try await connection.query(
        Statement(name: "count_lines", text: "select count(*) from invoice_line"), []
      ).int64(0, 0)
      #expect(Int64(items.count) == count)
      #expect(items.map(\.id) == items.map(\.id).sorted())
      let invoice = try await connection.object(of: "INV-000001")
      let first = try JSON(try #require(items.first).object)
      guard case .object(var keys)? = invoice["items", 0] else {
        Issue.record("no item")
        return
      }
      keys["invoice"] = 1
      #expect(first == .object(keys))
      #expect(items[0].invoice == 1)
      #expect(items[0].number == "INV-000001")
    }
  }

  @Test("a list is of some invoices, from an item on, and of a length")
  func pages() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      let all = try await connection.items(of: []).map(\.id)
      #expect(try await connection.items(of: [], limit: 2).map(\.id) == Array(all.prefix(2)))
      #expect(
        try await connection.items(of: [], after: all[1], limit: 1).map(\.id) == [all[2]])
      let second = try await connection.items(of: [2])
      #expect(!second.isEmpty && second.allSatisfy { $0.invoice == 2 })
    }
  }
}

extension Connection {
  fileprivate func items(
    of invoices: [Int64], after: Int64? = nil, limit: Int64? = nil
  ) throws -> [LineItem] {
    var items: [LineItem] = []
    try LineItem.read(of: invoices, after: after, limit: limit, on: self) { items.append($0) }
    return items
  }
}
