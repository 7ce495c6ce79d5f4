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
      (["Rechnung 17", "2026 danke"], "2026", false),
      (["Rechnung 17,", "2026 danke"], "2026", true), (["Rechnung", "2026"], "2026", true),
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

  @Test(
    "a number counts in other case and with other signs within, where one invoice alone has it",
    arguments: [
      ("rechnung inv-000001", "10.00", true), ("Rg. INV 000001 danke", "9.00", true),
      ("INV000001", "10.00", true), ("Inv. 000001, 11/26", "10.00", true),
      ("INV/000001", "9.00", true), ("I N V-00 00 01", "10.00", true),
      ("inv-0000 01", "9.00", true),
      ("INV 000001 2", "10.00", true), ("INV 000001 2", "9.00", false),
      ("XINV000001", "10.00", false), ("INV0000011", "10.00", false), ("INV00001", "10.00", false),
      ("000001", "10.00", false), ("INV000001 INV000002", "10.00", false),
      ("INV000001 INV-000002", "10.00", true),
    ])
  func loose(text: String, amount: String, isPaid: Bool) async throws {
    try await BankBooks.withOwing(2) { bank in
      let one = BankMessages.Booking.told(
        amount, payer: "Ann", text: text, reference: "A1", on: "2026-11-04")
      let reading = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-05")
      #expect([reading.payments, reading.unmatched.count] as [Int] == (isPaid ? [1, 0] : [0, 1]))
    }
  }

  @Test("a number that two invoices have but for its signs, or none that is owed, counts for none")
  func looseTwice() async throws {
    try await BankBooks.withOwing(2) { bank in
      try await Self.rename("INV-000002", to: "INV0000-01", bank)
      let paid = BankMessages.Booking.told(
        "10.00", payer: "Ann", text: "INV-000001", reference: "A1", on: "2026-11-04")
      for (name, text) in [("S1", "inv 000001"), ("S2", "inv.000001")] {
        let one = BankMessages.Booking.told(
          "9.00", payer: "Ben", text: text, reference: name, on: "2026-11-04")
        let reading = try await bank.read(
          BankMessages.statement(name, name == "S2" ? [paid, one] : [one]), on: "2026-11-05")
        #expect(reading.unmatched.count == 1, "\(reading.text)")
      }
      try await Self.rename("INV0000-01", to: "INV-000002", bank)
    }
  }

  @Test(
    "a short number counts after a word for an invoice, alone, or from the customer",
    arguments: [
      ("Miete Nov 2026", "Ann", nil, false), ("2026 Miete", "Ann", nil, false),
      ("Kunden-Nr. 2026", "Ann", nil, false), ("Rechnung vom November 2026", "Ann", nil, false),
      ("2026", "Ann", nil, true), ("Rechnung 2026", "Ann", nil, true),
      ("RECHNUNGSNR.: 2026", "Ann", nil, true), ("Rg 17 und 2026", "Ann", nil, true),
      ("Invoice No 2026, thanks", nil, nil, true), ("Miete Nov 2026", "Ann", 2, true),
      ("Miete Nov 2026", "Ann", 1, false), ("Miete Nov 2026", "KAEUFER + SOEHNE 2", nil, true),
    ] as [(String, String?, Int?, Bool)])
  func short(text: String, payer: String?, account: Int?, isPaid: Bool) async throws {
    try await BankBooks.withOwing(2) { bank in
      try await Self.rename("INV-000002", to: "2026", bank)
      var one = BankMessages.Booking.told(
        "10.00", payer: payer, text: text, reference: "A1", on: "2026-11-04")
      if let account {
        one.details = one.details.replacing(
          "</RltdPties>",
          with: "<DbtrAcct><Id><IBAN>\(BankBooks.iban(account))</IBAN></Id></DbtrAcct>"
            + "</RltdPties>")
      }
      let reading = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-05")
      #expect([reading.payments, reading.unmatched.count] as [Int] == (isPaid ? [1, 0] : [0, 1]))
      try await Self.rename("2026", to: "INV-000002", bank)
    }
  }

  @Test(
    "digits alone are a number after a word for an invoice, alone, or where payer or amount agree",
    arguments: [
      ("Abo 20261015 danke", "9.00", "Ann", false), ("Abo 20261015 danke", "10.00", "Ann", true),
      ("Abo 20261015 danke", "9.00", "KAEUFER + SOEHNE 2", true),
      ("Rechnung 20261015", "9.00", "Ann", true), ("20261015", "9.00", "Ann", true),
      ("Kundennummer 20261015", "10.00", "Ann", false), ("Kd.-Nr. 20261015", "10.00", "Ann", false),
      ("Customer no 20261015", "10.00", "KAEUFER + SOEHNE 2", false),
      ("Kunde 20261015, Rechnung 20261015", "9.00", "Ann", true),
    ])
  func digits(text: String, amount: String, payer: String, isPaid: Bool) async throws {
    try await BankBooks.withOwing(2) { bank in
      try await Self.rename("INV-000002", to: "20261015", bank)
      let one = BankMessages.Booking.told(
        amount, payer: payer, text: text, reference: "A1", on: "2026-11-04")
      let reading = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-05")
      let balance = isPaid ? "\(1000 - (amount == "9.00" ? 900 : 1000))" : "1000"
      try await expectTexts(
        bank.books, "select 1000 - settled_minor from invoice where invoice_id = 2", [balance])
      #expect(reading.unmatched.count == (isPaid ? 0 : 1), "\(reading.text)")
      try await Self.rename("20261015", to: "INV-000002", bank)
    }
  }

  @Test(
    "digits alone are numbers where the amount is what all of them owe", arguments: [true, false])
  func sum(isAll: Bool) async throws {
    try await BankBooks.withOwing(1) { bank in
      try await bank.books.bill("2026-12-01")
      try await Self.rename("INV-000001", to: "20261015", bank)
      try await Self.rename("INV-000002", to: "20261016", bank)
      let one = BankMessages.Booking.told(
        isAll ? "20.00" : "19.00", payer: "Ann", text: "20261015 and 20261016", reference: "A1",
        on: "2026-12-04")
      let reading = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-12-05")
      #expect(reading.payments == (isAll ? 1 : 0), "\(reading.text)")
      try await Self.rename("20261015", to: "INV-000001", bank)
      try await Self.rename("20261016", to: "INV-000002", bank)
    }
  }
}
