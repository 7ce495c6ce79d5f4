// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: which transfer of a file is one that an earlier file told of, when banks word it
/// otherwise, give no references or give them again.
@Suite struct BankMatchTests {
  private typealias Booking = BankMessages.Booking

  /// What came of reading files one after the other, each a list of bookings.
  private static func read(
    _ files: [[Booking]], on day: String = "2026-12-31", _ bank: BankBooks
  ) async throws -> [BankReading] {
    var readings: [BankReading] = []
    for (index, bookings) in files.enumerated() {
      let version = index.isMultiple(of: 2) ? "camt.054.001.08" : "camt.053.001.08"
      readings.append(
        try await bank.read(
          BankMessages.statement("S\(index)", bookings, version: version), on: day))
    }
    return readings
  }

  private static func counts(_ reading: BankReading) -> [Int] {
    [reading.payments, reading.known, reading.unmatched.count]
  }

  @Test(
    "a reference that is used again for another day and other words is of another transfer",
    arguments: [
      // Nothing is the same but reference and amount: it is another one.
      ("Ann", "INV-000001", "Bob", "INV-000002", "2026-12-01", [1, 0, 0]),
      ("Ann", "INV-000001", "Ann", "INV-000002", "2026-12-01", [1, 0, 0]),
      // One of payer and text is the same: nobody can say.
      ("Ann", "INV-000001", "Bob", "INV-000001", "2026-11-05", [0, 0, 1]),
      ("Ann", "INV-000001 Thanks", "Ann", "Invoice INV-000001", "2026-11-05", [0, 0, 1]),
      // The same words: nobody can say.
      ("Ann", "INV-000001", "ANN", "inv 000001", "2026-11-06", [0, 0, 1]),
      ("Ann", "INV-000001", "Ann", "INV-000001", "2026-12-04", [0, 0, 1]),
      // On one day, the reference counts more than a word, but not more than all.
      ("Ann", "INV-000001", "Bob", "INV-000001", "2026-11-04", [0, 1, 0]),
      ("Ann", "INV-000001", "Bob", "INV-000002", "2026-11-04", [0, 0, 1]),
    ])
  func again(
    payer: String, text: String, nextPayer: String, nextText: String, day: String, expected: [Int]
  ) async throws {
    try await BankBooks.withOwing(2) { bank in
      let first = Booking.told(
        "5.00", payer: payer, text: text, reference: "17", on: "2026-11-04")
      let next = Booking.told(
        "5.00", payer: nextPayer, text: nextText, reference: "17", on: day)
      let readings = try await Self.read([[first], [next], [first, next]], bank)
      #expect(Self.counts(readings[0]) == [1, 0, 0])
      #expect(Self.counts(readings[1]) == expected)
      if expected[2] == 1 {
        #expect(readings[1].unmatched.map(\.reason) == ["reference_again"])
        #expect(readings[1].exitCode == .dataError)
      }
      // Together they are known, unless only one is kept.
      if expected[1] == 0 { #expect(Self.counts(readings[2]) == [0, 2, 0]) }
    }
  }

  @Test(
    "a reference that a bank counts anew each day is of another transfer, but for the payer's id",
    arguments: [
      ("E-1", "E-1", "2026-11-06", [0, 1, 0]), ("E-1", "E-1", "2026-11-11", [0, 0, 1]),
      ("E-1", "E-2", "2026-11-05", [1, 0, 0]), ("E-1", nil, "2026-11-05", [0, 0, 1]),
      (nil, nil, "2026-11-05", [0, 0, 1]),
    ] as [(String?, String?, String, [Int])])
  func daily(id: String?, nextID: String?, day: String, expected: [Int]) async throws {
    try await BankBooks.withOwing(1) { bank in
      let first = Booking.told(
        "5.00", payer: "Ann", id: id, text: "INV-000001", reference: "1", on: "2026-11-04")
      let next = Booking.told(
        "5.00", payer: "Ann", id: nextID, text: "INV-000001", reference: "1", on: day)
      let readings = try await Self.read([[first], [next], [next]], bank)
      #expect(Self.counts(readings[1]) == expected)
      #expect(Self.counts(readings[2]) == [0, 1, 0])
    }
  }

  @Test("a bank that has shown that it counts anew tells of another transfer")
  func countedAnew() async throws {
    try await BankBooks.withOwing(2) { bank in
      let told = { (amount: String, payer: Int, day: String) in
        Booking.told(
          amount, payer: "Payer \(payer)", text: "INV-00000\(payer)", reference: "1", on: day)
      }
      let readings = try await Self.read(
        [
          [told("5.00", 1, "2026-11-04")], [told("4.00", 2, "2026-11-05")],
          [told("5.00", 1, "2026-11-13")],
          [told("5.00", 1, "2026-11-04"), told("5.00", 1, "2026-11-13")],
        ], bank)
      #expect(readings.map(Self.counts) == [[1, 0, 0], [1, 0, 0], [1, 0, 0], [0, 2, 0]])
    }
  }

  @Test("what two files tell by references of their own is one by its end-to-end id")
  func ownReferences() async throws {
    let told = { (reference: String, payer: String) in
      Booking.told(
        "5.00", payer: payer, id: "E-1", text: payer == "Bob" ? "Rent" : "INV-000001",
        reference: reference, on: "2026-11-04")
    }
    try await BankBooks.withOwing(1) { bank in
      let readings = try await Self.read(
        [
          [told("A1", "Ann")], [told("B1", "ANN")],
          [told("A1", "Ann"), told("B1", "Ann"), told("D1", "Ann")],
        ], bank)
      // Of three of one file, one is kept already.
      #expect(readings.map(Self.counts) == [[1, 0, 0], [0, 1, 0], [2, 1, 0]])
    }
    try await BankBooks.withOwing(1) { bank in
      let readings = try await Self.read([[told("A1", "Ann")], [told("B1", "Bob")]], bank)
      #expect(readings.map(Self.counts) == [[1, 0, 0], [0, 0, 1]])
      #expect(readings[1].unmatched.map(\.reason) == ["words_differ"])
    }
    try await BankBooks.withOwing(1) { bank in
      let pair = [told("A1", "Ann"), told("A2", "Ann")]
      let readings = try await Self.read([pair, [told("B1", "Ann"), told("B2", "Ann")]], bank)
      #expect(readings.map(Self.counts) == [[2, 0, 0], [0, 2, 0]])
    }
  }

  @Test(
    "a transfer without a reference is known in other words, and listed where it is doubtful",
    arguments: [
      // Blanks, capitals, marks and punctuation say nothing.
      ("Käufer GmbH", nil, "Rechnung INV-000001", "KAEUFER GMBH", nil, "RECHNUNG  INV000001", 1),
      // What is missing is no difference, be it payer, end-to-end id or the end of a text.
      ("Ann", nil, "INV-000001", nil, nil, "INV-000001", 1),
      (nil, nil, "INV-000001", "Ann", "E-1", "INV-000001", 1),
      ("Ann", "E-1", "INV-000001", "Ann", nil, "INV-000001", 1),
      ("Ann", "E-1", "INV-000001", nil, "E-1", nil, 1),
      ("Ann", nil, "SVWZ+ INV-000001 Thank you", "Ann Miller", nil, "INV-000001", 1),
      // One of two words is another, or nothing is told on both sides.
      ("Ann", nil, "INV-000001", "Bob", nil, "INV-000001", 2),
      ("Ann", nil, "Bill INV-000001", "Ann", nil, "INV-000001 Thanks", 2),
      ("Ann", nil, "INV-000001", nil, "E-1", nil, 2),
      // All words or numbers are others.
      ("Ann", nil, "INV-000001", "Bob", nil, "INV-000002", 0),
      ("Ann", nil, "INV-000001", "Ann", nil, "INV-000002", 0),
      ("Ann", "E-1", "INV-000001", "Ann", "E-2", "INV-000001", 0),
    ] as [(String?, String?, String?, String?, String?, String?, Int)])
  func words(
    payer: String?, id: String?, text: String?, nextPayer: String?, nextID: String?,
    nextText: String?, kind: Int
  ) async throws {
    try await BankBooks.withOwing(2) { bank in
      for (index, references) in [[nil, nil], ["R1", nil], [nil, "R2"]].enumerated() {
        let day = "2026-11-\(index)4"
        let first = Booking.told(
          "5.00", payer: payer, id: id, text: text, reference: references[0], on: day)
        let next = Booking.told(
          "5.00", payer: nextPayer, id: nextID, text: nextText, reference: references[1], on: day)
        let readings = try await Self.read([[first], [next], [next, first]], bank)
        #expect(Self.counts(readings[0]) == [1, 0, 0])
        #expect(Self.counts(readings[1]) == [[1, 0, 0], [0, 1, 0], [0, 0, 1]][kind])
        if kind == 2 { #expect(readings[1].unmatched.map(\.reason) == ["words_differ"]) }
        if kind != 1 { #expect(Self.counts(readings[2]) == [0, 2, 0]) }
      }
    }
  }

  @Test(
    "each transaction is one kept entry, whichever of them has a reference",
    arguments: [
      ([("X", "INV-000001"), (nil, "INV-000001")], [("Y", "INV-000001"), (nil, "INV-000001")]),
      ([(nil, "INV-000001"), ("X", "INV-000001")], [(nil, "INV-000001"), ("Y", "INV-000001")]),
      ([("X", "INV-000001"), (nil, "INV-000001")], [("Y", "inv 000001!"), (nil, "INV-000001")]),
      ([("X", "INV-000001"), (nil, "INV-000001")], [("Y", "Rg INV-000001"), (nil, "INV-000001")]),
      ([("X", "INV-000001"), (nil, "Rg INV-000001")], [("Y", "INV-000001"), (nil, "INV-000001")]),
      ([("X", "Rg INV-000001"), (nil, "INV-000001")], [("Y", "INV-000001"), (nil, "INV-000001")]),
      ([(nil, "INV-000001"), (nil, "Rg INV-000001")], [("Y", "INV-000001"), ("X", "INV-000001")]),
    ] as [([(String?, String)], [(String?, String)])])
  func oneToOne(
    kept: [(reference: String?, text: String)], told: [(reference: String?, text: String)]
  ) async throws {
    try await BankBooks.withOwing(1) { bank in
      let files = [kept, told, kept, told].map { file in
        file.map {
          Booking.told("4.00", text: $0.text, reference: $0.reference, on: "2026-11-04")
        }
      }
      let readings = try await Self.read(files, bank)
      #expect(readings.map(Self.counts) == [[2, 0, 0], [0, 2, 0], [0, 2, 0], [0, 2, 0]])
      try await expectTexts(bank.books, "select count(*) from payment", ["2"])
    }
  }

  @Test("a sum and transactions with one reference a day apart are not booked twice")
  func sums() async throws {
    let whole = Booking.told("8.00", text: "INV-000001", reference: "E7", on: "2026-11-04")
    let batch = Booking.batch(
      "8.00", reference: "E7", on: "2026-11-05",
      [("4.00", "INV-000001", nil), ("4.00", "INV-000002", nil)])
    var far = batch
    far.day = "2026-11-24"
    try await BankBooks.withOwing(2) { bank in
      let readings = try await Self.read([[whole], [batch], [far]], bank)
      #expect(Self.counts(readings[0]) == [1, 0, 0])
      #expect(Self.counts(readings[1]) == [0, 0, 2])
      #expect(readings[1].unmatched.map(\.reason) == ["reference_again", "reference_again"])
      // Weeks later it is another booking: what its parts are, is told of the kept ones.
      #expect(readings[2].payments + readings[2].unmatched.count == 2)
    }
  }
}
