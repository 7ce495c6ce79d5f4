// SPDX-License-Identifier: Apache-2.0
import Postgres
import Testing

extension PostgresTests {
  @Suite struct StreamTests {
    private struct Stop: Error {}

    private static let numbers = Statement(
      name: "numbers",
      text: "select generate_series(1, $1::bigint) as n, repeat('x', 200) as filler")
    private static let one = Statement(name: "one", text: "select 1")

    @Test("a million rows arrive in order, and memory stays flat")
    func million() async throws {
      let connection = try await Server.connect()
      let before = Server.residentMemory()
      let growth = try await connection.transaction(readOnly: true) { connection in
        var expected: Int64 = 0
        var most = 0
        try connection.stream(Self.numbers, [1_000_000]) { row in
          expected += 1
          guard try row.int64(0) == expected else { throw Stop() }
          if expected % 100_000 == 0 { most = max(most, Server.residentMemory() - before) }
        }
        #expect(expected == 1_000_000)
        return most
      }
      // Kept rows would take more than 200 MB; other tests run in this process at the same time.
      #expect(growth < 100_000_000)
    }

    @Test("when the body throws, its error comes out and the connection stays usable")
    func stopped() async throws {
      let connection = try await Server.connect()
      let time = await ContinuousClock().measure {
        await #expect(throws: Stop.self) {
          try await connection.transaction { connection in
            try connection.stream(Self.numbers, [100_000_000]) { row in
              if try row.int64("n") == 3 { throw Stop() }
            }
          }
        }
      }
      #expect(time < .seconds(10))
      try await #expect(connection.query(Self.one, []).int32(0, 0) == 1)
    }

    @Test("an error in the middle of the rows is thrown after the rows before it")
    func failing() async throws {
      let connection = try await Server.connect()
      let divide = Statement(
        name: "divide", text: "select 100 / (50 - n) from generate_series(1, 100) as n")
      await #expect {
        try await connection.transaction { connection in
          var seen: [Int32] = []
          defer { #expect(seen.count == 49) }
          try connection.stream(divide, []) { seen.append(try $0.int32(0)) }
        }
      } throws: {
        ($0 as? PostgresError)?.sqlState == "22012"
      }
    }

    @Test("no other call is possible inside a stream")
    func busy() async throws {
      let connection = try await Server.connect()
      try await connection.transaction { connection in
        var refused = 0
        try connection.stream(Self.numbers, [2]) { _ in
          #expect { try connection.query(Self.one, []) } throws: {
            ($0 as? PostgresError)?.sqlState == "55006"
          }
          refused += 1
        }
        #expect(refused == 2)
      }
    }

    @Test("a stream of no rows ends at once")
    func empty() async throws {
      let connection = try await Server.connect()
      try await connection.transaction { connection in
        try connection.stream(Self.numbers, [0]) { _ in throw Stop() }
      }
    }
  }
}
