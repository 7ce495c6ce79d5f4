// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport
import Testing

@Suite("ExactDecimal, times a quantity") struct ExactDecimalTimesTests {
  static let codes = ["jpy", "usd", "bhd", "clf"]

  struct Row: CustomTestStringConvertible, Sendable {
    let price: String
    let quantity: String
    var ratio: String = "1/1"
    var code: String = "usd"
    var mode: RoundingMode = .halfUp
    let expected: String
    var testDescription: String { "\(price) × \(quantity) × \(ratio) \(code) \(mode)" }
  }

  @Test(
    "is price × quantity × ratio, rounded once",
    arguments: [
      Row(price: "49.99", quantity: "3", expected: "149.97"),
      Row(price: "0.000123", quantity: "1000000", expected: "123.00"),
      Row(price: "0.000123", quantity: "25000000000", expected: "3075000.00"),
      Row(price: "0.005", quantity: "1", expected: "0.01"),
      Row(price: "-0.005", quantity: "1", expected: "-0.01"),
      Row(price: "-0.005", quantity: "-1", expected: "0.01"),
      Row(price: "0.005", quantity: "1", mode: .halfEven, expected: "0.00"),
      Row(price: "0.015", quantity: "1", mode: .halfEven, expected: "0.02"),
      Row(price: "0.001", quantity: "1", mode: .up, expected: "0.01"),
      Row(price: "0.009", quantity: "1", mode: .down, expected: "0.00"),
      Row(price: "0.000000000001", quantity: "0.000000000001", mode: .up, expected: "0.01"),
      Row(price: "0", quantity: "1e24", mode: .up, expected: "0.00"),
      Row(price: "1e-12", quantity: "1e24", expected: "1000000000000.00"),
      Row(price: "1e24", quantity: "1e-12", ratio: "1/3", expected: "333333333333.33"),
      Row(price: "10", quantity: "1", ratio: "10/30", expected: "3.33"),
      Row(price: "49", quantity: "2", ratio: "17/31", expected: "53.74"),
      Row(price: "10", quantity: "1", ratio: "-10/30", mode: .up, expected: "-3.34"),
      Row(price: "1.5", quantity: "1", code: "jpy", expected: "2"),
      Row(price: "1.2345", quantity: "1", code: "bhd", expected: "1.235"),
      Row(price: "1.23445", quantity: "1", code: "clf", expected: "1.2345"),
      Row(price: "92233720368547758.07", quantity: "1", expected: "92233720368547758.07"),
    ])
  func table(row: Row) throws {
    let (price, quantity) = (
      try #require(ExactDecimal(row.price)), try #require(ExactDecimal(row.quantity))
    )
    let currency = try #require(Currency(code: row.code))
    let parts = row.ratio.split(separator: "/").compactMap { Int64($0) }
    let ratio = try #require(Ratio(parts[0], parts[1]))
    let amount = try price.times(quantity, per: ratio, in: currency, rounding: row.mode)
    #expect(amount.majorText == row.expected)
    #expect(amount.currency == currency)
    #expect(try quantity.times(price, per: ratio, in: currency, rounding: row.mode) == amount)
  }

