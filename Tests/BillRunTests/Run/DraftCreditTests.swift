// SPDX-License-Identifier: Apache-2.0
import BillRun
import TestSupport
import Testing

/// Drafts that wait to be posted, and what is credited of them; the notes of drafts (RULES 0.1,
/// 0.7, 1.10).
@Suite struct DraftCreditTests {
  private func open(_ books: Books, _ price: String, _ seller: Books.Columns = [:]) async throws {
    try await books.seller("acme", seller)
    try await books.plan("pro", price)
    try await books.customer(1)
    try await books.subscription(1, of: 1, "pro", from: "2026-11-01")
  }

  private func cancel(_ books: Books, on day: String) async throws {
    try await books.run("update subscription set canceled_at = '\(day)', prorate_cancel = true")
  }

  private func post(_ books: Books) async throws {
    _ = try await InvoiceOperations(at: 1_795_200_000, by: "tester").postAll(on: books.connection)
  }

  @Test("days of a draft are not credited before somebody has posted it (RULES 0.7)")
  func held() async throws {
    try await withBooks { books in
      try await open(books, "30")
      let run = try await books.bill("2026-11-01") { $0.writesDrafts = true }[0].id ?? 0
      try await cancel(books, on: "2026-11-16")
      try await books.bill("2026-11-16")
      try await expectTexts(
        books, "select code || ' ' || message from hold where released_at is null",
        [
          "credit_of_draft subscription 1: days would be credited of a draft of run \(run) "
            + "that waits to be posted"
        ])
      try await expectTexts(books, "select count(*) from invoice", ["1"])
      try await post(books)
      try await books.bill("2026-11-17")
      try await expectTexts(
        books, "select concat_ws(' ', kind, total_minor) from invoice order by invoice_id",
        ["invoice 3000", "credit_note 1500"])
      try await expectTexts(books, "select code from hold where released_at is null", [])
      try await expectSound(books)
    }
  }

  /// 9.85 for 30 days: ten of them are 3.28.
  @Test("a credit note is not rounded to coins, posted later or at once", arguments: [true, false])
  func cash(isDraft: Bool) async throws {
    try await withBooks { books in
      try await open(books, "9.85", ["cash_increment_minor": "5", "cash_methods": "{other}"])
      try await books.bill("2026-11-01")
      try await cancel(books, on: "2026-11-21")
      try await books.bill("2026-11-21") { $0.writesDrafts = isDraft }
      try await post(books)
      try await expectTexts(
        books,
        "select concat_ws(' ', total_minor, rounding_minor) from invoice "
          + "where kind = 'credit_note'", ["328 0"])
      try await expectTexts(
        books, "select amount_minor from credit where kind = 'credit_note'", ["328"])
      try await expectSound(books)
    }
  }
}
