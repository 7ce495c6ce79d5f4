// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import TestSupport
import Testing

/// The official clients of both APIs, against a server that lives.
@Suite(.enabled(if: Clients.python != nil, "\(Clients.missing)"))
struct ClientTests {
  @Test("Invoiced's client: every call it has for invoices, and what stands around them")
  func invoiced() async throws {
    try await LiveServer.with { server in
      let folder = try TemporaryFolder()
      let path = "\(folder.path)/logo.png"
      try "picture".write(toFile: path, atomically: true, encoding: .utf8)
      let file = try await server.books.connection.operation {
        try FileStore(maxMegabytes: 1).add(path, on: $0)
      }
      let id = try #require(
        file.firstMatch(of: #/"id" : (\d+)/#)?.1, "a file has an id: \(file)")
      let outcome = try await Clients.run(
        "invoiced_client.py",
        ["http://127.0.0.1:\(server.port)", server.key, String(id), "docs/SEEDS.md"])
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.story)")
      #expect(outcome.output.hasSuffix(" checks\n"))
      #expect(try await server.books.offences() == [])
    }
  }

  @Test("Zuora's client: a token, invoices through their states, and a bill run")
  func zuora() async throws {
    try await LiveServer.with { server in
      try await server.books.customer(1, ["email": "a@acme.test"])
      try await server.books.plan("starter", "49", currency: "usd")
      try await server.books.subscription(1, of: 1, "starter", from: "2026-01-01")
      let outcome = try await Clients.run(
        "zuora_client.py",
        ["http://127.0.0.1:\(server.port)", server.clientID, server.clientSecret])
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.story)")
      #expect(outcome.output.hasSuffix(" checks\n"))
      #expect(try await server.books.offences() == [])
    }
  }
}

/// The Python that has the clients.
enum Clients {
  static let python = ProcessInfo.processInfo.environment["BILLRUN_CLIENTS"]
  static let missing = "the official clients are not installed: scripts/test --peers"

  /// Runs a file of `Tests/Clients` to its end.
  static func run(_ file: String, _ arguments: [String]) async throws -> Shell.Outcome {
    let words = [python ?? "python3", "Tests/Clients/\(file)"] + arguments
    return try await Shell(database: nil).run(words.map { "'\($0)'" }.joined(separator: " "))
  }
}
