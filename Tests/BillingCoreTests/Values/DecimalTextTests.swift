// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite("DecimalText") struct DecimalTextTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let text: String
    let significand: UInt128
    let exponent: Int
    let places: Int
    let isPlain: Bool
    var testDescription: String { text }
  }

  @Test(
    "keeps the digits and where the point was",
    arguments: [
      Row(text: "45", significand: 45, exponent: 0, places: 0, isPlain: true),
      Row(text: "-0.15", significand: 15, exponent: -2, places: 2, isPlain: true),
      Row(text: "1200", significand: 12, exponent: 2, places: 0, isPlain: true),
      Row(text: "0012.3400", significand: 1234, exponent: -2, places: 4, isPlain: true),
      Row(text: "1200.5", significand: 12005, exponent: -1, places: 1, isPlain: true),
      Row(text: "0.000123", significand: 123, exponent: -6, places: 6, isPlain: true),
      Row(text: "1e3", significand: 1, exponent: 3, places: 0, isPlain: false),
      Row(text: "1.5E-7", significand: 15, exponent: -8, places: 1, isPlain: false),
      Row(text: "25e+02", significand: 25, exponent: 2, places: 0, isPlain: false),
    ])
  func parts(row: Row) throws {
    let decimal = try #require(DecimalText(row.text))
    #expect(decimal.significand == row.significand)
    #expect(decimal.exponent == row.exponent)
    #expect(decimal.places == row.places)
    #expect(decimal.isPlain == row.isPlain)
    #expect(decimal.isNegative == row.text.hasPrefix("-"))
  }

  @Test("zeros at the end cost nothing, whatever their number")
  func zeros() throws {
    let zeros = String(repeating: "0", count: 100)
    #expect(DecimalText("1.\(zeros)")?.magnitude(atScale: 2) == 100)
    #expect(DecimalText(zeros)?.magnitude(atScale: 0) == 0)
    #expect(DecimalText("0.\(zeros)1")?.magnitude(atScale: 101) == 1)
    #expect(DecimalText("0.\(zeros)1")?.magnitude(atScale: 100) == nil)
    #expect(DecimalText("1\(zeros)1") == nil)
    #expect(DecimalText("1\(zeros)e-98")?.magnitude(atScale: 0) == 100)
  }

  @Test(
    "refuses what JSON and PostgreSQL don't write",
    arguments: [
      "", "-", "+1", ".5", "5.", "e3", "1e", "1e+", "1e-", "1e1.5", "1.2.3", "0x10", "1_000", " 1",
      "1 ", "NaN", "Infinity", "--1", "1e99999", "٣", "1\0", "1-", "1e3e3",
    ])
  func malformed(text: String) {
    #expect(DecimalText(text) == nil)
  }

  @Test(
    "scales only where it is exact and fits",
    arguments: [
      ("1.25", 2, 125), ("1.25", 1, nil), ("0", 0, 0), ("0.0", 0, 0),
      ("1e38", 0, 100_000_000_000_000_000_000_000_000_000_000_000_000), ("1e39", 0, nil),
      ("340282366920938463463374607431768211455", 0, .max),
      ("340282366920938463463374607431768211456", 0, nil),
    ] as [(String, Int, UInt128?)])
  func scales(text: String, scale: Int, expected: UInt128?) {
    #expect(DecimalText(text)?.magnitude(atScale: scale) == expected)
  }

  @Test(
    "writes plainly",
    arguments: [
      (5, false, 2, false, "0.05"), (5, true, 2, false, "-0.05"), (500, false, 2, false, "5.00"),
      (500, false, 2, true, "5"), (510, false, 2, true, "5.1"), (0, false, 2, true, "0"),
      (0, false, 2, false, "0.00"), (7, false, 0, false, "7"), (70, false, 0, true, "70"),
      (.max, true, 12, false, "-340282366920938463463374607.431768211455"),
    ] as [(UInt128, Bool, Int, Bool, String)])
  func writes(
    magnitude: UInt128, isNegative: Bool, places: Int, trimmed: Bool, expected: String
  ) {
    #expect(
      DecimalText.plain(magnitude, isNegative: isNegative, places: places, trimmed: trimmed)
        == expected)
  }

  @Test("has the powers of ten up to 10^38")
  func powers() {
    #expect(tenToThe(0) == 1)
    #expect(tenToThe(1) == 10)
    #expect(tenToThe(38) == 100_000_000_000_000_000_000_000_000_000_000_000_000)
  }
}
