// SPDX-License-Identifier: Apache-2.0
import Postgres
import SQLFiles
import Transport

/// Whether everything is there that a run needs, one finding for each thing looked at.
public struct Readiness: Sendable {
  /// One thing that was looked at.
  public struct Finding: Sendable {
    /// What was looked at, in one or two words.
    public let subject: String

    /// What was found, when it is as it should be.
    public let text: String

    /// What is wrong with it; nil when nothing is.
    public let trouble: BillRunError?

    /// What to do about it, where nothing is wrong but somebody should know.
    public let advice: String?
  }

  /// What was looked at, in order; what rests on something that is wrong is left out.
  public private(set) var findings: [Finding] = []

  /// The exit status that counts of all that is wrong.
  public var status: ExitStatus { .worst(of: findings.compactMap(\.trouble?.status)) }

  /// Looks at server, its settings, schema, rights, sequences, time zones and what was done last,
  /// and writes nothing.
  ///
  /// Throws when the server cannot be reached at all, or only through a pooler by transaction.
  public init(of database: Database, lanes: Int, at moment: Int64) async throws {
    let connection = try await database.connectAlone()
    let role = try await lookAtServer(connection)
    try await lookAtServerSettings(lanes: lanes, connection)
    guard await lookAtSchema(database, connection) else { return }
    let mayRead = try await lookAtRights(of: role, database, connection)
    try await lookAtSequences(of: role, database, connection)
    if mayRead {
      try await lookAtZones(connection)
      try await lookAtHistory(at: moment, connection)
      try await lookAtRuns(connection)
    }
  }

  mutating func note(
    _ subject: String, _ text: String, trouble: BillRunError? = nil, advice: String? = nil
  ) {
    findings.append(Finding(subject: subject, text: text, trouble: trouble, advice: advice))
  }

  /// Returns the name of the role.
  private mutating func lookAtServer(_ connection: Connection) async throws -> String {
    let rows = try await connection.query(Statement(SQLFiles.readServer), [])
    let version = try rows.string(0, rows.column("version"))
    let name = try rows.string(0, rows.column("database"))
    let role = try rows.string(0, rows.column("role"))
    let text = "PostgreSQL \(version), database \(name), role \(role)"
    var trouble: BillRunError?
    if try rows.int32(0, rows.column("version_number")) < 150_000 {
      trouble = BillRunError(
        .configuration, code: "server_too_old", "server too old, on \(name), it is \(version)",
        hint: "use PostgreSQL 15 or later")
    } else if try rows.bool(0, rows.column("is_standby")) {
      trouble = BillRunError(
        .noPermission, code: "server_is_standby", "server read only, on \(name), it is a standby",
        hint: "billrun check --database URL with the address of the primary")
    } else if try rows.bool(0, rows.column("is_read_only")) {
      trouble = BillRunError(
        .noPermission, code: "server_read_only",
        "server read only, on \(name), default_transaction_read_only is on",
        hint: "psql -c 'alter role \(role) set default_transaction_read_only = off'")
    }
    note("server", text, trouble: trouble)
    return role
  }

  /// Returns whether the schema fits the program.
  private mutating func lookAtSchema(_ database: Database, _ connection: Connection) async -> Bool {
    do {
      try await Migrator.billrun.check(on: connection)
      note("schema", "\(database.schema) is up to date")
      return true
    } catch {
      note("schema", database.schema, trouble: database.describe(error))
      return false
    }
  }

  /// Returns whether the role may do what a run, charging, chasing and sending do.
  private mutating func lookAtRights(
    of role: String, _ database: Database, _ connection: Connection
  ) async throws -> Bool {
    let needed = Right.run.flatMap { right in right.tables.map { (table: $0, right: right) } }
    let missing = try await connection.query(
      Statement(SQLFiles.listMissingRights),
      [
        .string(database.schema), .stringArray(needed.map(\.table)),
        .stringArray(needed.map(\.right.privilege.rawValue)),
        .stringArray(needed.map { $0.right.columns.joined(separator: " ") }),
      ])
    guard let first = missing.first else {
      note("rights", "\(role) may do what a run needs")
      return true
    }
    let others = missing.count > 1 ? " and \(missing.count - 1) more" : ""
    let table = try "\(database.schema).\(first.string(0))"
    note(
      "rights", role,
      trouble: BillRunError(
        .noPermission, code: "rights_missing",
        "rights missing, \(role) may not \(try first.string(1)) on \(table)\(others)",
        hint: "billrun migrate grants, as the owner, then grant the role for run to \(role)"))
    return false
  }

  private mutating func lookAtSequences(
    of role: String, _ database: Database, _ connection: Connection
  ) async throws {
    let schema = database.schema
    let rows = try await connection.query(
      Statement(SQLFiles.listClosedSequences), [.string(schema)])
    guard let first = try rows.first?.string(0) else {
      return note("sequences", "\(role) may draw from every one")
    }
    let others = rows.count > 1 ? " and \(rows.count - 1) more" : ""
    note(
      "sequences", role,
      trouble: BillRunError(
        .noPermission, code: "rights_missing",
        "rights missing, on \(schema).\(first)\(others), \(role) may not draw ids",
        hint: "billrun migrate grants, as the owner, then grant the role for run to \(role)"))
  }

  private mutating func lookAtZones(_ connection: Connection) async throws {
    let rows = try await connection.query(Statement(SQLFiles.listSellersWithoutZone), [])
    guard let first = rows.first else { return note("zones", "the server knows every one") }
    let (seller, zone) = try (first.string(0), first.string(1))
    note(
      "zones", seller,
      trouble: BillRunError(
        .configuration, code: "time_zone_unknown",
        "time zone not known, on seller \(seller), the server has no '\(zone)'",
        hint:
          "psql -c 'select name from pg_timezone_names', then import the seller with one of them"
      ))
  }
}
