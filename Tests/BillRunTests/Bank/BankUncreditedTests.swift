// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4, 7: what a bank takes back and never gave is told, and what it gave is not.
@Suite struct BankUncreditedTests {
  private typealias Booking = BankMessages.Booking

  private static func statement(
    _ name: String, _ bookings: [Booking], _ opening: String, _ closing: String, on day: String
  ) -> String {
    BankMessages.statement(
      name, bookings,
      balances: [.init("OPBD", opening, day), .init("CLBD", closing, day)])
  }

  /// A credit of one debit alone.
  private static func credit(_ id: String) -> Booking {
    Booking(
      amount: "10.00", day: "2026-11-16",
      details: "<TxDtls><Refs><EndToEndId>\(id)</EndToEndId></Refs></TxDtls>")
  }

  private static func open(_ bank: BankBooks) async throws -> [String?] {
    try await BankEntry.list(onlyOpen: true, on: bank.books.connection).map(\.reason)
  }

  @Test(
    "a return of a debit that was rejected, or is pending, and that nobody credited is listed",
    arguments: [true, false], ["alone", "block"])
  func listed(isRejected: Bool, kind: String) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let ids = [try await bank.endToEnd(1), try await bank.endToEnd(2)]
      if isRejected {
        _ = try await bank.read(
          BankMessages.status(of: file, rejects: [ids[0]: "MD01"]), on: "2026-11-03")
      }
      if kind == "block" && !isRejected { return }
      let credit =
        kind == "block"
        ? Booking.batch(of: file, amount: "10.00", on: "2026-11-16") : Self.credit(ids[1])
      let first = try await bank.read(
        Self.statement("S1", [credit], "0.00", "10.00", on: "2026-11-16"), on: "2026-11-16")
      #expect(first.exitCode == .ok && first.collected == 1, "\(first.text)")
      let back = Booking.returned(ids[0], "MD01", on: "2026-11-18")
      let reading = try await bank.read(
        Self.statement("S2", [back], "10.00", "0.00", on: "2026-11-18"), on: "2026-11-18")
      #expect(reading.unmatched.map(\.reason) == ["returned_uncredited"], "\(reading.text)")
      #expect(reading.unmatched.map(\.text) == [ids[0]] && reading.exitCode == .dataError)
      #expect(reading.unmatched.map(\.amount) == [1000])
      #expect(try await Self.open(bank) == ["returned_uncredited"])
      // It is told once.
      let again = try await bank.read(
        Self.statement("S3", [], "0.00", "0.00", on: "2026-11-19"), on: "2026-11-19")
      #expect(again.exitCode == .ok, "\(again.text)")
      #expect(try await bank.settle("2026-11-23").approved == 1)
      // Its credit is told after all.
      let late = try await bank.read(
        BankMessages.statement("N1", [Self.credit(ids[0])], version: "camt.054.001.08"),
        on: "2026-11-24")
      #expect(late.exitCode == .ok, "\(late.text)")
      #expect(try await Self.open(bank).isEmpty)
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a return of what was credited is none, alone or by its block, rejected or not",
    arguments: [true, false], ["alone", "block", "later"])
  func credited(isRejected: Bool, kind: String) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let ids = [try await bank.endToEnd(1), try await bank.endToEnd(2)]
      if isRejected {
        _ = try await bank.read(
          BankMessages.status(of: file, rejects: [ids[0]: "MD01"]), on: "2026-11-03")
      }
      let credits =
        kind == "alone"
        ? ids.map { Self.credit($0) } : [.batch(of: file, amount: "20.00", on: "2026-11-16")]
      let back = Booking.returned(ids[0], "MD01", on: "2026-11-18")
      var files = [
        Self.statement("S1", credits, "0.00", "20.00", on: "2026-11-16"),
        Self.statement("S2", [back], "20.00", "10.00", on: "2026-11-18"),
      ]
      if kind == "later" { files.reverse() }
      for text in files {
        let reading = try await bank.read(text, on: "2026-11-18")
        #expect(
          reading.unmatched.allSatisfy { $0.reason == "declined_collected" }, "\(reading.text)")
      }
      #expect(try await Self.open(bank).isEmpty)
      #expect(try await bank.settle("2026-11-23").booked == 1000)
      try await expectSound(bank.books)
    }
  }

  @Test("a block that is credited before its reject is known is booked without what was rejected")
  func rejectedLater() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      let credit = Booking.batch(of: file, amount: "10.00", on: "2026-11-16")
      let first = try await bank.read(
        Self.statement("S1", [credit], "0.00", "10.00", on: "2026-11-16"), on: "2026-11-16")
      #expect(first.unmatched.map(\.reason) == ["block_differs"])
      _ = try await bank.read(
        BankMessages.status(of: file, rejects: [id: "MD01"]), on: "2026-11-17")
      #expect(try await Self.open(bank).isEmpty)
      let back = Booking.returned(id, "MD01", on: "2026-11-18")
      let reading = try await bank.read(
        Self.statement("S2", [back], "10.00", "0.00", on: "2026-11-18"), on: "2026-11-18")
      #expect(reading.unmatched.map(\.reason) == ["returned_uncredited"], "\(reading.text)")
      #expect(try await bank.settle("2026-11-23").booked == 1000)
      try await expectSound(bank.books)
    }
  }
}