  @Test(
    "throws where the amount does not fit",
    arguments: [
      ("92233720368547758.08", "1", 1, 1), ("1e24", "1e24", 1, 1), ("1e24", "1", 1, 3),
      ("1e24", "1e24", .max, 1), ("92233720368547758.07", "1", 3, 2), ("1e24", "1", .max, .max - 1),
    ] as [(String, String, Int64, Int64)])
  func overflow(price: String, quantity: String, numerator: Int64, denominator: Int64) throws {
    let usd = try #require(Currency(code: "usd"))
    let (price, quantity) = (
      try #require(ExactDecimal(price)), try #require(ExactDecimal(quantity))
    )
    let ratio = try #require(Ratio(numerator, denominator))
    for mode in RoundingMode.allCases {
      #expect(throws: MoneyError.overflow) {
        try price.times(quantity, per: ratio, in: usd, rounding: mode)
      }
    }
  }

  @Test("an amount of just over 2^128 minor units throws and does not wrap")
  func noWrap() throws {
    let usd = try #require(Currency(code: "usd"))
    let fives: Int128 = 2_384_185_791_015_625
    let (left, right) = (
      ExactDecimal(coefficient: 1 << 100), ExactDecimal(coefficient: fives << 50)
    )
    #expect(throws: MoneyError.overflow) { try left.times(right, in: usd, rounding: .halfUp) }
    let less = ExactDecimal(coefficient: 1 << 34)
    #expect(try less.times(right, in: usd, rounding: .halfUp).minor == 1 << 62)
  }

  @Test("the least over a half is over it, also beyond 128 bits")
  func leastOverHalf() throws {
    let usd = try #require(Currency(code: "usd"))
    let quantity = try #require(ExactDecimal("0.001"))
    let cents: Int128 = 1 << 60
    let half = (2 * cents + 1) * 5_000_000_000 * 1000
    for (coefficient, expected) in [(half - 1, cents), (half, cents), (half + 1, cents + 1)] {
      let price = ExactDecimal(coefficient: coefficient)
      let amount = try price.times(quantity, in: usd, rounding: .halfEven)
      #expect(Int128(amount.minor) == expected)
    }
  }

  @Test("is by the definition of the mode, for any 12 places and any ratio", arguments: 0..<300)
  func byDefinition(seed: Int) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<100 {
      let (left, right) = (random.decimal(ofBits: 0...120), random.decimal(ofBits: 0...120))
      let isWhole = Bool.random(using: &random)
      let ratio = try #require(
        isWhole
          ? .one
          : Ratio(Int64(random.magnitude(ofBits: 0...63)), Int64(random.magnitude(ofBits: 1...63))))
      try check(left, right, ratio, random: &random)
    }
  }

  @Test("halves are halves, on the short way and on the wide one", arguments: 0..<200)
  func halves(seed: Int) throws {
    var random = SplitMix64(seed: seed)
    let usd = try #require(Currency(code: "usd"))
    for bits in [10, 20, 30, 38] {
      // (2n + 1) halves of a cent, times an odd number, over a denominator that the price holds.
      let halfCents = Int128(random.magnitude(ofBits: 1...20)) * 2 + 1
      let denominator = Int128(random.magnitude(ofBits: bits...bits)) | 1
      let ratio = try #require(Ratio(Int64(denominator) - 2, Int64(denominator)))
      let price = ExactDecimal(coefficient: halfCents * 5_000_000_000 * denominator)
      let twice = halfCents * (denominator - 2)
      for mode in RoundingMode.allCases {
        let expected = mode.divide(twice, by: 2)
        let amount = try price.times(.one, per: ratio, in: usd, rounding: mode)
        #expect(Int128(amount.minor) == expected, "\(price) × \(ratio) \(mode)")
        let mirrored = try price.negated().times(.one, per: ratio, in: usd, rounding: mode)
        #expect(mirrored == amount.negated())
      }
      // A millionth of a millionth below the half is no half, and above it neither.
      let under = ExactDecimal(coefficient: price.coefficient - 1)
      let over = ExactDecimal(coefficient: price.coefficient + 1)
      #expect(
        Int128(try under.times(.one, per: ratio, in: usd, rounding: .halfUp).minor)
          == RoundingMode.down.divide(twice, by: 2))
      #expect(
        Int128(try over.times(.one, per: ratio, in: usd, rounding: .halfEven).minor)
          == RoundingMode.up.divide(twice, by: 2))
    }
  }

  private func check(
    _ left: ExactDecimal, _ right: ExactDecimal, _ ratio: Ratio, random: inout SplitMix64
  ) throws {
    let code = try #require(Self.codes.randomElement(using: &random))
    let currency = try #require(Currency(code: code))
    let mode = try #require(RoundingMode.allCases.randomElement(using: &random))
    let numerator =
      Natural(left.coefficient.magnitude) * Natural(right.coefficient.magnitude)
      * Natural(UInt128(ratio.numerator.magnitude)) * Natural(UInt128(currency.minorUnits))
    let scale = Natural(1_000_000_000_000)
    let denominator = scale * scale * Natural(UInt128(ratio.denominator.magnitude))
    do {
      let amount = try left.times(right, per: ratio, in: currency, rounding: mode)
      #expect(
        mode.rounds(numerator, by: denominator, to: UInt128(amount.minor.magnitude)),
        "\(left) × \(right) × \(ratio) \(code) \(mode)")
      #expect(amount.isZero || amount.isNegative == (left.isNegative != right.isNegative))
    } catch {
      #expect(
        Natural(UInt128(Int64.max)) * denominator < numerator,
        "\(left) × \(right) × \(ratio) \(code) \(mode)")
    }
  }
}
