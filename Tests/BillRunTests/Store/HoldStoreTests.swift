// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Holds: who placed them, how old they are, and who may end them.
@Suite struct HoldStoreTests {
  /// Counts ages up to 2026-11-06.
  private static let store = HoldStore(at: 86_400 * 20763 + 43_200)

  @Test("holds that stand are listed with their age; ended ones only when asked for")
  func list() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      let standing = try await Self.store.holds(on: connection)
      #expect(standing.map(\.customer) == [4])
      #expect(standing.map(\.days) == [5])
      let all = try await Self.store.holds(ended: true, on: connection)
      #expect(all.map(\.customer) == [1, 4])
      #expect(all.map(\.releasedBy) == ["ops", nil])
      #expect(try await Self.store.holds(seller: "tokyo", ended: true, on: connection).isEmpty)
    }
  }

  @Test("an operator's hold is placed once, noted, and released, and noted again")
  func operators() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      let hold = try await Self.store.place(
        on: 2, code: "fraud", reason: "card was stolen", by: "root", on: connection)
      #expect(hold.placedBy == "operator")
      #expect(hold.message == "card was stolen")
      let error = await #expect(throws: BillRunError.self) {
        try await Self.store.place(on: 2, code: "x", reason: "y", by: "root", on: connection)
      }
      #expect(error?.code == "already_held")
      let released = try await Self.store.release(
        customer: 2, code: nil, by: "root", on: connection)
      #expect(released.map(\.id) == [hold.id])
      #expect(released.map { $0.releasedBy != nil } == [true])
      let events = try await connection.query(
        Statement(
          name: "events",
          text: """
            select kind, actor = session_user as by_login, detail ->> 'os_user' as os_user
            from event where subject_kind = 'customer' and subject_id = 2 order by event_id
            """), [])
      #expect(try events.map { try $0.string("kind") } == ["hold_placed", "hold_released"])
      #expect(try events.map { try $0.bool("by_login") } == [true, true])
      #expect(try events.map { try $0.string("os_user") } == ["root", "root"])
    }
  }

  @Test("all operators' holds are released together, or those with a code")
  func several() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      for (customer, code) in [(1, "audit"), (2, "fraud"), (3, "audit")] as [(Int64, String)] {
        _ = try await Self.store.place(
          on: customer, code: code, reason: "r", by: "root", on: connection)
      }
      let audits = try await Self.store.release(
        customer: nil, code: "audit", by: "root", on: connection)
      #expect(audits.map(\.customer) == [1, 3])
      let rest = try await Self.store.release(customer: nil, code: nil, by: "root", on: connection)
      #expect(rest.map(\.customer) == [2])
      #expect(try await Self.store.holds(on: connection).map(\.customer) == [4])
    }
  }

  @Test(
    "what can't be released or placed is refused with a code",
    arguments: [(4, "hold_is_the_runs"), (1, "not_held"), (99, "not_held")] as [(Int64, String)])
  func refused(customer: Int64, code: String) async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      let error = await #expect(throws: BillRunError.self) {
        try await Self.store.release(customer: customer, code: nil, by: "root", on: connection)
      }
      #expect(error?.code == code)
      #expect(error?.hint != nil)
    }
  }

  @Test("a customer that does not exist can't be held")
  func unknown() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      let error = await #expect(throws: BillRunError.self) {
        try await Self.store.place(on: 99, code: "x", reason: "y", by: "root", on: connection)
      }
      #expect(error?.code == "customer_not_found")
    }
  }
}
