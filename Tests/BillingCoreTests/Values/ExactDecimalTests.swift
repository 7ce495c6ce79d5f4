// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport
import Testing

@Suite("ExactDecimal") struct ExactDecimalTests {
  @Test(
    "reads and writes text",
    arguments: [
      ("0", "0"), ("-0", "0"), ("49", "49"), ("49.00", "49"), ("0.000123", "0.000123"),
      ("-0.15", "-0.15"), ("1e3", "1000"), ("1.5E-3", "0.0015"),
      ("0.000000000001", "0.000000000001"),
      ("1.0000000000000000", "1"), ("1e24", "1000000000000000000000000"),
      ("-1e24", "-1000000000000000000000000"),
      ("999999999999999999999999.999999999999", "999999999999999999999999.999999999999"),
    ])
  func text(text: String, written: String) throws {
    let value = try #require(ExactDecimal(text))
    #expect(value.description == written)
    #expect(ExactDecimal(written) == value)
  }

  @Test(
    "refuses more than 12 places, more than ±10^24 and what is no number",
    arguments: [
      "0.0000000000001", "1e-13", "1000000000000000000000000.000000000001", "1e25", "-1e25",
      "1e9999", "", "1.", "NaN", "1,5",
    ])
  func refused(text: String) {
    #expect(ExactDecimal(text) == nil)
  }

  @Test("comes from whole numbers and from money exactly")
  func whole() throws {
    #expect(ExactDecimal(7).description == "7")
    #expect(ExactDecimal(.min).description == "-9223372036854775808")
    #expect(ExactDecimal(1) == .one)
    #expect(ExactDecimal(0) == .zero)
    let texts = [("jpy", "-1234"), ("usd", "-12.34"), ("bhd", "-1.234"), ("clf", "-0.1234")]
    for (code, written) in texts {
      let currency = try #require(Currency(code: code))
      let money = Money(minor: -1234, currency: currency)
      #expect(ExactDecimal(money).description == written)
    }
  }

  @Test("orders by value")
  func order() throws {
    let texts = ["-2", "-1.5", "-0.000000000001", "0", "0.5", "0.51", "10"]
    let values = try texts.map { try #require(ExactDecimal($0)) }
    #expect(values.reversed().sorted() == values)
    #expect(values.map(\.isNegative) == [true, true, true, false, false, false, false])
    #expect(values.map(\.isZero) == [false, false, false, true, false, false, false])
  }

  @Test("adds, subtracts and negates exactly, or throws")
  func sums() throws {
    let (tenth, fifth) = (try #require(ExactDecimal("0.1")), try #require(ExactDecimal("0.2")))
    #expect(try tenth.adding(fifth) == ExactDecimal("0.3"))
    #expect(try tenth.subtracting(fifth) == ExactDecimal("-0.1"))
    #expect(tenth.negated().description == "-0.1")
    #expect(throws: MoneyError.overflow) { try ExactDecimal(coefficient: .max).adding(.one) }
    #expect(throws: MoneyError.overflow) { try ExactDecimal(coefficient: .min).subtracting(.one) }
  }

  @Test(
    "multiplies exactly or not at all",
    arguments: [
      ("1.5", "-2.5", "-3.75"), ("0.000001", "0.000001", "0.000000000001"),
      ("0.000001", "0.0000001", nil), ("1e20", "1e-6", "100000000000000"), ("0", "1e24", "0"),
      ("1e24", "1e24", nil), ("-3", "-4", "12"),
    ] as [(String, String, String?)])
  func exactTimes(left: String, right: String, expected: String?) throws {
    let (left, right) = (try #require(ExactDecimal(left)), try #require(ExactDecimal(right)))
    #expect(left.times(right)?.description == expected)
    #expect(right.times(left)?.description == expected)
  }

  @Test("a prorated unit cost has 12 places, rounded once")
  func scaled() throws {
    let (third, ten) = (try #require(Ratio(1, 3)), ExactDecimal(10))
    #expect(try ten.scaled(by: third, rounding: .halfUp).description == "3.333333333333")
    #expect(try ten.scaled(by: third, rounding: .up).description == "3.333333333334")
    #expect(try ten.negated().scaled(by: third, rounding: .up).description == "-3.333333333334")
    #expect(try ten.scaled(by: .one, rounding: .up) == ten)
    let (most, overOne) = (ExactDecimal(coefficient: .max), try #require(Ratio(4, 3)))
    let largest = try #require(Ratio(.max, 1))
    #expect(throws: MoneyError.overflow) { try most.scaled(by: overOne, rounding: .down) }
    #expect(throws: MoneyError.overflow) { try most.scaled(by: largest, rounding: .down) }
  }

  @Test("scaling is by the definition of the mode", arguments: 0..<100)
  func scalesByDefinition(seed: Int) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<50 {
      let value = random.decimal(ofBits: 0...120)
      let ratio = try #require(
        Ratio(Int64(random.magnitude(ofBits: 0...63)), Int64(random.magnitude(ofBits: 1...63))))
      let mode = try #require(RoundingMode.allCases.randomElement(using: &random))
      let numerator =
        Natural(value.coefficient.magnitude) * Natural(UInt128(ratio.numerator.magnitude))
      let denominator = Natural(UInt128(ratio.denominator.magnitude))
      do {
        let scaled = try value.scaled(by: ratio, rounding: mode)
        #expect(
          mode.rounds(numerator, by: denominator, to: scaled.coefficient.magnitude),
          "\(value) × \(ratio) \(mode)")
        #expect(scaled.isZero || scaled.isNegative == value.isNegative)
      } catch {
        #expect(Natural(Int128.max.magnitude) * denominator < numerator, "\(value) × \(ratio)")
      }
    }
  }

  @Test(
    "counts packages, rounded away from zero",
    arguments: [
      ("0", "10", 0), ("1", "10", 1), ("10", "10", 1), ("10.000000000001", "10", 2),
      ("25", "0.1", 250), ("-25", "10", -3), ("1000001", "1000000", 2),
    ] as [(String, String, Int64)])
  func packages(quantity: String, size: String, expected: Int64) throws {
    let (quantity, size) = (try #require(ExactDecimal(quantity)), try #require(ExactDecimal(size)))
    #expect(try quantity.quotientRoundedUp(by: size) == expected)
  }

  @Test("packages of no size are a bug, too many throw")
  func badPackages() async throws {
    let (many, tiny) = (ExactDecimal(10_000_000), ExactDecimal(coefficient: 1))
    #expect(throws: MoneyError.overflow) { try many.quotientRoundedUp(by: tiny) }
    await #expect(processExitsWith: .failure) {
      _ = try ExactDecimal.one.quotientRoundedUp(by: .zero)
    }
  }
}

extension SplitMix64 {
  /// A decimal of random length and sign.
  mutating func decimal(ofBits range: ClosedRange<Int>) -> ExactDecimal {
    let magnitude = Int128(magnitude(ofBits: range))
    return ExactDecimal(coefficient: Bool.random(using: &self) ? magnitude : -magnitude)
  }
}
