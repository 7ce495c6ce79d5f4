// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport
import Testing

@Suite("Ratio") struct RatioTests {
  @Test(
    "is in lowest terms with a denominator above zero",
    arguments: [
      (19, 100, "19/100"), (50, 100, "1/2"), (0, 31, "0/1"), (-17, 34, "-1/2"), (17, -34, "-1/2"),
      (-3, -9, "1/3"), (31, 31, "1/1"), (.max, .max, "1/1"), (.min, .min, "1/1"),
      (.min, 2, "-4611686018427387904/1"), (2, .min, "-1/4611686018427387904"),
    ] as [(Int64, Int64, String)])
  func lowestTerms(numerator: Int64, denominator: Int64, expected: String) {
    #expect(Ratio(numerator, denominator)?.description == expected)
  }

  @Test("is nil for a zero denominator and for what does not fit")
  func unfit() {
    #expect(Ratio(1, 0) == nil)
    #expect(Ratio(0, 0) == nil)
    #expect(Ratio(1, .min) == nil)
    #expect(Ratio(.min, 1) == nil)
  }

  @Test(
    "is exactly the percentage",
    arguments: [
      ("19", "19/100"), ("7.25", "29/400"), ("0", "0/1"), ("100", "1/1"), ("8.875", "71/800"),
      ("-5", "-1/20"), ("0.000000000001", "1/100000000000000"),
      ("33.333333333333", "33333333333333/100000000000000"),
    ])
  func percent(text: String, expected: String) throws {
    let percentage = try #require(ExactDecimal(text))
    #expect(Ratio(percent: percentage)?.description == expected)
  }

  @Test("is nil for a percentage that does not fit")
  func percentUnfit() throws {
    let percentage = try #require(ExactDecimal("9e23"))
    #expect(Ratio(percent: percentage) == nil)
  }

  @Test("adds and multiplies exactly")
  func sums() throws {
    let (sixth, tenth) = (try #require(Ratio(1, 6)), try #require(Ratio(1, 10)))
    #expect(try sixth.plus(tenth) == Ratio(4, 15))
    #expect(try sixth.times(tenth) == Ratio(1, 60))
    #expect(try sixth.plus(.zero) == sixth)
    #expect(try sixth.times(.one) == sixth)
    let opposite = try #require(Ratio(-1, 6))
    #expect(try sixth.plus(opposite).isZero)
  }

  @Test("throws where the exact result does not fit")
  func overflow() throws {
    let (most, tiny) = (try #require(Ratio(.max, 1)), try #require(Ratio(1, .max)))
    let tinier = try #require(Ratio(1, .max - 1))
    #expect(throws: MoneyError.overflow) { try most.plus(.one) }
    #expect(throws: MoneyError.overflow) { try most.times(most) }
    #expect(throws: MoneyError.overflow) { try tiny.plus(tinier) }
    #expect(throws: MoneyError.overflow) { try most.inclusiveShare() }
  }

  @Test(
    "the tax in a gross amount is r / (1 + r)",
    arguments: [(19, 100, "19/119"), (1, 5, "1/6"), (0, 1, "0/1"), (-1, 2, "-1/1")]
      as [(Int64, Int64, String)])
  func inclusive(numerator: Int64, denominator: Int64, expected: String) throws {
    let rate = try #require(Ratio(numerator, denominator))
    #expect(try rate.inclusiveShare().description == expected)
  }

  @Test("adds as on paper", arguments: 0..<100)
  func addsAsOnPaper(seed: Int) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<20 {
      let parts = (0..<4).map { _ in Int64.random(in: 1...100_000, using: &random) }
      let left = try #require(Ratio(parts[0], parts[1]))
      let right = try #require(Ratio(parts[2], -parts[3]))
      let opposite = try #require(Ratio(parts[2], parts[3]))
      let sum = try left.plus(right)
      #expect(sum == Ratio(parts[0] * parts[3] - parts[2] * parts[1], parts[1] * parts[3]))
      #expect(try sum.plus(opposite) == left)
    }
  }
}
