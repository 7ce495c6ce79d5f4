// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: what a bank rejects since it has it already is being collected, and not declined.
@Suite struct BankSentTwiceTests {
  private static let states = "select state from payment_attempt order by payment_attempt_id"

  @Test(
    "a file that the bank had already stands, whatever says so",
    arguments: ["DU01", "DU02", "DU03", "DU04", "DU05", "DUPL", "AM05"])
  func file(code: String) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      // Its debits are named, too, without a reason of their own.
      let bare = BankMessages.status(
        of: file, rejects: [try await bank.endToEnd(1): "NONE"], group: "RJCT", reason: code
      ).replacing("<StsRsnInf><Rsn>\n<Cd>NONE</Cd></Rsn></StsRsnInf>", with: "")
      let reading = try await bank.read(bare, on: "2026-11-03")
      #expect(reading.declined == 0 && reading.exitCode == .dataError, "\(reading.text)")
      #expect(reading.remarks.map(\.reason) == ["sent_twice"], "\(reading.text)")
      #expect(reading.remarks.first?.told == code)
      #expect(reading.remarks.first?.hint?.contains("--declined withdrawn") == true)
      try await expectTexts(bank.books, Self.states, ["pending", "pending"])
      #expect(try await BankFile.read(file.id, on: bank.books.connection).state == .acknowledged)
      #expect(try await bank.charge("2026-11-20").attempted == 0)
      #expect(try await bank.settle("2026-11-23").approved == 2)
      try await expectSound(bank.books)
    }
  }

  @Test("a debit that the bank had already stands, and another one is declined")
  func debit() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let ids = [try await bank.endToEnd(1), try await bank.endToEnd(2)]
      let reading = try await bank.read(
        BankMessages.status(of: file, rejects: [ids[0]: "AM05", ids[1]: "AC04"]),
        on: "2026-11-03")
      #expect(reading.declined == 1, "\(reading.text)")
      #expect(reading.remarks.map(\.subject) == ["debit \(ids[0])"])
      #expect(reading.remarks.map(\.reason) == ["sent_twice"])
      try await expectTexts(bank.books, Self.states, ["pending", "declined"])
      try await expectSound(bank.books)
    }
  }
}
