// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import TestSupport
import Testing

@testable import BillRun

/// RULES 4, 7: what is approved and never credited is told to those who look after the books.
@Suite struct BankUnseenTests {
  private typealias Booking = BankMessages.Booking

  private static func statement(_ name: String, on day: String) -> String {
    BankMessages.statement(
      name, [], balances: [.init("OPBD", "0.00", day), .init("CLBD", "0.00", day)])
  }

  /// What the morning report says needs a person.
  private static func attention(_ bank: BankBooks) async throws -> [String] {
    let table = try await Attention.read(seller: nil, on: bank.books.connection).table
    return table.rows.map { row in
      zip(table.columns, row).map { $1.plain($0.kind) }.joined(separator: " ")
    }
  }

  @Test(
    "debits that no statement credits are told by settling and the morning report, until one is")
  func unseen() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      _ = try await bank.read(Self.statement("S1", on: "2026-11-12"), on: "2026-11-12")
      let before = try await bank.settle("2026-11-22")
      #expect([before.unseen, Int64(before.approved)] == [0, 0] && before.exitCode == .ok)
      let settled = try await bank.settle("2026-11-23")
      #expect([settled.approved, Int(settled.unseen)] == [2, 2] && settled.unseenAmount == 2000)
      #expect(settled.unseenFiles == [file.id] && settled.exitCode == .dataError)
      #expect(
        settled.text.contains(
          "not seen: 2 debits of 20.00 eur approved that no statement has credited, in bank file "
            + "\(file.id)\n"))
      var json = JSONWriter()
      settled.write(to: &json)
      #expect(json.text.contains("\"not_seen\":2,\"not_seen_amount\":20,"))
      #expect(
        try await Self.attention(bank) == [
          "approved debits that no statement credits 2 billrun bank settle"
        ])
      // One that a person takes back is seen to.
      try await bank.books.connection.operation {
        try PaymentOperations(at: 1_795_600_000, by: "tester").takeReturn(1, over: $0)
      }
      #expect(try await bank.settle("2026-11-24").unseen == 1)
      let id = try await bank.books.text(
        """
        select end_to_end_id from bank_debit join payment_attempt using (payment_attempt_id)
        where state = 'approved'
        """)
      _ = try await bank.read(
        BankMessages.statement("S2", [.told("10.00", id: id, on: "2026-11-25")]), on: "2026-11-25")
      let last = try await bank.settle("2026-11-25")
      #expect(last.unseen == 0 && last.booked == 1000 && last.exitCode == .ok)
      #expect(try await Self.attention(bank).isEmpty)
      try await expectSound(bank.books)
    }
  }

  @Test(
    "where no statement of the account is of a day by the approval, nothing is missing",
    arguments: ["none", "other account", "later"])
  func unread(what: String) async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      switch what {
      case "other account":
        try await bank.books.run(
          """
          insert into bank_statement (account, name, currency, closed_on, opening_minor,
            closing_minor, digest)
          values (md5('\(BankBooks.iban(9))'), '1', 'EUR', '2026-11-02', 0, 0, '')
          """)
      case "later":
        _ = try await bank.read(Self.statement("S1", on: "2026-11-24"), on: "2026-11-24")
      default: break
      }
      let settled = try await bank.settle("2026-11-23")
      #expect([settled.approved, Int(settled.unseen)] == [1, 0] && settled.exitCode == .ok)
    }
  }

  @Test("a statement after the collection, and before the approval, is the first to miss it")
  func firstAfter() async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      _ = try await bank.read(Self.statement("S1", on: "2026-11-17"), on: "2026-11-17")
      let settled = try await bank.settle("2026-11-23")
      #expect([settled.approved, Int(settled.unseen)] == [1, 1])
      #expect(settled.exitCode == .dataError)
    }
  }

  @Test("open entries of statements are among what needs a person")
  func entries() async throws {
    try await BankBooks.withOwing(1) { bank in
      _ = try await bank.read(
        BankMessages.statement(
          "S1", [.transfer("4.00", "Hello", reference: "A1", on: "2026-11-04")]),
        on: "2026-11-05")
      #expect(
        try await Self.attention(bank) == [
          "open entries of bank statements 1 billrun bank entries --open"
        ])
      let check = try await Readiness(of: bank.books.database, lanes: 1, at: 1_794_000_000)
      let finding = check.findings.first { $0.subject == "bank entries" }
      #expect(finding?.text == "1 of statements open")
    }
  }
}
