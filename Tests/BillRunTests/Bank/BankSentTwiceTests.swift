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
      // One entry for the block, which nobody approves before its credit is told.
      let open = try await BankEntry.list(onlyOpen: true, on: bank.books.connection)
      #expect(open.map(\.reason) == ["sent_twice"] && open.map(\.amount) == [2000])
      #expect(open.map(\.text) == ["\(file.messageID)-1"] && open.first?.isCredit == false)
      #expect(try await bank.charge("2026-11-20").attempted == 0)
      let held = try await bank.settle("2026-11-23")
      #expect([held.approved, held.held] == [0, 2] && held.exitCode == .dataError)
      let credit = BankMessages.Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      _ = try await bank.read(BankMessages.statement("S1", [credit]), on: "2026-11-23")
      #expect(try await BankEntry.list(onlyOpen: true, on: bank.books.connection).isEmpty)
      let settled = try await bank.settle("2026-11-23")
      #expect([settled.approved, settled.held] == [2, 0] && settled.exitCode == .ok)
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
      let open = try await BankEntry.list(onlyOpen: true, on: bank.books.connection)
      #expect(open.map(\.text) == [ids[0]] && open.map(\.payer) == ["Käufer & Söhne 1"])
      #expect(try await bank.settle("2026-11-23").held == 1)
      // A person has asked the bank.
      _ = try await BankEntry.clear(
        try #require(open.first?.id), payment: nil, note: "collected, says the bank",
        at: 1_795_000_000, by: "tester", on: bank.books.connection)
      #expect(try await bank.settle("2026-11-23").approved == 1)
      try await expectSound(bank.books)
    }
  }

  @Test("a debit that was handed over once, and ends otherwise, is listed no longer")
  func ended() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      let status = BankMessages.status(of: file, rejects: [id: "AM05"])
      _ = try await bank.read(status, on: "2026-11-03")
      _ = try await ChargeResolution(
        at: 1_795_000_000, by: "tester", asking: GatewaySet([bank.gateway]), asks: false
      ).resolve(1, as: .declined(code: "withdrawn", reference: nil), on: bank.books.connection)
      let settled = try await bank.settle("2026-11-23")
      #expect([settled.approved, settled.held] == [1, 0])
      #expect(try await BankEntry.list(onlyOpen: true, on: bank.books.connection).isEmpty)
      try await expectSound(bank.books)
    }
  }

  @Test("what a statement has credited already is listed by nobody")
  func credited() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let credit = BankMessages.Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      _ = try await bank.read(BankMessages.statement("S1", [credit]), on: "2026-11-16")
      let status = BankMessages.status(of: file, group: "RJCT", reason: "AM05")
      #expect(try await bank.read(status, on: "2026-11-17").remarks.count == 1)
      #expect(try await BankEntry.list(onlyOpen: true, on: bank.books.connection).isEmpty)
      #expect(try await bank.settle("2026-11-23").approved == 2)
      try await expectSound(bank.books)
    }
  }
}
