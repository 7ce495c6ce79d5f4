// SPDX-License-Identifier: Apache-2.0
import BillRun
import TestSupport
import Testing

/// Ids of subscriptions need not rise with those of their payers: an application gives them as it
/// likes, and a parent pays for children of any id.
@Suite struct ScatteredIdsTests {
  @Test("add-ons, coupons and covered spans reach their subscription, whatever the ids")
  func scattered() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("month", "30")
      try await books.plan("seat", "3.33")
      try await books.plan("year", "99", every: "year")
      try await books.coupon("half", "50")
      // Payers and subscriptions in opposite orders, and a parent that pays for the last child.
      for id in 1...5 {
        try await books.customer(id, id == 5 ? ["parent_customer_id": "1"] : [:])
        try await books.subscription(
          10 - id, of: id, "month", from: "2026-11-01", addons: ["seat", "year"],
          coupons: ["half"])
      }
      try await books.subscription(11, of: 5, "month", from: "2026-11-01", addons: ["seat"])
      try await books.bill("2026-11-10")
      let totals = "select total_minor from invoice where run_id = %d order by subscription_id"
      #expect(
        try await books.texts(totals.replacing("%d", with: "1"))
          == Array(repeating: "6616", count: 5) + ["3333"])
      // In December the yearly add-on is covered, and nobody is held.
      let runs = try await books.bill("2026-12-10")
      #expect(runs[0].exitCode == .ok)
      #expect(
        try await books.texts(totals.replacing("%d", with: "2"))
          == Array(repeating: "1666", count: 5) + ["3333"])
      try await expectSound(books)
    }
  }

  @Test("a cycle of a coupon is given back to whoever used it, not to others on the invoice")
  func cycles() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("month", "30")
      try await books.coupon("twice", "50", ["duration_cycles": "2"])
      try await books.customer(1, ["consolidated": "true"])
      try await books.subscription(1, of: 1, "month", from: "2026-09-01", coupons: ["twice"])
      try await books.subscription(2, of: 1, "month", from: "2026-11-01", coupons: ["twice"])
      try await books.bill("2026-10-20")
      let runs = try await books.bill("2026-11-20") { $0.writesDrafts = true }
      #expect(runs[0].totals.map(\.total) == [4500])
      _ = try await books.operations("2026-11-20").cancel(runs[0].id ?? 0)
      try await expectTexts(
        books, "select cycles_used from subscription_discount order by subscription_id", ["2", "0"])
      let again = try await books.bill("2026-11-20")
      #expect(again[0].totals.map(\.total) == [4500])
      try await expectSound(books)
    }
  }
}
