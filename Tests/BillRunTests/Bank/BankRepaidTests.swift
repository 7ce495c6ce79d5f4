// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 3, 4: what we transfer back to a payer is a refund that the books have, once, or listed.
@Suite struct BankRepaidTests {
  private typealias Booking = BankMessages.Booking

  /// A transfer of ours, to an account.
  private static func sent(
    _ amount: String, _ text: String, reference: String, on day: String, to account: Int? = nil
  ) -> Booking {
    var one = Booking.told(amount, text: text, reference: reference, on: day)
    (one.isCredit, one.family) = (false, "ICDT")
    if let account {
      one.details = one.details.replacing(
        "<TxDtls>",
        with: "<TxDtls><RltdPties><CdtrAcct><Id><IBAN>\(BankBooks.iban(account))</IBAN></Id>"
          + "</CdtrAcct></RltdPties>")
    }
    return one
  }

  private static func refund(_ bank: BankBooks, _ payment: Int64 = 1) async throws {
    try await bank.books.connection.operation {
      try PaymentOperations(at: 1_795_600_000, by: "tester").refund(
        payment, amount: 1000, over: $0)
    }
  }

  /// Reads a statement; returns what it lists, and how many others it has.
  private static func read(
    _ name: String, _ bookings: [Booking], _ bank: BankBooks
  ) async throws -> [String] {
    let reading = try await bank.read(BankMessages.statement(name, bookings), on: "2026-11-30")
    return reading.unmatched.map(\.reason) + ["\(reading.others)"]
  }

  /// Books in which a transfer has paid the first invoice.
  private static func paid(_ body: (BankBooks) async throws -> Void) async throws {
    try await BankBooks.withOwing(2) { bank in
      let paid = Booking.told(
        "10.00", payer: "Ann", id: "KD-77", text: "INV-000001", reference: "A1", on: "2026-11-04")
      #expect(
        try await bank.read(BankMessages.statement("S1", [paid]), on: "2026-11-04").payments == 1)
      try await body(bank)
    }
  }

  @Test("a recorded refund is one transfer's: the second is listed", arguments: [true, false])
  func once(isOneFile: Bool) async throws {
    try await Self.paid { bank in
      try await Self.refund(bank)
      let first = Self.sent("10.00", "Refund INV-000001", reference: "B1", on: "2026-11-25")
      let second = Self.sent("10.00", "Credit INV-000001", reference: "B2", on: "2026-11-26")
      if isOneFile {
        #expect(try await Self.read("S2", [first, second], bank) == ["taken_back", "1"])
      } else {
        #expect(try await Self.read("S2", [first], bank) == ["1"])
        #expect(try await Self.read("S3", [second], bank) == ["taken_back", "0"])
      }
      let again = try await bank.read(
        BankMessages.statement("N1", [first, second], version: "camt.054.001.08"),
        on: "2026-11-30")
      #expect([again.known, again.unmatched.count] as [Int] == [2, 0], "\(again.text)")
      #expect(try await BankEntry.list(onlyOpen: true, on: bank.books.connection).count == 1)
    }
  }

  @Test("a transfer that is listed has the refund that is recorded then", arguments: [true, false])
  func before(isCleared: Bool) async throws {
    try await Self.paid { bank in
      let first = Self.sent("10.00", "Refund INV-000001", reference: "B1", on: "2026-11-25")
      #expect(try await Self.read("S2", [first], bank) == ["taken_back", "0"])
      try await Self.refund(bank)
      if isCleared {
        let open = try await BankEntry.list(onlyOpen: true, on: bank.books.connection)
        _ = try await BankEntry.clear(
          try #require(open.first?.id), payment: nil, note: "recorded", at: 1_795_600_000,
          by: "tester", on: bank.books.connection)
      }
      let second = Self.sent("10.00", "Refund INV-000001", reference: "B2", on: "2026-11-26")
      #expect(try await Self.read("S3", [second], bank) == ["taken_back", "0"])
    }
  }

  @Test(
    "a transfer back to somebody who was debited is listed, by the invoice or by the account",
    arguments: [
      ("10.00", "INV-000001", nil, true), ("4.00", "Part of INV-000001", nil, true),
      ("10.00", "Credit", 1, true), ("4.00", "Credit", 1, false), ("10.00", "Credit", 9, false),
      ("10.00", "Credit", nil, false),
    ] as [(String, String, Int?, Bool)])
  func debited(amount: String, text: String, account: Int?, isListed: Bool) async throws {
    for isKnown in [false, true] {
      try await BankBooks.with(2) { bank in
        let file = try await bank.handOver()
        let block = Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
        _ = try await bank.read(BankMessages.statement("S1", [block]), on: "2026-11-16")
        _ = try await bank.settle("2026-11-23")
        let payment = try #require(
          Int64(
            try await bank.books.text(
              "select payment_id::text from settlement where invoice_id = 1 and kind = 'payment'")))
        if isKnown { try await Self.refund(bank, payment) }
        let one = Self.sent(amount, text, reference: "B1", on: "2026-11-26", to: account)
        let isRefund = isKnown && amount == "10.00"
        #expect(
          try await Self.read("S2", [one], bank)
            == (isListed && !isRefund ? ["taken_back", "0"] : ["1"]))
        if isListed && isRefund {
          let more = Self.sent(amount, text, reference: "B2", on: "2026-11-27", to: account)
          #expect(try await Self.read("S3", [more], bank) == ["taken_back", "0"])
        }
        try await expectSound(bank.books)
      }
    }
  }
}
