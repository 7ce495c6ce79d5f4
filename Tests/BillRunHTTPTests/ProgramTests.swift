// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import TestSupport
import Testing

/// The program as systemd sees it.
struct ProgramTests {
  private struct NotListening: Error {}

  @Test("SIGTERM ends the program with 0, once the request under way is answered")
  func term() async throws {
    try await withBooks { books in
      try await books.seller(currency: "usd")
      try await books.customer(1)
      let made = try await books.connection.operation {
        try APIKeyStore(by: "test").create("tester", APIKey.Scope.allCases, on: $0)
      }
      let folder = try TemporaryFolder()
      try "schema: billing\nserve:\n  port: 0\n".write(
        toFile: "\(folder.path)/billrun.yaml", atomically: true, encoding: .utf8)
      let shell = Shell(database: books.database.url)
      async let ended = shell.run(
        "cd \(folder.path); echo $$ > pid; exec billrun-serve --settings billrun.yaml 2> log")
      let server = LiveServer(
        books: books, port: try await Self.port("\(folder.path)/log"), key: made.secret,
        clientID: "", clientSecret: "", stop: StopSignal())
      let invoice = try await server.send(
        "POST", "/invoices", #"{"customer":1,"items":[{"name":"A","unit_cost":1}]}"#)
      #expect(invoice.status == 201, "\(invoice)")
      let id = invoice["id"] ?? ""
      try await books.run("begin; select from invoice where invoice_id = \(id) for update")
      async let reply = server.send("PATCH", "/invoices/\(id)", #"{"name":"B"}"#)
      try await server.untilLockIsWaitedFor()
      // The lock is waited for five seconds, in which a shell may not have begun.
      let text = try String(contentsOfFile: "\(folder.path)/pid", encoding: .utf8)
      let pid = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(kill(pid, SIGTERM) == 0)
      try await Task.sleep(for: .milliseconds(500))
      try await books.run("commit")
      let changed = try await reply
      #expect(changed.status == 200, "\(changed)")
      let outcome = try await ended
      #expect(outcome.status == 0, "\(outcome)")
    }
  }

  /// The port of the line that says where it listens.
  private static func port(_ log: String) async throws -> Int {
    for _ in 0..<1_200 {
      let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
      if let port = text.firstMatch(of: /127\.0\.0\.1:([0-9]+)/).flatMap({ Int($0.1) }) {
        return port
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw NotListening()
  }
}
