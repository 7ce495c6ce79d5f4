// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import SQLFiles
import TestSupport
import Testing

/// Evidence by hand (RULES 4), and how it is taken back.
@Suite struct ChargeResolutionTests {
  private func resolve(
    _ books: Books, _ gateway: ScriptedGateway, _ outcome: ChargeOutcome, asks: Bool = true
  ) async throws -> String? {
    let resolution = ChargeResolution(
      at: 1_793_620_800, by: "tester", asking: GatewaySet([gateway]), asks: asks)
    let unknown = try #require(
      Int64(
        try await books.text(
          "select payment_attempt_id::text from payment_attempt where state = 'unknown'")))
    do {
      _ = try await resolution.resolve(unknown, as: outcome, on: books.connection)
      return nil
    } catch let error as BillRunError {
      return "\(error.code) \(error.status.rawValue)"
    }
  }

  private static let events = """
    select concat_ws(' ', detail ->> 'approved', detail ->> 'declined', detail ->> 'gateway_asked')
    from event where kind = 'charge_resolved' order by event_id
    """

  private func compare(_ books: Books, _ gateway: ScriptedGateway) async throws -> [String] {
    try await GatewayComparison.read(
      GatewaySet([gateway]), since: 0, at: 1_793_620_800, of: books.database
    ).differences.map(\.problem)
  }

  @Test("one charge of the gateway is one attempt's")
  func referenceUsed() async throws {
    try await ChargeBooks.with(["approve", "silent"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      let reference = try await books.text(
        "select gateway_ref from payment_attempt where state = 'approved'")
      #expect(
        try await resolve(books, gateway, .approved(reference: reference)) == "reference_used 65")
      #expect(
        try await resolve(books, gateway, .approved(reference: "ch_other"), asks: false) == nil)
      try await expectTexts(books, Self.events, ["ch_other false"])
      try await expectSound(books)
    }
  }

  @Test("what the gateway has charged is not taken for declined, and not charged twice")
  func approvedThere() async throws {
    try await ChargeBooks.with(["lose"]) { books, gateway in
      #expect(try await books.charge("2026-11-01", at: gateway).count("unknown") == 1)
      let notSent = ChargeOutcome.declined(code: "not_sent", reference: nil)
      #expect(try await resolve(books, gateway, notSent) == "evidence_differs 65")
      #expect(
        try await resolve(books, gateway, .approved(reference: "ch_x")) == "evidence_differs 65")
      try await expectTexts(books, ChargeBooks.attempts, ["1 1 unknown"])
      let known = try await books.text(
        "select 'ch_' || payment_attempt_id from payment_attempt")
      #expect(try await resolve(books, gateway, .approved(reference: known)) == nil)
      try await expectTexts(books, Self.events, ["\(known) true"])
      #expect(try await books.charge("2026-11-02", at: gateway).attempted == 0)
      try await expectSound(books)
    }
  }

  @Test("a person's word alone is noted as such, and what the gateway has stops charging")
  func unasked() async throws {
    try await ChargeBooks.with(["lose"]) { books, gateway in
      #expect(try await books.charge("2026-11-01", at: gateway).count("unknown") == 1)
      let notSent = ChargeOutcome.declined(code: "not_sent", reference: nil)
      #expect(try await resolve(books, gateway, notSent, asks: false) == nil)
      try await expectTexts(books, Self.events, ["not_sent false"])
      await expectDoubt(books, gateway)
      #expect(gateway.tokens.count == 1)
    }
  }

  @Test("what was resolved unasked is looked for since its intent, whatever was charged since")
  func since() async throws {
    try await ChargeBooks.with(["silent", "approve"]) { books, gateway in
      try await books.run("update invoice set next_payment_attempt_on = null where customer_id = 2")
      try await books.charge("2026-11-01", at: gateway)
      let day = try #require(LocalDate(iso: "2026-11-09"))
      let moment = Int64(day.daysSince1970) * 86_400
      _ = try await ChargeEngine(
        database: books.database, gateways: GatewaySet([gateway]),
        options: ChargeOptions(asOf: .day(day)), clock: WallClock(now: { moment }), user: "tester"
      ).pay([2])
      func since() async throws -> String {
        let rows = try await books.connection.query(
          Statement(
            name: SQLFiles.loadGatewayAccounts.name, text: SQLFiles.loadGatewayAccounts.text),
          [.stringArray(["scripted"])])
        return try LocalDate(daysSince1970: Int32(rows.int64(0, 3) / 86_400)).description
      }
      // What was resolved long ago was looked for.
      try await books.run(
        """
        insert into event (occurred_at, kind, subject_kind, subject_id, detail)
        values (now() - interval '8 days', 'charge_resolved', 'payment_attempt', 1,
          '{"declined": "not_sent", "gateway_asked": false}')
        """)
      #expect(try await since() == "2026-11-08")
      let notSent = ChargeOutcome.declined(code: "not_sent", reference: nil)
      #expect(try await resolve(books, gateway, notSent, asks: false) == nil)
      #expect(try await since() == "2026-10-31")
    }
  }

  @Test("where the gateway cannot tell, nothing is written")
  func mute() async throws {
    try await ChargeBooks.with(["mute"]) { books, gateway in
      #expect(try await books.charge("2026-11-01", at: gateway).count("unknown") == 1)
      let notSent = ChargeOutcome.declined(code: "not_sent", reference: nil)
      #expect(try await resolve(books, gateway, notSent) == "gateway_cannot_tell 69")
      try await expectTexts(books, ChargeBooks.attempts, ["1 1 unknown"])
      try await expectTexts(books, Self.events, [])
      #expect(try await resolve(books, gateway, notSent, asks: false) == nil)
    }
  }

  @Test("a charge that was taken for approved is taken back, and the books go on elsewhere")
  func takenBack() async throws {
    try await ChargeBooks.with(["silent", "approve"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      let typo = ChargeOutcome.approved(reference: "ch_TYPO")
      #expect(try await resolve(books, gateway, typo) == "evidence_differs 65")
      #expect(try await resolve(books, gateway, typo, asks: false) == nil)
      #expect(
        try await compare(books, gateway) == ["the books have it as approved, the gateway has not"])
      let payment = try #require(
        Int64(try await books.text("select payment_id from payment where reference = 'ch_TYPO'")))
      let operations = PaymentOperations(at: 1_793_620_800, by: "tester")
      try await books.connection.transaction {
        try operations.takeReturn(payment, reason: "resolved wrongly", over: $0)
      }
      try await expectTexts(
        books, "select state from payment_attempt order by invoice_id", ["returned", "approved"])
      #expect(try await compare(books, gateway) == [])
      try await books.run("update gateway_account set place = place || '0'")
      await expectDoubt(books, gateway)
      #expect(try await compare(books, gateway) == [])
      #expect(try await books.charge("2026-11-04", at: gateway).attempted == 0)
      try await expectSound(books)
    }
  }

  @Test("a lost dispute returns a charge where all of it came back")
  func disputed() async throws {
    try await ChargeBooks.with(["approve_1", "approve_2"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      let operations = PaymentOperations(at: 1_793_620_800, by: "tester")
      for (payment, amount) in [(1, 1000), (2, 400)] as [(Int64, Int64)] {
        try await books.connection.transaction {
          try operations.openDispute(payment, amount: amount, over: $0)
        }
        try await books.connection.transaction {
          try operations.endDispute(payment, won: false, over: $0)
        }
      }
      try await expectTexts(
        books, "select state from payment_attempt order by payment_attempt_id",
        ["returned", "approved"])
      try await books.connection.transaction { try operations.takeReturn(2, over: $0) }
      try await expectTexts(books, "select distinct state from payment_attempt", ["returned"])
      #expect(try await compare(books, gateway) == [])
      try await expectSound(books)
    }
  }
}
