// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: while an open entry tells that money of a debit came in again, nobody is charged again.
@Suite struct BankUndoneTests {
  private typealias Booking = BankMessages.Booking

  /// A credit of 2026-11-18 that takes a return back, as the bank tells it.
  private static func undone(_ kind: String, _ id: String, _ file: BankFile) -> Booking {
    let bare = id.filter { $0 != "-" }
    var one: Booking
    switch kind {
    case "field", "RRTN", "RPCR": one = .told("10.00", id: id, on: "2026-11-18")
    case "bare": one = .told("10.00", id: bare, on: "2026-11-18")
    case "text", "coded": one = .told("10.00", text: "EREF+\(id) INV-000001", on: "2026-11-18")
    case "bare text": one = .told("10.00", text: "Back \(bare)", on: "2026-11-18")
    case "fee": one = .told("13.50", text: "EREF+\(id)", on: "2026-11-18")
    case "mandate": one = .told("10.00", text: "MREF+M-1", on: "2026-11-18")
    case "transfer":
      one = .told("10.00", text: "\(id) INV-000001", on: "2026-11-18")
      one.family = "RCDT"
      return one
    case "uncoded": return .told("10.00", text: "\(id) INV-000001", on: "2026-11-18")
    default: one = .batch(of: file, amount: "10.00", on: "2026-11-18")
    }
    if kind.hasPrefix("R") {
      (one.family, one.subFamily) = ("RCDT", kind)
    } else {
      one.isReversal = true
    }
    if kind == "coded" { (one.family, one.subFamily) = ("IDDT", "UPDD") }
    return one
  }

  @Test(
    "a debit whose return the bank takes back is not charged again before a person has cleared it",
    arguments: [
      "field", "RRTN", "RPCR", "bare", "text", "coded", "bare text", "fee", "mandate", "transfer",
      "uncoded", "batch",
    ], [true, false])
  func held(kind: String, isApproved: Bool) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      _ = try await bank.read(
        BankMessages.statement("S1", [.batch(of: file, amount: "20.00", on: "2026-11-16")]),
        on: "2026-11-16")
      if isApproved { _ = try await bank.settle("2026-11-23") }
      let id = try await bank.endToEnd(1)
      let back = Booking.returned(id, "AM04", on: "2026-11-17")
      let undone = Self.undone(kind, id, file)
      _ = try await bank.read(BankMessages.statement("S2", [back]), on: "2026-11-24")
      let reading = try await bank.read(BankMessages.statement("S3", [undone]), on: "2026-11-25")
      #expect(reading.unmatched.count == 1 && reading.payments == 0, "\(reading.text)")
      if ["field", "RRTN", "text", "bare"].contains(kind) {
        let one = try #require(reading.unmatched.first)
        #expect(one.reason == "taken_back" && one.text?.hasPrefix(id) == true)
        #expect(one.payer == "Käufer & Söhne 1")
      }
      let charged = try await bank.charge("2026-12-10")
      #expect(charged.attempted == 0, "\(kind)")
      #expect(charged.uncharged == (isApproved ? [:] : ["declined_collected": 1]))
      let error = await #expect(throws: BillRunError.self) { try await bank.pay(1) }
      #expect(error?.code == "pay_refused_declined_collected")
      for entry in try await BankEntry.list(onlyOpen: true, on: bank.books.connection) {
        _ = try await bank.books.connection.operation {
          try BankEntry.clear(
            entry.id, payment: nil, note: "looked at", at: 1_795_600_000, by: "tester", on: $0)
        }
      }
      #expect(try await bank.pay(1, on: "2026-12-10").count == 1)
      try await expectSound(bank.books)
    }
  }

  @Test("what takes a block back again speaks for its debits of that amount, else those that fit")
  func block() async throws {
    try await BankBooks.with(3) { bank in
      let file = try await bank.handOver()
      _ = try await bank.read(
        BankMessages.statement("S1", [.batch(of: file, amount: "30.00", on: "2026-11-16")]),
        on: "2026-11-16")
      let returns = [
        Booking.returned(try await bank.endToEnd(1), "AM04", on: "2026-11-17"),
        Booking.returned(try await bank.endToEnd(2), "AM04", on: "2026-11-17"),
      ]
      var both = Booking.batch(of: file, amount: "20.00", on: "2026-11-18")
      both.isReversal = true
      let reading = try await bank.read(
        BankMessages.statement("S2", returns + [both]), on: "2026-11-18")
      #expect(reading.unmatched.map(\.text) == ["\(file.messageID)-1"], "\(reading.text)")
      #expect(try await bank.charge("2026-12-10").uncharged == ["declined_collected": 2])
      try await expectSound(bank.books)
    }
  }
}
