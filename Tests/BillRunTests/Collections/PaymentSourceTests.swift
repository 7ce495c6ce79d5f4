// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 3, 4: what is the same payment source, and what another one has charged again.
@Suite struct PaymentSourceTests {
  private static let next = "select coalesce(next_payment_attempt_on::text, '') from invoice"

  private static let sources = """
    select concat_ws(' ', token, coalesce(mandate ->> 'id', brand), removed_at is null)
    from payment_source order by payment_source_id
    """

  /// Imports customer 1 with a payment source, or without one.
  private static func give(
    _ books: Books, _ token: String?, _ more: String = "", object: String = "card",
    gateway: String = "scripted"
  ) async throws {
    let source = token.map {
      "{\"object\":\"\(object)\",\"gateway\":\"\(gateway)\",\"token\":\"\($0)\"\(more)}"
    }
    let report = try await ImportBooks.run(
      lines: """
        {"object":"customer","id":1,"name":"Customer 1","country":"DE","autopay":true,\
        "payment_source":\(source ?? "null")}

        """, on: books.connection)
    #expect(report.faultCount == 0, "\(report)")
  }

  private static func pay(
    _ invoice: Int64, of books: Books, on day: String, at gateway: ScriptedGateway
  ) async throws -> [String] {
    let day = try #require(LocalDate(iso: day))
    let moment = Int64(day.daysSince1970) * 86_400
    return try await ChargeEngine(
      database: books.database, gateways: GatewaySet([gateway]),
      options: ChargeOptions(asOf: .day(day)), clock: WallClock(now: { moment }), user: "tester"
    ).pay([invoice]).map(\.state)
  }

  @Test(
    "what else is told of a source makes it no other one: a hard stop stays",
    arguments: [
      ",\"last4\":\"4242\"", ",\"brand\":\"visa\"", ",\"exp_month\":12,\"exp_year\":2030", "",
    ])
  func same(more: String) async throws {
    try await ChargeBooks.with(["decline_stolen_card"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      try await Self.give(books, "decline_stolen_card", more)
      try await expectTexts(books, Self.next, [""])
      try await expectTexts(books, "select count(*) from payment_source", ["1"])
      // Taken away and given again, it is the same one.
      try await Self.give(books, nil)
      try await expectTexts(
        books, "select count(*) from payment_source where removed_at is not null", ["1"])
      try await Self.give(books, "decline_stolen_card", more)
      try await expectTexts(
        books, "select count(*) from payment_source where removed_at is null", ["1"])
      try await expectTexts(books, Self.next, [""])
      try await books.run("update invoice set next_payment_attempt_on = '2026-11-02'")
      #expect(
        try await books.charge("2026-11-02", at: gateway).uncharged == ["source_stopped": 1])
      #expect(gateway.tokens.count == 1)
    }
  }

