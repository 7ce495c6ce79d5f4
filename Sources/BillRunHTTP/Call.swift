// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres

/// A request that was let in: who asks for what, of which books.
struct Call: Sendable {
  let book: Book
  let caller: Caller
  /// Method, path and query, for what an idempotency key stands for.
  let target: String
  /// Where this server is reached, as `http://127.0.0.1:8080`, with the path.
  let address: String
  /// What stands in the place of the route's parameters.
  let parameters: [String: String]
  let query: FormText
  /// The object of the body; an empty one where there is no body.
  let body: JSONTree
  let idempotencyKey: String?
  /// The tags of which what is to be changed must have one; nil where any will do.
  let ifMatch: String?
  /// In UNIX seconds: its day in the seller's zone is today.
  let moment: Int64

  /// What stands in the path.
  subscript(name: String) -> String { parameters[name] ?? "" }

  /// The operations on documents, in the name of the caller.
  var operations: InvoiceOperations {
    InvoiceOperations(
      at: moment, by: caller.actor, postsFreely: caller.scopes.contains(.operate))
  }

  /// Reads documents, with the links that customers have; who only reads gets none: from any of
  /// them a saved source can be charged.
  var reader: InvoiceReader {
    InvoiceReader(at: moment, links: caller.scopes == [.read] ? nil : book.links?.links)
  }

  /// Refuses a field that a key does not open.
  func require(_ scope: APIKey.Scope, for field: String) throws {
    if caller.scopes.contains(scope) || (body[field] ?? .null) == .null { return }
    throw APIError(
      403, "scope_missing",
      "the key \(caller.name) does not open \(scope.rawValue), which \(field) needs", field: field)
  }

  /// Reads in one snapshot.
  func read(
    _ body: @Sendable (isolated Connection) throws -> Answer
  ) async throws -> Answer {
    try await book.read(body)
  }

  /// Writes in one transaction; with an idempotency key the answer is kept in the same one.
  func write(
    _ body: @Sendable (isolated Connection) throws -> Answer
  ) async throws -> Answer {
    guard let store = answers else { return try await book.write(by: caller.actor, body) }
    return try await book.write(by: caller.actor) { connection in
      if case .answered(let known) = try store.claim(on: connection) { return Answer(again: known) }
      let answer = try body(connection)
      try store.keep(.init(answer.status, answer.body), on: connection)
      return answer
    }
  }

  /// Refuses to change what is not, or no longer, as the caller has seen it (RFC 9110, 13.1.1).
  ///
  /// Call after the lock is taken.
  func expect(_ current: () throws -> String) throws {
    guard let ifMatch, ifMatch != "*" else { return }
    if !Answer.names(ifMatch, Answer.tag(of: try current())) {
      throw APIError(
        412, "changed_meanwhile", "nothing done, it is not as it was seen: retrieve it again",
        field: "If-Match")
    }
  }

  /// Does what takes several transactions, such as a charge: claimed before, kept after.
  ///
  /// `found` looks whether it was done by a request that has had no answer, begun at a moment in
  /// microseconds since 2000; nil where it has to be done. `mayRepeat` tells of an error whether
  /// the same key may do it at once: nothing is done twice.
  func perform(
    _ body: @Sendable () async throws -> Answer,
    found: @Sendable (Int64) async throws -> Answer? = { _ in nil },
    mayRepeat: @Sendable (any Error) -> Bool = { _ in true }
  ) async throws -> Answer {
    guard let store = answers else { return try await body() }
    let claim = try await claim(store)
    if case .answered(let known) = claim { return Answer(again: known) }
    let answer: Answer
    do {
      var done: Answer?
      if case .left(let moment) = claim { done = try await found(moment) }
      if let done { answer = done } else { answer = try await body() }
    } catch {
      // What was refused has done nothing; of anything else nobody knows, but nobody is at it any
      // more: who comes again looks first.
      guard APIError(describing: error).status < 500 else {
        if mayRepeat(error) { book.noteEnd(of: store.place) }
        throw error
      }
      try await book.write { try store.release(on: $0) }
      throw error
    }
    try await book.write { try store.keep(.init(answer.status, answer.body), on: $0) }
    return answer
  }

  private func claim(_ store: AnswerStore) async throws -> AnswerStore.Claim {
    let hasEnded = book.takeEnd(of: store.place)
    do {
      return try await book.write { try store.claim(hasEnded: hasEnded, on: $0) }
    } catch {
      if hasEnded { book.noteEnd(of: store.place) }
      throw error
    }
  }

  /// Where the answer is kept; nil without an idempotency key.
  var answers: AnswerStore? {
    idempotencyKey.map {
      AnswerStore(caller: caller, name: $0, request: Array("\(target)\n\(body.text)".utf8))
    }
  }
}

extension Answer {
  private static let replayed = "Idempotent-Replayed"

  /// Whether it was given before.
  var isReplayed: Bool { headers.contains { $0.name == Self.replayed } }

  /// What was answered before.
  fileprivate init(again known: AnswerStore.Answer) {
    self.init(
      status: known.status, headers: [(Self.replayed, "true")], body: known.body)
  }
}
