// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: what an open entry speaks against is not approved before a person has dealt with it.
@Suite struct BankHeldTests {
  private typealias Booking = BankMessages.Booking

  /// A debit of the bank, of which it tells only a mandate.
  private static func ofMandate(_ mandate: String, on day: String) -> Booking {
    Booking(
      amount: "10.00", isCredit: false, day: day,
      details: "<TxDtls><Refs><MndtId>\(mandate)</MndtId></Refs><RtrInf><Rsn><Cd>AM04</Cd></Rsn>"
        + "</RtrInf></TxDtls>")
  }

  /// A debit of the bank that tells all that it tells in its text.
  private static func ofText(_ text: String, on day: String = "2026-11-17") -> Booking {
    var one = Booking.told("10.00", text: text, on: day)
    one.isCredit = false
    return one
  }

  @Test(
    "a debit waits while the text of an entry has its id or its mandate in it",
    arguments: [
      ("Ruecklastschrift ID, 17.11.", 1), ("RUECKLASTSCHRIFT CUT", 1), ("CUT", 1),
      ("RUECKLASTSCHRIFT CUT 17", 1), ("Rücklastschrift Mandat M-1", 1),
      ("RUECKLASTSCHRIFT MREF+M-1 SVWZ+X", 1), ("MREF+M-1 SVWZ+X", 1),
      ("Rücklastschrift Mandat M-17", 0), ("Rücklastschrift", 0),
    ])
  func inText(text: String, count: Int) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      // A line ends within it.
      let cut = id.dropLast(3) + " " + id.suffix(3)
      let credit = Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      let told = text.replacing("ID", with: id.replacing("-", with: " "))
        .replacing("CUT", with: cut)
      let reading = try await bank.read(
        BankMessages.statement("S1", [credit, Self.ofText(told)]), on: "2026-11-18")
      #expect(reading.unmatched.map(\.reason) == ["return_unknown"])
      let settled = try await bank.settle("2026-11-23")
      #expect([settled.approved, settled.held] as [Int] == [2 - count, count])
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a debit waits while its block, or it, is credited with another amount",
    arguments: [(true, 2), (false, 1)])
  func differs(isBlock: Bool, count: Int) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      var credit = Booking.batch(of: file, amount: "9.50", on: "2026-11-16")
      if !isBlock {
        // It names its block, too.
        credit.details +=
          "<TxDtls><Refs><EndToEndId>\(try await bank.endToEnd(1))</EndToEndId></Refs></TxDtls>"
      }
      let reading = try await bank.read(BankMessages.statement("S1", [credit]), on: "2026-11-16")
      #expect(reading.unmatched.map(\.reason) == ["block_differs"])
      let settled = try await bank.settle("2026-11-23")
      #expect([settled.approved, settled.held] as [Int] == [2 - count, count])
      #expect(settled.exitCode == .dataError)
      #expect(try await bank.charge("2026-11-23").count("approved") == 0)
      let entry = try #require(
        try await BankEntry.list(onlyOpen: true, on: bank.books.connection).first)
      _ = try await bank.books.connection.operation {
        try BankEntry.collect(entry.id, note: "less", at: 0, by: "tester", on: $0)
      }
      let next = try await bank.settle("2026-11-23")
      #expect([next.approved, next.held] as [Int] == [isBlock ? 2 : 1, 0])
      try await expectTexts(
        bank.books,
        "select sum(amount_minor) from journal_line where account_code = '6500'",
        [isBlock ? "1050" : "50"])
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a debit waits while an entry speaks against its block, its id or its mandate, and is told",
    arguments: [
      ("block", 2), ("fee", 1), ("mandate", 1), ("mandate before", 0), ("other mandate", 0),
    ])
  func held(against: String, count: Int) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      var block = Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      let credit = block
      block.isCredit = false
      block.isReversal = true
      let booking =
        switch against {
        case "block": block
        case "fee":
          Booking.returned(
            try await bank.endToEnd(1), "AM04", amount: "20.01", on: "2026-11-17")
        case "mandate": Self.ofMandate("M-1", on: "2026-11-17")
        case "mandate before": Self.ofMandate("M-1", on: "2026-11-10")
        default: Self.ofMandate("X-9", on: "2026-11-17")
        }
      let reading = try await bank.read(
        BankMessages.statement("S1", [credit, booking]), on: "2026-11-18")
      #expect(reading.unmatched.count == 1)
      if against == "block" {
        #expect(reading.unmatched.map(\.text) == ["\(file.messageID)-1"])
      }
      #expect(try await bank.settle("2026-11-22").held == 0)
      let settled = try await bank.settle("2026-11-23")
      #expect([settled.approved, settled.held] as [Int] == [2 - count, count])
      #expect(settled.exitCode == (count > 0 ? .dataError : .ok))
      #expect(settled.text.contains("held: ") == (count > 0))
      // Charging settles by the same rule.
      #expect(try await bank.charge("2026-11-23").count("approved") == 0)
      for entry in try await BankEntry.list(onlyOpen: true, on: bank.books.connection) {
        _ = try await bank.books.connection.operation {
          try BankEntry.clear(
            entry.id, payment: nil, note: "a mistake of the bank", at: 0, by: "tester", on: $0)
        }
      }
      let next = try await bank.settle("2026-11-23")
      #expect([next.approved, next.held] as [Int] == [count, 0])
      #expect(next.exitCode == .ok)
      try await expectSound(bank.books)
    }
  }
}
