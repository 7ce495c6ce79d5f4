// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4, 0.5; DESIGN 9.
@Suite struct ChargeEngineTests {
  @Test("what is approved is paid, booked at the gateway, and not charged again")
  func approved() async throws {
    try await ChargeBooks.with(["approve", "refer_approve"]) { books, gateway in
      let summary = try await books.charge("2026-11-01", at: gateway)
      #expect(summary.attempted == 2)
      #expect(summary.outcomes == ["approved": 2])
      #expect(summary.exitCode == .ok)
      try await expectTexts(books, ChargeBooks.invoices, ["paid 1", "paid 1"])
      try await expectTexts(
        books,
        "select concat_ws(' ', account_code, sum(amount_minor)) from journal_line "
          + "where account_code in ('1050', '1200') group by account_code order by 1",
        ["1050 2000", "1200 0"])
      try await expectTexts(
        books,
        "select concat_ws(' ', customer_id, amount_minor, method, payment_attempt_id, "
          + "payment_source_id, reference) from payment order by 1",
        ["1 1000 card 1 1 ch_1", "2 1000 card 2 2 ch_2"])
      try await expectTexts(
        books, "select gateway_ref from payment_attempt order by 1", ["ch_1", "ch_2"])
      try await expectSound(books)
      #expect(try await books.charge("2026-11-01", at: gateway) == ChargeSummary())
      #expect(gateway.approved.count == 2)
      #expect(gateway.tokens.count == 2)
    }
  }

