// SPDX-License-Identifier: Apache-2.0
public import Postgres
import SQLFiles

/// Which messages a list shows; nil means that it doesn't matter.
public struct MessageFilter: Sendable {
  /// The key.
  public var id: Int64?
  /// As `queued`.
  public var state: String?
  /// As `email`.
  public var channel: String?
  /// Whom they are for.
  public var customer: Int64?
  /// What they are about.
  public var invoice: Int64?
  /// Only beyond this id.
  public var after: Int64?
  /// At most so many.
  public var limit: Int64?

  /// Makes the filter that shows everything.
  public init() {}

  /// Every state that a message can be in.
  public static let states = ["queued", "held", "sent", "bounced", "failed", "canceled"]
}

/// A message as a list shows it.
public struct MessageEntry: Sendable {
  /// The key.
  public let id: Int64
  /// The seeds' Email object with what else there is, as JSON text.
  public let object: String
  /// Whether the service that it tells was removed.
  fileprivate let isEndpointRemoved: Bool
  private let cells: [String]

  fileprivate init(_ row: Row) throws {
    id = try row.int64("message_id")
    object = try row.string("object")
    isEndpointRemoved = try row.bool("is_endpoint_removed")
    cells = [
      String(id), try row.string("queued"), try row.string("channel"), try row.string("template"),
      try row.string("state"), try row.string("recipient"),
      try row.optionalString("subject") ?? "", try row.string("reason"),
    ]
  }

  /// A table of messages.
  public static func table(of entries: [MessageEntry]) -> TextTable {
    var table = TextTable([
      ("message", .right), ("queued (UTC)", .left), ("channel", .left), ("about", .left),
      ("state", .left), ("to", .left), ("subject", .left), ("why", .left),
    ])
    for entry in entries { table.add(entry.cells) }
    return table
  }
}

/// Reads the outbox and changes what is in it by hand.
public struct MessageStore: Sendable {
  private let user: String

  /// Makes a store for a user of the operating system.
  public init(by user: String) { self.user = user }

  /// Gives messages to the body as they arrive.
  public func read(
    _ filter: MessageFilter, on connection: isolated Connection,
    _ body: (MessageEntry) throws -> Void
  ) throws {
    try connection.stream(
      Statement(SQLFiles.listMessages),
      [
        .int64(filter.id), .string(filter.state), .string(filter.channel),
        .int64(filter.customer), .int64(filter.invoice), .int64(filter.after),
        .int64(filter.limit),
      ]
    ) { try body(MessageEntry($0)) }
  }

  /// One message; throws `BillRunError` when there is none.
  public func message(_ id: Int64, on connection: isolated Connection) throws -> MessageEntry {
    var filter = MessageFilter()
    filter.id = id
    var found: MessageEntry?
    try read(filter, on: connection) { found = $0 }
    guard let found else { throw Self.unknown(String(id)) }
    return found
  }

  /// The id that people name a message by: a number, or the 32 digits of hex of the Email object.
  public static func id(of name: String) throws -> Int64 {
    guard let id = name.utf8.count == 32 ? Int64(name, radix: 16) : Int64(name) else {
      throw unknown(name)
    }
    return id
  }

  private static func unknown(_ name: String) -> BillRunError {
    BillRunError(.usage, code: "message_not_found", "message \(name) not found, no id is so")
  }

  /// An email as it goes over the wire.
  ///
  /// Throws `BillRunError` where it is no email, or says nothing yet.
  public func source(
    of id: Int64, _ settings: Settings, on connection: isolated Connection
  ) throws -> [UInt8] {
    guard let mail = settings.mail else {
      throw BillRunError(
        .configuration, code: "smtp_missing", "source not shown, the settings have no smtp",
        hint: "smtp: {url, from} in billrun.yaml")
    }
    let messages = try OutgoingMessage.load([id], on: connection)
    guard let message = try OutgoingMessage.fill(messages, on: connection).first else {
      throw Self.unknown(String(id))
    }
    guard message.channel == "email", message.isComposed,
      let bytes = MailCarrier.source(of: message, mail)
    else {
      throw BillRunError(
        .dataError, code: "message_without_source",
        "source not shown, on message \(id), it is no email that was composed",
        hint: "billrun send --only compose")
    }
    return bytes
  }

  /// Something that people do with a message.
  public enum Change: String, Sendable, CaseIterable {
    /// It will not be sent.
    case cancel
    /// It is sent again, as it is.
    case retry
    /// It is composed anew, and sent.
    case release

    fileprivate var states: [String] {
      switch self {
      case .cancel: ["queued", "held", "failed", "bounced"]
      case .retry: ["queued", "failed", "bounced", "canceled"]
      case .release: ["held"]
      }
    }

    fileprivate var event: String {
      switch self {
      case .cancel: "message_canceled"
      case .retry: "message_retried"
      case .release: "message_released"
      }
    }
  }

  /// Changes messages, all or none, within a transaction that the caller has begun.
  ///
  /// Throws `BillRunError` where one is in another state, or is being sent right now, or is to be
  /// sent again to a webhook that was removed.
  public func change(
    _ change: Change, _ ids: [Int64], on connection: isolated Connection
  ) throws {
    let moved = try connection.query(
      Statement(SQLFiles.moveMessages),
      [
        .int64Array(ids), .stringArray(change.states),
        .string(change == .cancel ? "canceled" : "queued"), .string(change.event), .string(user),
        .bool(change == .release),
      ])
    let done = Set(try (0..<moved.count).map { try moved.int64($0, 0) })
    guard let other = ids.first(where: { !done.contains($0) }) else { return }
    let entry = try message(other, on: connection)
    if change == .retry, entry.isEndpointRemoved {
      throw BillRunError(
        .dataError, code: "message_retry_refused",
        "message \(other) not sent again, the webhook that it is for was removed",
        hint: "billrun webhook add URL, which is told of what comes from then on")
    }
    throw BillRunError(
      .dataError, code: "message_\(change.rawValue)_refused",
      "message \(other) is in no state for that, or is being sent right now: of "
        + change.states.joined(separator: ", ") + " it can be one",
      hint: "billrun message show \(other)")
  }

  /// Lets an address have messages again, within a transaction that the caller has begun.
  ///
  /// Throws `BillRunError` where nothing has stopped it.
  public func allow(_ address: String, on connection: isolated Connection) throws {
    let allowed = try connection.query(
      Statement(SQLFiles.allowAddress), [.string(address), .string(user)])
    if allowed.isEmpty {
      throw BillRunError(
        .usage, code: "address_not_stopped", "\(address) is not stopped",
        hint: "billrun report outbox lists those that are")
    }
  }
}
