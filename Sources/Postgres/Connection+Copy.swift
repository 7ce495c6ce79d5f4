// SPDX-License-Identifier: Apache-2.0
import CLibPQ

extension Connection {
  /// Sends the rows of a buffer by `copy t (a, b) from stdin binary`, and returns how many there
  /// were.
  ///
  /// Finishes the buffer, and leaves its rows in it: call `reset()` before the next ones. Throws
  /// before anything is sent when a row had fewer or more fields than it began with.
  @discardableResult
  public func copyIn(_ statement: String, _ buffer: inout CopyBuffer) throws -> Int {
    buffer.finish()
    guard buffer.isComplete else {
      throw PostgresError(
        sqlState: "22P04", message: "a row has not as many fields as it began with",
        statement: copyName(statement))
    }
    try beginCopy(statement, PGRES_COPY_IN)
    defer { occupant = nil }
    unsafe buffer.withBytes { unsafe send($0) }
    return try endCopy(statement, failure: nil)
  }

  /// Sends text by `copy t from stdin (format csv)` in pieces, and returns how many rows there
  /// were.
  ///
  /// `next` gives the next piece, nil at the end; a piece may end anywhere, even inside a
  /// character. When `next` throws, nothing is copied.
  @discardableResult
  public func copyIn(text statement: String, next: () throws -> [UInt8]?) throws -> Int {
    try beginCopy(statement, PGRES_COPY_IN)
    defer { occupant = nil }
    do {
      while let piece = try next() {
        guard unsafe piece.withUnsafeBytes({ unsafe send($0) }) else { break }
      }
    } catch {
      _ = try? endCopy(statement, failure: "the source of the rows failed")
      throw error
    }
    return try endCopy(statement, failure: nil)
  }

  /// Runs a `copy … to stdout` and lends each piece as it arrives: a row, or the binary header.
  ///
  /// When the body throws, the copy is canceled, which makes an open transaction fail, and the
  /// connection stays usable.
  public func copyOut(_ sql: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try beginCopy(sql, PGRES_COPY_OUT)
    defer { occupant = nil }
    do {
      while let piece = unsafe nextPiece() {
        defer { unsafe PQfreemem(piece.baseAddress) }
        try unsafe body(UnsafeRawBufferPointer(piece))
      }
    } catch {
      cancel()
      abandonCopy()
      throw error
    }
    _ = try finishCopy(sql)
  }

  /// Runs a `copy … to stdout` and lends each piece as a span; see the other `copyOut`.
  public func copyOut(_ sql: String, spans body: (Span<UInt8>) throws -> Void) throws {
    try unsafe copyOut(sql) { bytes in
      try unsafe body(Span(_unsafeElements: bytes.bindMemory(to: UInt8.self)))
    }
  }

  /// Leaves a COPY in either direction and drops its results.
  func abandonCopy() {
    unsafe PQputCopyEnd(session, "abandoned")
    while let piece = unsafe nextPiece() { unsafe PQfreemem(piece.baseAddress) }
    while let result = unsafe PQgetResult(session) { unsafe PQclear(result) }
  }

  private func beginCopy(_ sql: String, _ direction: ExecStatusType) throws {
    let name = copyName(sql)
    try sendWaiting()
    try checkFree(name)
    let result = unsafe PQexec(session, sql)
    defer { unsafe PQclear(result) }
    let status = unsafe PQresultStatus(result)
    guard status != direction else { return occupant = name }
    try unsafe check(result, name)
    throw PostgresError(sqlState: "42601", message: "this is no such COPY", statement: name)
  }

  /// Sends bytes in pieces that keep libpq's own buffer small; false when the connection is lost.
  @discardableResult
  private func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let longest = 1 << 16
    var start = 0
    while start < bytes.count {
      let count = min(longest, bytes.count - start)
      let piece = unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<start + count])
      let characters = unsafe piece.bindMemory(to: CChar.self)
      guard unsafe PQputCopyData(session, characters.baseAddress, Int32(count)) == 1 else {
        return false
      }
      start += count
    }
    return true
  }

  /// Ends the sending, with a failure so that the server undoes it; throws the server's error.
  private func endCopy(_ sql: String, failure: String?) throws -> Int {
    unsafe PQputCopyEnd(session, failure)
    return try finishCopy(sql)
  }

  /// Reads the results after a COPY; throws the first error, or returns the number of rows.
  private func finishCopy(_ sql: String) throws -> Int {
    var count = 0
    var failure: (any Error)?
    while let result = unsafe PQgetResult(session) {
      defer { unsafe PQclear(result) }
      do {
        if unsafe PQresultStatus(result) != PGRES_COMMAND_OK {
          throw unsafe PostgresError(result: result, session: session, statement: copyName(sql))
        }
        count = unsafe Int(String(cString: PQcmdTuples(result))) ?? 0
      } catch {
        failure = failure ?? error
        if unsafe PQstatus(session) != CONNECTION_OK { break }
      }
    }
    if let failure { throw failure }
    guard isOpen else {
      throw unsafe PostgresError(result: nil, session: session, statement: copyName(sql))
    }
    return count
  }

  /// The next piece of a COPY to here, to be freed by `PQfreemem`; nil after the last.
  private func nextPiece() -> UnsafeMutableRawBufferPointer? {
    var bytes: UnsafeMutablePointer<CChar>?
    let count = unsafe PQgetCopyData(session, &bytes, 0)
    guard count > 0 else { return nil }
    return unsafe UnsafeMutableRawBufferPointer(start: bytes, count: Int(count))
  }

  /// What errors call it: `copy invoice`.
  private func copyName(_ sql: String) -> String {
    sql.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("--") }
      .flatMap { $0.split { $0 == " " || $0 == "(" } }.prefix(2).joined(separator: " ")
  }
}