  @Test("what else is told of a source is kept, and its schedule and its caps go on")
  func goesOn() async throws {
    try await ChargeBooks.with(["decline_insufficient_funds"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      try await Self.give(
        books, "decline_insufficient_funds", ",\"brand\":\"mastercard\",\"last4\":\"4242\"")
      try await expectTexts(books, Self.sources, ["decline_insufficient_funds mastercard t"])
      try await expectTexts(books, Self.next, ["2026-11-04"])
      try await books.run(
        """
        insert into payment_attempt (invoice_id, try, state, automatic, gateway, currency,
          payment_source_id, idempotency_key, amount_minor, as_of, request, decline_class,
          intended_at, settled_on)
        select 1, 1 + n, 'declined', false, 'scripted', 'eur', 1, 'k' || n, 1000, '2026-11-03',
          '{}', 'technical', timestamptz '2026-11-03 20:00Z' + n * interval '1 hour', '2026-11-03'
        from generate_series(1, 10) n
        """)
      try await Self.give(
        books, "decline_insufficient_funds", ",\"brand\":\"mastercard\",\"exp_month\":1")
      #expect(try await books.charge("2026-11-04", at: gateway).uncharged == ["scheme_cap": 1])
    }
  }

  @Test("another source is charged what the last one was declined for")
  func another() async throws {
    try await ChargeBooks.with(["decline_insufficient_funds"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      try await books.run("update invoice set next_payment_attempt_on = null")
      try await Self.give(books, "approve")
      try await expectTexts(
        books, Self.sources,
        ["decline_insufficient_funds amex f", "approve t"])
      try await expectTexts(
        books, "select next_payment_attempt_on = current_date from invoice", ["true"])
      // The first one, given again, is not the one that was charged last, either: nothing was.
      try await books.run("update invoice set next_payment_attempt_on = null")
      try await Self.give(books, "decline_insufficient_funds")
      try await expectTexts(books, Self.next, [""])
    }
  }

  @Test(
    "an invoice whose money went back is charged by no other source by itself",
    arguments: ["return", "refund", "unapply", "dispute", "lost", "part"])
  func wentBack(how: String) async throws {
    try await ChargeBooks.with(["approve"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      let payments = PaymentOperations(at: 1_793_620_800, by: "tester")
      try await books.connection.transaction { connection in
        switch how {
        case "return": try payments.takeReturn(1, over: connection)
        case "refund": try payments.refund(1, amount: 1000, reason: nil, over: connection)
        case "part": try payments.refund(1, amount: 400, reason: nil, over: connection)
        case "unapply": try payments.unapply(1, on: connection)
        default:
          try payments.openDispute(1, over: connection)
          if how == "lost" { try payments.endDispute(1, won: false, over: connection) }
        }
      }
      try await Self.give(books, "approve", ",\"last4\":\"4242\"")
      try await expectTexts(books, Self.next, [""])
      try await Self.give(books, "other")
      try await expectTexts(books, Self.next, [""])
      #expect(try await books.charge("2026-11-20", at: gateway).attempted == 0)
      #expect(gateway.approved.count == 1)
      if how == "dispute" || how == "unapply" { return }
      // A person may, and then it is not charged again by itself, either.
      try await Self.give(books, "mute")
      #expect(try await Self.pay(1, of: books, on: "2026-11-20", at: gateway) == ["unknown"])
      try await Self.give(books, "last")
      let resolution = ChargeResolution(
        at: 1_795_262_400, by: "tester", asking: GatewaySet([gateway]), asks: false)
      _ = try await resolution.resolve(
        2, as: .declined(code: "not_sent", reference: nil), on: books.connection)
      try await expectTexts(books, Self.next, [""])
      try await Self.give(books, "approve")
      try await expectTexts(books, Self.next, [""])
      try await expectTexts(books, "select money_went_back(1)", ["true"])
    }
  }

  @Test("by files, another IBAN or another mandate is another source, and nothing else")
  func mandate() async throws {
    try await BankBooks.with(1) { bank in
      let books = bank.books
      func give(_ account: Int, _ mandate: String, _ more: String = "") async throws {
        try await Self.give(
          books, BankBooks.iban(account),
          ",\"mandate\":{\"id\":\"\(mandate)\",\"signed_on\":\"2026-01-15\"\(more)}",
          object: "bank_account", gateway: "bank")
      }
      let count = "select count(*) from payment_source"
      try await give(1, "M-1", ",\"notice_days\":3")
      try await expectTexts(books, count, ["1"])
      try await expectTexts(
        books, "select mandate ->> 'notice_days' from payment_source", ["3"])
      // What waits is not withdrawn.
      #expect(try await bank.write("2026-11-02").withdrawn == 0)
      try await give(1, "M-2")
      try await expectTexts(books, count, ["2"])
      try await give(2, "M-2")
      try await expectTexts(books, count, ["3"])
      for id in ["M-1", "m-1"] {
        try await give(1, id)
        try await expectTexts(books, count, ["3"])
        try await expectTexts(
          books, "select payment_source_id from payment_source where removed_at is null", ["1"])
      }
    }
  }

  @Test(
    "what two customers have is one source: its stop and its declines are for both",
    arguments: [("decline_stolen_card", 0), ("decline_insufficient_funds", 1)])
  func shared(token: String, again: Int) async throws {
    try await ChargeBooks.with([token, token]) { books, gateway in
      #expect(try await books.charge("2026-11-01", at: gateway).attempted == 1)
      try await expectTexts(
        books, "select customer_id from payment_attempt join invoice using (invoice_id)", ["1"])
      #expect(try await books.charge("2026-11-02", at: gateway).attempted == 0)
      #expect(try await books.charge("2026-11-04", at: gateway).attempted == again)
      try await expectSound(books)
    }
  }

  @Test("the tries of both count for the scheme's cap")
  func sharedCap() async throws {
    try await ChargeBooks.with(["decline_odd", "decline_odd"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      try await books.run("update payment_source set brand = 'mastercard'")
      try await books.run(
        """
        insert into payment_attempt (invoice_id, try, state, gateway, payment_source_id,
          idempotency_key, amount_minor, as_of, request, decline_class, decline_code, intended_at,
          settled_at, settled_on, currency)
        select a.invoice_id, n, a.state, a.gateway, a.payment_source_id, 'k' || n, a.amount_minor,
          a.as_of, a.request, a.decline_class, a.decline_code, '2026-11-01 13:00+00',
          a.settled_at, a.settled_on, a.currency
        from payment_attempt a cross join generate_series(2, 11) n
        """)
      await #expect(throws: BillRunError.self) {
        try await Self.pay(2, of: books, on: "2026-11-02", at: gateway)
      }
    }
  }

  @Test("blanks around a token are none of it")
  func blanks() async throws {
    try await ChargeBooks.with(["approve"]) { books, gateway in
      try await Self.give(books, " approve ")
      try await expectTexts(books, Self.sources, ["approve t"])
    }
  }
}
