// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

/// DESIGN 10.
@Suite struct ChasingCadenceTests {
  @Test("messages are what the customer hears of; the words are those of imports")
  func actions() {
    #expect(
      ChasingCadence.Action.allCases.map(\.rawValue) == [
        "email", "letter", "sms", "webhook", "phone", "late_fee", "escalate", "pause",
      ])
    #expect(
      ChasingCadence.Action.allCases.filter { !$0.isMessage } == [.lateFee, .escalate, .pause])
  }
}
