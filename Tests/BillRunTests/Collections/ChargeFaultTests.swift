// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 0.5, 0.6, invariant 6: at most one approved charge of an invoice, and none forgotten.
@Suite struct ChargeFaultTests {
  /// Every invoice is paid by exactly what the gateway approved.
  private func expectOnce(
    _ books: Books, _ gateway: ScriptedGateway, _ count: Int,
    location: SourceLocation = #_sourceLocation
  ) async throws {
    let keys = try await books.texts(
      "select idempotency_key from payment_attempt where state = 'approved' order by 1")
    #expect(gateway.approved.keys.sorted() == keys, sourceLocation: location)
    #expect(keys.count == count, sourceLocation: location)
    try await expectTexts(
      books, "select count(*) from invoice where settled_minor = total_minor", [String(count)])
    try await expectSound(books)
  }

  @Test("a crash at each commit boundary", arguments: ChargeOptions.FaultPoint.allCases)
  func crash(at point: ChargeOptions.FaultPoint) async throws {
    try await ChargeBooks.with(["approve", "lose", "refer_approve", "fail_1", "approve"]) {
      books, gateway in
      for round in 1...3 {
        let once = Once(on: round)
        _ = try? await books.charge("2026-11-01", at: gateway) {
          $0.blockSize = 2
          $0.fault = { if $0 == point, once.first() { throw Crash() } }
        }
      }
      for day in ["2026-11-01", "2026-11-04"] { try await books.charge(day, at: gateway) }
      try await expectOnce(books, gateway, 5)
    }
  }

  @Test("a time-out is asked again with the same key, and blocks meanwhile")
  func unknown() async throws {
    try await ChargeBooks.with(["lose", "silent"]) { books, gateway in
      let first = try await books.charge("2026-11-01", at: gateway)
      #expect(first.outcomes == ["unknown": 2])
      try await expectTexts(books, ChargeBooks.attempts, ["1 1 unknown", "2 1 unknown"])
      try await expectTexts(
        books, ChargeBooks.invoices, ["pending 0 2026-11-01", "pending 0 2026-11-01"])
      let second = try await books.charge("2026-11-01", at: gateway, hour: 13)
      #expect(second.outcomes == ["approved": 1, "unknown": 1])
      #expect(second.attempted == 0)
      #expect(gateway.approved.count == 1)
      // Where the key may have expired, nothing is sent: it is looked up.
      let third = try await books.charge("2026-11-03", at: gateway)
      #expect(gateway.tokens.filter { $0 == "silent" }.count == 2)
      #expect(third.declines == ["technical": 1])
      try await expectSound(books)
    }
  }

  @Test("two at once: one charges, the other leaves with 75")
  func twoAtOnce() async throws {
    try await ChargeBooks.with(["approve", "approve", "approve"]) { books, gateway in
      async let first = Result { try await books.charge("2026-11-01", at: gateway) }
      async let second = Result { try await books.charge("2026-11-01", at: gateway) }
      let results = await [first, second]
      let refused = results.compactMap { result -> String? in
        if case .failure(let error as BillRunError) = result { error.code } else { nil }
      }
      #expect(refused.allSatisfy { $0 == "charge_at_work" })
      #expect(refused.count <= 1)
      try await expectOnce(books, gateway, 3)
    }
  }

  @Test("a clock that is set back charges nobody anew")
  func clockSetBack() async throws {
    try await ChargeBooks.with(["lose", "fail_1"]) { books, gateway in
      try await books.charge("2026-11-02", at: gateway)
      try await books.charge("2026-11-01", at: gateway)
      try await books.charge("2026-11-01", at: gateway)
      #expect(gateway.approved.count == 1)
      try await books.charge("2026-11-05", at: gateway)
      try await expectOnce(books, gateway, 2)
    }
  }

  @Test("a gateway that is down is not called for long, and nothing is lost")
  func breaker() async throws {
    try await ChargeBooks.with(Array(repeating: "refuse", count: 60)) { books, gateway in
      let summary = try await books.charge("2026-11-01", at: gateway) { $0.blockSize = 30 }
      #expect(summary.down == ["scripted"])
      #expect(summary.exitCode == .unavailable)
      #expect(gateway.tokens.count < 90)
      #expect(summary.unsent == summary.attempted)
      try await books.run("update payment_source set token = 'approve_' || customer_id")
      try await books.run(
        "update payment_attempt set request = jsonb_set(request, '{token}', '\"approve\"')")
      #expect(try await books.charge("2026-11-01", at: gateway).exitCode == .ok)
      try await expectOnce(books, gateway, 60)
    }
  }

  @Test("copied or restored books charge nobody")
  func copied() async throws {
    try await ChargeBooks.with(["approve", "fail_1"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      let code = { () async throws -> String? in
        do {
          try await books.charge("2026-11-04", at: gateway)
          return nil
        } catch let error as BillRunError {
          #expect(error.status == .configuration)
          return error.code
        }
      }
      gateway.rename("acct_2")
      #expect(try await code() == "gateway_differs")
      gateway.rename("acct_1")
      #expect(try await code() == "gateway_differs")
      try await books.run("delete from gateway_doubt")
      try await books.run("update gateway_account set place = place || '0'")
      #expect(try await code() == "gateway_differs")
      try await books.run("update gateway_account set place = left(place, -1)")
      #expect(try await code() == "gateway_differs")
      try await books.run("delete from gateway_doubt")
      let uuid = try await books.text("select uuid from book")
      let money = Money(minor: 1000, currency: try #require(Currency(code: "usd")))
      gateway.approve("\(uuid)-inv-2-try-2", money)
      #expect(try await code() == "gateway_differs")
      #expect(gateway.tokens.count == 2)
    }
  }
}

extension Result where Success: Sendable, Failure == any Error {
  /// What became of some work.
  fileprivate init(_ work: () async throws -> Success) async {
    do { self = .success(try await work()) } catch { self = .failure(error) }
  }
}
