// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import TestSupport
import Testing

/// Every endpoint of docs/SEEDS.md, on a server that lives.
@Suite(.enabled(if: Clients.python != nil, "\(Clients.missing)"))
struct SeedEndpointTests {
  @Test("each endpoint with each parameter, by client or plain HTTP; objects are as their tables")
  func endpoints() async throws {
    let settings = "  requests_per_second: 1000\npublic_url: https://pay.example.com/\n"
    try await LiveServer.with(serve: settings) { server in
      let folder = try TemporaryFolder()
      var files: [String] = []
      for name in ["logo.png", "terms.txt"] {
        let path = "\(folder.path)/\(name)"
        try name.write(toFile: path, atomically: true, encoding: .utf8)
        let file = try await server.books.connection.operation {
          try FileStore(maxMegabytes: 1).add(path, on: $0)
        }
        files.append(String(try #require(file.firstMatch(of: #/"id" : (\d+)/#)?.1)))
      }
      let outcome = try await Clients.run(
        "seed_endpoints.py",
        ["http://127.0.0.1:\(server.port)", server.key, server.clientID, server.clientSecret]
          + files + ["docs/SEEDS.md"])
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.story)")
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.count { $0.hasPrefix("Invoiced ") && $0.contains("the client") } == 8)
      #expect(lines.count { $0.hasPrefix("Zuora ") && $0.contains("plain HTTP") } == 13)
      #expect(lines.count { $0.hasPrefix("Zuora ") && $0.contains("the client") } == 12)
      #expect(lines.last == "21 endpoints, 48 parameters, 122 attributes", "\(outcome.output)")
      #expect(try await server.books.offences() == [])
    }
  }
}
