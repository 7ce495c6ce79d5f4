// SPDX-License-Identifier: Apache-2.0
import Postgres
import SQLFiles

/// Claims messages, has those composed that say nothing yet, and brings them with their files.
struct SendSupply {
  let options: SendOptions
  let composer: any MessageComposing
  /// The token of this process's claims.
  let claim: String
  /// For so many seconds a claim is good.
  let lease: Int32
  /// The channels that can be sent by.
  let channels: [String]
  /// The right side of Message-IDs.
  let domain: String

  /// How many messages were composed, and how many are held since they could not be.
  private(set) var composed = 0
  private(set) var held = 0
  /// Reminders that had nothing to remind of any more.
  private(set) var withdrawn = 0
  private(set) var claimed = 0
  /// Claimed messages whose files are not read yet, in pieces that fit into memory.
  private var pieces: [[OutgoingMessage]] = []
  private var claimedAt: ContinuousClock.Instant = .now

  /// Files of so many bytes are in memory at once, in each of the few places where messages wait.
  private static let pieceBytes = 16 << 20
  private static let blockSize = 256

  init(
    options: SendOptions, composer: any MessageComposing, claim: String, lease: Int32,
    channels: [String], domain: String
  ) {
    self.options = options
    self.composer = composer
    self.claim = claim
    self.lease = lease
    self.channels = channels
    self.domain = domain
  }

  /// The next messages, which may be none, and until when they may be begun with; nil at the end.
  mutating func next(
    without down: Set<String>, on connection: Connection
  ) async throws -> (messages: [OutgoingMessage], until: ContinuousClock.Instant)? {
    if pieces.isEmpty, try await !claimBlock(without: down, on: connection) { return nil }
    guard !pieces.isEmpty else { return ([], claimedAt) }
    let piece = pieces.removeFirst()
    let filled = try await OutgoingMessage.fill(piece, on: connection)
    // Half the lease is what a message may take at most.
    return (filled, claimedAt + .seconds(Int(lease) / 2))
  }

  /// Gives back what was claimed and not brought.
  mutating func giveBack(on connection: Connection) async throws {
    let ids = pieces.joined().map(\.id)
    pieces = []
    try await release(ids, on: connection)
  }

  private func release(_ ids: [Int64], on connection: Connection) async throws {
    if ids.isEmpty { return }
    try await connection.execute(
      Statement(SQLFiles.releaseClaims), [.string(claim), .int64Array(ids)])
  }

  /// Claims the next block; false where there is none.
  private mutating func claimBlock(
    without down: Set<String>, on connection: Connection
  ) async throws -> Bool {
    let open = channels.filter { !down.contains($0) }
    let left = options.limit.map { $0 - claimed } ?? Self.blockSize
    if open.isEmpty || left < 1 { return false }
    claimedAt = .now
    let rows = try await connection.query(
      Statement(SQLFiles.claimMessages),
      [
        .stringArray(open), .int64(Int64(min(left, Self.blockSize))), .string(claim),
        .int32(lease), .bool(options.composesOnly),
      ])
    let all = try (0..<rows.count).map { try rows.int64($0, 0) }
    if all.isEmpty { return false }
    claimed += all.count
    try options.fault(.claimed)
    let ids = try await withoutIdleReminders(all, on: connection)
    var messages = try await OutgoingMessage.load(ids, on: connection)
    let silent = messages.filter { !$0.isComposed }
    if !silent.isEmpty {
      let done = try await compose(silent, on: connection)
      messages = messages.filter(\.isComposed)
      messages += try await OutgoingMessage.load(done, on: connection)
      messages.sort { $0.id < $1.id }
    }
    if options.composesOnly {
      try await release(messages.map(\.id), on: connection)
    } else {
      pieces = Self.pieces(of: messages)
    }
    return true
  }

  /// Cancels reminders that have nothing to remind of any more, and returns the others.
  private mutating func withoutIdleReminders(
    _ ids: [Int64], on connection: Connection
  ) async throws -> [Int64] {
    let rows = try await connection.query(
      Statement(SQLFiles.withdrawReminders), [.string(claim), .int64Array(ids)])
    withdrawn += rows.count
    let gone = Set(try rows.indices.map { try rows.int64($0, 0) })
    return ids.filter { !gone.contains($0) }
  }

