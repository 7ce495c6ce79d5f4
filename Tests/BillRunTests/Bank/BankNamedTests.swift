// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: what the bank credits of our debits is nobody's transfer, wherever it says so.
@Suite struct BankNamedTests {
  private typealias Booking = BankMessages.Booking

  /// A credit of 10.00 that tells so much.
  private static func credit(
    _ text: String, field: String = "", code: String? = nil, amount: String = "10.00"
  ) -> Booking {
    var one = Booking(
      amount: amount, day: "2026-11-16",
      details: "<TxDtls><Refs>\(field)</Refs><RmtInf><Ustrd>\(text)</Ustrd></RmtInf></TxDtls>")
    one.ownCode = code
    return one
  }

  private static func credit(_ kind: String, _ ids: [String]) -> Booking {
    let id = ids[0]
    let bare = id.filter { $0 != "-" }
    switch kind {
    case "text": return credit("EREF+\(id) MREF+M-1 SVWZ+INV-000001")
    case "code":
      return credit("EREF+\(id.uppercased()) SVWZ+INV-000001", code: "NDDT+171+9248")
    case "bare": return credit("INV-000001", field: "<EndToEndId>\(bare)</EndToEndId>")
    case "bare text": return credit("EREF+\(bare) SVWZ+INV-000001")
    case "other id": return credit("EREF+\(id) INV-000001", field: "<EndToEndId>X1</EndToEndId>")
    case "info":
      var one = credit("INV-000001")
      one.info = "EREF+\(id)"
      return one
    case "mandate": return credit("INV-000001", field: "<MndtId>M-1</MndtId>")
    case "mandate text": return credit("MREF+M-1 SVWZ+INV-000001")
    case "less": return credit("EREF+\(id) INV-000001", amount: "9.00")
    case "mandate less": return credit("MREF+M-1 INV-000001", amount: "9.00")
    case "cut": return credit("EREF+\(id.prefix(9)) INV-000001")
    case "two": return credit("\(id) \(ids[1]) INV-000001", amount: "20.00")
    case "creditor": return credit("CRED+DE98ZZZ09999999999 SVWZ+INV-000001")
    case "code alone": return credit("INV-000001", code: "NDDT+171+9248")
    default:
      var one = credit("EREF+\(id) INV-000001")
      one.family = "RCDT"
      return one
    }
  }

  @Test(
    "a credit that names a debit by other means than the field is of that debit, or listed",
    arguments: [
      ("text", nil), ("code", nil), ("bare", nil), ("bare text", nil), ("other id", nil),
      ("info", nil), ("mandate", nil), ("mandate text", nil), ("less", "block_differs"),
      ("mandate less", "names_debit"), ("cut", "names_debit"), ("two", "names_debit"),
      ("creditor", "names_debit"), ("code alone", "details_missing"), ("sent", "names_debit"),
    ])
  func named(kind: String, reason: String?) async throws {
    try await BankBooks.with(2) { bank in
      _ = try await bank.handOver()
      let ids = [try await bank.endToEnd(1), try await bank.endToEnd(2)]
      let one = Self.credit(kind, ids)
      let reading = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-16")
      #expect(reading.payments == 0, "\(reading.text)")
      #expect(reading.collected == (reason == nil ? 1 : 0))
      #expect(reading.unmatched.map(\.reason) == (reason.map { [$0] } ?? []))
      try await expectTexts(
        bank.books, "select end_to_end_id from bank_debit where booked_on is not null",
        reason == nil ? [ids[0]] : [])
      // Another file that tells of it is of the same.
      let again = try await bank.read(
        BankMessages.statement("S2", [one], version: "camt.054.001.08"), on: "2026-11-17")
      #expect(again.unmatched.isEmpty && again.payments == 0, "\(again.text)")
      try await expectTexts(bank.books, "select count(*) from payment", ["0"])
      try await expectSound(bank.books)
    }
  }

  @Test("of two debits that a mandate may mean, nobody can say which was credited")
  func mandates() async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      try await bank.books.bill("2026-12-01")
      try await bank.charge("2026-12-01")
      try await bank.tell("2026-12-01", of: 2)
      let file = try #require(try await bank.write("2026-12-02").written.first)
      try await BankFile.move(
        file.id, to: .handedOver, for: GatewaySet([bank.gateway]), at: 0, by: "tester",
        on: bank.books.connection)
      var early = Self.credit("mandate", [""])
      let first = try await bank.read(BankMessages.statement("S1", [early]), on: "2026-11-16")
      // The other is not due yet.
      #expect(first.collected == 1, "\(first.text)")
      early.day = "2026-12-18"
      try await bank.books.run("update bank_debit set booked_on = null, booked_ref = null")
      let late = try await bank.read(BankMessages.statement("S2", [early]), on: "2026-12-18")
      #expect(late.unmatched.map(\.reason) == ["names_debit"], "\(late.text)")
    }
  }
}
