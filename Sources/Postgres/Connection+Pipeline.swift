// SPDX-License-Identifier: Apache-2.0
import CLibPQ

extension Connection {
  /// A statement with its parameters.
  public struct Call: Sendable {
    /// What is run.
    public let statement: Statement
    /// Its parameters, in order.
    public let parameters: [Parameter]
    /// Looks at what came of it.
    var check: (@Sendable (Rows) throws -> Void)?

    /// Makes a call of its parts.
    public init(_ statement: Statement, _ parameters: [Parameter]) {
      self.statement = statement
      self.parameters = parameters
    }
  }

  /// Runs a statement whose result nobody needs before the next one, with which it is sent: there
  /// is one wait for both.
  ///
  /// Call inside a transaction. What goes wrong with it, and what `check` throws, is thrown by the
  /// next call, or instead of the commit.
  public func enqueue(
    _ statement: Statement, _ parameters: [Parameter],
    check: (@Sendable (Rows) throws -> Void)? = nil
  ) throws {
    try checkFree(statement.name)
    var call = Call(statement, parameters)
    call.check = check
    waiting.append(call)
  }

  /// Runs statements one after the other, with one wait for all, and returns the rows of each.
  ///
  /// None depends on the rows of another. After the first that fails none is run; its error is
  /// thrown.
  public func queryAll(_ calls: [Call]) throws -> [Rows] { try sendWaiting(and: calls) }

  /// Sends what waits, and then some more, of which it returns the rows.
  @discardableResult
  func sendWaiting(and calls: [Call] = []) throws -> [Rows] {
    let all = waiting + calls
    waiting = []
    if all.isEmpty { return [] }
    for call in all { try prepare(call.statement, call.parameters.map(\.type)) }
    guard unsafe PQenterPipelineMode(session) == 1 else {
      throw unsafe PostgresError(result: nil, session: session, statement: all[0].statement.name)
    }
    defer { unsafe PQexitPipelineMode(session) }
    var failure: (any Error)?
    for call in all where failure == nil {
      do { try send(call) } catch { failure = error }
    }
    guard unsafe PQpipelineSync(session) == 1 else {
      // Nobody could tell where the answers end.
      let lost = unsafe PostgresError(
        result: nil, session: session, statement: all[0].statement.name)
      close()
      throw failure ?? lost
    }
    var rows: [Rows] = []
    for call in all where failure == nil {
      do {
        rows.append(try nextRows(of: call.statement))
        try call.check?(rows[rows.count - 1])
      } catch {
        failure = error
      }
    }
    // What was not run any more, and the end.
    while unsafe PQstatus(session) == CONNECTION_OK, !readsEnd() {}
    if let failure { throw failure }
    return Array(rows.suffix(calls.count))
  }

  private func send(_ call: Call) throws {
    let list = try ParameterList(call.parameters, of: call.statement.name)
    let sent = unsafe list.withArrays { values, lengths, formats in
      unsafe PQsendQueryPrepared(
        session, call.statement.preparedName, list.count, values, lengths, formats, 1)
    }
    guard sent == 1 else {
      throw unsafe PostgresError(result: nil, session: session, statement: call.statement.name)
    }
  }

  /// The rows of the next statement that was sent.
  private func nextRows(of statement: Statement) throws -> Rows {
    let rows = try unsafe self.rows(PQgetResult(session), of: statement)
    while let more = unsafe PQgetResult(session) { unsafe PQclear(more) }
    return rows
  }

  /// Drops a result; true after the one that ends what was sent together.
  private func readsEnd() -> Bool {
    let result = unsafe PQgetResult(session)
    defer { unsafe PQclear(result) }
    return unsafe PQresultStatus(result) == PGRES_PIPELINE_SYNC
  }
}
