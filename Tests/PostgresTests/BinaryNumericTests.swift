// SPDX-License-Identifier: Apache-2.0
import Postgres
import Testing

extension PostgresTests {
  @Suite struct BinaryNumericTests {
    private static let cast = Statement(
      name: "cast",
      text: "select n::numeric from unnest($1::text[]) with ordinality as u (n, at) order by at")

    @Test("random numerics are read back at their scale and at a larger one", arguments: 0..<20)
    func random(seed: Int) async throws {
      var random = SplitMix64(seed: seed)
      let connection = try await Server.connect()
      for scale in 0...38 {
        let numbers = (0..<20).map { _ in random.coefficient() }
        let texts = numbers.map { decimalText($0, scale: scale) }
        let rows = try await connection.query(Self.cast, [.stringArray(texts)])
        try #expect(rows.map { try $0.numeric(0, scale: scale) } == numbers)
        let small = numbers.filter { $0.magnitude < UInt128(UInt64.max) }
        let again = try await connection.query(
          Self.cast, [.stringArray(small.map { decimalText($0, scale: scale) })])
        try #expect(again.map { try $0.numeric(0, scale: scale + 5) } == small.map { $0 * 100_000 })
      }
    }

    @Test(
      "what is no number of so many places, or does not fit, is thrown",
      arguments: [
        ("0.001", 2), ("-49.005", 2), ("0.00001", 4), ("1.5", 0), ("NaN", 2), ("Infinity", 2),
        ("-Infinity", 2), ("1e39", 0), ("1e30", 12), ("0.000000000000000000001", 12),
        ("170141183460469231731687303715884105728", 0),
      ])
    func refused(_ text: String, _ scale: Int) async throws {
      let connection = try await Server.connect()
      let rows = try await connection.query(Self.cast, [.stringArray([text])])
      #expect(throws: RowError.self) { try rows.numeric(0, 0, scale: scale) }
    }

    @Test("zeros after the point need no places")
    func zeros() async throws {
      let connection = try await Server.connect()
      let rows = try await connection.query(Self.cast, [.stringArray(["49.000", "-0.10", "1e20"])])
      try #expect(rows.numeric(0, 0, scale: 0) == 49)
      try #expect(rows.numeric(1, 0, scale: 1) == -1)
      try #expect(rows.numeric(2, 0, scale: 0) == 100_000_000_000_000_000_000)
    }
  }
}