  @Test("a soft decline follows the schedule: 3, 5 and 7 days, then no more")
  func schedule() async throws {
    try await ChargeBooks.with(["decline_insufficient_funds", "fail_2"]) { books, gateway in
      var seen: [[String]] = []
      for day in ["2026-11-01", "2026-11-03", "2026-11-04", "2026-11-09", "2026-11-30"] {
        try await books.charge(day, at: gateway)
        seen.append(try await books.texts(ChargeBooks.invoices))
      }
      #expect(
        seen == [
          ["past_due 1 2026-11-04", "past_due 1 2026-11-04"],
          ["past_due 1 2026-11-04", "past_due 1 2026-11-04"],
          ["past_due 2 2026-11-09", "past_due 2 2026-11-09"],
          ["past_due 3 2026-11-16", "paid 3"], ["past_due 4", "paid 3"],
        ])
      try await expectSound(books)
    }
  }

  @Test("a hard decline stops the source; a new one starts it anew")
  func hard() async throws {
    try await ChargeBooks.with(["decline_stolen_card"]) { books, gateway in
      let summary = try await books.charge("2026-11-01", at: gateway)
      #expect(summary.declines == ["hard": 1])
      try await expectTexts(books, ChargeBooks.invoices, ["past_due 1"])
      try await books.run("update invoice set next_payment_attempt_on = '2026-11-02'")
      let stopped = try await books.charge("2026-11-02", at: gateway)
      #expect(stopped.attempted == 0)
      #expect(stopped.uncharged == ["source_stopped": 1])
      try await books.run("update invoice set next_payment_attempt_on = null")
      try await books.source(1, "approve")
      try await books.run("update invoice set next_payment_attempt_on = '2026-11-03'")
      #expect(try await books.charge("2026-11-03", at: gateway).count("approved") == 1)
      try await expectSound(books)
    }
  }

  @Test("a new source is charged from the day on which it came")
  func newSource() async throws {
    try await ChargeBooks.with(["decline_expired_card"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      try await books.source(1, "approve")
      try await expectTexts(
        books, "select next_payment_attempt_on = current_date from invoice", ["true"])
    }
  }

  @Test("what was declined with a source that is gone is charged to the new one")
  func sourceChangedMeanwhile() async throws {
    try await ChargeBooks.with(["silent"]) { books, gateway in
      #expect(try await books.charge("2026-11-01", at: gateway).count("unknown") == 1)
      try await books.source(1, "approve")
      let day = try #require(LocalDate(iso: "2026-11-02"))
      let resolution = ChargeResolution(
        at: Int64(day.daysSince1970) * 86_400, by: "tester", asking: GatewaySet([gateway]))
      for (outcome, code) in [
        (ChargeOutcome.approved(reference: ""), "evidence_wrong"),
        (.declined(code: "not_sent", reference: nil), nil),
        (.declined(code: "not_sent", reference: nil), "attempt_is_known"),
      ] {
        var found: String?
        do {
          _ = try await resolution.resolve(1, as: outcome, on: books.connection)
        } catch let error as BillRunError {
          found = error.code
        }
        #expect(found == code)
      }
      #expect(try await books.charge("2026-11-02", at: gateway).count("approved") == 1)
      try await expectTexts(books, ChargeBooks.invoices, ["paid 2"])
      try await expectSound(books)
    }
  }

  @Test("action needed waits for the payer; a technical one comes again within the hour")
  func otherClasses() async throws {
    try await ChargeBooks.with(["decline_authentication_required", "decline_processing_error"]) {
      books, gateway in
      let summary = try await books.charge("2026-11-01", at: gateway)
      #expect(summary.declines == ["action_needed": 1, "technical": 1])
      try await expectTexts(
        books, ChargeBooks.invoices, ["past_due 1", "past_due 1 2026-11-01"])
      #expect(try await books.charge("2026-11-01", at: gateway).attempted == 0)
      #expect(try await books.charge("2026-11-01", at: gateway, hour: 13).attempted == 1)
      try await expectSound(books)
    }
  }

  @Test("invoices of one source are charged one after the other, and wait when one is declined")
  func oneSource() async throws {
    for (token, expected, days) in [
      ("approve", ["paid 1", "paid 1"], 2),
      ("fail_1", ["past_due 1 2026-11-04", "not_sent 0 2026-11-04"], 1),
    ] {
      try await ChargeBooks.with([token]) { books, gateway in
        try await books.subscription(9, of: 1, "pro", from: "2026-11-01")
        try await books.bill("2026-11-01")
        let summary = try await books.charge("2026-11-01", at: gateway)
        #expect(summary.attempted == days)
        try await expectTexts(books, ChargeBooks.invoices, expected)
        try await expectSound(books)
      }
    }
  }

  @Test(
    "after the last failure the policy's action",
    arguments: [
      ("leave", "open true true f", 0), ("chase", "open true true t", 1),
      ("autopay_off", "open true false f", 1), ("write_off", "written_off true true f", 1),
      ("cancel_subscription", "open 2026-11-01 true f", 1),
    ])
  func lastAction(action: String, expected: String, events: Int) async throws {
    let policy = "(code, days, after_last) values ('p', '{}', '\(action)')"
    try await ChargeBooks.with(["decline_do_not_honor"], policy: policy) { books, gateway in
      try await books.run("update invoice set chase = false")
      try await books.charge("2026-11-01", at: gateway)
      try await expectTexts(
        books,
        "select concat_ws(' ', i.state, coalesce(b.canceled_at::text, 'true'), c.autopay::text, "
          + "i.chase) from invoice i join customer c using (customer_id) "
          + "join subscription b using (customer_id)", [expected])
      try await expectTexts(
        books,
        "select count(*) from event where kind in ('subscription_canceled', 'autopay_off', "
          + "'chasing_began', 'invoice_written_off')", [String(events)])
      try await expectSound(books)
    }
  }

  @Test("a policy's own classes, hours and delays count")
  func policy() async throws {
    let policy =
      "(code, days, hours, decline_classes) values ('p', '{2}', '{6}', '{\"odd\": \"soft\"}')"
    try await ChargeBooks.with(["decline_odd"], policy: policy) { books, gateway in
      #expect(try await books.charge("2026-11-01", at: gateway).declines == ["soft": 1])
      #expect(try await books.charge("2026-11-01", at: gateway, hour: 17).attempted == 0)
      #expect(try await books.charge("2026-11-01", at: gateway, hour: 18).attempted == 1)
      try await expectTexts(books, ChargeBooks.invoices, ["past_due 2 2026-11-03"])
    }
  }

  @Test("what is due and not charged is told, with the reason")
  func uncharged() async throws {
    try await ChargeBooks.with(Array(repeating: "approve", count: 6)) { books, gateway in
      try await books.run(
        """
        update payment_source set removed_at = now() where customer_id = 1;
        update payment_source set gateway = 'unheard_of' where customer_id = 2;
        update invoice set closed = true where customer_id = 3;
        update invoice set disabled_payment_methods = '{credit_card}' where customer_id = 4;
        update payment_source set brand = 'visa' where customer_id = 5;
        insert into payment_attempt (invoice_id, try, state, gateway, payment_source_id,
          idempotency_key, currency, amount_minor, as_of, request, decline_class, intended_at)
        select i.invoice_id, n, 'declined', 'scripted', 5, 'old-' || n, 'usd', 1000,
          '2026-10-20', '{}', 'technical', timestamptz '2026-10-20 00:00Z' + n * interval '1 hour'
        from invoice i, generate_series(1, 15) n where i.customer_id = 5;
        update invoice set attempt_count = 15 where customer_id = 5
        """)
      let summary = try await books.charge("2026-11-01", at: gateway)
      #expect(summary.attempted == 1)
      #expect(
        summary.uncharged == [
          "no_source": 1, "gateway_unknown": 1, "closed": 1, "method_disabled": 1,
          "scheme_cap": 1,
        ])
      #expect(summary.exitCode == .configuration)
      try await expectTexts(
        books,
        "select next_payment_attempt_at = '2026-11-19 01:00Z' from invoice "
          + "where customer_id = 5", ["true"])
    }
  }

  @Test("pending debits are asked for until they are known, and block meanwhile")
  func pending() async throws {
    try await ChargeBooks.with(["pending"]) { books, gateway in
      #expect(try await books.charge("2026-11-01", at: gateway).count("pending") == 1)
      try await expectTexts(books, ChargeBooks.invoices, ["pending 0 2026-11-01"])
      #expect(try await books.charge("2026-11-02", at: gateway).count("pending") == 1)
      #expect(
        try await books.attempt { try InvoiceOperations(at: 0, by: "t").void([1], on: $0) }
          == "void_refused")
      gateway.settleDebits()
      #expect(try await books.charge("2026-11-05", at: gateway).count("approved") == 1)
      try await expectTexts(books, ChargeBooks.invoices, ["paid 1"])
      #expect(gateway.tokens == ["pending"])
      try await expectSound(books)
    }
  }

  @Test("what was paid meanwhile becomes the customer's credit")
  func paidMeanwhile() async throws {
    try await ChargeBooks.with(["lose"]) { books, gateway in
      #expect(try await books.charge("2026-11-01", at: gateway).count("unknown") == 1)
      let day = try #require(LocalDate(iso: "2026-11-02"))
      var payment = NewPayment(
        customer: 1, amount: 1000, currency: try #require(Currency(code: "eur")), date: day)
      payment.invoices = [.init(invoice: 1)]
      let recorded = payment
      _ = try await books.connection.transaction {
        try PaymentOperations(at: Int64(day.daysSince1970) * 86_400, by: "t").record(
          [recorded], on: $0)
      }
      #expect(try await books.charge("2026-11-02", at: gateway).count("approved") == 1)
      try await expectTexts(
        books, "select kind || ' ' || amount_minor from credit", ["money 1000"])
      try await expectSound(books)
    }
  }
}
