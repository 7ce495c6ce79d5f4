// SPDX-License-Identifier: Apache-2.0
import Postgres
import Testing

extension PostgresTests {
  @Suite struct ConnectionPoolTests {
    private struct Stop: Error {}

    private static let sleep = Statement(name: "sleep", text: "select pg_sleep(0.05)::text")

    /// Counts what happens at the same time.
    private actor Counter {
      private var now = 0
      private(set) var most = 0
      private(set) var opened = 0
      func enter() {
        now += 1
        most = max(most, now)
      }
      func leave() { now -= 1 }
      func open() { opened += 1 }
    }

    private actor Order {
      private(set) var names: [String] = []
      func add(_ name: String) { names.append(name) }
    }

    @Test("no more bodies run at once than there are connections, and all get their turn")
    func turns() async throws {
      let counter = Counter()
      let pool = ConnectionPool(count: 2) {
        await counter.open()
        return try await Server.connect()
      }
      try await withThrowingTaskGroup { group in
        for _ in 0..<8 {
          group.addTask {
            try await pool.withConnection { connection in
              await counter.enter()
              try await connection.execute(Self.sleep, [])
              await counter.leave()
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(await counter.most == 2)
      #expect(await counter.opened == 2)
      await pool.close()
    }

    @Test("who leaves some to others waits, and others do not; a pool of one is for all")
    func spare() async throws {
      let pool = ConnectionPool(count: 2) { try await Server.connect() }
      let order = Order()
      try await withThrowingTaskGroup { group in
        for _ in 0..<2 {
          group.addTask {
            try await pool.withConnection(leaving: 1) { connection in
              await order.add("written")
              while await order.names.count < 2 {
                try await connection.execute(Self.sleep, [])
              }
            }
          }
        }
        while await order.names.isEmpty { await Task.yield() }
        try await pool.withConnection { _ in await order.add("read") }
        try await group.waitForAll()
      }
      #expect(await order.names == ["written", "read", "written"])
      try await pool.withConnection(leaving: 5) { _ in await order.add("written") }
      await pool.close()
      try await ConnectionPool(count: 1) { try await Server.connect() }
        .withConnection(leaving: 1) { _ in await order.add("alone") }
      #expect(await order.names.count == 5)
    }

    @Test("a body's error comes out, and its connection goes back")
    func bodyThrows() async throws {
      let pool = ConnectionPool(count: 1) { try await Server.connect() }
      await #expect(throws: Stop.self) {
        try await pool.withConnection { _ in throw Stop() }
      }
      try await pool.withConnection { _ = try await $0.execute(Self.sleep, []) }
    }

    @Test(
      "a connection that was lost is replaced, whether the pool or a body finds out",
      arguments: [
        true, false,
      ])
    func replaced(byBody: Bool) async throws {
      let pool = ConnectionPool(count: 1) { try await Server.connect() }
      let first = try await pool.withConnection { connection in
        await connection.close()
        return connection.backendID
      }
      if byBody {
        await #expect(throws: PostgresError.self) {
          try await pool.withConnection { _ = try await $0.execute(Self.sleep, []) }
        }
      } else {
        try await Task.sleep(for: .milliseconds(1_100))
      }
      let second = try await pool.withConnection { connection in
        try await connection.execute(Self.sleep, [])
        return connection.backendID
      }
      #expect(first != second)
    }

    @Test("when opening fails the place is not lost")
    func openingFails() async throws {
      let counter = Counter()
      let pool = ConnectionPool(count: 1) {
        await counter.open()
        guard await counter.opened > 1 else { throw Stop() }
        return try await Server.connect()
      }
      await #expect(throws: Stop.self) { try await pool.withConnection { _ in } }
      try await pool.withConnection { _ = try await $0.execute(Self.sleep, []) }
    }
  }
}
