// SPDX-License-Identifier: Apache-2.0
public import Postgres
import SQLFiles

/// Composes messages without templates: the words that they were queued with or the usual ones,
/// and the files that are attached to their invoices.
public struct PlainComposer: MessageComposing {
  /// Makes one.
  public init() {}

  /// Gives each message the words that it was queued with, or the usual ones.
  public func compose(
    _ messages: [QueuedMessage], on connection: Connection
  ) async throws -> [Int64: Result<ComposedMessage, ComposeError>] {
    let words = try await connection.query(
      Statement(SQLFiles.describeMessages), [.int64Array(messages.map(\.id))])
    let attached = try await connection.query(
      Statement(SQLFiles.listAttachedFiles), [.int64Array(messages.compactMap(\.invoice))])
    var files: [Int64: [ComposedMessage.File]] = [:]
    for row in 0..<attached.count {
      files[try attached.int64(row, 0), default: []].append(.kept(try attached.int64(row, 1)))
    }
    var composed: [Int64: Result<ComposedMessage, ComposeError>] = [:]
    for row in 0..<words.count {
      let text = try words.optionalString(row, 2)
      composed[try words.int64(row, 0)] =
        if let subject = try words.optionalString(row, 1), let text {
          .success(ComposedMessage(subject: subject, text: text))
        } else {
          .failure(ComposeError(code: "nothing_to_say", text: "it is about no invoice"))
        }
    }
    for message in messages {
      guard let invoice = message.invoice, let own = files[invoice] else { continue }
      composed[message.id] = composed[message.id]?.map { message in
        var message = message
        message.files = own
        return message
      }
    }
    return composed
  }
}
