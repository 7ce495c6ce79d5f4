// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 0.6: `verify --gateway`.
@Suite struct GatewayComparisonTests {
  private func compare(
    _ books: Books, _ gateway: ScriptedGateway
  ) async throws -> GatewayComparison {
    let day = try #require(LocalDate(iso: "2026-11-02"))
    return try await GatewayComparison.read(
      GatewaySet([gateway]), since: 0, at: Int64(day.daysSince1970) * 86_400, of: books.database)
  }

  @Test("what agrees lets charging go on")
  func agrees() async throws {
    try await ChargeBooks.with(["approve", "fail_1"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      try await books.run("update gateway_account set place = place || '0'")
      let comparison = try await compare(books, gateway)
      #expect(comparison.compared == ["scripted": 1])
      #expect(comparison.differences == [])
      #expect(comparison.strange == 0)
      #expect(try await books.charge("2026-11-04", at: gateway).count("approved") == 1)
    }
  }

  @Test("each way in which they may differ is told, and charging stays stopped")
  func differs() async throws {
    try await ChargeBooks.with(["approve", "decline_do_not_honor", "approve", "lose"]) {
      books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      let uuid = try await books.text("select uuid from book")
      let money = Money(minor: 1000, currency: try #require(Currency(code: "eur")))
      gateway.approve("\(uuid)-inv-2-try-1", money)
      gateway.approve("\(uuid)-inv-2-try-9", money)
      gateway.approve("another-book-inv-1-try-1", money)
      gateway.approve(
        "\(uuid)-inv-1-try-1", Money(minor: 999, currency: money.currency))
      try await books.run(
        "update payment_attempt set idempotency_key = 'gone' where invoice_id = 3")
      let comparison = try await compare(books, gateway)
      #expect(
        comparison.differences.map(\.problem).sorted() == [
          "the books have it as approved, the gateway has not",
          "the gateway approved it (ch-inv-2-try-1), the books have it as declined",
          "the gateway approved it (ch_4), the books do not know yet",
          "the gateway charged 1000 eur (ch-inv-2-try-9), the books know nothing of it",
          "the gateway charged 1000 eur (ch_3), the books know nothing of it",
          "the gateway charged 999 eur, the books have 1000 eur",
        ])
      #expect(comparison.exitCode == .software)
      #expect(comparison.strange == 4)
      await expectDoubt(books, gateway)
    }
  }
}
