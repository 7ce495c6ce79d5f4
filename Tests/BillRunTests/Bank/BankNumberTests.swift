// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 3: a number that goes on in another line is not the one that it begins with.
@Suite struct BankNumberTests {
  private static func rename(_ number: String, to other: String, _ bank: BankBooks) async throws {
    try await bank.books.run(
      """
      alter table invoice_number disable trigger user;
      update invoice_number set number = '\(other)' where number = '\(number)';
      alter table invoice_number enable trigger user
      """)
  }

  @Test(
    "a number at a line end pays only where nothing goes on",
    arguments: [
      (["Rechnung INV-000001"], nil, true), (["Rechnung INV-000001", "2 Kunde"], nil, false),
      (["INV-000001", "2026-11-04"], nil, false), (["Rechnung INV-000001,", "2 Kunde"], nil, true),
      (["INV-000001", "Kunde 2"], nil, true), (["Kunde 2", "INV-000001"], nil, true),
      (["Rechnung INV-000001\n2 Kunde"], nil, false),
      // Other numbers that were given tell what may go on.
      (["INV-000001", "B Kunde"], "INV-000001B", false),
      (["INV-000001", "-2, Kunde"], "INV-000001-2", false),
      (["Rechnung INV-000001 2"], "INV-0000012", false), (["Rechnung INV-000001 2"], nil, true),
      (["K", "INV-000001"], "KINV-000001", false), (["Kunde K", "INV-000001"], "K-1", true),
      (["Kunde 17", "2026 danke"], "2026", false), (["Kunde 17,", "2026 danke"], "2026", true),
      (["Kunde", "2026"], "2026", true),
    ] as [([String], String?, Bool)])
  func lines(lines: [String], other: String?, isPaid: Bool) async throws {
    try await BankBooks.withOwing(2) { bank in
      if let other { try await Self.rename("INV-000002", to: other, bank) }
      let text = lines.map { "<Ustrd>\($0)</Ustrd>" }.joined(separator: "\n")
      var one = BankMessages.Booking.told(
        "10.00", payer: "Ann", text: "TEXT", reference: "A1", on: "2026-11-04")
      one.details = one.details.replacing("<Ustrd>TEXT</Ustrd>", with: text)
      let reading = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-05")
      #expect(reading.payments == (isPaid ? 1 : 0), "\(reading.text)")
      #expect(reading.unmatched.map(\.reason) == (isPaid ? [] : ["number_cut"]))
      let entries = try await BankEntry.list(on: bank.books.connection)
      #expect(entries.map(\.state) == [isPaid ? .paid : .open])
      let again = try await bank.read(
        BankMessages.statement("S2", [one], version: "camt.054.001.08"), on: "2026-11-05")
      #expect([again.known, again.unmatched.count] as [Int] == [1, 0])
      if let other { try await Self.rename(other, to: "INV-000002", bank) }
    }
  }
}
