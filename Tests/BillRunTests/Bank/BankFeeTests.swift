// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 7: what a bank asks for beside a return is booked once, when a person says so.
@Suite struct BankFeeTests {
  private typealias Booking = BankMessages.Booking

  private static let balances = """
    select concat_ws(' ', account_code, sum(amount_minor)) from journal_line
    where account_code in ('1000', '6500') group by account_code
    having sum(amount_minor) <> 0 order by 1
    """

  /// Books the only open entry as a fee; the code of the refusal, nil for none.
  private static func charge(_ bank: BankBooks) async throws -> String? {
    let entries = try await BankEntry.list(onlyOpen: true, on: bank.books.connection)
    #expect(entries.count == 1)
    let id = try #require(entries.first?.id)
    do {
      let entry = try await bank.books.connection.operation {
        try BankEntry.charge(id, note: "a fee", at: 1_795_600_000, by: "tester", on: $0)
      }
      #expect(entry.state == .cleared)
    } catch let error as BillRunError {
      #expect(error.status == .dataError)
      return error.code
    }
    // Once.
    let again = await #expect(throws: BillRunError.self) {
      try await bank.books.connection.operation {
        try BankEntry.charge(id, note: "a fee", at: 1_795_600_000, by: "tester", on: $0)
      }
    }
    #expect(again?.code == "bank_entry_not_open")
    try await expectTexts(
      bank.books,
      "select detail ->> 'fee' from event where kind = 'bank_entry_cleared'", ["true"])
    return nil
  }

  @Test("a fee that a later file tells of is booked, and another file tells nothing new")
  func later() async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      let plain = Booking.returns("10.00", on: "2026-11-25", [(id, "10.00", nil)])
      let priced = Booking.returns("13.50", on: "2026-11-25", [(id, "10.00", "3.50")])
      _ = try await bank.read(BankMessages.statement("S1", [plain]), on: "2026-11-25")
      let told = try await bank.read(BankMessages.statement("S2", [priced]), on: "2026-11-25")
      #expect(told.unmatched.map(\.reason) == ["fee_later"])
      #expect(try await Self.charge(bank) == nil)
      try await expectTexts(bank.books, Self.balances, ["1000 -350", "6500 350"])
      try await expectTexts(
        bank.books, "select entry_date::text from journal where event = 'bank_fee'", ["2026-11-25"])
      // On another day, so that no entry is known by it.
      var worded = priced
      worded.day = "2026-11-26"
      let next = try await bank.read(BankMessages.statement("S3", [worded]), on: "2026-11-26")
      #expect([next.known, next.unmatched.count] as [Int] == [1, 0], "\(next.text)")
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a debit beside a return is a fee up to the debit, and one of no debit up to 100.00",
    arguments: [
      (true, "3.50", nil), (true, "10.01", "bank_entry_differs"), (false, "100.00", nil),
      (false, "100.01", "bank_entry_differs"),
    ] as [(Bool, String, String?)])
  func apart(isNamed: Bool, amount: String, refusal: String?) async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      var back = Booking.returned(id, "AM04", on: "2026-11-25")
      back.reference = "R1"
      var fee = Booking.told(
        amount, id: isNamed ? id : nil, text: "Ruecklastschrift Entgelt", reference: "F1",
        on: "2026-11-26")
      fee.isCredit = false
      _ = try await bank.read(BankMessages.statement("S1", [back]), on: "2026-11-25")
      let told = try await bank.read(BankMessages.statement("S2", [fee]), on: "2026-11-26")
      #expect(told.unmatched.map(\.reason) == [isNamed ? "returned_again" : "return_unknown"])
      #expect(try await Self.charge(bank) == refusal)
      let cents = amount.filter { $0 != "." }
      try await expectTexts(
        bank.books, Self.balances, refusal == nil ? ["1000 -\(cents)", "6500 \(cents)"] : [])
      try await expectSound(bank.books)
    }
  }

  @Test("what several files tell of a fee is listed once, and what one tells more")
  func once() async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      let files: [(String, String, String?, String)] = [
        ("10.00", "R1", nil, "camt.053.001.08"), ("13.00", "R2", "3.00", "camt.054.001.08"),
        ("13.00", "R3", "3.00", "camt.052.001.08"), ("10.00", "R4", "3.00", "camt.054.001.08"),
        ("15.00", "R5", "5.00", "camt.052.001.08"),
      ]
      var listed: [Int64] = []
      for (amount, reference, charges, version) in files {
        var one = Booking.returns(amount, on: "2026-11-25", [(id, "10.00", charges)])
        one.reference = reference
        let reading = try await bank.read(
          BankMessages.statement(reference, [one], version: version), on: "2026-11-25")
        #expect(reading.unmatched.allSatisfy { $0.reason == "fee_later" })
        listed += reading.unmatched.map(\.amount)
      }
      #expect(listed == [300, 200])
      for entry in try await BankEntry.list(onlyOpen: true, on: bank.books.connection) {
        _ = try await bank.books.connection.operation {
          try BankEntry.charge(entry.id, note: "a fee", at: 1_795_600_000, by: "tester", on: $0)
        }
      }
      try await expectTexts(bank.books, Self.balances, ["1000 -500", "6500 500"])
      try await expectSound(bank.books)
    }
  }

  @Test(
    "what may be the return of a debit is no fee",
    arguments: [
      ("Rücklastschrift CUT", "10.00", true), ("Rücklastschrift CUT", "9.99", false),
      ("Rücklastschrift MREF+M-1", "13.00", true), ("Rücklastschrift Mandat M-1", "10.00", true),
      ("Rücklastschrift", "10.00", true), ("Rücklastschrift", "3.00", false),
    ])
  func wholeReturn(text: String, amount: String, isRefused: Bool) async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      _ = try await bank.settle("2026-11-23")
      let id = try await bank.endToEnd(1)
      let told = text.replacing("CUT", with: id.dropLast(3) + " " + id.suffix(3))
      var one = Booking.told(amount, text: told, on: "2026-11-25")
      one.isCredit = false
      let reading = try await bank.read(BankMessages.statement("S1", [one]), on: "2026-11-25")
      #expect(reading.unmatched.map(\.reason) == ["return_unknown"])
      #expect(try await Self.charge(bank) == (isRefused ? "bank_entry_differs" : nil))
      try await expectSound(bank.books)
    }
  }

  @Test("in closed books a fee is booked on the next open day")
  func closed() async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      var fee = Booking.told("3.50", text: "Ruecklastschrift Entgelt", on: "2026-11-26")
      fee.isCredit = false
      _ = try await bank.read(BankMessages.statement("S1", [fee]), on: "2026-11-26")
      try await bank.books.run("update seller set closed_through = '2026-11-30'")
      #expect(try await Self.charge(bank) == nil)
      try await expectTexts(
        bank.books, "select entry_date::text from journal where event = 'bank_fee'", ["2026-12-01"])
      try await expectSound(bank.books)
    }
  }

  @Test(
    "what came in, what was refunded before and what is no return is no fee",
    arguments: ["credit", "refunded", "block"])
  func refused(kind: String) async throws {
    try await BankBooks.with(1) { bank in
      let file = try await bank.handOver()
      #expect(try await bank.settle("2026-11-23").approved == 1)
      let booking: Booking
      switch kind {
      case "credit": booking = .transfer("3.50", "Hello", reference: "A1", on: "2026-11-25")
      case "refunded":
        try await bank.books.connection.operation {
          try PaymentOperations(at: 1_795_400_000, by: "tester").refund(1, amount: 1000, over: $0)
        }
        booking = .returned(try await bank.endToEnd(1), "AM04", on: "2026-11-25")
      default:
        var one = Booking.batch(of: file, amount: "10.00", on: "2026-11-25")
        one.isCredit = false
        booking = one
      }
      _ = try await bank.read(BankMessages.statement("S1", [booking]), on: "2026-11-25")
      let before = try await bank.books.texts(Self.balances)
      #expect(try await Self.charge(bank) == "bank_entry_differs")
      #expect(try await BankEntry.list(onlyOpen: true, on: bank.books.connection).count == 1)
      try await expectTexts(bank.books, Self.balances, before)
      try await expectSound(bank.books)
    }
  }

  @Test(
    "the fee of one return is listed once, booked apart or with it, and booked once",
    arguments: [["apart", "whole"], ["plain", "whole", "apart"], ["whole", "apart"]])
  func twice(order: [String]) async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      var (plain, fee, whole) = (
        Booking.returned(id, "AM04", on: "2026-11-25"),
        Booking.returned(id, "AM04", amount: "3.50", on: "2026-11-26"),
        Booking.returns("13.50", on: "2026-11-25", [(id, "13.50", "3.50")])
      )
      (plain.reference, fee.reference, whole.reference) = ("R1", "R2", "R3")
      for (place, kind) in order.enumerated() {
        let bookings =
          switch kind {
          case "apart": order.first == "apart" ? [plain, fee] : [fee]
          case "plain": [plain]
          default: [whole]
          }
        let version = kind == "whole" ? "camt.054.001.08" : "camt.053.001.08"
        _ = try await bank.read(
          BankMessages.statement("S\(place)", bookings, version: version), on: "2026-11-26")
      }
      let open = try await BankEntry.list(onlyOpen: true, on: bank.books.connection)
      #expect(open.count == (order.count == 3 ? 2 : 1))
      var codes: [String] = []
      for entry in open {
        do {
          _ = try await bank.books.connection.operation {
            try BankEntry.charge(entry.id, note: "a fee", at: 1_795_600_000, by: "tester", on: $0)
          }
        } catch let error as BillRunError {
          codes.append(error.code)
        }
      }
      #expect(codes == (order.first == "apart" ? [] : ["bank_entry_differs"]))
      try await expectTexts(bank.books, Self.balances, ["1000 -350", "6500 350"])
      try await expectSound(bank.books)
    }
  }

  @Test("the fee of a return that was refused is booked once the return was taken by hand")
  func disputed() async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      #expect(try await bank.settle("2026-11-23").approved == 1)
      let connection = bank.books.connection
      let payments = PaymentOperations(at: 1_795_600_000, by: "tester")
      try await connection.operation { try payments.openDispute(1, over: $0) }
      let back = Booking.returned(
        try await bank.endToEnd(1), "MD06", amount: "13.50", on: "2026-11-25")
      let reading = try await bank.read(BankMessages.statement("S1", [back]), on: "2026-11-25")
      #expect(reading.unmatched.map(\.reason) == ["return_refused_disputed"])
      #expect(try await Self.charge(bank) == "bank_entry_differs")
      try await connection.operation { try payments.endDispute(1, won: false, over: $0) }
      #expect(try await Self.charge(bank) == nil)
      try await expectTexts(
        bank.books, "select sum(amount_minor) from journal_line where account_code = '6500'",
        ["350"])
      try await expectSound(bank.books)
    }
  }
}
