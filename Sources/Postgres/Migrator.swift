// SPDX-License-Identifier: Apache-2.0

/// Brings the connection's schema to the newest migration, and tells whether it is there.
public struct Migrator: Sendable {
  /// The migrations of this program in their order.
  public let migrations: [Migration]

  /// Makes a migrator of migrations, which are put in the order of their numbers.
  public init(_ migrations: [Migration]) {
    self.migrations = migrations.sorted { $0.number < $1.number }
  }

  /// How the database stands to this program's migrations.
  public enum Status: Hashable, Sendable {
    /// Both are the same.
    case upToDate
    /// These are still to be applied.
    case pending([Migration])
    /// The database has a migration that this program does not know.
    case tooNew(number: Int)
    /// A migration's text is not the one that was applied.
    case changed(number: Int, name: String)
    /// There is no schema, or no table of migrations in it.
    case missing
  }

  /// Applies what is missing, and returns it in order; empty when there was nothing to do.
  ///
  /// Creates the schema and the table of migrations when absent. Several programs may call this at
  /// once: the others wait, at most `patience`, and then find it done.
  ///
  /// - Throws: `MigrationError` when the database is newer than the program, was migrated with
  ///   other texts, or stays busy; `PostgresError` named after the migration when its SQL fails.
  public func up(
    on connection: Connection, patience: Duration = .seconds(600)
  ) async throws -> [Migration] {
    try await takeLock(on: connection, patience: patience)
    let applied: [Migration]
    do {
      _ = try await connection.query(Self.actAsOwner, [.string(connection.searchPath)])
      applied = try await applyPending(on: connection)
      try await connection.run(script: "reset role", name: "migration")
    } catch {
      // When even this fails the connection is lost, and the lock with it.
      _ = try? await lock(on: connection).unlock(.exclusive, on: connection)
      throw error
    }
    try await lock(on: connection).unlock(.exclusive, on: connection)
    return applied
  }

  /// How the database stands to this program.
  public func status(on connection: isolated Connection) throws -> Status {
    guard try connection.query(Self.tableExists, [.string(connection.searchPath)]).bool(0, 0) else {
      return .missing
    }
    let sums = try checksums(on: connection)
    let known = Dictionary(uniqueKeysWithValues: zip(migrations.map(\.number), sums))
    var applied: Set<Int> = []
    for row in try connection.query(Self.readApplied, []) {
      let number = try Int(row.int32(0))
      guard let sum = known[number] else { return .tooNew(number: number) }
      guard try row.string(2) == sum else {
        return try .changed(number: number, name: row.string(1))
      }
      applied.insert(number)
    }
    let pending = migrations.filter { !applied.contains($0.number) }
    return pending.isEmpty ? .upToDate : .pending(pending)
  }

  /// Throws a `MigrationError` unless the database is up to date.
  public func check(on connection: isolated Connection) throws {
    switch try status(on: connection) {
    case .upToDate: return
    case .pending(let migrations): throw MigrationError.tooOld(pending: migrations.count)
    case .tooNew(let number): throw MigrationError.tooNew(number: number)
    case .changed(let number, let name): throw MigrationError.changed(number: number, name: name)
    case .missing: throw MigrationError.missing
    }
  }
}

extension Migrator {
  /// Asks again and again instead of waiting in the server: a waiting statement would itself hold
  /// up `create index concurrently` of the one who is migrating.
  private func takeLock(on connection: Connection, patience: Duration) async throws {
    let end = ContinuousClock.now + patience
    while try await !lock(on: connection).tryLock(.exclusive, on: connection) {
      guard ContinuousClock.now < end else { throw MigrationError.busy }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// One lock a schema: the schema's name, hashed (FNV-1a), is the second number.
  private func lock(on connection: Connection) -> AdvisoryLock {
    var hash: UInt32 = 0x811c_9dc5
    for byte in connection.searchPath.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    return AdvisoryLock(0x6D69_6772, Int32(bitPattern: hash))
  }

  private func applyPending(on connection: isolated Connection) throws -> [Migration] {
    let pending: [Migration]
    switch try status(on: connection) {
    case .upToDate: return []
    case .tooNew(let number): throw MigrationError.tooNew(number: number)
    case .changed(let number, let name): throw MigrationError.changed(number: number, name: name)
    case .pending(let missing): pending = missing
    case .missing:
      try createTable(on: connection)
      pending = migrations
    }
    let sums = try checksums(on: connection)
    let sumOf = Dictionary(uniqueKeysWithValues: zip(migrations.map(\.number), sums))
    for migration in pending {
      try apply(migration, checksum: sumOf[migration.number] ?? "", on: connection)
    }
    return pending
  }

  private func createTable(on connection: isolated Connection) throws {
    let schema = connection.searchPath
    let exists = try connection.query(Self.schemaExists, [.string(schema)]).bool(0, 0)
    try connection.transaction { connection in
      // `if not exists` would ask for the right to create schemas even where one was prepared.
      if !exists {
        try connection.run(script: "create schema \(quotedIdentifier(schema))", name: "migration")
      }
      try connection.run(script: Self.tableDefinition, name: "migration")
    }
  }

  private func apply(
    _ migration: Migration, checksum: String, on connection: isolated Connection
  ) throws {
    let row: [Parameter] = [
      .int32(Int32(migration.number)), .string(migration.name), .string(checksum),
    ]
    if migration.isOutsideTransaction {
      // A crash between the two leaves it done but not noted, and it is done again: better than
      // noted and not done.
      try connection.run(script: migration.sql, name: migration.name)
      try connection.execute(Self.noteApplied, row)
    } else {
      try connection.transaction { connection in
        try connection.execute(Self.noteApplied, row)
        try connection.run(script: migration.sql, name: migration.name)
      }
    }
  }

  /// SHA-256 of each migration's text, computed by the server.
  private func checksums(on connection: isolated Connection) throws -> [String] {
    try connection.query(Self.sumTexts, [.stringArray(migrations.map(\.sql))])
      .map { try $0.string(0) }
  }

  private static let schemaExists = Statement(
    name: "migration_schema_exists",
    text: "select exists (select from pg_catalog.pg_namespace where nspname = $1)")

  /// What is made belongs to the owner of the schema, whichever of its members makes it.
  private static let actAsOwner = Statement(
    name: "migration_act_as_owner",
    text: """
      select set_config('role', o.rolname::text, false)
      from pg_catalog.pg_namespace n
      join pg_catalog.pg_roles o on o.oid = n.nspowner
      where n.nspname = $1 and o.rolname <> current_user and pg_has_role(o.oid, 'member')
      """)

  private static let tableExists = Statement(
    name: "migration_table_exists",
    text: """
      select exists (
        select from pg_catalog.pg_tables where schemaname = $1 and tablename = 'migration')
      """)

  private static let tableDefinition = """
    create table migration (
      number      integer      not null,
      name        text         not null,
      checksum    text         not null,
      applied_at  timestamptz  not null default now(),
      constraint migration_pk primary key (number)
    );
    comment on table migration is 'The steps of the schema that were applied, in order.';
    comment on column migration.checksum is 'SHA-256 of the step''s text, in hexadecimal.';
    """

  private static let readApplied = Statement(
    name: "migration_read", text: "select number, name, checksum from migration order by number")

  private static let noteApplied = Statement(
    name: "migration_note",
    text: "insert into migration (number, name, checksum) values ($1, $2, $3)")

  private static let sumTexts = Statement(
    name: "migration_checksums",
    text: """
      select encode(sha256(convert_to(sql, 'UTF8')), 'hex')
      from unnest($1) with ordinality as step (sql, place) order by place
      """)
}
