// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import BillingCore

@Suite("InvariantDivisor") struct InvariantDivisorTests {
  static let divisors = ["jpy", "usd", "bhd", "clf"].compactMap { Currency(code: $0) }
    .map { ExactDecimal.productUnits(perMinorUnitOf: $0) }

  @Test("the divisors are 10^(24 − digits), their reciprocals ⌊(2^128 − 1) / upper bits⌋ − 2^64")
  func constants() {
    #expect(Self.divisors.map(\.value) == [24, 22, 21, 20].map(tenToThe))
    for divisor in Self.divisors {
      #expect(UInt128(divisor.divisor) << divisor.dropped == divisor.value)
      #expect(divisor.divisor >> 63 == 1)
      // B = 2^64, d the upper bits, h the upper word of a shifted dividend: the remainder of the
      // guess is below d, as it must be, where d·h ≤ B(2d − B).
      let excess = UInt128(divisor.divisor) << 1 - (1 as UInt128) << 64
      #expect(UInt128(divisor.divisor) << (64 - divisor.dropped) <= excess << 64)
      #expect(
        UInt128(divisor.reciprocal) == .max / UInt128(divisor.divisor) - (1 as UInt128) << 64)
    }
  }

  @Test("divides as the machine does", arguments: 0..<200)
  func asTheMachine(seed: Int) {
    var random = SplitMix64(seed: seed)
    for divisor in Self.divisors {
      for _ in 0..<100 {
        let multiple = divisor.value &* random.magnitude(ofBits: 1...48)
        check(random.magnitude(ofBits: 0...128), by: divisor)
        check(multiple, by: divisor)
        check(multiple &- 1, by: divisor)
        check(multiple &+ divisor.value / 2, by: divisor)
      }
    }
  }

  @Test("divides the largest and the smallest numbers")
  func edges() {
    for divisor in Self.divisors {
      for dividend in [0, 1, divisor.value - 1, divisor.value, .max - 1, .max] {
        check(dividend, by: divisor)
      }
    }
  }

  private func check(_ dividend: UInt128, by divisor: InvariantDivisor) {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor.value)
    let fast = divisor.quotientAndRemainder(dividing: dividend)
    #expect(
      UInt128(fast.quotient) == quotient && fast.remainder == remainder,
      "\(dividend) / \(divisor.value)")
  }
}
