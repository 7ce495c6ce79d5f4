// SPDX-License-Identifier: Apache-2.0
import Foundation
import Postgres
import TestSupport
import Testing

@testable import BillRun

/// What happens behind a pgbouncer of Debian's.
///
/// One after the other, since a program that is started while a peer starts is not seen to end
/// before the peer does.
@Suite(.serialized, .enabled(if: Pooler.isThere, "\(Pooler.missing)"))
struct PoolerTests {
  /// Each of them needs a session of its own.
  static let commands = [
    "run --as-of 2026-01-31", "run --as-of 2026-01-31 --join", "run --as-of 2026-01-31 --dry",
    "charge --as-of 2026-01-31", "chase --as-of 2026-01-31", "send", "import /dev/null",
    "migrate up", "migrate status", "runs list", "verify",
  ]

  @Test("a pool by transaction is refused by every command, and nothing was set or written")
  func byTransaction() async throws {
    try await withTemporaryDatabase { database in
      let pooler = try await Pooler("transaction")
      let shell = Shell(database: pooler.url(database.name))
      for command in Self.commands {
        let outcome = try await shell.run("billrun \(command)")
        #expect(outcome.status == 78, "\(command)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.story.hasPrefix("billrun: sessions not kept, on the database, a pooler"))
        #expect(outcome.story.contains("\nhint: "))
      }
      let other = try await Connection(
        pooler.url(database.name), searchPath: "somewhere", applicationName: "another client")
      let path = Statement(name: "path", text: "select reset_val from pg_settings where name = $1")
      #expect(try await other.query(path, [.string("search_path")]).first?.string(0) != "billing")
      let check = try await shell.run("billrun check")
      #expect(check.status == 78)
    }
  }

  @Test("a pool by transaction is found out also while others use it")
  func busy() async throws {
    try await withTemporaryDatabase { database in
      let pooler = try await Pooler("transaction")
      let url = pooler.url(database.name)
      await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<6 {
          group.addTask {
            let client = try await Connection(url, searchPath: "x", applicationName: "other")
            while !Task.isCancelled {
              try await client.run(script: "begin; select pg_sleep(0.002); commit")
            }
          }
        }
        for _ in 0..<10 {
          await #expect(throws: SessionNotKept.self) {
            try await Database(url: url, schema: "billing").open()
          }
        }
        group.cancelAll()
      }
    }
  }

  @Test("a pool by statement is refused too")
  func byStatement() async throws {
    try await withTemporaryDatabase { database in
      let pooler = try await Pooler("statement")
      await #expect(throws: SessionNotKept.self) {
        try await Database(url: pooler.url(database.name), schema: "billing").open()
      }
    }
  }

  @Test("a pool by session does everything")
  func bySession() async throws {
    try await withTemporaryDatabase { database in
      let pooler = try await Pooler("session")
      let shell = Shell(database: pooler.url(database.name))
      for command in Self.commands + ["check"] {
        let outcome = try await shell.run("billrun \(command)")
        #expect(outcome.status == 0, "\(command): \(outcome.story)")
      }
      let connection = try await Database(url: pooler.url(database.name), schema: "billing").open()
      let process = Statement(name: "process", text: "select pg_backend_pid()")
      #expect(try await connection.query(process, []).first?.int32(0) == connection.backendID)
      let path = Statement(name: "path", text: "select current_setting('search_path')")
      #expect(try await connection.query(path, []).first?.string(0) == "\"billing\"")
    }
  }
}