  /// Has messages composed and writes what they say; returns the ids of those that say something
  /// now, and holds the others.
  private mutating func compose(
    _ silent: [OutgoingMessage], on connection: Connection
  ) async throws -> [Int64] {
    let results = try await composer.compose(silent.map(\.queued), on: connection)
    var said: [(id: Int64, message: ComposedMessage)] = []
    var errors: [(id: Int64, error: ComposeError)] = []
    let missing = ComposeError(code: "not_composed", text: "nothing was composed for it")
    for message in silent {
      switch results[message.id] ?? .failure(missing) {
      case .success(let composed): said.append((message.id, composed))
      case .failure(let error): errors.append((message.id, error))
      }
    }
    let writer = ComposedWriter(claim: claim, domain: domain)
    let (all, failed) = (said, errors)
    try await connection.transaction { connection in
      try writer.write(all, on: connection)
      try writer.hold(failed, on: connection)
    }
    composed += said.count
    held += errors.count
    try options.fault(.composed)
    return said.map(\.id)
  }

  private static func pieces(of messages: [OutgoingMessage]) -> [[OutgoingMessage]] {
    var pieces: [[OutgoingMessage]] = []
    var bytes = 0
    for message in messages {
      let size = message.files.reduce(0) { $0 + $1.size }
      if pieces.isEmpty || bytes + size > pieceBytes {
        pieces.append([])
        bytes = 0
      }
      pieces[pieces.count - 1].append(message)
      bytes += size
    }
    return pieces
  }
}

/// Writes what messages say, with their files, in one transaction.
struct ComposedWriter {
  let claim: String
  let domain: String

  func write(
    _ messages: [(id: Int64, message: ComposedMessage)], on connection: isolated Connection
  ) throws {
    if messages.isEmpty { return }
    try connection.planByKeys()
    let ids = messages.map(\.id)
    let count = try connection.execute(
      Statement(SQLFiles.writeComposed),
      [
        .string(claim), .int64Array(ids), .stringArray(messages.map { $0.message.subject }),
        .stringArray(messages.map { $0.message.text }),
        .stringArray(messages.map { $0.message.html }), .string(domain),
      ])
    // Whoever has taken them over meanwhile composes them, too: then nothing of this stays.
    guard count == ids.count else {
      throw BillRunError(
        .tryAgain, code: "claim_lapsed", "composing took longer than a claim is good",
        hint: "the same command again goes on")
    }
    try connection.execute(
      Statement(SQLFiles.threadMessages), [.string(claim), .int64Array(ids)])
    try connection.execute(Statement(SQLFiles.removeMessageFiles), [.int64Array(ids)])
    try writeFiles(messages, on: connection)
  }

  /// Holds messages that could not be composed.
  func hold(
    _ errors: [(id: Int64, error: ComposeError)], on connection: isolated Connection
  ) throws {
    if errors.isEmpty { return }
    try connection.execute(
      Statement(SQLFiles.holdMessages),
      [
        .string(claim), .int64Array(errors.map(\.id)), .stringArray(errors.map { $0.error.code }),
        .stringArray(errors.map { $0.error.text }),
      ])
  }

  private func writeFiles(
    _ messages: [(id: Int64, message: ComposedMessage)], on connection: isolated Connection
  ) throws {
    var kept: [(message: Int64, place: Int16, file: Int64)] = []
    var made: [(message: Int64, place: Int16, name: String, type: String, content: [UInt8])] = []
    for (id, message) in messages {
      for (index, file) in message.files.enumerated() {
        let place = Int16(index + 1)
        switch file {
        case .kept(let file): kept.append((id, place, file))
        case .made(let name, let type, let content):
          made.append((id, place, name, type, content))
        }
      }
    }
    if !kept.isEmpty {
      try connection.execute(
        Statement(SQLFiles.attachMessageFiles),
        [
          .int64Array(kept.map(\.message)), .int16Array(kept.map(\.place)),
          .int64Array(kept.map(\.file)),
        ])
    }
    if !made.isEmpty {
      try connection.execute(
        Statement(SQLFiles.keepMessageFiles),
        [
          .int64Array(made.map(\.message)), .int16Array(made.map(\.place)),
          .stringArray(made.map(\.name)), .stringArray(made.map(\.type)),
          .byteaArray(made.map(\.content)),
        ])
    }
  }
}
