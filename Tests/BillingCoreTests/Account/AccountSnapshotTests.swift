// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct AccountSnapshotTests {
  @Test("an account without anything is billed nothing, and is finished")
  func empty() throws {
    let billed = try Books().bill(
      AccountSnapshot(payer: .plain(), subscriptions: []), asOf: .on("2026-01-01"))
    #expect(billed.documents.isEmpty)
    #expect(billed.result.nothingDue == .finished)
  }
}
