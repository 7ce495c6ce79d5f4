// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import Synchronization

/// A set of books that is served, with the connections to it.
final class Book: Sendable {
  /// What the settings say of it.
  let settings: Settings
  /// The way to it.
  let database: Database
  /// Makes the invoices that come at the same time.
  let creations = CreationQueue()
  private let pool: ConnectionPool
  /// So many connections are for reading alone: writers that wait for a lock keep no reader so.
  private let spare: Int
  private let desk = Mutex<LinkDesk?>(nil)
  /// Requests with an idempotency key that ended here without an answer: nobody is at them.
  private let ended = Mutex<Set<String>>([])
  private let callers = Mutex<[[UInt8]: (caller: Caller, until: ContinuousClock.Instant)]>([:])

  /// Makes the way; nothing is opened yet.
  ///
  /// A request that waits for another's lock, or for a slow statement, ends and can come again.
  init(_ settings: Settings) {
    self.settings = settings
    let database = Database(settings)
    self.database = database
    spare = max(1, settings.serve.connections / 4)
    pool = ConnectionPool(count: settings.serve.connections) {
      try await database.connect(settings: ["lock_timeout": "5s", "statement_timeout": "60s"])
    }
  }

  /// The schema, by which keys name the books.
  var schema: String { database.schema }

  /// Who shows documents by their links; nil where they have none.
  var links: LinkDesk? { desk.withLock { $0 } }

  /// Removes answers and tokens that are too old.
  func tidy() async throws { try await write { try AnswerStore.tidy(on: $0) } }

  /// Looks whether the books can be served, and reads what links are made with.
  func open(_ clock: WallClock) async throws {
    try await check()
    try await tidy()
    let settings = settings
    let made = try await read { try LinkDesk(settings, clock: clock, on: $0) }
    desk.withLock { $0 = made }
  }

  /// Reads in one snapshot.
  func read<Value: Sendable>(
    _ body: @Sendable (isolated Connection) throws -> Value
  ) async throws -> Value {
    try await pool.withConnection {
      try await $0.transaction(isolation: .repeatableRead, readOnly: true, body)
    }
  }

  /// Does single statements, each for itself.
  func ask<Value: Sendable>(
    _ body: @Sendable (isolated Connection) throws -> Value
  ) async throws -> Value {
    try await pool.withConnection { try await $0.doing(body) }
  }

  /// Writes all of it or nothing; `user` asks where a second person is wanted.
  func write<Value: Sendable>(
    by user: String = SystemUser.name,
    _ body: @Sendable (isolated Connection) throws -> Value
  ) async throws -> Value {
    try await pool.withConnection(leaving: spare) { try await $0.operation(by: user, body) }
  }

  /// Whose a key or a token is; nil where it is nobody's, or no longer.
  ///
  /// Who was found is known for a second: so long can somebody whose key is revoked still ask. By
  /// the digest, of which nobody can choose a byte: how long the look takes tells nothing.
  func caller(of credential: Credential) async throws -> Caller? {
    let digest = credential.digest
    let known = callers.withLock { $0[digest] }
    if let known, known.until > .now { return known.caller }
    let caller = try await ask { try Caller.find(credential, on: $0) }
    callers.withLock { callers in
      if callers.count >= 1_000 { callers.removeAll() }
      callers[digest] = caller.map { ($0, .now + .seconds(1)) }
    }
    return caller
  }

  /// Notes that a request of an idempotency key has ended without an answer.
  func noteEnd(of place: String) {
    ended.withLock { ended in
      // Those that are forgotten are given back after ten minutes, as by a server that dies.
      if ended.count >= 1_000 { ended.removeAll() }
      ended.insert(place)
    }
  }

  /// Whether a request has ended so; only who takes it first is told.
  func takeEnd(of place: String) -> Bool {
    ended.withLock { $0.remove(place) != nil }
  }

  /// Looks whether the books can be reached, and fit this program.
  func check() async throws { try await database.open().close() }

  /// Ends the sessions.
  func close() async { await pool.close() }
}

extension Connection {
  /// Does something on this connection.
  fileprivate func doing<Value>(
    _ body: (isolated Connection) throws -> Value
  ) rethrows -> Value { try body(self) }
}
