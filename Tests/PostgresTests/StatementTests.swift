// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Postgres

extension PostgresTests {
  @Suite struct StatementTests {
    private static let long = String(repeating: "a_long_name_", count: 8)

    @Test("a name that the server can hold stays as it is")
    func short() {
      #expect(Statement(name: "claim_accounts", text: "").preparedName == "claim_accounts")
      let longest = String(repeating: "n", count: 63)
      #expect(Statement(name: longest, text: "").preparedName == longest)
    }

    @Test("longer names fit and stay different, also when cut inside a character")
    func cut() {
      let names = [Self.long + "1", Self.long + "2", String(repeating: "é", count: 40)]
      let prepared = names.map { Statement(name: $0, text: "").preparedName }
      #expect(Set(prepared).count == names.count)
      #expect(prepared.allSatisfy { $0.utf8.count <= 63 })
    }

    @Test("two long names that begin alike are two statements in one session")
    func both() async throws {
      let connection = try await Server.connect()
      let one = Statement(name: Self.long + "1", text: "select 1")
      let two = Statement(name: Self.long + "2", text: "select 2")
      for _ in 0..<2 {
        try await #expect(connection.query(one, []).int32(0, 0) == 1)
        try await #expect(connection.query(two, []).int32(0, 0) == 2)
      }
    }
  }
}
