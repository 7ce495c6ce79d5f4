// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres

/// Creates invoices: those that come while others are being made, together in one transaction.
///
/// What a creation costs is mostly the same for one and for twenty. One that comes alone waits for
/// nobody. What cannot be made with others, or is kept waiting, is made outside of the queue, so
/// that each caller is answered as if there had been no other.
actor CreationQueue {
  /// Makes the answer of an invoice, by its id.
  typealias Answering = @Sendable (Int64, isolated Connection) throws -> Answer

  private struct Creation: Sendable {
    let text: DocumentText
    let call: Call
    let answering: Answering
  }

  /// One idempotency key was used before, by whatever else.
  private struct KnownKey: Error {}

  /// At most so many are made together.
  private static let most = 32
  /// Longer texts, in bytes, are made outside of the queue.
  private static let longest = 8 << 10

  private typealias Waiting = (
    creation: Creation, caller: CheckedContinuation<Answer?, any Error>
  )
  private var waiting: [Waiting] = []
  private var isAtWork = false

  /// Makes an invoice of a text, and its answer.
  ///
  /// Throws what `InvoiceOperations.create` throws.
  func create(
    _ text: DocumentText, _ call: Call, _ answering: @escaping Answering
  ) async throws -> Answer {
    let creation = Creation(text: text, call: call, answering: answering)
    if text.count <= Self.longest, let answer = try await wait(creation) { return answer }
    return try await call.write { connection in
      try answering(call.operations.create(text, on: connection), connection)
    }
  }

  /// The answer of what was made together with others; nil where nothing was made.
  private func wait(_ creation: Creation) async throws -> Answer? {
    try await withCheckedThrowingContinuation { caller in
      waiting.append((creation, caller))
      if isAtWork { return }
      isAtWork = true
      Task { await work() }
    }
  }

  private func work() async {
    while !waiting.isEmpty {
      let group = takeGroup()
      do {
        let answers = try await Self.make(group.map(\.creation))
        for (waiting, answer) in zip(group, answers) { waiting.caller.resume(returning: answer) }
      } catch  where Self.hasDoneNothing(error) {
        for waiting in group { waiting.caller.resume(returning: nil) }
      } catch {
        for waiting in group { waiting.caller.resume(throwing: error) }
      }
    }
    isAtWork = false
  }

  /// The first that waits, with others of the same key.
  private func takeGroup() -> [Waiting] {
    let key = waiting[0].creation.call.caller.key
    var (group, rest): ([Waiting], [Waiting]) = ([], [])
    for one in waiting {
      if group.count < Self.most && one.creation.call.caller.key == key {
        group.append(one)
      } else {
        rest.append(one)
      }
    }
    waiting = rest
    return group
  }

  /// Whether it is certain that the transaction was taken back; of a connection that was lost at
  /// its commit nobody knows.
  private static func hasDoneNothing(_ error: any Error) -> Bool {
    guard let error = error as? PostgresError else { return true }
    return !error.sqlState.isEmpty && !error.isConnectionLoss
  }

  /// All of them or none, as of the last one's moment.
  private static func make(_ creations: [Creation]) async throws -> [Answer] {
    let call = creations[creations.count - 1].call
    return try await call.book.write(by: call.caller.actor) { connection in
      // Whoever waits here for a lock keeps the others waiting.
      try connection.limitLockWaits(milliseconds: 100)
      // In one order for all, so that none waits for another's claim in a circle.
      let claims = creations.compactMap(\.call.answers).sorted { $0.name < $1.name }
      for claim in claims {
        if case .answered = try claim.claim(on: connection) { throw KnownKey() }
      }
      let ids = try call.operations.create(creations.map(\.text), on: connection)
      return try zip(creations, ids).map { creation, id in
        let answer = try creation.answering(id, connection)
        try creation.call.answers?.keep(.init(answer.status, answer.body), on: connection)
        return answer
      }
    }
  }
}
