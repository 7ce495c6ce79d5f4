// SPDX-License-Identifier: Apache-2.0
import Postgres
import SQLFiles

extension BillRunError {
  /// Puts any error into words, with a code and the exit status that belongs to it.
  ///
  /// Whatever is not known here is a bug: status 70.
  public init(describing error: any Error) {
    switch error {
    case let error as BillRunError: self = error
    case let error as PostgresError: self.init(error)
    case let error as MigrationError: self.init(error)
    case is SessionNotKept: self = .sessionNotKept
    case let error as RowError:
      self.init(.software, code: "row_unexpected", "row not understood, on \(error)")
    case is CancellationError:
      self.init(
        .tryAgain, code: "stopped", "stopped before the end, on request", hint: Self.sameAgain)
    default:
      self.init(.software, code: "unexpected", "unexpected trouble, \(error)".onOneLine)
    }
  }

  static let sessionNotKept = BillRunError(
    .configuration, code: "session_not_kept",
    "sessions not kept, on the database, a pooler in between gives each transaction another one",
    hint: "the address of PostgreSQL itself, or of a pool with pool_mode = session")

  private static let sameAgain = "the same command again, it goes on where it stopped"

  /// Sorts what the server, or the way to it, answered.
  private init(_ error: PostgresError) {
    let place = error.statement ?? "connecting"
    if error.isBadAddress {
      self.init(
        .configuration, code: "database_address_wrong",
        "database address not understood, \(error.message)",
        hint: "billrun … --database 'host=… dbname=…', or DATABASE_URL=postgres://HOST/NAME")
    } else if error.isAuthenticationFailure {
      self.init(
        .noPermission, code: "login_refused", "login refused, on the database, \(error.message)",
        hint: "check user and password: DATABASE_URL, PGUSER, PGPASSWORD or ~/.pgpass")
    } else if error.isReadOnly {
      self.init(
        .noPermission, code: "server_read_only", "server read only, on \(place), \(error.message)",
        hint: "billrun check; a standby is for reports: --database URL of the primary")
    } else if error.isPermissionDenied {
      self.init(
        .noPermission, code: "rights_missing", "rights missing, on \(place), \(error.message)",
        hint: "billrun check")
    } else if error.constraint == "coupon_redemptions_within" {
      self.init(
        .dataError, code: "coupon_used_up",
        "nothing written, a coupon was redeemed by others as often as it may be")
    } else if error.isUnknownZone {
      self.init(
        .configuration, code: "time_zone_unknown", error.message,
        hint: "billrun check names the seller; import it with a zone that the server knows")
    } else if error.isStatementLost {
      self = .sessionNotKept
    } else if error.sqlState == "3D000" {
      self.init(
        .configuration, code: "database_missing", "no such database, \(error.message)",
        hint: "createdb NAME, then billrun migrate up")
    } else if error.isConnectionLoss || error.sqlState.hasPrefix("53") {
      self.init(
        .unavailable, code: "database_unavailable",
        "database not reachable, on \(place), \(error.message)",
        hint: "pg_isready, and check --database, DATABASE_URL or the PG* variables")
    } else if error.isRetryable || error.isCanceled {
      self.init(
        .tryAgain, code: "database_busy", "gave up, on \(place), \(error.message)",
        hint: Self.sameAgain)
    } else {
      self.init(.software, code: "database_refused", "statement refused, \(error)")
    }
  }

  /// Tells why program and schema do not fit together, and names the schema when it is known.
  init(_ error: MigrationError, schema: String? = nil) {
    let place = schema.map { "schema \($0)" } ?? "the schema"
    let up = "billrun migrate up" + (schema.map { $0 == "billing" ? "" : " --schema \($0)" } ?? "")
    switch error {
    case .missing:
      self.init(
        .configuration, code: "schema_missing", "schema missing, on \(place), nothing is there yet",
        hint: up)
    case .tooOld(let pending):
      let count = pending == 1 ? "1 migration is" : "\(pending) migrations are"
      self.init(
        .configuration, code: "schema_too_old", "schema too old, on \(place), \(count) missing",
        hint: up)
    case .tooNew(let number):
      self.init(
        .configuration, code: "schema_too_new",
        "schema too new, on \(place), migration \(number) is not known to this program",
        hint: "billrun --version, and install the version that migrated it or a later one")
    case .changed(let number, let name):
      self.init(
        .configuration, code: "schema_changed",
        "schema changed, on \(place), migration \(number) (\(name)) was applied with another text",
        hint: "billrun migrate status, and use the program as it was released")
    case .busy:
      self.init(
        .tryAgain, code: "schema_busy",
        "another program is migrating, on \(place), gave up waiting",
        hint: up)
    }
  }
}

extension PostgresError {
  /// Whether a seller's time zone is none that the server knows (22023).
  fileprivate var isUnknownZone: Bool {
    statement == SQLFiles.readToday.name && sqlState == "22023"
  }

  /// Whether libpq could not use the connection string, before any server was asked (22023).
  fileprivate var isBadAddress: Bool { statement == nil && sqlState == "22023" }
}

extension String {
  /// The text with line feeds and other white space as single blanks.
  fileprivate var onOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
