// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct CreditTests {
  @Test("kinds are stored under the names of RULES 1.12")
  func names() {
    #expect(
      [Credit.Kind.money, .creditNote, .goodwill].map(\.rawValue)
        == ["money", "credit_note", "goodwill"])
  }
}
