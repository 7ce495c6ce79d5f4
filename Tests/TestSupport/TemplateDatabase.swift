// SPDX-License-Identifier: Apache-2.0
import BillRun
import FoundationEssentials
import Postgres

/// The migrated database that the temporary ones of this process are copied from.
actor TemplateDatabase {
  static let shared = TemplateDatabase()

  private static let prefix = "billrun_test_"
  private let process = ProcessInfo.processInfo.processIdentifier
  private var made: Task<String, any Error>?
  private var count = 0
  /// How many more may be lent: all tests run at once, and the server bears so many connections.
  private var places = 24
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// Waits until a place is free; each must be given back.
  func takePlace() async {
    if places > 0 {
      places -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func giveBackPlace() {
    if waiting.isEmpty {
      places += 1
    } else {
      waiting.removeFirst().resume()
    }
  }

  /// A name that no other database has.
  func nextName() -> String {
    count += 1
    return "\(Self.prefix)\(process)_\(count)"
  }

  /// The template's name; makes it when first asked.
  func migrated() async throws -> String {
    let task = made ?? Task { try await make() }
    made = task
    return try await task.value
  }

  private func make() async throws -> String {
    try await dropStale()
    let name = "\(Self.prefix)\(process)_template"
    try await TemporaryDatabase.onServer("create database \"\(name)\" template template0")
    let connection = try await Database(
      url: TemporaryDatabase.url(database: name), schema: "billing"
    ).connect()
    _ = try await Migrator.billrun.up(on: connection)
    await connection.close()
    return name
  }

  /// Drops what processes that are no more have left, unless somebody is connected to it.
  private func dropStale() async throws {
    let names = try await TemporaryDatabase.server().query(
      Statement(
        name: "list_stale_databases",
        text: """
          select d.datname::text from pg_database d
          where starts_with(d.datname, $1)
            and not exists (select from pg_stat_activity a where a.datid = d.oid)
          order by 1
          """),
      [.string(Self.prefix)])
    for row in names {
      let name = try row.string(0)
      let owner = name.dropFirst(Self.prefix.count).prefix { $0 != "_" }
      guard !FileManager.default.fileExists(atPath: "/proc/\(owner)") else { continue }
      // Another process may be dropping it at the same moment.
      try? await TemporaryDatabase.onServer("drop database if exists \"\(name)\"")
    }
  }
}
