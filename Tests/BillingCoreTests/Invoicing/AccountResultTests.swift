// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct AccountResultTests {
  @Test("a result tells documents, lines and each subscription's cursor")
  func cursors() throws {
    let ended = Subscription(
      id: ID(4), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"),
      canceledAt: .on("2026-02-01"), coverage: .through(.on("2026-02-01")))
    let running = Subscription(
      id: ID(5), charges: [.init(slot: 0, plan: 0), .init(slot: 1, plan: 0)],
      start: .on("2026-01-15"))
    let result = try Books().bill(ended, running, asOf: .on("2026-02-20")).result
    #expect(result.documents == 2)
    #expect(result.lines == 4)
    #expect(result.nothingDue == nil)
    #expect(
      result.cursors == [
        AccountResult.Cursor(
          subscription: ID(4), coveredThrough: .on("2026-02-01"),
          straightThrough: .on("2026-02-01"), nextBillOn: nil, usageThrough: nil,
          usageFrom: nil),
        AccountResult.Cursor(
          subscription: ID(5), coveredThrough: .on("2026-03-15"),
          straightThrough: .on("2026-03-15"), nextBillOn: .on("2026-03-15"),
          usageThrough: nil, usageFrom: nil),
      ])
  }

  @Test("the reasons are stored under names of their own")
  func names() {
    #expect(AccountResult.NothingDue.notDue.rawValue == "not_due")
  }
}
