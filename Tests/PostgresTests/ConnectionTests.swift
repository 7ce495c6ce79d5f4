// SPDX-License-Identifier: Apache-2.0
import CLibPQ
import Glibc
import Testing

@testable import Postgres

extension PostgresTests {
  @Suite struct ConnectionTests {
    private struct Stop: Error {}

    private static let count = Statement(name: "count", text: "select count(*) from t")
    private static let add = Statement(name: "add", text: "insert into t (a) values ($1)")
    private static let one = Statement(name: "one", text: "select 1")

    @Test("a session has its schema, UTC, the wanted settings and its process number")
    func session() async throws {
      let connection = try await Connection(
        Server.url, searchPath: "odd \"name", applicationName: "app",
        settings: ["lock_timeout": "7s", "x.note": "it's"])
      let facts = Statement(
        name: "facts",
        text: """
          select current_setting('search_path'), current_setting('timezone'),
            current_setting('lock_timeout'), current_setting('x.note'), pg_backend_pid(),
            current_setting('application_name'), current_setting('client_encoding')
          """)
      let row = try await connection.query(facts, [])[0]
      try #expect(row.string(0) == "\"odd \"\"name\"")
      try #expect(row.string(1) == "UTC")
      try #expect(row.string(2) == "7s")
      try #expect(row.string(3) == "it's")
      try #expect(row.int32(4) == connection.backendID)
      try #expect(row.string(5) == "app")
      try #expect(row.string(6) == "UTF8")
      #expect(connection.searchPath == "odd \"name")
    }

    @Test("settings of the URL are libpq's own, and overrule the program's")
    func urlSettings() async throws {
      let connection = try await Connection(
        Server.url(with: "application_name=theirs"), searchPath: "public", applicationName: "ours")
      let name = Statement(name: "name", text: "select current_setting('application_name')")
      try await #expect(connection.query(name, []).string(0, 0) == "theirs")
    }

    @Test("a statement is prepared once, and runs with other values")
    func prepared() async throws {
      let connection = try await Server.connect()
      let echo = Statement(name: "echo", text: "select $1 + 1")
      for number in 0..<3 {
        try await #expect(connection.query(echo, [.int32(Int32(number))]).int32(0, 0) == number + 1)
      }
      let known = Statement(name: "known", text: "select count(*) from pg_prepared_statements")
      try await #expect(connection.query(known, []).int64(0, 0) == 2)
    }

