// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Postgres

extension PostgresTests {
  @Suite struct CopyBufferNumericTests {
    private static let text = Statement(
      name: "text", text: "select n::text from unnest($1) with ordinality as u (n, at) order by at")
    private static let power24: Int128 = 1_000_000_000_000_000_000_000_000

    @Test(
      "a numeric is exact, without superfluous zeros",
      arguments: [
        (0, 0, "0"), (0, 12, "0"), (1, 0, "1"), (-1, 0, "-1"), (10_000, 0, "10000"),
        (123, 6, "0.000123"), (-123, 6, "-0.000123"), (490_000, 4, "49"), (4_905, 2, "49.05"),
        (power24, 0, "1000000000000000000000000"), (power24, 24, "1"),
        (power24, 12, "1000000000000"),
        (1, 38, "0.00000000000000000000000000000000000001"),
        (Int128(UInt64.max), 3, "18446744073709551.615"),
        (Int128(UInt64.max) + 1, 3, "18446744073709551.616"),
        (Int128.max, 0, "170141183460469231731687303715884105727"),
        (Int128.max, 1, "17014118346046923173168730371588410572.7"),
        (Int128.min, 38, "-1.70141183460469231731687303715884105728"),
      ] as [(Int128, Int, String)])
    func exact(_ coefficient: Int128, _ scale: Int, _ expected: String) async throws {
      let connection = try await Server.connect()
      let numbers = Parameter.numericArray(coefficients: [coefficient], scale: scale)
      try await #expect(connection.query(Self.text, [numbers]).string(0, 0) == expected)
      #expect(decimalText(coefficient, scale: scale) == expected)
    }

    @Test("random numerics of every scale reach the server as they are", arguments: 0..<20)
    func random(seed: Int) async throws {
      var random = SplitMix64(seed: seed)
      let connection = try await Server.connect()
      for scale in 0...38 {
        let numbers = (0..<20).map { _ in random.coefficient() }
        let texts = try await connection.query(
          Self.text, [.numericArray(coefficients: numbers, scale: scale)]
        ).map { try $0.string(0) }
        #expect(texts == numbers.map { decimalText($0, scale: scale) })
      }
    }

    @Test("the server finds the same bytes for the same number", arguments: 0..<5)
    func canonical(seed: Int) async throws {
      var random = SplitMix64(seed: seed)
      let connection = try await Server.connect()
      let send = Statement(name: "send", text: "select numeric_send($1::text::numeric)")
      for scale in 0...20 {
        let number = random.coefficient()
        var buffer = CopyBuffer()
        buffer.clear()
        buffer.numeric(coefficient: number, scale: scale)
        let ours = unsafe buffer.withBytes { unsafe Array($0.dropFirst(4)) }
        let theirs = try await connection.query(send, [.string(decimalText(number, scale: scale))])
        try #expect(theirs.bytes(0, 0) == ours)
      }
    }
  }
}
