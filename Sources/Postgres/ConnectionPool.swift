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
  private var waiting: [CheckedContinuation<Place?, Never>] = []

  /// Makes a pool of so many places, at least one, that opens its connections this way.
  public init(count: Int, open: @escaping @Sendable () async throws -> Connection) {
    self.open = open
    idle = Array(repeating: nil, count: max(1, count))
  }

  /// Lends a connection to the body alone; waits while all are lent.
  ///
  /// A connection that was lost is replaced the next time; one that was in use within the last
  /// second is not looked at first, and the body finds out.
  public func withConnection<Value: Sendable>(
    _ body: @Sendable (Connection) async throws -> Value
  ) async throws -> Value {
    let kept = await take()
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

  private func take() async -> Place? {
    // One that is open goes before a place without.
    if let place = idle.lastIndex(where: { $0 != nil }) ?? idle.indices.last {
      return idle.remove(at: place)
    }
    return await withCheckedContinuation { waiting.append($0) }
  }

  private func give(_ place: Place?) {
    if waiting.isEmpty {
      idle.append(place)
    } else {
      waiting.removeFirst().resume(returning: place)
    }
  }
}
