// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Refunds through the gateway that charged (RULES 3, 0.6): intent, call, outcome; at most once.
@Suite struct RefundEngineTests {
  /// Books in which one customer was charged 10.00, payment 1, on 2026-11-01.
  private func withPayment(
    _ body: (Books, ScriptedGateway) async throws -> Void
  ) async throws {
    try await ChargeBooks.with(["approve"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      try await body(books, gateway)
    }
  }

  private func engine(
    _ books: Books, _ gateway: ScriptedGateway, day: String = "2026-11-02", hour: Int64 = 12,
    fault: @escaping @Sendable (RefundEngine.FaultPoint) throws -> Void = { _ in }
  ) throws -> RefundEngine {
    let moment = Int64(try #require(LocalDate(iso: day)).daysSince1970) * 86_400 + hour * 3600
    return RefundEngine(
      database: books.database, gateways: GatewaySet([gateway]),
      clock: WallClock(now: { moment }), user: "tester", fault: fault)
  }

  private static let journal = """
    select string_agg(concat_ws(' ', l.account_code, l.amount_minor), ', ' order by l.line_no)
    from journal j join journal_line l using (journal_id)
    where j.event in ('payment_unapplied', 'refund', 'apply_credit')
    group by j.journal_id order by j.journal_id
    """
  private static let refunds = """
    select concat_ws(' ', state, gateway, amount_minor, decline_code) from refund order by refund_id
    """
  private static let settled = "select settled_minor from invoice order by 1"
  private static let credit = """
    select coalesce(sum(amount_minor - used_minor), 0) from credit
    """

  @Test("what was charged goes back through its gateway, and the invoice is open again")
  func approved() async throws {
    try await withPayment { books, gateway in
      let refunded = try await engine(books, gateway).refund(1, amount: 400, reason: "too much")
      #expect(refunded.state == "approved")
      #expect(gateway.refunds.values.map(\.minor) == [400])
      let uuid = try await books.text("select uuid from book")
      #expect(gateway.refundsAsked == ["\(uuid)-pay-1-refund-1"])
      try await expectTexts(books, Self.refunds, ["approved scripted 400"])
      try await expectTexts(books, Self.settled, ["600"])
      try await expectTexts(books, Self.credit, ["0"])
      try await expectTexts(books, Self.journal, ["1200 400, 2100 -400", "2100 400, 1050 -400"])
      try await expectSound(books)
      // It is not charged again by itself, and no more goes back than was charged.
      #expect(try await books.charge("2026-11-20", at: gateway).attempted == 0)
      let engine = try engine(books, gateway)
      let refusal = await #expect(throws: BillRunError.self) {
        _ = try await engine.refund(1, amount: 601)
      }
      #expect(refusal?.code == "refund_refused_amount")
      #expect(try await engine.refund(1, amount: 600).state == "approved")
      try await expectSound(books)
    }
  }

  @Test("declined, it pays its invoice again")
  func declined() async throws {
    try await withPayment { books, gateway in
      gateway.scriptRefunds("decline_charge_disputed")
      let refunded = try await engine(books, gateway).refund(1, amount: 1000)
      #expect(refunded.state == "declined" && refunded.detail == "charge_disputed")
      try await expectTexts(books, Self.refunds, ["declined scripted 1000 charge_disputed"])
      try await expectTexts(books, Self.settled, ["1000"])
      try await expectTexts(books, Self.credit, ["0"])
      try await expectTexts(
        books, Self.journal, ["1200 1000, 2100 -1000", "2100 1000, 1200 -1000"])
      try await expectSound(books)
      // Another try is another refund.
      gateway.scriptRefunds("approve")
      #expect(try await engine(books, gateway).refund(1, amount: 1000).state == "approved")
      try await expectSound(books)
    }
  }

  @Test("declined after the invoice was paid otherwise, it stays the customer's credit")
  func declinedLate() async throws {
    try await withPayment { books, gateway in
      gateway.scriptRefunds("silent")
      #expect(try await engine(books, gateway).refund(1, amount: 700).state == "unknown")
      try await books.credit(of: 1, "money", 5000, granted: "2026-11-01")
      let operations = InvoiceOperations(at: 1_793_620_800, by: "tester")
      let invoice = try #require(
        Int64(try await books.text("select invoice_id from invoice")))
      try await books.connection.transaction { try operations.applyCredit([invoice], on: $0) }
      gateway.scriptRefunds("decline_no")
      #expect(try await engine(books, gateway).resume().map(\.state) == ["declined"])
      try await expectTexts(books, Self.settled, ["1000"])
      try await expectTexts(books, Self.credit, ["5000"])
      try await expectSound(books)
    }
  }

