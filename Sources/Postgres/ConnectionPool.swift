// SPDX-License-Identifier: Apache-2.0

/// A fixed number of connections, each opened when first needed and handed out in turn.
public actor ConnectionPool {
  private let open: @Sendable () async throws -> Connection
  /// The places that nobody uses; nil where no connection is open (yet, or after it was lost).
  private var idle: [Connection?]
  private var waiting: [CheckedContinuation<Connection?, Never>] = []

  /// Makes a pool of so many places, at least one, that opens its connections this way.
  public init(count: Int, open: @escaping @Sendable () async throws -> Connection) {
    self.open = open
    idle = Array(repeating: nil, count: max(1, count))
  }

  /// Lends a connection to the body alone; waits while all are lent.
  ///
  /// A connection that was lost meanwhile is replaced the next time.
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
      give(connection)
      return value
    } catch {
      give(connection)
      throw error
    }
  }

  /// Ends the sessions that nobody uses.
  public func close() async {
    let ended = idle
    idle = Array(repeating: nil, count: ended.count)
    for connection in ended { await connection?.close() }
  }

  private func usable(_ kept: Connection?) async throws -> Connection {
    if let kept, await kept.isOpen { return kept }
    return try await open()
  }

  private func take() async -> Connection? {
    // One that is open goes before a place without.
    if let place = idle.lastIndex(where: { $0 != nil }) ?? idle.indices.last {
      return idle.remove(at: place)
    }
    return await withCheckedContinuation { waiting.append($0) }
  }

  private func give(_ connection: Connection?) {
    if waiting.isEmpty {
      idle.append(connection)
    } else {
      waiting.removeFirst().resume(returning: connection)
    }
  }
}
