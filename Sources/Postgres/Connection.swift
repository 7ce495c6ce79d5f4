// SPDX-License-Identifier: Apache-2.0
import CLibPQ

/// One session with the server.
///
/// It runs on a queue of its own, so that waiting for the server blocks nobody else. After the
/// connection is lost every call throws an error whose `isConnectionLoss` is true; a `Connection`
/// is never connected again. Prepared statements and advisory locks need a session that stays: not
/// a pooler by transaction, which `needsProof` finds out.
@safe public actor Connection {
  /// The server's process number of this session.
  public nonisolated let backendID: Int32

  /// The one schema in which tables are looked up.
  public nonisolated let searchPath: String

  private let executor: QueueExecutor
  private nonisolated let canceller: CancelHandle
  var session: OpaquePointer?
  /// What holds the session in the middle of a result or a COPY, as its name; nil when nothing
  /// does.
  var occupant: String?
  private var prepared: [String: PreparedStatement] = [:]
  /// Statements that are sent before the next one.
  var waiting: [Call] = []
  /// How often what the session keeps was made use of, by the name of the script that made it.
  private var kept: [String: Int] = [:]

  /// Runs the actor's work on its own queue.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  /// Connects, and waits at most libpq's `connect_timeout`, 30 seconds unless set otherwise.
  ///
  /// - Parameters:
  ///   - url: A URL or `key=value` settings of libpq; empty means its defaults and environment.
  ///   - searchPath: The one schema in which tables are looked up; it need not exist yet.
  ///   - applicationName: The name in `pg_stat_activity`, unless the URL or PGAPPNAME gives one.
  ///   - settings: Settings of the server for this session, such as `["lock_timeout": "5s"]`.
  ///   - needsProof: Whether to make sure that a pooler in between keeps the session.
  /// - Throws: `PostgresError` with a message of one line; `SessionNotKept` by that proof.
  public init(
    _ url: String, searchPath: String, applicationName: String,
    settings: [String: String] = [:], needsProof: Bool = false
  ) async throws {
    let request = SessionRequest(
      url: url, searchPath: searchPath, applicationName: applicationName, settings: settings,
      needsProof: needsProof)
    let executor = QueueExecutor(label: "postgres.connection")
    let opened = try await executor.run { try request.open() }
    self.executor = executor
    self.searchPath = searchPath
    unsafe session = opened.pointer
    backendID = opened.backendID
    unsafe canceller = CancelHandle(of: opened.pointer)
  }

  isolated deinit { unsafe PQfinish(session) }

  /// Runs a body in one transaction.
  ///
  /// The body is synchronous, so nothing can be awaited while the transaction is open.
  /// Commits when the body returns, rolls back when it throws. An error of `commit` itself with
  /// `isConnectionLoss` leaves open whether the server committed: look before doing it again.
  ///
  /// - Throws: What the body throws, or `PostgresError`, also when the server answers `commit` by
  ///   rolling back since a statement had failed, and when a transaction is open already (25001).
  public func transaction<Value: Sendable>(
    isolation: Isolation = .readCommitted, readOnly: Bool = false,
    _ body: @Sendable (isolated Connection) throws -> Value
  ) throws -> Value {
    try inTransaction(isolation: isolation, readOnly: readOnly) { try body(self) }
  }

  /// The same for who is already on this connection: the body may use what never leaves it.
  public func inTransaction<Value>(
    isolation: Isolation = .readCommitted, readOnly: Bool = false, _ body: () throws -> Value
  ) throws -> Value {
    try requireIdle()
    let access = readOnly ? "read only" : "read write"
    let begin = "begin isolation level \(isolation.rawValue) \(access)"
    waiting = [Call(Statement(name: begin, text: begin), [])]
    let keptBefore = kept
    do {
      let value = try body()
      try commit()
      return value
    } catch {
      // The body's error tells more than a rollback that fails too, which means a lost connection.
      waiting = []
      rewind(to: keptBefore)
      if isInTransaction { try? run(script: "rollback", name: "rollback") }
      throw error
    }
  }

  /// Runs a body whose changes are undone when it throws, while the transaction around it stays
  /// usable; within another one, too.
  public func inSavepoint<Value>(_ body: () throws -> Value) throws -> Value {
    try run(script: "savepoint body", name: "savepoint")
    let keptBefore = kept
    do {
      let value = try body()
      try run(script: "release savepoint body", name: "release savepoint")
      return value
    } catch {
      waiting = []
      rewind(to: keptBefore)
      // It would stay, and hide one of the same name around it.
      try run(
        script: "rollback to savepoint body; release savepoint body",
        name: "rollback to savepoint")
      throw error
    }
  }

  /// Runs a query and returns all its rows.
  public func query(_ statement: Statement, _ parameters: [Parameter]) throws -> Rows {
    if !waiting.isEmpty { return try sendWaiting(and: [Call(statement, parameters)])[0] }
    let list = try ParameterList(parameters, of: statement.name)
    try prepare(statement, list.types)
    let result = unsafe list.withArrays { values, lengths, formats in
      unsafe PQexecPrepared(
        session, statement.preparedName, list.count, values, lengths, formats, 1)
    }
    return try unsafe rows(result, of: statement)
  }

  /// Runs a statement and returns how many rows it changed.
  @discardableResult
  public func execute(_ statement: Statement, _ parameters: [Parameter]) throws -> Int {
    try query(statement, parameters).affectedCount
  }

  /// Runs SQL text of any number of statements without parameters, in one implicit transaction.
  ///
  /// Errors call it by the name.
  public func run(script: String, name: String = "script") throws {
    try sendWaiting()
    try checkFree(name)
    let result = unsafe PQexec(session, script)
    defer { unsafe PQclear(result) }
    try unsafe check(result, name)
  }

  /// Makes what the session keeps, such as temporary tables, by a script, unless it has it: how
  /// often it was used before, 0 where it was made now.
  ///
  /// A transaction that is rolled back takes along what it has made.
  public func keep(script: String, name: String) throws -> Int {
    let uses = kept[name] ?? 0
    if uses == 0 { try run(script: script, name: name) }
    kept[name] = uses + 1
    return uses
  }

  /// What was made since then is gone; the rest was used all the same.
  private func rewind(to before: [String: Int]) {
    kept = before.merging(kept.filter { before[$0.key] != nil }, uniquingKeysWith: max)
  }

  /// Has what a script has made made anew by its next use; the script must bear that.
  public func forget(_ name: String) { kept[name] = nil }

  /// Runs a query and gives each row to the body as it arrives, so that memory stays flat.
  ///
  /// No other call is possible until it returns. When the body throws, the query is canceled, which
  /// makes an open transaction fail, and the connection stays usable.
  public func stream(
    _ statement: Statement, _ parameters: [Parameter], _ body: (Row) throws -> Void
  ) throws {
    try sendWaiting()
    let list = try ParameterList(parameters, of: statement.name)
    try prepare(statement, list.types)
    let sent = unsafe list.withArrays { values, lengths, formats in
      unsafe PQsendQueryPrepared(
        session, statement.preparedName, list.count, values, lengths, formats, 1)
    }
    guard sent == 1, unsafe PQsetSingleRowMode(session) == 1 else {
      throw unsafe PostgresError(result: nil, session: session, statement: statement.name)
    }
    occupant = statement.name
    defer { occupant = nil }
    do {
      while let result = unsafe PQgetResult(session) {
        for row in try unsafe rows(result, of: statement) { try body(row) }
      }
    } catch {
      if unsafe PQtransactionStatus(session) == PQTRANS_ACTIVE { cancel() }
      discardResults()
      throw error
    }
  }

  /// Asks the server to cancel whatever this session runs; its error is then `isCanceled`.
  ///
  /// Callable from any task or thread, also while the actor is busy: it touches only a handle that
  /// was made on connecting and is never written again. Does nothing when the session is idle.
  public nonisolated func cancel() { canceller.cancel() }

  /// Ends the session; every later call throws.
  public func close() {
    unsafe PQfinish(session)
    unsafe session = nil
  }

  /// Whether the session was not closed, and neither a call nor a look at what has come in since
  /// then found the connection lost.
  public var isOpen: Bool {
    guard unsafe PQstatus(session) == CONNECTION_OK else { return false }
    if occupant != nil { return true }
    // A server that stops says so before it hangs up: the second look finds the end.
    return unsafe PQconsumeInput(session) == 1 && PQconsumeInput(session) == 1
      && PQstatus(session) == CONNECTION_OK
  }
}

