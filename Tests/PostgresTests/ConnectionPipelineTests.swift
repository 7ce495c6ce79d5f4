// SPDX-License-Identifier: Apache-2.0
import Postgres
import Testing

extension PostgresTests {
  @Suite struct ConnectionPipelineTests {
    private static let add = Statement(name: "add", text: "insert into t (a) values ($1)")
    private static let sum = Statement(
      name: "sum", text: "select coalesce(sum(a), 0)::bigint as sum from t where a >= $1")
    private static let late = Statement(name: "late", text: "insert into late (a) values ($1)")
    private static let table = "create table t (a bigint primary key)"

    @Test("what is enqueued runs before the next statement, in order, and with the commit at last")
    func order() async throws {
      try await Server.withSchema(Self.table) { connection in
        let seen = try await connection.transaction { connection in
          try connection.enqueue(Self.add, [1])
          try connection.enqueue(Self.add, [2])
          let seen = try connection.query(Self.sum, [0]).int64(0, 0)
          try connection.enqueue(Self.add, [4])
          try connection.run(script: "insert into t values (8)")
          try connection.enqueue(Self.add, [16])
          return seen
        }
        #expect(seen == 3)
        try await #expect(connection.query(Self.sum, [0]).int64(0, 0) == 31)
      }
    }

    @Test("several statements are sent together, and each gives its own rows")
    func together() async throws {
      try await Server.withSchema(Self.table) { connection in
        let rows = try await connection.transaction { connection in
          try connection.enqueue(Self.add, [1])
          return try connection.queryAll([
            .init(Self.sum, [0]), .init(Self.add, [5]), .init(Self.sum, [2]),
          ])
        }
        #expect(rows.count == 3)
        try #expect(rows[0].int64(0, 0) == 1 && rows[2].int64(0, 0) == 5)
      }
    }

    @Test(
      "what fails of it is thrown by the next call or the commit, and nothing is written",
      arguments: [true, false])
    func failing(asks: Bool) async throws {
      try await Server.withSchema(Self.table) { connection in
        let error = await #expect(throws: PostgresError.self) {
          try await connection.transaction { connection in
            try connection.enqueue(Self.add, [1])
            try connection.enqueue(Self.add, [1])
            try connection.enqueue(Self.add, [2])
            if asks { _ = try connection.query(Self.sum, [0]) }
          }
        }
        #expect(error?.isUniqueViolation == true && error?.statement == "add")
        try await #expect(connection.query(Self.sum, [0]).int64(0, 0) == 0)
        try await connection.transaction { try $0.enqueue(Self.add, [1]) }
        try await #expect(connection.query(Self.sum, [0]).int64(0, 0) == 1)
      }
    }

    @Test("what is looked at is looked at before the commit", arguments: [true, false])
    func checked(asks: Bool) async throws {
      struct Wrong: Error {}
      try await Server.withSchema(Self.table) { connection in
        await #expect(throws: Wrong.self) {
          try await connection.transaction { connection in
            try connection.enqueue(Self.add, [1]) { if $0.affectedCount != 1 { throw Wrong() } }
            try connection.enqueue(Self.add, [2]) { if $0.affectedCount != 2 { throw Wrong() } }
            if asks { _ = try connection.query(Self.sum, [0]) }
          }
        }
        try await #expect(connection.query(Self.sum, [0]).int64(0, 0) == 0)
      }
    }

    @Test("what cannot be prepared or sent leaves the connection usable, and nothing enqueued")
    func unsendable() async throws {
      let text = Statement(name: "text", text: "select $1::text")
      try await Server.withSchema(Self.table) { connection in
        for body: @Sendable (isolated Connection) throws -> Void in [
          { try $0.enqueue(Self.late, [1]) }, { try $0.enqueue(text, ["a\0b"]) },
          { _ = try $0.queryAll([.init(Self.add, [1]), .init(text, ["a\0b"])]) },
        ] {
          await #expect(throws: PostgresError.self) { try await connection.transaction(body) }
          try await #expect(connection.query(Self.sum, [0]).int64(0, 0) == 0)
        }
      }
    }

    @Test(
      "what a session keeps is made once, goes with its transaction, and is made anew if asked for")
    func kept() async throws {
      try await Server.withSchema(Self.table) { connection in
        struct Stop: Error {}
        let script = "drop table if exists pg_temp.late; create temp table late (a bigint)"
        func use(failing: Bool = false) async throws -> Int {
          try await connection.transaction { connection in
            let uses = try connection.keep(script: script, name: "late")
            try connection.enqueue(Self.late, [1])
            _ = try connection.query(Self.sum, [0])
            if failing { throw Stop() }
            return uses
          }
        }
        await #expect(throws: Stop.self) { try await use(failing: true) }
        for uses in 0..<4 { try await #expect(use() == uses) }
        await #expect(throws: Stop.self) { try await use(failing: true) }
        try await #expect(use() == 5)
        await connection.forget("late")
        try await #expect(use() == 0)
      }
    }
  }
}
