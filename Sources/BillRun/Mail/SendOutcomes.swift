// SPDX-License-Identifier: Apache-2.0
import Postgres
import SQLFiles

/// Writes what became of messages, a block a transaction.
struct SendOutcomes {
  /// The token of this process's claims; what was claimed by somebody else meanwhile stays.
  let claim: String
  /// For so many seconds a message is tried.
  let giveUpAfter: Int32
  let user: String
  let fault: @Sendable (SendOptions.FaultPoint) throws -> Void

  /// Writes a block, and counts messages by what became of them.
  func write(
    _ endings: [SendBoard.Ending], on connection: isolated Connection
  ) throws -> [String: Int] {
    try fault(.carried)
    let endings = endings.sorted { $0.message.id < $1.message.id }
    let counts = try connection.inTransaction {
      try connection.planByKeys()
      let counts = try end(endings, on: connection)
      try stop(endings, on: connection)
      try fault(.beforeOutcomeCommit)
      return counts
    }
    try fault(.ended)
    return counts
  }

  private func end(
    _ endings: [SendBoard.Ending], on connection: isolated Connection
  ) throws -> [String: Int] {
    let ended = try connection.query(
      Statement(SQLFiles.endMessages),
      [
        .string(claim), .int64Array(endings.map(\.message.id)),
        .stringArray(endings.map(\.delivery.end.state)),
        .stringArray(endings.map { Self.clean($0.delivery.code) }),
        .stringArray(endings.map { Self.clean($0.delivery.reason) }),
        .stringArray(endings.map { Self.clean($0.delivery.answer) }),
        .int32Array(endings.map { Int32($0.wait) }),
        .stringArray(endings.map { $0.delivery.accepted.joined(separator: " ") }),
        .stringArray(endings.map { $0.delivery.refused.map(\.address).joined(separator: " ") }),
        .int32(giveUpAfter),
        .int32Array(endings.map { $0.delivery.end == .untried ? 0 : 1 }),
      ])
    let untried = Set(endings.filter { $0.delivery.end == .untried }.map(\.message.id))
    var counts: [String: Int] = [:]
    for row in 0..<ended.count {
      let state = try ended.string(row, 1)
      let isUntried = try untried.contains(ended.int64(row, 0))
      counts[isUntried ? "untried" : state, default: 0] += 1
    }
    return counts
  }

  private func stop(
    _ endings: [SendBoard.Ending], on connection: isolated Connection
  ) throws {
    let refusals = endings.flatMap { ending in
      ending.delivery.refused.filter(\.isStopped).map { (ending.message.id, $0) }
    }
    if refusals.isEmpty { return }
    try connection.execute(
      Statement(SQLFiles.stopAddresses),
      [
        .stringArray(refusals.map { $0.1.address }), .int64Array(refusals.map { $0.0 }),
        .stringArray(refusals.map { Self.clean($0.1.reason) }), .string(user),
      ])
  }

  /// What others say, without what the database or a terminal would not take.
  private static func clean(_ text: String?) -> String? {
    text.map { String(MailHeader.oneLine($0).prefix(500)) }
  }
}

extension SendBoard.Ending {
  /// In how many seconds the message is tried again.
  fileprivate var wait: Int {
    switch delivery.end {
    case .later(let seconds): seconds ?? Delivery.pause(after: message.tries + 1)
    // What stands behind an event that an endpoint has not taken waits for the next start.
    case .untried: message.endpoint == nil ? 0 : 60
    case .sent, .bounced, .failed: 0
    }
  }
}

extension Delivery.End {
  /// The state of the message in the books.
  fileprivate var state: String {
    switch self {
    case .sent: "sent"
    case .bounced: "bounced"
    case .failed: "failed"
    case .later, .untried: "queued"
    }
  }
}
