// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// What books that were restored or copied take in, and how they go on (RULES 0.6).
@Suite struct ChargeAdoptionTests {
  private static let moment: Int64 = 1_793_620_800

  private func adoption(
    _ books: Books, _ gateway: ScriptedGateway
  ) throws -> ChargeAdoption {
    try ChargeAdoption(
      of: "scripted", among: GatewaySet([gateway]), in: books.database, at: Self.moment,
      by: "tester")
  }

  private func euros(_ minor: Int64) throws -> Money {
    Money(minor: minor, currency: try #require(Currency(code: "eur")))
  }

  private static let payments = """
    select concat_ws(' ', p.customer_id, p.amount_minor,
      (select string_agg(s.invoice_id::text, ',') from settlement s
        where s.payment_id = p.payment_id),
      (select sum(c.amount_minor) from credit c where c.payment_id = p.payment_id))
    from payment p order by p.payment_id
    """

  @Test("what a copy has charged is taken in once: a payment, and credit where too much was paid")
  func adopted() async throws {
    try await ChargeBooks.with(["approve_1", "decline_do_not_honor", "approve_3", "silent_4"]) {
      books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      let uuid = try await books.text("select uuid from book")
      for (key, token) in [
        ("1-try-2", "approve_1"), ("2-try-1", "decline_do_not_honor"), ("4-try-2", "silent_4"),
        ("99-try-1", nil),
      ] {
        gateway.approve("\(uuid)-inv-\(key)", try euros(1000), from: token)
      }
      let adoption = try adoption(books, gateway)
      let found = try await adoption.list(since: 0).sorted { $0.key < $1.key }
      #expect(
        found.map { "\($0.customer ?? 0) \($0.invoice ?? 0) \($0.problem ?? "-")" } == [
          "1 1 -", "2 2 -", "4 4 -", "0 0 the gateway does not say which payment source it was",
        ])
      #expect(found.map { $0.pays?.parts.map(\.invoice) } == [[], [2], [4], nil])
      #expect(found.map { $0.pays?.credit } == [1000, 0, 0, nil])
      #expect(try await books.text("select count(*)::text from payment") == "2")
      #expect(try await !adoption.adopt(found.filter { $0.problem == nil }, since: 0))
      #expect(try await adoption.list(since: 0).map(\.named) == [99])
      try await expectTexts(
        books, "\(ChargeBooks.attempts) desc",
        ["4 2 approved", "1 2 approved", "4 1 unknown", "3 1 approved", "2 1 approved"]
          + ["1 1 approved"])
      try await expectTexts(
        books, "\(Self.payments) desc limit 3", ["4 1000 4", "2 1000 2", "1 1000 1000"])
      try await expectSound(books)
    }
  }

  @Test("who paid tells whose charge it is, not the invoice that the key names")
  func idsHandedOutAgain() async throws {
    try await ChargeBooks.with(["approve_1", "approve_2"]) { books, gateway in
      let uuid = try await books.text("select uuid from book")
      // The lost books had given id 2 to another invoice of customer 1; theirs was older than ours.
      gateway.approve("\(uuid)-inv-2-try-1", try euros(1000), from: "approve_1", at: 1_700_000_000)
      gateway.approve("\(uuid)-inv-1-try-1", try euros(300), from: "approve_1", at: 1_700_000_001)
      await expectDoubt(books, gateway)
      let adoption = try adoption(books, gateway)
      let found = try await adoption.list(since: 0)
      #expect(found.map(\.customer) == [1, 1])
      #expect(found.map(\.named) == [2, 1])
      #expect(found.map(\.invoice) == [nil, nil])
      #expect(found.map(\.chargedAtText) == ["2023-11-14 22:13:20 UTC", "2023-11-14 22:13:21 UTC"])
      #expect(try await adoption.adopt(found, since: 0))
      try await expectTexts(books, Self.payments, ["1 1000 1", "1 300 300"])
      #expect(try await books.charge("2026-11-02", at: gateway).count("approved") == 1)
      #expect(gateway.tokens == ["approve_2"])
      try await expectSound(books)
    }
  }

