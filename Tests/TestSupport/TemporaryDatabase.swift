// SPDX-License-Identifier: Apache-2.0
public import BillRun
import FoundationEssentials
public import Postgres

/// A database of its own for a suite or a test, made from a migrated template and dropped after.
///
/// The server is the one of `DATABASE_URL`, or of the `PG*` variables. When none answers, the test
/// fails. Databases are named after the process, so that what a killed one left is dropped later.
public struct TemporaryDatabase: Sendable {
  /// Its name on the server; roles that a test creates begin with it and are dropped too.
  public let name: String

  /// libpq's connection string or URI.
  public var url: String { Self.url(database: name) }

  /// The way to its set of books, in the schema `billing`.
  public var database: Database { Database(url: url, schema: "billing") }

  /// Makes one with every migration applied; `migrated: false` makes an empty one.
  public init(migrated: Bool = true) async throws {
    name = await TemplateDatabase.shared.nextName()
    let template = migrated ? try await TemplateDatabase.shared.migrated() : "template0"
    try await Self.onServer("create database \"\(name)\" template \"\(template)\"")
  }

  /// Connects to it with the schema `billing`.
  public func connect() async throws -> Connection { try await database.connect() }

  /// Drops it with the roles that are named after it, whoever is connected.
  public func drop() async throws {
    try await Self.onServer("drop database if exists \"\(name)\" with (force)")
    let roles = try await Self.server().query(
      Statement(
        name: "list_test_roles",
        text: "select rolname::text from pg_roles where starts_with(rolname, $1) order by 1"),
      [.string(name + "_")])
    for role in roles { try await Self.onServer("drop role \"\(role.string(0))\"") }
  }

  /// The server's address, with another database and, if given, another user in it.
  public static func url(database: String, user: String? = nil) -> String {
    let base = ProcessInfo.processInfo.environment["DATABASE_URL"] ?? ""
    var settings = ["dbname=\(database)"]
    if let user { settings.append("user=\(user)") }
    // What comes later counts, in a connection string as in a URI.
    guard base.contains("://") else { return ([base] + settings).joined(separator: " ") }
    return base + (base.contains("?") ? "&" : "?") + settings.joined(separator: "&")
  }

  /// Runs SQL text in a database of the server, with the schema `billing`.
  public static func run(_ sql: String, inDatabase name: String) async throws {
    let connection = try await Connection(
      url(database: name), searchPath: "billing", applicationName: "billrun tests")
    try await connection.run(script: sql)
    await connection.close()
  }

  static func server() async throws -> Connection {
    try await Connection(
      url(database: "postgres"), searchPath: "public", applicationName: "billrun tests")
  }

  static func onServer(_ sql: String) async throws {
    let connection = try await server()
    try await connection.run(script: sql)
    await connection.close()
  }
}

/// Lends a temporary database to the body, and drops it whatever happens.
public func withTemporaryDatabase<Value: Sendable>(
  migrated: Bool = true, _ body: (TemporaryDatabase) async throws -> Value
) async throws -> Value {
  await TemplateDatabase.shared.takePlace()
  do {
    let value = try await lend(migrated, body)
    await TemplateDatabase.shared.giveBackPlace()
    return value
  } catch {
    await TemplateDatabase.shared.giveBackPlace()
    throw error
  }
}

private func lend<Value: Sendable>(
  _ migrated: Bool, _ body: (TemporaryDatabase) async throws -> Value
) async throws -> Value {
  let database = try await TemporaryDatabase(migrated: migrated)
  do {
    let value = try await body(database)
    try await database.drop()
    return value
  } catch {
    try await database.drop()
    throw error
  }
}
