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
  }

  /// What was looked at, in order; what rests on something that is wrong is left out.
  public private(set) var findings: [Finding] = []

  /// The exit status that counts of all that is wrong.
  public var status: ExitStatus { .worst(of: findings.compactMap(\.trouble?.status)) }

  /// Looks at server, schema, rights, sequences and time zones, and writes nothing.
  ///
  /// Throws when the server cannot be reached at all.
  public init(of database: Database) async throws {
    let connection = try await database.connect()
    let role = try await lookAtServer(connection)
    guard await lookAtSchema(database, connection) else { return }
    let mayRead = try await lookAtRights(of: role, database, connection)
    try await lookAtSequences(of: role, database, connection)
    if mayRead { try await lookAtZones(connection) }
  }

  private mutating func note(_ subject: String, _ text: String, trouble: BillRunError? = nil) {
    findings.append(Finding(subject: subject, text: text, trouble: trouble))
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

  /// Returns whether the role may read and write all tables.
  private mutating func lookAtRights(
    of role: String, _ database: Database, _ connection: Connection
  ) async throws -> Bool {
    let schema = database.schema
    let rows = try await connection.query(
      Statement(SQLFiles.listClosedTables), [.string(schema)])
    guard let first = try rows.first?.string(0) else {
      note("rights", "\(role) may read and write every table")
      return true
    }
    let others = rows.count > 1 ? " and \(rows.count - 1) more" : ""
    note(
      "rights", role,
      trouble: BillRunError(
        .noPermission, code: "rights_missing",
        "rights missing, on \(schema).\(first)\(others), \(role) may not read and write",
        hint: "psql -c 'grant select, insert, update, delete on all tables in schema \(schema)"
          + " to \(role)'"))
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
        hint: "psql -c 'grant usage on all sequences in schema \(schema) to \(role)'"))
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

extension Readiness {
  /// Looks which ways out of the house the settings have, and whether their passwords and keys can
  /// be read; speaks to nobody.
  public mutating func lookAtDelivery(_ settings: Settings) {
    do {
      let carriers = try CarrierSet(settings)
      let ways = carriers.channels(composing: false).map { channel in
        channel == "email" ? "email by \(settings.mail?.address.text ?? "")" : channel
      }
      note("delivery", ways.isEmpty ? "no way out is configured" : ways.joined(separator: ", "))
    } catch {
      note("delivery", "settings", trouble: BillRunError(describing: error))
    }
  }

  /// Looks whether templates, languages, letterheads and fonts are sound.
  public mutating func lookAtDocuments(_ settings: Settings) async {
    do {
      let entries = try await DocumentDesk(settings).check()
      guard let wrong = entries.first(where: { $0.trouble != nil }) else {
        let own = entries.count(where: \.isOwn)
        let whose = settings.templates.map { "\($0) with \(own) of your own" }
        return note("documents", whose ?? "the program's own templates")
      }
      note("documents", wrong.name, trouble: wrong.trouble)
    } catch {
      note("documents", "settings", trouble: BillRunError(describing: error))
    }
  }
}
