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

  @Test("a refund that was recorded by hand is the gateway's, one for one")
  func recordedRefunds() async throws {
    try await ChargeBooks.with(["approve", "approve"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      let money = Money(minor: 100, currency: try #require(Currency(code: "eur")))
      let uuid = try await books.text("select uuid from book")
      for key in ["1-refund-7", "1-refund-8", "2-refund-9"] {
        gateway.setRefund("\(uuid)-pay-\(key)", to: money)
      }
      #expect(try await compare(books, gateway).differences.count == 3)
      for (payment, amount) in [(1, 100), (2, 99)] as [(Int64, Int64)] {
        try await books.connection.operation {
          try PaymentOperations(at: 1_795_600_000, by: "tester").refund(
            payment, amount: amount, over: $0)
        }
      }
      let left = try await compare(books, gateway)
      #expect(
        left.differences.map(\.key).sorted()
          == ["\(uuid)-pay-1-refund-8", "\(uuid)-pay-2-refund-9"])
      #expect(left.exitCode == .software)
    }
  }

  @Test("refunds are compared, too, both ways, and stop nobody")
  func refunds() async throws {
    try await ChargeBooks.with(["approve", "approve"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      let money = Money(minor: 100, currency: try #require(Currency(code: "eur")))
      let engine = RefundEngine(
        database: books.database, gateways: GatewaySet([gateway]), clock: .system, user: "tester")
      for _ in 1...4 { _ = try await engine.refund(1, amount: 100) }
      gateway.scriptRefunds("silent")
      _ = try? await engine.refund(2, amount: 100)
      #expect(try await compare(books, gateway).refunds == ["scripted": 4])
      #expect(try await compare(books, gateway).exitCode == .ok)
      let uuid = try await books.text("select uuid from book")
      gateway.setRefund("\(uuid)-pay-1-refund-1", to: nil)
      gateway.setRefund("\(uuid)-pay-1-refund-2", to: Money(minor: 99, currency: money.currency))
      gateway.setRefund("\(uuid)-pay-2-refund-1", to: money)
      gateway.setRefund("\(uuid)-pay-2-refund-9", to: money)
      gateway.setRefund("another-book-pay-1-refund-1", to: money)
      try await books.run(
        "update refund set state = 'declined' where idempotency_key like '%-pay-1-refund-3'")
      let comparison = try await compare(books, gateway)
      #expect(
        comparison.differences.map(\.problem).sorted() == [
          "the books have the refund, the gateway has not",
          "the gateway refunded 100 eur (re-pay-2-refund-9), the books know nothing of it",
          "the gateway refunded 99 eur, the books have 100 eur",
          "the gateway refunded it (re-pay-1-refund-3), the books have it as declined",
          "the gateway refunded it (re-pay-2-refund-1), the books do not know yet",
        ])
      #expect(comparison.differences.filter(\.isOpen).count == 1)
      #expect(comparison.exitCode == .software && comparison.strange == 0)
      #expect(comparison.count == 5)
      let text = comparison.text
      #expect(text.contains("2 charges and 5 refunds of these books compared"))
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