  @Test("unknown, it is held back from credit, and asked again with the same key")
  func unknown() async throws {
    try await withPayment { books, gateway in
      gateway.scriptRefunds("lose")
      #expect(try await engine(books, gateway).refund(1, amount: 700).state == "unknown")
      try await expectTexts(books, Self.settled, ["300"])
      // What may be gone pays nothing else, and goes back no second time.
      try await expectTexts(books, Self.credit, ["0"])
      try await expectSound(books)
      let engine = try engine(books, gateway)
      await #expect(throws: BillRunError.self) { _ = try await engine.refund(1, amount: 301) }
      // The next `charge` asks again.
      let summary = try await books.charge("2026-11-02", at: gateway)
      #expect(summary.refunds == ["approved": 1])
      #expect(Set(gateway.refundsAsked).count == 1 && gateway.refundsAsked.count == 2)
      try await expectTexts(books, Self.refunds, ["approved scripted 700"])
      #expect(gateway.refunds.values.map(\.minor) == [700])
      try await expectSound(books)
      #expect(try await engine.resume() == [])
    }
  }

  @Test("when the key may have expired it is looked up, and not sent")
  func expired() async throws {
    try await withPayment { books, gateway in
      gateway.scriptRefunds("silent")
      #expect(try await engine(books, gateway).refund(1, amount: 700).state == "unknown")
      let late = try engine(books, gateway, day: "2026-11-04")
      #expect(try await late.resume().map(\.detail) == ["not_sent"])
      #expect(gateway.refundsAsked.count == 1)
      try await expectTexts(books, Self.settled, ["1000"])
      try await expectSound(books)
    }
  }

  @Test("not sent and pending wait; pending is looked up")
  func waits() async throws {
    try await withPayment { books, gateway in
      gateway.scriptRefunds("refuse")
      #expect(try await engine(books, gateway).refund(1, amount: 300).state == "intended")
      try await expectSound(books)
      gateway.scriptRefunds("pending")
      #expect(try await engine(books, gateway).resume().map(\.state) == ["pending"])
      try await expectSound(books)
      #expect(try await engine(books, gateway).resume().map(\.state) == ["pending"])
      #expect(gateway.refundsAsked.count == 2)
      try await expectSound(books)
    }
  }

  @Test(
    "a crash between intent and call, or call and outcome, refunds once and forgets nothing",
    arguments: [RefundEngine.FaultPoint.intended, .called])
  func crash(at point: RefundEngine.FaultPoint) async throws {
    try await withPayment { books, gateway in
      let dying = try engine(books, gateway) { if $0 == point { throw Crash() } }
      await #expect(throws: Crash.self) { _ = try await dying.refund(1, amount: 1000) }
      try await expectTexts(books, Self.refunds, ["intended scripted 1000"])
      try await expectSound(books)
      let again = try engine(books, gateway)
      await #expect(throws: BillRunError.self) { _ = try await again.refund(1, amount: 1) }
      #expect(try await again.resume().map(\.state) == ["approved"])
      #expect(gateway.refunds.values.map(\.minor) == [1000])
      try await expectTexts(books, Self.refunds, ["approved scripted 1000"])
      try await expectSound(books)
    }
  }

  @Test("several at once give back no more than was charged, and resuming twice books once")
  func atOnce() async throws {
    try await withPayment { books, gateway in
      gateway.scriptRefunds("lose")
      let engine = try engine(books, gateway)
      let states = await withTaskGroup(of: String?.self) { group in
        for _ in 0..<8 {
          group.addTask { try? await engine.refund(1, amount: 300).state }
        }
        return await group.reduce(into: [String]()) { if let state = $1 { $0.append(state) } }
      }
      #expect(states == ["unknown", "unknown", "unknown"])
      async let first = engine.resume()
      async let second = engine.resume()
      let resumed = try await first + second
      #expect(resumed.allSatisfy { $0.state == "approved" })
      #expect(gateway.refunds.count == 3)
      try await expectTexts(books, Self.settled, ["100"])
      try await expectTexts(
        books, "select count(*) from journal where event = 'refund'", ["3"])
      try await expectSound(books)
    }
  }

