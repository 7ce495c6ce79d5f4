// SPDX-License-Identifier: Apache-2.0
import CLibPQ

/// A session of libpq on its way from the thread that opened it to the actor that owns it.
@safe struct OpenSession: Sendable {
  // It is handed over once, and the thread that opened it forgets it.
  nonisolated(unsafe) let pointer: OpaquePointer?
}

/// All that a session is opened with.
struct SessionRequest: Sendable {
  let url: String
  let searchPath: String
  let applicationName: String
  let settings: [String: String]

  /// Connects and sets the session up; blocks.
  func open() throws -> OpenSession {
    let session = unsafe connect()
    guard unsafe PQstatus(session) == CONNECTION_OK else {
      defer { unsafe PQfinish(session) }
      throw unsafe PostgresError(connecting: session)
    }
    unsafe PQsetErrorVerbosity(session, PQERRORS_DEFAULT)
    let result = unsafe PQexec(session, setUp)
    defer { unsafe PQclear(result) }
    guard unsafe PQresultStatus(result) == PGRES_COMMAND_OK else {
      defer { unsafe PQfinish(session) }
      throw unsafe PostgresError(result: result, session: session, statement: "set")
    }
    return unsafe OpenSession(pointer: session)
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
  private var setUp: String {
    let own = [
      "set search_path = \(quotedIdentifier(searchPath))",
      "set client_min_messages = warning",
      "set timezone = 'UTC'",
    ]
    let wanted = settings.sorted { $0.key < $1.key }.map {
      "set \(quotedIdentifier($0.key)) = \(quotedLiteral($0.value))"
    }
    return (own + wanted).joined(separator: "; ")
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
