// SPDX-License-Identifier: Apache-2.0
import CLibPQ
import Glibc

/// A pooler between us and the server gives each transaction another session of the server.
public struct SessionNotKept: Error {}

/// Proof that a session stays ours from one transaction to the next, although a pooler stands
/// between us and the server.
///
/// A pooler that keeps sessions never shows two of its clients the same process of the server, nor
/// one client two. One that pools by transaction does so within a few looks, whichever end of its
/// queue it takes from. So the answer "not kept" is never wrong, and nothing is set or locked
/// before it is given.
@safe struct SessionProof {
  /// How often it looks; one look finds it when the pool is quiet.
  private static let looks = 8
  /// How long a second session may wait for a place in the pool, in milliseconds.
  private static let patience: Int32 = 3_000

  private let own: OpaquePointer?
  private let other: OpaquePointer?

  /// Takes a session, and a second one through the same pooler.
  init(of own: OpaquePointer?, beside other: OpaquePointer?) {
    unsafe self.own = unsafe own
    unsafe self.other = unsafe other
  }

  /// Throws `SessionNotKept`, or `PostgresError`.
  func run() throws {
    let first = unsafe try process(own, "select")
    var second: Int32?
    var hasPlace = true
    for _ in 0..<Self.looks {
      guard unsafe try process(own, "select") == first else { throw SessionNotKept() }
      if hasPlace {
        let next = try lookBeside()
        hasPlace = next != nil
        if next == first || second.map({ $0 != next }) ?? false && hasPlace {
          throw SessionNotKept()
        }
        second = next
      }
      // While the other holds a transaction open.
      guard unsafe try process(own, "select") == first else { throw SessionNotKept() }
      if hasPlace { _ = unsafe try process(other, "commit; select") }
    }
  }

  /// The process of the second session, which stays in a transaction; nil when the pool is full.
  private func lookBeside() throws -> Int32? {
    guard unsafe PQsendQuery(other, "begin; select pg_catalog.pg_backend_pid()") == 1 else {
      throw unsafe PostgresError(result: nil, session: other, statement: "set")
    }
    while unsafe PQisBusy(other) == 1 {
      var socket = pollfd(fd: unsafe PQsocket(other), events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&socket, 1, Self.patience) > 0 else { return nil }
      guard unsafe PQconsumeInput(other) == 1 else { break }
    }
    var found: Int32?
    var failure: PostgresError?
    while let result = unsafe PQgetResult(other) {
      defer { unsafe PQclear(result) }
      do {
        found = unsafe try process(in: result, other) ?? found
      } catch let error as PostgresError {
        failure = error
      }
    }
    if let failure { throw failure }
    return found
  }

  /// The server's process that answers a session.
  private func process(_ session: OpaquePointer?, _ command: String) throws -> Int32? {
    let result = unsafe PQexec(session, "\(command) pg_catalog.pg_backend_pid()")
    defer { unsafe PQclear(result) }
    return unsafe try process(in: result, session)
  }

  private func process(in result: OpaquePointer?, _ session: OpaquePointer?) throws -> Int32? {
    switch unsafe PQresultStatus(result) {
    case PGRES_COMMAND_OK: return nil
    case PGRES_TUPLES_OK: return Int32(unsafe String(cString: PQgetvalue(result, 0, 0)))
    default:
      let error = unsafe PostgresError(result: result, session: session, statement: "set")
      // A pooler by statement refuses transactions, in these words.
      if error.message.contains("pooling mode") { throw SessionNotKept() }
      throw error
    }
  }
}
