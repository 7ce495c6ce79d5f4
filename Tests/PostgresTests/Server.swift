// SPDX-License-Identifier: Apache-2.0
import Glibc
import Postgres
import Testing

/// All tests of the module, one after the other: they measure time and memory, and share one
/// server.
@Suite(.serialized) enum PostgresTests {}

/// The server that the tests run against; without one they fail.
enum Server {
  struct NotConfigured: Error, CustomStringConvertible {
    var description: String { "DATABASE_URL is not set, so there is no server to test against" }
  }

  /// The server's URL or `key=value` settings.
  static var url: String {
    get throws {
      guard let value = unsafe getenv("DATABASE_URL") else { throw NotConfigured() }
      return unsafe String(cString: value)
    }
  }

  /// The server's URL with one more setting, which comes last and so counts.
  static func url(with setting: String) throws -> String {
    let url = try url
    guard url.contains("://") else { return "\(url) \(setting)" }
    return url + (url.contains("?") ? "&" : "?") + setting
  }

  /// A connection that sees only the schema.
  static func connect(schema: String = "public") async throws -> Connection {
    try await Connection(url, searchPath: schema, applicationName: "PostgresTests")
  }

  /// Lends a connection whose schema is its own, new and dropped afterwards.
  static func withSchema(
    _ tables: String = "", _ body: @Sendable (Connection) async throws -> Void
  ) async throws {
    let keeper = try await connect()
    // Two sessions of one server never have the same number at the same time.
    let schema = "postgres_test_\(keeper.backendID)"
    let drop = "drop schema if exists \(schema) cascade"
    try await keeper.run(script: "\(drop); create schema \(schema)")
    do {
      let connection = try await connect(schema: schema)
      try await connection.run(script: tables)
      try await body(connection)
    } catch {
      try await keeper.run(script: drop)
      throw error
    }
    try await keeper.run(script: drop)
  }

  /// The resident memory of this process in bytes.
  static func residentMemory() -> Int {
    let file = unsafe fopen("/proc/self/statm", "r")
    defer { unsafe fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 128)
    let count = unsafe fread(&bytes, 1, bytes.count, file)
    let fields = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: " ")
    return (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
  }
}

/// A seeded source of random numbers, the same on every machine.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number of 1 to 38 decimal places, or zero, of either sign.
  mutating func coefficient() -> Int128 {
    var value: Int128 = 0
    for _ in 0..<Int.random(in: 0...38, using: &self) {
      value = value * 10 + Int128(Int.random(in: 0...9, using: &self))
    }
    return Bool.random(using: &self) ? -value : value
  }
}

/// The decimal text of coefficient × 10^-scale, without zeros at its end.
func decimalText(_ coefficient: Int128, scale: Int) -> String {
  var digits = String(coefficient.magnitude)
  while digits.count <= scale { digits = "0" + digits }
  var fraction = String(digits.suffix(scale))
  while fraction.hasSuffix("0") { fraction.removeLast() }
  let text = digits.dropLast(scale) + (fraction.isEmpty ? "" : ".\(fraction)")
  return (coefficient < 0 ? "-" : "") + text
}
