// SPDX-License-Identifier: Apache-2.0
import CLibPQ

/// What the server, or the way to it, answered instead of a result.
public struct PostgresError: Error, Hashable, Sendable {
  /// The five characters of SQLSTATE; empty when the trouble is on this side of the connection.
  public let sqlState: String

  /// The server's message on one line.
  public let message: String

  /// The server's detail, which may hold values of rows; nil when it gave none.
  public var detail: String?

  /// The server's hint; nil when it gave none.
  public var hint: String?

  /// Where in a function or a copied file it happened, which may hold values; nil when not told.
  public var context: String?

  /// The constraint that refused; nil when none did.
  public var constraint: String?

  /// The table concerned; nil when not told.
  public var table: String?

  /// The column concerned; nil when not told.
  public var column: String?

  /// The name of the statement, or what stands for it (`begin`, `copy invoice`); nil on connecting.
  public var statement: String?

  /// Whether the connection was unusable after the error.
  let connectionIsBad: Bool

  /// Makes an error of this module's own, with the SQLSTATE that fits best.
  init(sqlState: String, message: String, statement: String?, connectionIsBad: Bool = false) {
    self.sqlState = sqlState
    self.message = message
    self.statement = statement
    self.connectionIsBad = connectionIsBad
  }

  /// Whether the same transaction may succeed when it is simply run again.
  ///
  /// True for a serialization failure (40001), a deadlock (40P01) and a lock not available (55P03).
  public var isRetryable: Bool { ["40001", "40P01", "55P03"].contains(sqlState) }

  /// Whether the server is out of reach, was lost, or is starting or stopping.
  public var isConnectionLoss: Bool {
    sqlState.hasPrefix("08") || ["57P01", "57P02", "57P03"].contains(sqlState)
      || (sqlState.isEmpty && connectionIsBad)
  }

  /// Whether a row with the same key exists already (23505).
  public var isUniqueViolation: Bool { sqlState == "23505" }

  /// Whether the role, or a read-only transaction or server, forbids it (42501, 25006).
  public var isPermissionDenied: Bool { ["42501", "25006"].contains(sqlState) }

  /// Whether server or transaction only read (25006), or the server is a standby (0A000).
  public var isReadOnly: Bool {
    sqlState == "25006" || (sqlState == "0A000" && message.contains("during recovery"))
  }

  /// Whether the server refused the role or its password (class 28).
  public var isAuthenticationFailure: Bool { sqlState.hasPrefix("28") }

  /// Whether a table does not exist (42P01).
  public var isUndefinedTable: Bool { sqlState == "42P01" }

  /// Whether a schema does not exist (3F000).
  public var isUndefinedSchema: Bool { sqlState == "3F000" }

  /// Whether the server does not know what this session has prepared (26000): a pooler has put
  /// another one in its place.
  public var isStatementLost: Bool { sqlState == "26000" }

  /// Whether the statement was canceled, by `Connection.cancel()` or a time limit (57014).
  public var isCanceled: Bool { sqlState == "57014" }
}

extension PostgresError: CustomStringConvertible {
  /// The message with SQLSTATE, statement and constraint, without values of parameters or rows.
  public var description: String {
    var facts: [String] = []
    if !sqlState.isEmpty { facts.append("SQLSTATE \(sqlState)") }
    if let statement { facts.append("statement \(statement)") }
    if let constraint { facts.append("constraint \(constraint)") }
    return facts.isEmpty ? quiet : "\(quiet) (\(facts.joined(separator: ", ")))"
  }

  /// The message, where class 22 (wrong data) quotes the value and so loses what is in quotes.
  private var quiet: String {
    sqlState.hasPrefix("22") ? Self.withoutQuoted(message) : message
  }

  private static func withoutQuoted(_ text: String) -> String {
    let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
    return parts.enumerated().map { $0 % 2 == 0 ? String($1) : "…" }.joined(separator: "\"")
  }
}

extension PostgresError {
  /// Reads the error out of a result, or out of the session when there is no result.
  init(result: OpaquePointer?, session: OpaquePointer?, statement: String?) {
    func field(_ field: Field) -> String? {
      unsafe PQresultErrorField(result, Int32(field.rawValue)).map { unsafe String(cString: $0) }
    }
    let state = field(.sqlState) ?? ""
    let text = unsafe field(.message) ?? String(cString: PQerrorMessage(session))
    // libpq tells of a broken connection when it cannot write, but believes it only when it reads.
    if state.isEmpty { _ = unsafe PQconsumeInput(session) }
    let bad = unsafe PQstatus(session) == CONNECTION_BAD
    self.init(
      sqlState: state, message: Self.oneLine(text), statement: statement, connectionIsBad: bad)
    detail = field(.detail)
    hint = field(.hint)
    context = field(.context)
    constraint = field(.constraint)
    table = field(.table)
    column = field(.column)
  }

  /// Reads why connecting failed; expects the session's verbose messages, which carry SQLSTATE.
  ///
  /// Settings that libpq cannot use get 22023, and a password that is missing 28P01.
  init(connecting session: OpaquePointer?) {
    let verbose = unsafe String(cString: PQerrorMessage(session))
    var state = ""
    var lines: [String] = []
    for line in verbose.split(separator: "\n") where !line.hasPrefix("LOCATION:") {
      let (text, found) = Self.withoutState(line)
      lines.append(text)
      if let found { state = found }
    }
    var message = Self.oneLine(lines.joined(separator: "\n"))
    if unsafe PQconnectionNeedsPassword(session) == 1 { state = "28P01" }
    let isAboutServer = ["connection to server", "could not translate host name"].contains {
      message.hasPrefix($0)
    }
    if state.isEmpty && !isAboutServer {
      // Then it is about the settings, and may quote a piece of a password.
      state = "22023"
      message = Self.withoutQuoted(message)
    }
    self.init(sqlState: state, message: message, statement: nil, connectionIsBad: true)
  }

  /// Whether the message of a session is the server's: libpq puts `FATAL` (in the server's
  /// language), a colon and two blanks before it.
  static func isServersAnswer(_ session: OpaquePointer?) -> Bool {
    unsafe String(cString: PQerrorMessage(session)).split(separator: ":").dropFirst()
      .contains { $0.hasPrefix("  ") }
  }

  /// Takes `28P01` out of `FATAL:  28P01: password authentication failed`.
  private static func withoutState(_ line: Substring) -> (text: String, state: String?) {
    let bytes = Array(line.utf8)
    let space = UInt8(ascii: " ")
    let colon = UInt8(ascii: ":")
    for start in bytes.indices where start + 9 < bytes.count {
      let code = bytes[start + 3..<start + 8]
      guard bytes[start] == colon, bytes[start + 1] == space, bytes[start + 2] == space,
        bytes[start + 8] == colon, bytes[start + 9] == space,
        code.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) })
      else { continue }
      let text = bytes[...start] + bytes[(start + 9)...]
      return (String(decoding: text, as: UTF8.self), String(decoding: code, as: UTF8.self))
    }
    return (String(line), nil)
  }

  /// Joins the lines of a message by semicolons.
  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline)
      .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
      .joined(separator: "; ")
  }
}

/// The letters of an error's fields in libpq (PG_DIAG_…, macros that Swift cannot see).
private enum Field: UInt8 {
  case sqlState = 0x43  // C
  case message = 0x4D  // M
  case detail = 0x44  // D
  case hint = 0x48  // H
  case context = 0x57  // W
  case constraint = 0x6E  // n
  case table = 0x74  // t
  case column = 0x63  // c
}
