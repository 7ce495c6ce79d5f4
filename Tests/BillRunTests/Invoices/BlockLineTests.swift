// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import Synchronization
import TestSupport
import Testing

/// Drafts in bulk, posted by lanes side by side.
@Suite struct BlockLineTests {
  private static let post: BulkOperation.Step = { try $0.post($1, on: $2) }
  /// Number, customer and date, as one lane gives them.
  private static let numbers = """
    select concat_ws(' ', number, customer_id, invoice_date, credits_applied_minor)
    from invoice join invoice_number using (invoice_id) order by seq
    """

  private func bulk(blocks: Int) -> BulkOperation {
    BulkOperation(.post, at: ManualBooks.moment, by: "tester", blockSize: blocks)
  }

  /// Twelve drafts of two customers, each of whom stands in every other block, with credit for a
  /// part.
  private func withDrafts(_ body: @Sendable (Books) async throws -> Void) async throws {
    try await ManualBooks.with { books in
      for draft in 0..<12 {
        try await books.create(
          """
          {"customer": \(draft % 2 == 0 ? 15_444 : 2), "draft": true,
            "date": "2026-11-\(10 + draft / 4)",
            "items": [{"name": "Case", "quantity": 1, "unit_cost": 45}]}
          """)
      }
      for customer in [2, 15_444] {
        try await books.credit(
          of: customer, "money", 10_000, granted: "2026-11-01", ["currency": "usd"])
      }
      try await body(books)
    }
  }

  private func lanes(_ count: Int, of books: Books) async throws -> [Connection] {
    try await books.database.lanes(count, with: books.connection)
  }

  @Test("lanes post what one does: the same numbers, each in turn, and the same credit")
  func sameAsOne() async throws {
    let expected = Mutex<[String]>([])
    for (count, blocks) in [(1, 5_000), (2, 1), (2, 5), (3, 2), (4, 1)] {
      try await withDrafts { books in
        let bulk = bulk(blocks: blocks)
        let found = try await bulk.find(InvoiceFilter(), on: books.connection)
        try await bulk.perform(found, on: lanes(count, of: books), Self.post)
        let numbers = try await books.texts(Self.numbers)
        if count == 1 { expected.withLock { $0 = numbers } }
        #expect(numbers == expected.withLock { $0 }, "\(count) lanes, \(blocks) a block")
        #expect(
          try await books.texts(
            "select count(*) || ' ' || count(distinct subject_id) from event "
              + "where kind = 'invoice_posted'") == ["12 12"])
      }
    }
    #expect(expected.withLock { $0.count } == 12)
  }

  @Test("where a block fails, those before stay, none after it does, and the rest goes on")
  func failure() async throws {
    try await withDrafts { books in
      let bulk = bulk(blocks: 2)
      let found = try await bulk.find(InvoiceFilter(), on: books.connection)
      let failing = found.ids[5]
      let refused = await #expect(throws: BillRunError.self) {
        try await bulk.perform(found, on: lanes(3, of: books)) { operations, ids, connection in
          try operations.post(ids, on: connection)
          if ids.contains(failing) {
            throw BillRunError(.dataError, code: "refused", "no")
          }
        }
      }
      #expect(refused?.code == "refused")
      #expect(
        refused?.hint
          == "4 of 12 invoices are done and stay so; confirm the number of the rest to go on")
      #expect(
        try await books.texts("select invoice_id from invoice_number order by seq")
          == found.ids.prefix(4).map(String.init))
      let rest = try await bulk.find(InvoiceFilter(), on: books.connection)
      #expect(rest.ids == Array(found.ids.dropFirst(4)))
      #expect(rest.othersText == "1 partly settled, 3 paid")
      try await bulk.perform(rest, on: lanes(2, of: books), Self.post)
      #expect(
        try await books.texts("select invoice_id from invoice_number order by seq")
          == found.ids.map(String.init))
    }
  }

  @Test("a lane whose session dies leaves whole blocks behind, and the rest can be posted")
  func killed() async throws {
    try await withDrafts { books in
      let bulk = bulk(blocks: 1)
      let found = try await bulk.find(InvoiceFilter(), on: books.connection)
      let other = try await books.database.connect()
      let third = found.ids[3]
      await #expect(throws: (any Error).self) {
        try await bulk.perform(found, on: [other, books.database.connect()]) {
          operations, ids, connection in
          try operations.post(ids, on: connection)
          if ids == [third] { connection.close() }
        }
      }
      let rest = try await bulk.find(InvoiceFilter(), on: books.connection)
      #expect(rest.ids == Array(found.ids.dropFirst(3)))
      try await bulk.rehearse(rest, on: books.connection, Self.post)
      #expect(try await books.texts("select count(*) from invoice_number") == ["3"])
      try await bulk.perform(rest, on: lanes(2, of: books), Self.post)
      #expect(
        try await books.texts("select invoice_id from invoice_number order by seq")
          == found.ids.map(String.init))
    }
  }

  @Test("two who post the same at once post each draft once")
  func twice() async throws {
    try await withDrafts { books in
      let bulk = bulk(blocks: 3)
      let found = try await bulk.find(InvoiceFilter(), on: books.connection)
      let refusals = await withTaskGroup(of: String?.self) { group in
        for _ in 0..<2 {
          group.addTask {
            do {
              let first = try await books.database.connect()
              try await bulk.perform(
                found, on: books.database.lanes(2, with: first), Self.post)
              return nil
            } catch {
              return (error as? BillRunError)?.code ?? "\(error)"
            }
          }
        }
        return await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
      }
      #expect(refusals == ["post_refused"])
      let rest = try await bulk.find(InvoiceFilter(), on: books.connection)
      if !rest.ids.isEmpty {
        try await bulk.perform(rest, on: [books.connection], Self.post)
      }
      #expect(
        try await books.texts(
          "select count(*) || ' ' || count(distinct subject_id) from event "
            + "where kind = 'invoice_posted'") == ["12 12"])
      #expect(try await books.texts("select max(seq) from invoice_number") == ["12"])
    }
  }

  @Test("only posting is done by several lanes, and no more than there are blocks")
  func lanes() async throws {
    try await withDrafts { books in
      let found = try await bulk(blocks: 5).find(InvoiceFilter(), on: books.connection)
      #expect(bulk(blocks: 5).lanes(for: found, atMost: nil) == 2)
      #expect(bulk(blocks: 5).lanes(for: found, atMost: 8) == 3)
      #expect(bulk(blocks: 12).lanes(for: found, atMost: 8) == 1)
      let cancel = BulkOperation(.cancel, at: ManualBooks.moment, by: "tester", blockSize: 1)
      #expect(cancel.lanes(for: found, atMost: 8) == 1)
    }
  }
}
