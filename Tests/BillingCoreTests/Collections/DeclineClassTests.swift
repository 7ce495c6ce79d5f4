// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@Suite struct DeclineClassTests {
  @Test("classes and their words")
  func words() {
    #expect(
      DeclineClass.allCases.map(\.rawValue) == ["hard", "soft", "action_needed", "technical"])
  }
}
