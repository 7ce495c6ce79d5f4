// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@Suite("ID") struct IDTests {
  @Test("is its number, in order and in text")
  func number() {
    let (first, second) = (ID<Money>(9), ID<Money>(10))
    #expect(first < second)
    #expect(second.rawValue == 10)
    #expect("\(second)" == "10")
    #expect(first != second)
  }
}