extension Connection {
  /// How far a transaction is kept apart from others.
  public enum Isolation: String, Sendable {
    /// Each statement sees what was committed before it began.
    case readCommitted = "read committed"
    /// All statements see what was committed before the first of them began.
    case repeatableRead = "repeatable read"
  }

  /// What a statement was prepared with.
  private struct PreparedStatement {
    let text: String
    let types: [UInt32]
    var columns: Columns?
  }

  /// Whether the server has a transaction of this session open.
  private var isInTransaction: Bool {
    let status = unsafe PQtransactionStatus(session)
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
  }

  private func requireIdle() throws {
    if isInTransaction || !waiting.isEmpty {
      throw PostgresError(
        sqlState: "25001", message: "a transaction is open already", statement: "begin")
    }
  }

  /// Commits; throws when the server rolls back instead.
  private func commit() throws {
    if waiting.contains(where: { $0.check != nil }) { try sendWaiting() }
    let done = try sendWaiting(and: [Call(Statement(name: "commit", text: "commit"), [])])
    guard done[0].command == "COMMIT" else {
      throw PostgresError(
        sqlState: "25P02",
        message: "the transaction was rolled back, since a statement in it had failed",
        statement: "commit")
    }
  }

  /// Prepares a statement unless it is; one name stands for one text and one list of types.
  func prepare(_ statement: Statement, _ types: [UInt32]) throws {
    try checkFree(statement.name)
    if let known = prepared[statement.name] {
      guard known.text == statement.text && known.types == types else {
        throw PostgresError(
          sqlState: "42P05",
          message: "the statement was prepared with another text or other types of parameters",
          statement: statement.name)
      }
      return
    }
    let result = unsafe PQprepare(
      session, statement.preparedName, statement.text, Int32(types.count), types)
    defer { unsafe PQclear(result) }
    try unsafe check(result, statement.name)
    prepared[statement.name] = PreparedStatement(text: statement.text, types: types)
  }

