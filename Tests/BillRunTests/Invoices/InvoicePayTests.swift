// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// A person charges an invoice (RULES 4, 6, pay).
@Suite struct InvoicePayTests {
  private func pay(
    _ books: Books, _ ids: [Int64] = [1], on text: String = "2026-11-02",
    at gateway: ScriptedGateway
  ) async throws -> [ChargeEngine.Charged] {
    let day = try #require(LocalDate(iso: text))
    return try await ChargeEngine(
      database: books.database, gateways: GatewaySet([gateway]),
      options: ChargeOptions(asOf: .day(day)), clock: .fixed(day), user: "tester"
    ).pay(ids)
  }

  private func refusal(_ books: Books, at gateway: ScriptedGateway) async throws -> BillRunError? {
    await #expect(throws: BillRunError.self) { try await pay(books, at: gateway) }
  }

  @Test("AutoPay and a payment source are needed, and each that is missing is told")
  func refusals() async throws {
    try await withBooks { books in
      let gateway = ScriptedGateway()
      try await books.seller()
      try await books.plan("pro", "10")
      try await books.customer(1)
      try await books.subscription(1, of: 1, "pro", from: "2026-11-01")
      try await books.bill("2026-11-01")
      let manual = try await refusal(books, at: gateway)
      #expect(manual?.code == "pay_refused_no_autopay")
      #expect(manual?.status == .dataError)
      try await books.run("update invoice set autopay = true")
      #expect(try await refusal(books, at: gateway)?.code == "pay_refused_no_source")
      try await books.source(1, "approve")
      try await books.run("update payment_source set gateway = 'other'")
      #expect(try await refusal(books, at: gateway)?.code == "pay_refused_gateway_unknown")
      try await books.run("update invoice set state = 'voided'")
      #expect(try await refusal(books, at: gateway)?.code == "pay_refused")
      #expect(try await books.text("select count(*) from payment_attempt") == "0")
    }
  }

  @Test("it is charged before its day, once")
  func approved() async throws {
    try await ChargeBooks.with(["approve"]) { books, gateway in
      try await books.run("update invoice set next_payment_attempt_on = '2026-12-01'")
      let charged = try await pay(books, at: gateway)
      #expect(charged.map(\.invoice) == [1])
      #expect(charged.map(\.state) == ["approved"])
      try await expectTexts(books, ChargeBooks.invoices, ["paid 1"])
      #expect(try await refusal(books, at: gateway)?.code == "pay_refused")
      #expect(gateway.approved.count == 1)
      try await expectSound(books)
    }
  }

  @Test("a manual attempt doesn't use up the schedule")
  func declined() async throws {
    try await ChargeBooks.with(["decline_insufficient_funds"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      try await expectTexts(books, ChargeBooks.invoices, ["past_due 1 2026-11-04"])
      let charged = try await pay(books, at: gateway)
      #expect(charged.map(\.state) == ["declined"])
      #expect(charged.map(\.detail) == ["insufficient_funds"])
      try await expectTexts(books, ChargeBooks.invoices, ["past_due 2 2026-11-04"])
      try await books.charge("2026-11-04", at: gateway)
      try await expectTexts(books, ChargeBooks.invoices, ["past_due 3 2026-11-09"])
      try await expectTexts(
        books, "select automatic from payment_attempt order by 1", ["false", "true", "true"])
      try await expectSound(books)
    }
  }
}