  @Test("disputed, not charged by a gateway, or copied books: refused, and nothing is changed")
  func refused() async throws {
    try await withPayment { books, gateway in
      let engine = try engine(books, gateway)
      let operations = PaymentOperations(at: 1_793_620_800, by: "tester")
      try await books.connection.transaction { try operations.openDispute(1, over: $0) }
      let disputed = await #expect(throws: BillRunError.self) {
        _ = try await engine.refund(1, amount: 100)
      }
      #expect(disputed?.code == "refund_refused_disputed")
      let unknown = await #expect(throws: BillRunError.self) {
        _ = try await engine.refund(99, amount: 100)
      }
      #expect(unknown?.code == "refund_refused_recorded")
      gateway.rename("acct_other")
      let copied = await #expect(throws: BillRunError.self) {
        _ = try await engine.refund(1, amount: 100)
      }
      #expect(copied?.status == .configuration)
      try await expectTexts(books, Self.refunds, [])
      #expect(gateway.refundsAsked == [])
      try await expectSound(books)
    }
  }

  @Test("what another process has written meanwhile is told, not what this call came to")
  func quicker() async throws {
    try await withPayment { books, gateway in
      let other = try engine(books, gateway)
      gateway.scriptRefunds("silent")
      gateway.whileRefunding {
        gateway.scriptRefunds("approve")
        _ = try? await other.resume()
        gateway.scriptRefunds("silent")
      }
      #expect(try await engine(books, gateway).refund(1, amount: 400).state == "approved")
      try await expectTexts(books, Self.refunds, ["approved scripted 400"])
      try await expectSound(books)
    }
  }

  @Test("a gateway that does not answer is not asked for ever, nor after a stop")
  func patience() async throws {
    try await withPayment { books, gateway in
      gateway.scriptRefunds("silent")
      for _ in 0..<5 { _ = try await engine(books, gateway).refund(1, amount: 100) }
      let resumed = try await engine(books, gateway).resume()
      #expect(resumed.map(\.state) == Array(repeating: "unknown", count: 5))
      #expect(resumed.filter { $0.detail == "timed out" }.count == 3)
      #expect(gateway.refundsAsked.count == 8)
      let stop = StopSignal()
      stop.request()
      let stopped = RefundEngine(
        database: books.database, gateways: GatewaySet([gateway]), stop: stop, user: "tester")
      #expect(try await stopped.resume() == [])
      try await expectSound(books)
    }
  }

  @Test(
    "what was paid back by hand is only noted, out of the account that it left (RULES 7)",
    arguments: [(true, "1050"), (false, "1000")])
  func recorded(atGateway: Bool, account: String) async throws {
    try await withPayment { books, gateway in
      let operations = PaymentOperations(at: 1_793_620_800, by: "tester")
      try await books.connection.transaction {
        try operations.refund(1, amount: 400, atGateway: atGateway, over: $0)
      }
      #expect(gateway.refundsAsked == [])
      let booked = ["1200 400, 2100 -400", "2100 400, \(account) -400"]
      try await expectTexts(books, Self.journal, booked)
      try await expectSound(books)
    }
  }

  @Test("what a gateway charged goes back out of its clearing account, by return or dispute (7)")
  func clearing() async throws {
    try await ChargeBooks.with(["approve", "approve", "approve"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      let operations = PaymentOperations(at: 1_793_620_800, by: "tester")
      try await books.connection.transaction { connection in
        try operations.openDispute(1, over: connection)
        try operations.endDispute(1, won: true, fee: 150, over: connection)
        try operations.openDispute(2, over: connection)
        try operations.endDispute(2, won: false, over: connection)
        try operations.takeReturn(3, fee: 75, over: connection)
      }
      // Of three charges of 10.00 one is left, less the fees.
      try await expectTexts(
        books,
        """
        select concat_ws(' ', account_code, sum(amount_minor)) from journal_line
        where account_code in ('1000', '1050', '1210', '6500') group by account_code order by 1
        """, ["1050 775", "1210 0", "6500 225"])
      try await expectSound(books)
    }
  }
}
