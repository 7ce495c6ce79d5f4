// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import BillingCore

@Suite("WideMagnitude") struct WideMagnitudeTests {
  private func natural(_ wide: WideMagnitude) -> Natural {
    Natural(wide.high) * (Natural(.max) + Natural(1)) + Natural(wide.low)
  }

  @Test("multiplies and divides as on paper", arguments: 0..<200)
  func asOnPaper(seed: Int) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<20 {
      let (left, right) = (random.magnitude(ofBits: 0...128), random.magnitude(ofBits: 0...128))
      let number = UInt64(random.magnitude(ofBits: 1...64))
      let product = WideMagnitude(left, times: right)
      #expect(natural(product) == Natural(left) * Natural(right))

      var quotient = product
      let remainder = quotient.divide(by: number)
      #expect(remainder < number)
      #expect(
        natural(quotient) * Natural(UInt128(number)) + Natural(UInt128(remainder))
          == natural(product))

      let larger = natural(product) * Natural(UInt128(number))
      let limit = (Natural(.max) + Natural(1)) * (Natural(.max) + Natural(1))
      #expect(product.times(number).map(natural) == (larger < limit ? larger : nil))
    }
  }

  @Test("nothing over 256 bits")
  func limit() {
    let most = WideMagnitude(.max, times: .max)
    #expect(most.times(1) == most)
    #expect(most.times(2) == nil)
    #expect(WideMagnitude(0, times: .max).times(.max) == WideMagnitude(0, times: 0))
  }
}
