// SPDX-License-Identifier: Apache-2.0
public import Postgres
import SQLFiles

/// Who speaks to the server: a key in force.
public struct Caller: Hashable, Sendable {
  /// The key's id.
  public let key: Int64
  /// The key's name.
  public let name: String
  /// What it may do.
  public let scopes: Set<APIKey.Scope>

  /// Who did it, for the event log.
  public var actor: String { "api:\(name)" }

  /// Finds whose a key or a token is; nil where it is nobody's, or no longer.
  ///
  /// It needs no transaction: one statement, and once a minute another that notes the use.
  public static func find(
    _ credential: Credential, on connection: isolated Connection
  ) throws -> Caller? {
    switch credential.kind {
    case .key: try find(credential.digest, "key", nil, on: connection)
    case .token: try find(credential.digest, "token", nil, on: connection)
    }
  }

  /// Finds a key by its name for OAuth and the secret that goes with it.
  public static func find(
    client: String, secret: String, on connection: isolated Connection
  ) throws -> Caller? {
    try find(Credential.sha256(Array(secret.utf8)), "client", client, on: connection)
  }

  private static func find(
    _ digest: [UInt8], _ kind: String, _ client: String?, on connection: isolated Connection
  ) throws -> Caller? {
    let rows = try connection.query(
      Statement(SQLFiles.findAPIKey), [.bytea(digest), .string(kind), .string(client)])
    for row in rows where Credential.areSame(try row.bytes("digest"), digest) {
      let id = try row.int64("api_key_id")
      if try row.bool("is_stale") {
        try connection.execute(Statement(SQLFiles.touchAPIKey), [.int64(id)])
      }
      return Caller(
        key: id, name: try row.string("name"),
        scopes: Set(try row.stringArray("scopes").compactMap(APIKey.Scope.init)))
    }
    return nil
  }

  /// Makes a token that stands for the key for so many seconds.
  public func token(seconds: Int64, on connection: isolated Connection) throws -> Credential {
    let token = Credential(random: .token, schema: connection.searchPath)
    try connection.execute(
      Statement(SQLFiles.writeAPIToken), [.bytea(token.digest), .int64(key), .int64(seconds)])
    return token
  }
}
