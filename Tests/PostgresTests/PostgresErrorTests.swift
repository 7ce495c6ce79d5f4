// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Postgres

extension PostgresTests {
  @Suite struct PostgresErrorTests {
    private func error(_ state: String, bad: Bool = false) -> PostgresError {
      PostgresError(sqlState: state, message: "m", statement: "s", connectionIsBad: bad)
    }

    /// Runs the statement and returns the error it must end in.
    private func failure(
      of text: String, _ parameters: [Parameter] = [], tables: String = ""
    ) async throws -> PostgresError {
      let found = Found()
      try await Server.withSchema(tables) { connection in
        do {
          try await connection.execute(Statement(name: "probe", text: text), parameters)
        } catch let error as PostgresError {
          await found.set(error)
        }
      }
      return try #require(await found.error)
    }

    private actor Found {
      var error: PostgresError?
      func set(_ error: PostgresError) { self.error = error }
    }

    @Test("each question is answered by the SQLSTATE")
    func kinds() {
      #expect(["40001", "40P01", "55P03"].allSatisfy { error($0).isRetryable })
      #expect(["57014", "23505", "08006", ""].allSatisfy { !error($0).isRetryable })
      #expect(["08006", "57P01", "57P02", "57P03"].allSatisfy { error($0).isConnectionLoss })
      #expect(error("", bad: true).isConnectionLoss)
      #expect(!error("", bad: false).isConnectionLoss)
      #expect(!error("28P01", bad: true).isConnectionLoss)
      #expect(error("23505").isUniqueViolation && !error("23503").isUniqueViolation)
      #expect(["42501", "25006"].allSatisfy { error($0).isPermissionDenied })
      #expect(error("25006").isReadOnly && !error("0A000").isReadOnly && !error("42501").isReadOnly)
      #expect(["28P01", "28000"].allSatisfy { error($0).isAuthenticationFailure })
      #expect(error("42P01").isUndefinedTable && error("3F000").isUndefinedSchema)
      #expect(error("57014").isCanceled && !error("57P01").isCanceled)
    }

    @Test("a wrong column has its SQLSTATE and its statement")
    func wrongColumn() async throws {
      let error = try await failure(of: "select nothing from t", tables: "create table t (a int)")
      #expect(error.sqlState == "42703")
      #expect(error.statement == "probe")
      #expect(
        error.description
          == "column \"nothing\" does not exist (SQLSTATE 42703, statement probe)")
    }

    @Test("a missing table is undefined")
    func missingTable() async throws {
      try await #expect(failure(of: "select 1 from nowhere").isUndefinedTable)
    }

    @Test("a duplicate names constraint and table, and hides the value")
    func duplicate() async throws {
      let error = try await failure(
        of: "insert into t (a) values ($1), ($1)", [.string("hidden@example.org")],
        tables: "create table t (a text constraint t_a_key unique)")
      #expect(error.isUniqueViolation)
      #expect(error.constraint == "t_a_key")
      #expect(error.table == "t")
      #expect(error.detail?.contains("hidden") == true)
      #expect(!error.description.contains("hidden"))
      #expect(error.description.contains("constraint t_a_key"))
    }

    @Test("a null where none may be names the column")
    func notNull() async throws {
      let error = try await failure(
        of: "insert into t (a) values ($1)", [nil], tables: "create table t (a int not null)")
      #expect(error.sqlState == "23502")
      #expect(error.column == "a")
    }

    @Test("wrong data hides the value, which the server quotes")
    func wrongData() async throws {
      let error = try await failure(of: "select $1::integer", ["hidden"])
      #expect(error.sqlState == "22P02")
      #expect(
        error.description.hasPrefix("invalid input syntax for type integer: \"…\" (SQLSTATE 22P02"))
    }

    @Test("a lock that is not available may be tried again")
    func lockTimeout() async throws {
      try await Server.withSchema("create table t (a int)") { connection in
        let other = try await Connection(
          Server.url, searchPath: connection.searchPath, applicationName: "PostgresTests",
          settings: ["lock_timeout": "50ms"])
        try await connection.run(script: "begin; lock table t")
        await #expect { try await other.run(script: "begin; lock table t") } throws: {
          ($0 as? PostgresError)?.isRetryable == true
        }
        try await connection.run(script: "rollback")
      }
    }
  }
}
