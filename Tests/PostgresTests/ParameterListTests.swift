// SPDX-License-Identifier: Apache-2.0
import Postgres
import Testing

extension PostgresTests {
  @Suite struct ParameterListTests {
    @Test("a text with a zero byte is refused, never cut off")
    func zeroByte() async throws {
      let connection = try await Server.connect()
      let echo = Statement(name: "echo", text: "select $1, $2")
      await #expect { try await connection.query(echo, [1, "a\u{0}b"]) } throws: {
        let error = $0 as? PostgresError
        return error?.sqlState == "22021" && error?.message.contains("$2") == true
      }
    }

    @Test("parameters of every width and of none stand side by side")
    func many() async throws {
      let connection = try await Server.connect()
      let echo = Statement(name: "echo", text: "select $1, $2, $3, $4, $5, $6")
      let long = String(repeating: "é", count: 10_000)
      let row = try await connection.query(
        echo, [.int16(7), .string(long), .int64(nil), true, "", .bytea([])])[0]
      try #expect(row.int16(0) == 7)
      try #expect(row.string(1) == long)
      try #expect(row.isNull(2))
      try #expect(row.bool(3))
      try #expect(row.string(4).isEmpty)
      try #expect(row.bytes(5).isEmpty)
    }
  }
}