    @Test("one name with another text or other types of parameters is refused")
    func nameClash() async throws {
      let connection = try await Server.connect()
      _ = try await connection.query(Statement(name: "q", text: "select $1::text"), [.int32(1)])
      await #expect {
        try await connection.query(Statement(name: "q", text: "select 2"), [])
      } throws: {
        ($0 as? PostgresError)?.sqlState == "42P05"
      }
      await #expect {
        try await connection.query(Statement(name: "q", text: "select $1::text"), [.int64(1)])
      } throws: {
        ($0 as? PostgresError)?.sqlState == "42P05"
      }
    }

    @Test("execute tells how many rows it changed")
    func affected() async throws {
      try await Server.withSchema("create table t (a bigint)") { connection in
        let fill = Statement(
          name: "fill", text: "insert into t (a) select * from generate_series(1, 5)")
        try await #expect(connection.execute(fill, []) == 5)
        let change = Statement(name: "change", text: "update t set a = 0 where a > $1")
        try await #expect(connection.execute(change, [.int64(3)]) == 2)
        try await #expect(connection.execute(change, [.int64(3)]) == 0)
      }
    }

    @Test("a transaction commits what its body did, and returns its value")
    func commits() async throws {
      try await Server.withSchema("create table t (a bigint)") { connection in
        let value = try await connection.transaction { connection in
          try connection.execute(Self.add, [1])
          return 42
        }
        #expect(value == 42)
        try await #expect(connection.query(Self.count, []).int64(0, 0) == 1)
      }
    }

    @Test("a transaction whose body throws leaves nothing behind, and the connection is usable")
    func rollsBack() async throws {
      try await Server.withSchema("create table t (a bigint)") { connection in
        await #expect(throws: Stop.self) {
          try await connection.transaction { connection in
            try connection.execute(Self.add, [1])
            throw Stop()
          }
        }
        try await #expect(connection.query(Self.count, []).int64(0, 0) == 0)
      }
    }

    @Test("a body that swallows an error does not commit, and is told so")
    func swallowed() async throws {
      try await Server.withSchema("create table t (a bigint check (a > 0))") { connection in
        await #expect {
          try await connection.transaction { connection in
            _ = try? connection.execute(Self.add, [-1])
          }
        } throws: {
          ($0 as? PostgresError)?.sqlState == "25P02"
        }
        try await #expect(connection.query(Self.count, []).int64(0, 0) == 0)
      }
    }

    @Test("a transaction inside a transaction is refused")
    func nested() async throws {
      let connection = try await Server.connect()
      await #expect {
        try await connection.transaction { try $0.transaction { _ in } }
      } throws: {
        ($0 as? PostgresError)?.sqlState == "25001"
      }
      try await #expect(connection.query(Self.one, []).int32(0, 0) == 1)
    }

    @Test("a savepoint takes back what one within it kept, also after one that was taken back")
    func savepoints() async throws {
      try await Server.withSchema("create table t (a bigint)") { connection in
        try await connection.transaction { connection in
          try connection.execute(Self.add, [1])
          try? connection.inSavepoint {
            try connection.execute(Self.add, [2])
            try connection.inSavepoint { _ = try connection.execute(Self.add, [3]) }
            try? connection.inSavepoint {
              try connection.execute(Self.add, [4])
              throw Stop()
            }
            try #expect(connection.query(Self.count, []).int64(0, 0) == 3)
            throw Stop()
          }
        }
        try await #expect(connection.query(Self.count, []).int64(0, 0) == 1)
      }
    }

    @Test("a read-only transaction forbids writing")
    func readOnly() async throws {
      try await Server.withSchema("create table t (a bigint)") { connection in
        await #expect {
          try await connection.transaction(readOnly: true) { try $0.execute(Self.add, [1]) }
        } throws: {
          ($0 as? PostgresError)?.isPermissionDenied == true
        }
      }
    }

    @Test("a transaction has the isolation that was asked for")
    func isolation() async throws {
      let connection = try await Server.connect()
      let seen = Statement(name: "seen", text: "select current_setting('transaction_isolation')")
      for level in [Connection.Isolation.readCommitted, .repeatableRead] {
        let name = try await connection.transaction(isolation: level) {
          try $0.query(seen, []).string(0, 0)
        }
        #expect(name == level.rawValue)
      }
    }

    @Test("a script of many statements runs as one, or not at all")
    func script() async throws {
      try await Server.withSchema("create table t (a bigint)") { connection in
        await #expect {
          try await connection.run(script: "insert into t values (1); select 1 / 0", name: "m0007")
        } throws: {
          let error = $0 as? PostgresError
          return error?.sqlState == "22012" && error?.statement == "m0007"
        }
        try await connection.run(script: "insert into t values (1); insert into t values (2);")
        try await #expect(connection.query(Self.count, []).int64(0, 0) == 2)
      }
    }

    @Test("a script without a statement does nothing", arguments: ["", "-- only a comment", ";"])
    func emptyScript(_ text: String) async throws {
      try await Server.connect().run(script: text)
    }

    @Test("COPY by the wrong call is an error, and the connection stays usable")
    func misplacedCopy() async throws {
      try await Server.withSchema("create table t (a bigint)") { connection in
        for copy in ["copy t from stdin", "copy t to stdout"] {
          await #expect(throws: PostgresError.self) { try await connection.run(script: copy) }
          try await #expect(connection.query(Self.count, []).int64(0, 0) == 0)
        }
      }
    }

    @Test("after the server ends the session every call throws a connection loss")
    func terminated() async throws {
      let connection = try await Server.connect()
      let killer = try await Server.connect()
      let kill = Statement(name: "kill", text: "select pg_terminate_backend($1)")
      try await #expect(killer.query(kill, [.int32(connection.backendID)]).bool(0, 0))
      for _ in 0..<3 {
        await #expect { try await connection.query(Self.one, []) } throws: {
          ($0 as? PostgresError)?.isConnectionLoss == true
        }
      }
      #expect(await !connection.isOpen)
      await #expect { try await connection.transaction { _ in } } throws: {
        ($0 as? PostgresError)?.isConnectionLoss == true
      }
      await #expect {
        try await connection.copyIn(text: "copy t from stdin", next: { nil })
      } throws: {
        ($0 as? PostgresError)?.isConnectionLoss == true
      }
    }

    @Test("one look finds a session that the server ended meanwhile, with its last word")
    func endedMeanwhile() async throws {
      let connection = try await Server.connect()
      let killer = try await Server.connect()
      #expect(await connection.isOpen)
      let kill = Statement(name: "kill", text: "select pg_terminate_backend($1, 5000)")
      try await #expect(killer.query(kill, [.int32(connection.backendID)]).bool(0, 0))
      #expect(await !connection.isOpen)
    }

    @Test("a connection that breaks while something waits to be read is lost too")
    func broken() async throws {
      let connection = try await Server.connect()
      try await connection.run(script: "listen news")
      let other = try await Server.connect()
      try await other.run(script: "notify news")
      // The server's word arrives in its own time; without it the test shows nothing.
      try await Task.sleep(for: .milliseconds(50))
      await connection.cut()
      await #expect { try await connection.query(Self.one, []) } throws: {
        ($0 as? PostgresError)?.isConnectionLoss == true
      }
      #expect(await !connection.isOpen)
    }

    @Test("a closed connection throws a connection loss, and closing twice is harmless")
    func closed() async throws {
      let connection = try await Server.connect()
      await connection.close()
      await connection.close()
      connection.cancel()
      await #expect { try await connection.query(Self.one, []) } throws: {
        ($0 as? PostgresError)?.isConnectionLoss == true
      }
    }

    @Test("a session ends when nobody holds its connection any more")
    func released() async throws {
      var connection: Connection? = try await Server.connect()
      let number = connection?.backendID
      connection = nil
      let watcher = try await Server.connect()
      let alive = Statement(
        name: "alive", text: "select count(*) from pg_stat_activity where pid = $1")
      for _ in 0..<100 where try await watcher.query(alive, [.int32(number)]).int64(0, 0) > 0 {
        try await Task.sleep(for: .milliseconds(20))
      }
      try await #expect(watcher.query(alive, [.int32(number)]).int64(0, 0) == 0)
    }
  }
}

extension Connection {
  /// Breaks the way to the server; what has arrived can still be read.
  fileprivate func cut() { unsafe _ = shutdown(PQsocket(session), Int32(SHUT_RDWR)) }
}