  /// Takes over a result; throws its error, if it is one.
  func rows(_ result: OpaquePointer?, of statement: Statement) throws -> Rows {
    do {
      try unsafe check(result, statement.name)
    } catch {
      unsafe PQclear(result)
      throw error
    }
    if let columns = prepared[statement.name]?.columns {
      return unsafe Rows(owning: result, columns: columns)
    }
    let columns = unsafe Columns(of: result, statement: statement.name)
    prepared[statement.name]?.columns = columns
    return unsafe Rows(owning: result, columns: columns)
  }

  /// Throws when a stream or a COPY is going on, which libpq would silently throw away.
  func checkFree(_ statement: String) throws {
    guard let occupant else { return }
    throw PostgresError(
      sqlState: "55006", message: "the connection is in the middle of \(occupant)",
      statement: statement)
  }

  /// Throws the error of a result; a COPY that was not asked for is ended and an error too.
  func check(_ result: OpaquePointer?, _ statement: String) throws {
    switch unsafe PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_EMPTY_QUERY: return
    case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
      abandonCopy()
      throw PostgresError(
        sqlState: "0A000", message: "COPY is only possible by copyIn and copyOut",
        statement: statement)
    default:
      throw unsafe PostgresError(result: result, session: session, statement: statement)
    }
  }

  /// Reads and drops what is left of a result.
  func discardResults() {
    while let result = unsafe PQgetResult(session) {
      let status = unsafe PQresultStatus(result)
      unsafe PQclear(result)
      if status == PGRES_COPY_IN || status == PGRES_COPY_OUT { return abandonCopy() }
    }
  }
}
