// SPDX-License-Identifier: Apache-2.0
public import Postgres
import SQLFiles
import Transport

/// A service that is told of events.
public struct WebhookEndpoint: Sendable {
  /// The key.
  public let id: Int64
  /// Where the requests go.
  public let url: String
  /// Which events: kinds, in which `*` stands for anything.
  public let kinds: [String]
  /// How many messages wait for it, and how many it will not get.
  public let waiting: Int64
  /// Those that were given up.
  public let failed: Int64
  private let createdBy: String
  private let created: Int64

  fileprivate init(_ row: Row) throws {
    id = try row.int64("webhook_endpoint_id")
    url = try row.string("url")
    kinds = try row.stringArray("kinds")
    waiting = try row.int64("waiting")
    failed = try row.int64("failed")
    createdBy = try row.string("created_by")
    created = try row.int64("created")
  }

  /// Writes the endpoint as an object.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "webhook_endpoint")
      $0.field("id", id)
      $0.field("url", url)
      $0.field("events", array: { list in for kind in kinds { list.string(kind) } })
      $0.field("waiting", waiting)
      $0.field("failed", failed)
      $0.field("created_by", createdBy)
      $0.field("created_at", created)
    }
  }
}

/// Who is told of events.
///
/// Call inside a transaction.
public struct WebhookStore: Sendable {
  /// The user of the operating system, for the event log.
  private let user: String

  /// Makes a store for a user of the operating system.
  public init(by user: String) { self.user = user }

  /// Puts what endpoints are to be told into the outbox, each event once.
  public static func queueEvents(on connection: isolated Connection) throws {
    try connection.execute(Statement(SQLFiles.queueEventMessages), [])
  }

  /// Has a service told of events from now on.
  ///
  /// Throws `BillRunError` for an address that is none or there already, and for a kind that no
  /// event is of.
  public func add(
    _ url: String, _ kinds: [String], on connection: isolated Connection
  ) throws -> WebhookEndpoint {
    guard HTTPAddress(url) != nil else {
      throw BillRunError(
        .usage, code: "webhook_url_wrong",
        "an address is https://…, or http://… on this machine, got '\(url.prefix(200))'")
    }
    for kind in kinds where !EventLog.kinds.contains(where: { Self.fits($0, kind) }) {
      throw BillRunError(
        .usage, code: "event_kind_unknown",
        "no event is of the kind \(kind.prefix(100)), --event is one of "
          + "\(EventLog.kinds.joined(separator: ", ")), or has * in it",
        hint: "billrun webhook add URL --event 'invoice_*'")
    }
    let rows = try connection.query(
      Statement(SQLFiles.addWebhookEndpoint), [.string(url), .stringArray(kinds)])
    guard let row = rows.first else {
      throw BillRunError(
        .dataError, code: "webhook_known", "webhook not added, \(url) is told of events already",
        hint: "billrun webhook list")
    }
    let id = try row.int64(0)
    try note("webhook_added", id, on: connection)
    guard let made = try list(id, on: connection).first else {
      throw BillRunError(.software, code: "webhook_lost", "webhook \(id) was not written")
    }
    return made
  }

  /// The services that are told, in order.
  public func list(
    _ id: Int64? = nil, on connection: isolated Connection
  ) throws -> [WebhookEndpoint] {
    try connection.query(Statement(SQLFiles.listWebhookEndpoints), [.int64(id)])
      .map { try WebhookEndpoint($0) }
  }

  /// Has a service told of nothing more; what waits for it is canceled.
  ///
  /// Throws `BillRunError` where there is none of the id.
  public func remove(_ id: Int64, on connection: isolated Connection) throws {
    let removed = try connection.query(Statement(SQLFiles.removeWebhookEndpoint), [.int64(id)])
    if removed.isEmpty {
      throw BillRunError(
        .usage, code: "webhook_not_found", "webhook \(id) not found, none is so",
        hint: "billrun webhook list")
    }
    try note("webhook_removed", id, on: connection)
  }

  private func note(_ kind: String, _ id: Int64, on connection: isolated Connection) throws {
    var detail = JSONWriter()
    detail.object { $0.field("os_user", user) }
    try connection.execute(
      Statement(SQLFiles.recordEvent),
      [.string(kind), .string("webhook_endpoint"), .int64(id), .jsonb(detail.text)])
  }

  /// Whether a kind is one that a pattern means.
  static func fits(_ kind: String, _ pattern: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else {
      return kind == pattern
    }
    guard kind.hasPrefix(first), kind.hasSuffix(last), kind.count >= first.count + last.count
    else { return false }
    var rest = kind.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }
}
