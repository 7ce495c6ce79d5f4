// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct BilledRoundingTests {
  @Test("an account has none unless its changes may give some back")
  func none() {
    let line = BilledRounding.Line(invoice: ID(1), number: 1, rest: .of("10.68"))
    let rounding = BilledRounding(invoice: ID(1), amount: .of("0.02"), lines: [line])
    let account = AccountSnapshot(payer: .plain(), subscriptions: [], roundings: [rounding])
    #expect(account.roundings.map(\.lines) == [[line]])
    #expect(AccountSnapshot(payer: .plain(), subscriptions: []).roundings.isEmpty)
  }
}
