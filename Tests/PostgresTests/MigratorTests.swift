// SPDX-License-Identifier: Apache-2.0
import Postgres
import Testing

extension PostgresTests {
  @Suite struct MigratorTests {
    private static let first = Migration(
      number: 1, name: "m0001_customer", sql: "create table customer (a int);\n-- é")
    private static let second = Migration(
      number: 2, name: "m0002_index",
      sql: "-- no transaction\ncreate index concurrently if not exists i on customer (a);")
    private static let third = Migration(
      number: 3, name: "m0003_rows", sql: "insert into customer values (1); create table u (b int)")
    private static let all = [first, second, third]

    private static let count = Statement(name: "count", text: "select count(*) from customer")

    /// Lends a connection whose schema does not exist yet.
    private func withoutSchema(_ body: (Connection) async throws -> Void) async throws {
      let keeper = try await Server.connect()
      let schema = "postgres test \(keeper.backendID)"
      let drop = "drop schema if exists \"\(schema)\" cascade"
      try await keeper.run(script: drop)
      let connection = try await Server.connect(schema: schema)
      do {
        try await body(connection)
      } catch {
        try await keeper.run(script: drop)
        throw error
      }
      try await keeper.run(script: drop)
    }

    @Test("an empty database is brought to the newest, and then nothing is left to do")
    func fromNothing() async throws {
      try await withoutSchema { connection in
        let migrator = Migrator(Self.all.reversed())
        try await #expect(migrator.status(on: connection) == .missing)
        await #expect(throws: MigrationError.missing) { try await migrator.check(on: connection) }
        try await #expect(migrator.up(on: connection) == Self.all)
        try await #expect(migrator.status(on: connection) == .upToDate)
        try await migrator.check(on: connection)
        try await #expect(migrator.up(on: connection) == [])
        try await #expect(connection.query(Self.count, []).int64(0, 0) == 1)
      }
    }

    @Test("a schema that was prepared by somebody else is used")
    func preparedSchema() async throws {
      try await Server.withSchema { connection in
        try await #expect(Migrator([]).status(on: connection) == .missing)
        try await #expect(Migrator([Self.first]).up(on: connection) == [Self.first])
      }
    }

    @Test("only what is missing is applied")
    func pending() async throws {
      try await Server.withSchema { connection in
        _ = try await Migrator([Self.first]).up(on: connection)
        let migrator = Migrator(Self.all)
        try await #expect(migrator.status(on: connection) == .pending([Self.second, Self.third]))
        await #expect(throws: MigrationError.tooOld(pending: 2)) {
          try await migrator.check(on: connection)
        }
        try await #expect(migrator.up(on: connection) == [Self.second, Self.third])
      }
    }

    @Test("a database newer than the program is left alone")
    func tooNew() async throws {
      try await Server.withSchema { connection in
        _ = try await Migrator(Self.all).up(on: connection)
        let older = Migrator([Self.first, Self.second])
        try await #expect(older.status(on: connection) == .tooNew(number: 3))
        await #expect(throws: MigrationError.tooNew(number: 3)) {
          try await older.up(on: connection)
        }
        await #expect(throws: MigrationError.tooNew(number: 3)) {
          try await older.check(on: connection)
        }
      }
    }

    @Test("a migration that was edited after it was applied stops everything")
    func changed() async throws {
      try await Server.withSchema { connection in
        _ = try await Migrator([Self.first]).up(on: connection)
        let edited = Migration(number: 1, name: "m0001_customer", sql: Self.first.sql + " ")
        let migrator = Migrator([edited, Self.second])
        let trouble = MigrationError.changed(number: 1, name: "m0001_customer")
        await #expect(throws: trouble) { try await migrator.up(on: connection) }
        await #expect(throws: trouble) { try await migrator.check(on: connection) }
      }
    }

    @Test(
      "a migration that fails leaves nothing of itself, keeps those before it and can be repaired")
    func failing() async throws {
      try await Server.withSchema { connection in
        let broken = Migration(
          number: 2, name: "m0002_broken", sql: "create table half (a int); select 1 / 0")
        await #expect {
          try await Migrator([Self.first, broken]).up(on: connection)
        } throws: {
          let error = $0 as? PostgresError
          return error?.sqlState == "22012" && error?.statement == "m0002_broken"
        }
        let repaired = Migration(number: 2, name: "m0002_broken", sql: "create table half (a int)")
        try await #expect(Migrator([Self.first, repaired]).up(on: connection) == [repaired])
      }
    }

    @Test("of two that start at once one waits, and then finds it done")
    func together() async throws {
      try await withoutSchema { connection in
        let schema = connection.searchPath
        let slow = Migration(number: 4, name: "m0004_slow", sql: "select pg_sleep(0.3)")
        let migrator = Migrator(Self.all + [slow])
        let applied = try await withThrowingTaskGroup(of: [Migration].self) { group in
          for _ in 0..<3 {
            group.addTask {
              try await migrator.up(on: Server.connect(schema: schema))
            }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(applied.map(\.count).sorted() == [0, 0, 4])
      }
    }

    @Test("waiting for another migrator has an end, and leaves the database alone")
    func impatient() async throws {
      try await Server.withSchema { connection in
        let slow = Migration(number: 1, name: "m0001_slow", sql: "select pg_sleep(2)")
        let other = try await Server.connect(schema: connection.searchPath)
        async let first = Migrator([slow]).up(on: connection)
        try await Task.sleep(for: .milliseconds(500))
        await #expect(throws: MigrationError.busy) {
          try await Migrator([slow]).up(on: other, patience: .milliseconds(200))
        }
        try await #expect(first == [slow])
      }
    }
  }
}
