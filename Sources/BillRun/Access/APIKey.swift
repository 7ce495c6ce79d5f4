// SPDX-License-Identifier: Apache-2.0
public import Postgres
import SQLFiles

/// A key by which a program speaks to the server for one set of books.
public struct APIKey: Sendable {
  /// What a key opens; none of them holds another.
  public enum Scope: String, CaseIterable, Sendable {
    /// Reading.
    case read
    /// Customers, catalog, subscriptions, drafts, and what is created and sent.
    case write
    /// What moves money, or documents out of their state: pay, refund, void, write off, bill runs.
    case operate
  }

  /// The key's id.
  public let id: Int64
  /// The name that events have: `api:<name>`.
  public let name: String
  /// What it opens.
  public let scopes: Set<Scope>
  /// By which OAuth names it.
  public let clientID: String
  /// The login that made it.
  public let createdBy: String
  /// When it was made, in UNIX seconds.
  public let created: Int64
  /// When it was revoked; nil while it is in force.
  public let revoked: Int64?
  /// When it was last used, to the minute; nil for never.
  public let lastUsed: Int64?

  fileprivate init(_ row: Row) throws {
    id = try row.int64("api_key_id")
    name = try row.string("name")
    clientID = try row.string("client_id")
    scopes = Set(try row.stringArray("scopes").compactMap(Scope.init))
    createdBy = try row.string("created_by")
    created = try row.int64("created")
    revoked = try row.optionalInt64("revoked")
    lastUsed = try row.optionalInt64("last_used")
  }

  /// Writes the key as an object, with its secrets where it has just been made.
  public func write(_ made: MadeKey? = nil, to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "api_key")
      $0.field("id", id)
      $0.field("name", name)
      $0.field("client_id", clientID)
      if let made {
        $0.field("client_secret", made.clientSecret)
        $0.field("key", made.secret)
      }
      $0.field(
        "scopes",
        array: { list in
          for scope in Scope.allCases where scopes.contains(scope) { list.string(scope.rawValue) }
        })
      $0.field("created_by", createdBy)
      $0.field("created_at", created)
      $0.field("revoked_at", revoked)
      $0.field("last_used_at", lastUsed)
    }
  }

  /// The scopes in words.
  public var scopeText: String {
    Scope.allCases.filter(scopes.contains).map(\.rawValue).joined(separator: ", ")
  }
}

/// A key that was just made, with what is shown this once.
public struct MadeKey: Sendable {
  /// The key.
  public let key: APIKey
  /// What it is as a user name or a bearer.
  public let secret: String
  /// What goes with its client id for OAuth.
  public let clientSecret: String
}

/// Makes keys, and takes them back.
///
/// Call inside a transaction.
public struct APIKeyStore: Sendable {
  /// The user of the operating system, for the event log.
  private let user: String

  /// Makes a store for a user of the operating system.
  public init(by user: String) { self.user = user }

  /// Makes a key, and returns it with its secrets, which are shown this once and kept nowhere.
  ///
  /// Throws `BillRunError` for a name that is none, or that a key in force has.
  public func create(
    _ name: String, _ scopes: [APIKey.Scope], on connection: isolated Connection
  ) throws -> MadeKey {
    let isPlain =
      (1...63).contains(name.utf8.count)
      && name.utf8.allSatisfy { 97...122 ~= $0 || 48...57 ~= $0 || [45, 46, 95].contains($0) }
      && name.utf8.first.map { 97...122 ~= $0 || 48...57 ~= $0 } ?? false
    if !isPlain {
      throw BillRunError(
        .usage, code: "key_name_wrong",
        "a key's name is 1 to 63 lower-case letters, digits, dots and dashes, got '\(name)'")
    }
    let secret = Credential(random: .key, schema: connection.searchPath)
    let clientSecret = Credential.randomClientSecret()
    let made = try connection.query(
      Statement(SQLFiles.createAPIKey),
      [
        .string(name), .string(Credential.randomClientID()), .bytea(secret.digest),
        .stringArray(scopes.map(\.rawValue)),
        .bytea(Credential.sha256(Array(clientSecret.utf8))),
      ])
    guard let row = made.first else {
      throw BillRunError(
        .dataError, code: "key_known", "key \(name) not made, one of this name is in force",
        hint: "billrun key revoke \(name)")
    }
    try note("api_key_created", try row.int64(0), on: connection)
    guard let key = try list(name, on: connection).first else {
      throw BillRunError(.software, code: "key_lost", "key \(name) was not written")
    }
    return MadeKey(key: key, secret: secret.exposed, clientSecret: clientSecret)
  }

  /// The keys in order, those that are revoked only where they are wanted.
  public func list(
    _ name: String? = nil, revoked: Bool = false, on connection: isolated Connection
  ) throws -> [APIKey] {
    try connection.query(Statement(SQLFiles.listAPIKeys), [.string(name), .bool(revoked)])
      .map { try APIKey($0) }
  }

  /// Revokes a key; its tokens end with it.
  ///
  /// Throws `BillRunError` when no key in force has the name.
  public func revoke(_ name: String, on connection: isolated Connection) throws {
    let revoked = try connection.query(Statement(SQLFiles.revokeAPIKey), [.string(name)])
    guard let row = revoked.first else {
      throw BillRunError(
        .usage, code: "key_not_found", "key \(name) not found, none in force is so",
        hint: "billrun key list")
    }
    try note("api_key_revoked", try row.int64(0), on: connection)
  }

  private func note(_ kind: String, _ key: Int64, on connection: isolated Connection) throws {
    var detail = JSONWriter()
    detail.object { $0.field("os_user", user) }
    try connection.execute(
      Statement(SQLFiles.recordEvent),
      [.string(kind), .string("api_key"), .int64(key), .jsonb(detail.text)])
  }
}
