// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport
import Testing

@Suite("RoundingMode") struct RoundingModeTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let numerator: Int128
    let denominator: Int128
    /// By half up, half even, up and down.
    let expected: [Int128]
    var testDescription: String { "\(numerator)/\(denominator)" }
  }

  @Test(
    "rounds as its name says",
    arguments: [
      Row(numerator: 0, denominator: 7, expected: [0, 0, 0, 0]),
      Row(numerator: 14, denominator: 7, expected: [2, 2, 2, 2]),
      Row(numerator: 1, denominator: 3, expected: [0, 0, 1, 0]),
      Row(numerator: 2, denominator: 3, expected: [1, 1, 1, 0]),
      Row(numerator: 1, denominator: 2, expected: [1, 0, 1, 0]),
      Row(numerator: 3, denominator: 2, expected: [2, 2, 2, 1]),
      Row(numerator: 5, denominator: 2, expected: [3, 2, 3, 2]),
      Row(numerator: 15, denominator: 10, expected: [2, 2, 2, 1]),
      Row(numerator: 25, denominator: 10, expected: [3, 2, 3, 2]),
      Row(numerator: 24, denominator: 10, expected: [2, 2, 3, 2]),
      Row(numerator: 26, denominator: 10, expected: [3, 3, 3, 2]),
      Row(numerator: .max, denominator: 1, expected: [.max, .max, .max, .max]),
      Row(numerator: .max, denominator: .max, expected: [1, 1, 1, 1]),
      Row(numerator: .max / 2, denominator: .max, expected: [0, 0, 1, 0]),
      Row(numerator: .max / 2 + 1, denominator: .max, expected: [1, 1, 1, 0]),
    ])
  func table(row: Row) {
    #expect(
      RoundingMode.allCases.map { $0.divide(row.numerator, by: row.denominator) } == row.expected)
    #expect(
      RoundingMode.allCases.map { $0.divide(-row.numerator, by: row.denominator) }
        == row.expected.map { -$0 })
  }

  @Test("is by its definition, and symmetric in sign", arguments: 0..<200)
  func definition(seed: Int) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<20 {
      let numerator = Int128(truncatingIfNeeded: random.magnitude(ofBits: 0...126))
      let denominator = Int128(truncatingIfNeeded: random.magnitude(ofBits: 1...126))
      for mode in RoundingMode.allCases {
        let rounded = mode.divide(numerator, by: denominator)
        #expect(
          mode.rounds(
            Natural(numerator.magnitude), by: Natural(denominator.magnitude),
            to: rounded.magnitude), "\(numerator)/\(denominator) \(mode)")
        #expect(mode.divide(-numerator, by: denominator) == -rounded)
      }
    }
  }

  @Test("divides the lowest number by one")
  func lowest() {
    for mode in RoundingMode.allCases { #expect(mode.divide(.min, by: 1) == .min) }
  }

  @Test("a denominator of zero or below is a bug")
  func badDenominator() async {
    await #expect(processExitsWith: .failure) { _ = RoundingMode.halfUp.divide(1, by: 0) }
    await #expect(processExitsWith: .failure) { _ = RoundingMode.halfUp.divide(1, by: -2) }
  }

  @Test("has the names of the settings")
  func names() {
    #expect(
      RoundingMode.allCases.map(\.rawValue) == ["half_up", "half_even", "up", "down"])
  }

  @Test(
    "rounds to cash in steps of minor units",
    arguments: [
      (.halfUp, 1002, 1000), (.halfUp, 1003, 1005), (.halfUp, -1003, -1005), (.up, 1001, 1005),
      (.down, 1004, 1000), (.down, -1004, -1000), (.halfEven, 1000, 1000),
    ] as [(RoundingMode, Int64, Int64)])
  func cash(mode: RoundingMode, minor: Int64, expected: Int64) throws {
    let chf = try #require(Currency(code: "chf"))
    let rounded = try mode.toIncrement(Money(minor: minor, currency: chf), increment: 5)
    #expect(rounded == Money(minor: expected, currency: chf))
  }

  @Test("a cash step beyond the range throws")
  func cashOverflow() throws {
    let most = Money(minor: .max, currency: try #require(Currency(code: "chf")))
    #expect(throws: MoneyError.overflow) { try RoundingMode.up.toIncrement(most, increment: 5) }
    #expect(try RoundingMode.down.toIncrement(most, increment: 5).minor == .max - 2)
  }

  /// Modes of other systems that we don't have.
  static let otherModes = [
    "HALF_DOWN": "no seller asked for a half towards zero",
    "HALF_ODD": "no law knows it",
    "HALF_POSITIVE_INFINITY": "not symmetric in sign",
    "HALF_NEGATIVE_INFINITY": "not symmetric in sign",
  ]

  // The folder of published cases is not part of every clone.
  @Test("the published cases", .enabled(if: SharedFolder.path != nil, "no shared folder"))
  func publishedCases() throws {
    var checked = 0
    var skipped: [String: Int] = [:]
    for example in try SharedCase.read("money.json") where example.kind == "rounding" {
      guard let mode = RoundingMode(rawValue: example["mode"].lowercased()) else {
        let reason = try #require(Self.otherModes[example["mode"]], "\(example.id)")
        skipped[reason, default: 0] += 1
        continue
      }
      let digits = try #require(example.inputs["digits"]?.number)
      let value = try #require(ExactDecimal(example["value"]))
      let result = try #require(ExactDecimal(example.expected["result"]?.text ?? ""))
      let unit = (digits..<ExactDecimal.scaleDigits).reduce(1 as Int128) { unit, _ in unit * 10 }
      let rounded = mode.divide(value.coefficient, by: unit)
      #expect(rounded * unit == result.coefficient, "\(example.id)")
      checked += 1
    }
    #expect(checked == 12)
    #expect(
      skipped == [
        "no law knows it": 4, "no seller asked for a half towards zero": 2,
        "not symmetric in sign": 6,
      ])
  }
}

extension SplitMix64 {
  /// A number of random length, so that small and large ones are as likely.
  mutating func magnitude(ofBits range: ClosedRange<Int>) -> UInt128 {
    let bits = Int.random(in: range, using: &self)
    guard bits > 0 else { return 0 }
    let longest: UInt128 = .max >> UInt128(128 - bits)
    return UInt128.random(in: 0...longest, using: &self) | 1 << UInt128(bits - 1)
  }
}
