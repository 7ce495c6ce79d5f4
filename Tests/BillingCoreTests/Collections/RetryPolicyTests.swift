// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

@Suite struct RetryPolicyTests {
  @Test("actions and their words")
  func actions() {
    #expect(
      RetryPolicy.Action.allCases.map(\.rawValue)
        == ["leave", "cancel_subscription", "autopay_off", "chase", "write_off"])
    #expect(RetryPolicy().days == [3, 5, 7])
    #expect(RetryPolicy().afterLast == .leave)
  }
}
