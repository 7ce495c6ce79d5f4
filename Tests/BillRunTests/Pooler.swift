// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A pgbouncer before the tests' server.
struct Pooler {
  static let isThere = Peer.isExecutable("pgbouncer") && Peer.hasPython && server != nil
  static let missing = "no pgbouncer, or no socket to the server: apt-get install pgbouncer"

  /// The folder of the server's socket, and the user.
  private static var server: (host: String, user: String)? {
    let url = ProcessInfo.processInfo.environment["DATABASE_URL"] ?? ""
    guard let parts = URLComponents(string: url), let user = parts.user,
      let host = parts.queryItems?.first(where: { $0.name == "host" })?.value
    else { return nil }
    return (host, user)
  }

  private let folder: TemporaryFolder
  private let peer: Peer

  init(_ mode: String) async throws {
    let server = try #require(Self.server)
    folder = try TemporaryFolder()
    peer = try await Peer("pgbouncer_server.py", [folder.path, mode, server.host, server.user])
  }

  func url(_ database: String) -> String {
    "postgresql://billrun@127.0.0.1:\(peer.port)/\(database)?sslmode=disable"
  }
}
