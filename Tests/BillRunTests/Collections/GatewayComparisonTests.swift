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
          "the gateway approved it (ch), the books do not know yet",
          "the gateway approved it (ch), the books have it as declined",
          "the gateway charged 1000 eur (ch), the books know nothing of it",
          "the gateway charged 1000 eur (ch), the books know nothing of it",
          "the gateway charged 999 eur, the books have 1000 eur",
        ])
      #expect(comparison.exitCode == .software)
    }
  }

  @Test("what a copy has charged is taken in once: a payment, and credit where too much was paid")
  func adopted() async throws {
    try await ChargeBooks.with(["approve", "decline_do_not_honor", "approve", "silent"]) {
      books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      let uuid = try await books.text("select uuid from book")
      let eur = try #require(Currency(code: "eur"))
      for (invoice, attempt, minor) in [(1, 2, 1000), (2, 1, 1000), (4, 2, 1000), (99, 1, 5)] {
        gateway.approve(
          "\(uuid)-inv-\(invoice)-try-\(attempt)", Money(minor: Int64(minor), currency: eur))
      }
      let day = try #require(LocalDate(iso: "2026-11-02"))
      let adoption = try ChargeAdoption(
        of: "scripted", among: GatewaySet([gateway]), in: books.database,
        at: Int64(day.daysSince1970) * 86_400, by: "tester")
      let found = try await adoption.list(since: 0)
      #expect(
        found.map { "\($0.invoice ?? 0) \($0.problem ?? "-")" } == [
          "1 -", "2 -", "4 another charge of the invoice is under way",
          "99 these books have no such invoice",
        ])
      try await adoption.adopt(found.filter { $0.problem == nil })
      #expect(try await adoption.list(since: 0).count == 2)
      try await expectTexts(
        books, ChargeBooks.attempts,
        ["1 1 approved", "2 1 approved", "3 1 approved", "4 1 unknown", "1 2 approved"])
      try await expectTexts(
        books,
        """
        select concat_ws(' ', p.customer_id, p.amount_minor,
          (select sum(c.amount_minor) from credit c where c.payment_id = p.payment_id))
        from payment p order by p.payment_id
        """, ["1 1000", "3 1000", "2 1000", "1 1000 1000"])
      try await expectSound(books)
    }
  }

  @Test("one charge of the gateway is one attempt's")
  func referenceUsed() async throws {
    try await ChargeBooks.with(["approve", "silent"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      let reference = try await books.text(
        "select gateway_ref from payment_attempt where state = 'approved'")
      let resolution = ChargeResolution(at: 1_793_620_800, by: "tester")
      let unknown = try #require(
        Int64(
          try await books.text(
            "select payment_attempt_id::text from payment_attempt where state = 'unknown'")))
      let error = await #expect(throws: BillRunError.self) {
        _ = try await resolution.resolve(
          unknown, as: .approved(reference: reference), on: books.connection)
      }
      #expect(error?.code == "reference_used")
      let resolved = try await resolution.resolve(
        unknown, as: .approved(reference: "ch_other"), on: books.connection)
      #expect("\(resolved.invoice) \(resolved.amount)" == "INV-000002 10.00 eur")
      try await expectSound(books)
    }
  }
}