  @Test("a charge of a source that was replaced is its customer's; one of a shared source nobody's")
  func owners() async throws {
    try await ChargeBooks.with(["approve_1", "approve_2", "shared", "shared"]) { books, gateway in
      try await books.source(1, "approve_new")
      let uuid = try await books.text("select uuid from book")
      gateway.approve("\(uuid)-inv-1-try-1", try euros(1000), from: "approve_1", at: 1)
      gateway.approve("\(uuid)-inv-3-try-1", try euros(1000), from: "shared", at: 2)
      gateway.approve("\(uuid)-inv-2-try-1", try euros(1000), from: "approve_9", at: 3)
      let found = try await adoption(books, gateway).list(since: 0)
      #expect(found.map(\.customer) == [1, nil, nil])
      #expect(
        found.map(\.problem) == [
          nil, "several customers have its payment source", "no customer has its payment source",
        ])
    }
  }

  @Test("a doubt stands until the books know all charges; what cannot be booked is dismissed")
  func standsUntilSettled() async throws {
    try await ChargeBooks.with(["approve_1", "approve_2", "lose_3"]) { books, gateway in
      try await books.source(2, "silent_2")
      try await books.charge("2026-11-01", at: gateway)
      try await books.source(2, "approve_2")
      let uuid = try await books.text("select uuid from book")
      gateway.approve("\(uuid)-inv-1-try-2", try euros(1000), from: "approve_1")
      gateway.approve("\(uuid)-inv-2-try-2", try euros(1000), from: "approve_9")
      await expectDoubt(books, gateway)
      let adoption = try adoption(books, gateway)
      let found = try await adoption.list(since: Self.moment)
      #expect(found.count == 2)
      #expect(
        try await !adoption.adopt(found.filter { $0.problem == nil }, since: Self.moment))
      // What was taken in doesn't hide what was not, however young it is.
      await expectDoubt(books, gateway)
      await #expect(throws: BillRunError.self) {
        _ = try await adoption.dismiss(["ch_typo"], because: "paid back", since: Self.moment)
      }
      #expect(
        try await adoption.dismiss(["ch-inv-2-try-2"], because: "paid back", since: Self.moment))
      let named = try await books.text("select uuid from book")
      #expect(named != uuid && named.suffix(12) == uuid.suffix(12))
      // What is open keeps its key, and is asked for by it; what is new has another.
      #expect(try await books.charge("2026-11-04", at: gateway).count("approved") == 2)
      #expect(gateway.approved.keys.contains("\(uuid)-inv-3-try-1"))
      #expect(gateway.approved.keys.contains("\(named)-inv-2-try-2"))
      try await expectTexts(
        books,
        """
        select kind || ' ' || coalesce(detail ->> 'reference', detail ->> 'former') from event
        where subject_kind = 'book' order by event_id
        """, ["charge_dismissed ch-inv-2-try-2", "book_named \(uuid)"])
      // A copy that goes on by the former name is still told from these books.
      gateway.approve("\(uuid)-inv-1-try-9", try euros(1000), from: "approve_1")
      await expectDoubt(books, gateway)
      try await expectSound(books)
    }
  }

  @Test("books from before their first charge are told from what charged since")
  func restoredFromTheBeginning() async throws {
    try await ChargeBooks.with(["approve_1", "approve_2"]) { books, gateway in
      let uuid = try await books.text("select uuid from book")
      gateway.approve("\(uuid)-inv-1-try-1", try euros(1000), from: "approve_1")
      gateway.approve("\(uuid)-inv-2-try-1", try euros(1000), from: "approve_2")
      await expectDoubt(books, gateway)
      #expect(gateway.tokens == [])
      let adoption = try adoption(books, gateway)
      #expect(try await adoption.adopt(try await adoption.list(since: 0), since: 0))
      #expect(try await books.charge("2026-11-02", at: gateway).attempted == 0)
      #expect(gateway.approved.count == 2)
      try await expectTexts(books, Self.payments, ["1 1000 1", "2 1000 2"])
      try await expectSound(books)
    }
  }
}

/// Expects that nobody is charged, paid or paid back.
func expectDoubt(
  _ books: Books, _ gateway: ScriptedGateway, sourceLocation: SourceLocation = #_sourceLocation
) async {
  let error = await #expect(throws: BillRunError.self, sourceLocation: sourceLocation) {
    try await books.charge("2026-11-04", at: gateway)
  }
  #expect(error?.code == "gateway_differs", sourceLocation: sourceLocation)
}
