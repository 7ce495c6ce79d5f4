// SPDX-License-Identifier: Apache-2.0
public import Postgres
import SQLFiles

/// The way to one set of books: a database and the schema in it.
public struct Database: Sendable {
  /// libpq's connection string or URI; empty when the `PG*` variables tell all.
  public let url: String

  /// The schema with the set of books.
  public let schema: String

  /// Makes the way of its parts.
  public init(url: String, schema: String) {
    self.url = url
    self.schema = schema
  }

  /// Makes the way that the settings name.
  public init(_ settings: Settings) { self.init(url: settings.database, schema: settings.schema) }

  /// Makes the way to where the settings have reports read, which may be a standby.
  public init(forReports settings: Settings) {
    self.init(url: settings.reportDatabase ?? settings.database, schema: settings.schema)
  }

  /// Connects after having checked that program and schema fit together.
  ///
  /// Throws `BillRunError` for a schema that is missing, too old, too new or changed.
  public func open() async throws -> Connection {
    let connection = try await connectAlone()
    do {
      try await Migrator.billrun.check(on: connection)
    } catch {
      throw describe(error)
    }
    return connection
  }

  /// Connects without looking at the schema.
  ///
  /// Throws `SessionNotKept` when a pooler by transaction stands before the server.
  public func connectAlone() async throws -> Connection { try await connect(needsProof: true) }

  /// Connects as further lanes do, beside a connection for which all was looked at; settings are
  /// the server's.
  public func connect(settings: [String: String] = [:]) async throws -> Connection {
    try await connect(settings: settings, needsProof: false)
  }

  /// A connection with others beside it, so many in all.
  public func lanes(_ count: Int, with first: Connection) async throws -> [Connection] {
    var lanes = [first]
    while lanes.count < count { lanes.append(try await connect()) }
    return lanes
  }

  private func connect(
    settings: [String: String] = [:], needsProof: Bool
  ) async throws -> Connection {
    // Compiling a statement costs more than any of ours gains by it; a population is sorted and
    // hashed in memory.
    try await Connection(
      url, searchPath: schema, applicationName: "billrun",
      settings: settings.merging(["jit": "off", "work_mem": "64MB"]) { asked, _ in asked },
      needsProof: needsProof)
  }
}

extension Database {
  /// Puts an error of looking at the schema into words, which name the schema.
  public func describe(_ error: any Error) -> BillRunError {
    switch error {
    case let error as MigrationError: BillRunError(error, schema: schema)
    // The catalog shows the tables, but names in a schema without the right to use it are not
    // found.
    case let error as PostgresError where error.isUndefinedTable || error.isUndefinedSchema:
      rightsMissing("it is closed")
    case let error as PostgresError where error.isPermissionDenied: rightsMissing(error.message)
    default: BillRunError(describing: error)
    }
  }

  private func rightsMissing(_ reason: String) -> BillRunError {
    BillRunError(
      .noPermission, code: "rights_missing", "rights missing, on schema \(schema), \(reason)",
      hint: "psql -c 'grant usage on schema \(schema) to ROLE', and to migrate be its owner")
  }
}

extension Migrator {
  /// The migrations of this program.
  public static let billrun = Migrator(
    SQLFiles.migrations.enumerated().map { index, file in
      Migration(number: index + 1, name: file.name, sql: file.text)
    })
}
