// SPDX-License-Identifier: Apache-2.0
import CLibPQ

/// A session of libpq on its way from the thread that opened it to the actor that owns it.
@safe struct OpenSession: Sendable {
  // It is handed over once, and the thread that opened it forgets it.
  nonisolated(unsafe) let pointer: OpaquePointer?
  /// The server's process number of this session.
  let backendID: Int32
}

/// All that a session is opened with.
struct SessionRequest: Sendable {
  let url: String
  let searchPath: String
  let applicationName: String
  let settings: [String: String]
  /// Whether a session that goes through a pooler must be shown to be kept.
  let needsProof: Bool

  /// Connects and sets the session up; blocks.
  func open() throws -> OpenSession {
    let session = unsafe try connected()
    do {
      let announced = unsafe PQbackendPID(session)
      let found = unsafe try setUp(session, whenProcessIs: needsProof ? announced : nil)
      if found.isSet { return unsafe OpenSession(pointer: session, backendID: found.process) }
      unsafe try prove(session)
      let process = unsafe try setUp(session, whenProcessIs: nil).process
      return unsafe OpenSession(pointer: session, backendID: process)
    } catch {
      unsafe PQfinish(session)
      throw error
    }
  }

  private func prove(_ session: OpaquePointer?) throws {
    let other = unsafe try connected()
    defer { unsafe PQfinish(other) }
    unsafe try SessionProof(of: session, beside: other).run()
  }

  private func connected() throws -> OpaquePointer? {
    let session = unsafe connect()
    guard unsafe PQstatus(session) == CONNECTION_OK else {
      defer { unsafe PQfinish(session) }
      throw unsafe PostgresError(connecting: session)
    }
    unsafe PQsetErrorVerbosity(session, PQERRORS_DEFAULT)
    return unsafe session
  }

  /// Sets the session up in one round trip, and returns the server's process number.
  ///
  /// With the process that was announced on connecting it sets nothing when another one answers:
  /// then a pooler is in between, and its sessions may be other clients' in the next moment.
  private func setUp(
    _ session: OpaquePointer?, whenProcessIs announced: Int32?
  ) throws -> (process: Int32, isSet: Bool) {
    let result = unsafe PQexec(session, setUp(whenProcessIs: announced))
    defer { unsafe PQclear(result) }
    guard unsafe PQresultStatus(result) == PGRES_TUPLES_OK else {
      throw unsafe PostgresError(result: result, session: session, statement: "set")
    }
    let process = Int32(unsafe String(cString: PQgetvalue(result, 0, 0))) ?? 0
    return (process, announced == nil || process == announced)
  }

  /// Connects in libpq's own blocking way, so that its time limits and lists of hosts count.
  private func connect() -> OpaquePointer? {
    // What comes before `dbname` is overruled by the URL; the fallback name also by PGAPPNAME.
    var keywords = ["fallback_application_name", "dbname", "client_encoding"]
    var values = [applicationName, url, "UTF8"]
    if !hasTimeLimit {
      keywords.insert("connect_timeout", at: 0)
      values.insert("30", at: 0)
    }
    let session = unsafe withCStrings(keywords) { keywords in
      unsafe withCStrings(values) { values in
        unsafe PQconnectdbParams(keywords, values, 1)
      }
    }
    if unsafe PostgresError.isServersAnswer(session) {
      // Only a session can be told to put SQLSTATE into its messages, so the refused one is told,
      // and tries once more: there is no other way to learn it.
      unsafe PQsetErrorVerbosity(session, PQERRORS_VERBOSE)
      unsafe PQreset(session)
    }
    unsafe PQsetNoticeProcessor(session, { _, _ in }, nil)
    return unsafe session
  }

  /// Whether the environment (PGCONNECT_TIMEOUT, a service) limits the time of connecting.
  private var hasTimeLimit: Bool {
    let defaults = unsafe PQconndefaults()
    defer { unsafe PQconninfoFree(defaults) }
    guard var option = unsafe defaults else { return false }
    while let keyword = unsafe option.pointee.keyword {
      if unsafe String(cString: keyword) == "connect_timeout" {
        return unsafe option.pointee.val != nil
      }
      unsafe option += 1
    }
    return false
  }

  /// The session's settings: one schema, quiet, UTC, and what the caller wants.
  private func setUp(whenProcessIs process: Int32?) -> String {
    var wanted = settings
    wanted["search_path"] = quotedIdentifier(searchPath)
    wanted["client_min_messages"] = "warning"
    wanted["timezone"] = "UTC"
    let rows = wanted.sorted { $0.key < $1.key }.map {
      "(\(quotedLiteral($0.key)), \(quotedLiteral($0.value)))"
    }
    return """
      select pg_catalog.pg_backend_pid(), count(pg_catalog.set_config(s.name, s.value, false))
      from (values \(rows.joined(separator: ", "))) s (name, value)
      \(process.map { "where pg_catalog.pg_backend_pid() = \($0)" } ?? "")
      """
  }
}

/// An SQL identifier in double quotes.
func quotedIdentifier(_ name: String) -> String {
  "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
    + "\""
}

/// An SQL string constant, for the server's default of `standard_conforming_strings`.
private func quotedLiteral(_ text: String) -> String {
  "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
}

/// Lends strings as C's array of C strings with a null pointer at its end.
private func withCStrings<Value>(
  _ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> Value
) -> Value {
  let bytes = strings.map { $0.utf8.map(CChar.init(bitPattern:)) + [0] }
  return unsafe Array(bytes.joined()).withUnsafeBufferPointer { characters in
    var pointers: [UnsafePointer<CChar>?] = unsafe []
    var start = 0
    for string in bytes {
      unsafe pointers.append(characters.baseAddress?.advanced(by: start))
      start += string.count
    }
    unsafe pointers.append(nil)
    return unsafe body(pointers)
  }
}
