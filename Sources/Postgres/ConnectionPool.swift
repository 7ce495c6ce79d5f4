// SPDX-License-Identifier: Apache-2.0

/// A fixed number of connections, each opened when first needed and handed out in turn.
public actor ConnectionPool {
  /// A connection that nobody uses, and when it was last known to be open.
  private struct Place {
    let connection: Connection
    let knownAt: ContinuousClock.Instant
  }

  private let open: @Sendable () async throws -> Connection
  /// The places that nobody uses; nil where no connection is open (yet, or after it was lost).
  private var idle: [Place?]
  private var waiting: [(spare: Int, lender: CheckedContinuation<Place?, Never>)] = []
  private let count: Int

  /// Makes a pool of so many places, at least one, that opens its connections this way.
  public init(count: Int, open: @escaping @Sendable () async throws -> Connection) {
    self.open = open
    self.count = max(1, count)
    idle = Array(repeating: nil, count: self.count)
  }

  /// Lends a connection to the body alone; waits while all are lent, or all but some that are to
  /// be `spare` for others: at least one is not.
  ///
  /// A connection that was lost is replaced the next time; one that was in use within the last
  /// second is not looked at first, and the body finds out.
  public func withConnection<Value: Sendable>(
    leaving spare: Int = 0, _ body: @Sendable (Connection) async throws -> Value
  ) async throws -> Value {
    let kept = await take(leaving: min(spare, count - 1))
    let connection: Connection
    do {
      connection = try await usable(kept)
    } catch {
      give(nil)
      throw error
    }
    do {
      let value = try await body(connection)
      give(Place(connection: connection, knownAt: .now))
      return value
    } catch {
      give(await connection.isOpen ? Place(connection: connection, knownAt: .now) : nil)
      throw error
    }
  }

  /// Ends the sessions that nobody uses.
  public func close() async {
    let ended = idle
    idle = Array(repeating: nil, count: ended.count)
    for place in ended { await place?.connection.close() }
  }

  private func usable(_ kept: Place?) async throws -> Connection {
    // To look is as much as a statement: another thread has to be woken.
    if let kept, kept.knownAt.duration(to: .now) < .seconds(1) { return kept.connection }
    if let kept, await kept.connection.isOpen { return kept.connection }
    return try await open()
  }

  private func take(leaving spare: Int) async -> Place? {
    if idle.count > spare { return next() }
    return await withCheckedContinuation { waiting.append((spare, $0)) }
  }

  /// One that is open goes before a place without.
  private func next() -> Place? {
    idle.remove(at: idle.lastIndex { $0 != nil } ?? idle.count - 1)
  }

  private func give(_ place: Place?) {
    idle.append(place)
    if let first = waiting.firstIndex(where: { idle.count > $0.spare }) {
      waiting.remove(at: first).lender.resume(returning: next())
    }
  }
}
