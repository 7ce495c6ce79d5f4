// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// RULES 4: what a bank credits though it has rejected it is listed, and never collected unseen.
@Suite struct BankDeclinedTests {
  private typealias Booking = BankMessages.Booking

  private static let booked = "select count(booked_on) from bank_debit"

  /// A credit of one debit alone.
  private static func single(_ id: String) -> Booking {
    Booking(
      amount: "10.00", day: "2026-11-16",
      details: "<TxDtls><Refs><EndToEndId>\(id)</EndToEndId></Refs></TxDtls>")
  }

  @Test(
    "what a block has of rejected debits is listed by name, and the rest of it collected",
    arguments: [1, 3])
  func block(rejected: Int) async throws {
    try await BankBooks.with(3) { bank in
      let file = try await bank.handOver()
      var rejects: [String: String] = [:]
      for invoice in 1...rejected { rejects[try await bank.endToEnd(invoice)] = "AC04" }
      _ = try await bank.read(BankMessages.status(of: file, rejects: rejects), on: "2026-11-03")
      let block = Booking.batch(of: file, amount: "30.00", on: "2026-11-16")
      let reading = try await bank.read(BankMessages.statement("S1", [block]), on: "2026-11-16")
      #expect(reading.unmatched.map(\.reason) == rejects.map { _ in "declined_collected" })
      #expect(reading.unmatched.compactMap(\.text).sorted() == rejects.keys.sorted())
      #expect(
        reading.unmatched.compactMap(\.payer).sorted()
          == (1...rejected).map { "Käufer & Söhne \($0)" })
      #expect(reading.unmatched.allSatisfy { $0.amount == 1000 && $0.entry != nil })
      #expect(reading.collected == (rejected == 3 ? 0 : 1) && reading.exitCode == .dataError)
      let open = try await BankEntry.list(onlyOpen: true, on: bank.books.connection)
      #expect(open.map(\.reason) == rejects.map { _ in "declined_collected" })
      let again = try await bank.read(
        BankMessages.statement("S2", [block], version: "camt.054.001.08"), on: "2026-11-17")
      #expect([again.known, again.unmatched.count] as [Int] == [rejected, 0])
      let settled = try await bank.settle("2026-11-23")
      #expect(
        [settled.approved, Int(settled.booked)] as [Int] == [3 - rejected, 3000 - rejected * 1000])
      try await expectSound(bank.books)
    }
  }

  @Test("of a part of what was rejected nobody knows whose it is: it is listed as one")
  func part() async throws {
    try await BankBooks.with(3) { bank in
      let file = try await bank.handOver()
      let rejects = [try await bank.endToEnd(1): "AC04", try await bank.endToEnd(2): "AC04"]
      _ = try await bank.read(BankMessages.status(of: file, rejects: rejects), on: "2026-11-03")
      let block = Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      let reading = try await bank.read(BankMessages.statement("S1", [block]), on: "2026-11-16")
      #expect(reading.unmatched.map(\.reason) == ["declined_collected"])
      #expect(reading.unmatched.map(\.text) == ["\(file.messageID)-1"])
      #expect(reading.unmatched.map(\.amount) == [1000])
      #expect(reading.unmatched.map(\.payer) == [nil] && reading.collected == 1)
      #expect(try await bank.settle("2026-11-23").booked == 1000)
      try await expectSound(bank.books)
    }
  }

  @Test("a rejected debit that is credited alone is listed, and not noted as booked")
  func alone() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      _ = try await bank.read(
        BankMessages.status(of: file, rejects: [id: "AC04"]), on: "2026-11-03")
      let credit = Self.single(id)
      let reading = try await bank.read(BankMessages.statement("S1", [credit]), on: "2026-11-16")
      #expect(reading.unmatched.map(\.reason) == ["declined_collected"])
      #expect(reading.unmatched.map(\.payer) == ["Käufer & Söhne 1"])
      #expect(reading.unmatched.map(\.text) == [id])
      #expect(reading.collected == 0 && reading.exitCode == .dataError)
      try await expectTexts(bank.books, Self.booked, ["0"])
      let again = try await bank.read(
        BankMessages.statement("S2", [credit], version: "camt.054.001.08"), on: "2026-11-17")
      #expect([again.known, again.unmatched.count] as [Int] == [1, 0])
      #expect(try await BankEntry.list(onlyOpen: true, on: bank.books.connection).count == 1)
      try await expectSound(bank.books)
    }
  }

  @Test("a rejected debit that is credited alone is told by its end-to-end id and its text")
  func text() async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      _ = try await bank.read(
        BankMessages.status(of: file, rejects: [id: "AC04"]), on: "2026-11-03")
      var credit = Self.single(id)
      credit.details = credit.details.replacing(
        "</Refs>", with: "</Refs><RmtInf><Ustrd>INV-000001</Ustrd></RmtInf>")
      let reading = try await bank.read(BankMessages.statement("S1", [credit]), on: "2026-11-16")
      #expect(reading.unmatched.map(\.text) == ["\(id) INV-000001"])
      try await expectSound(bank.books)
    }
  }

  @Test(
    "what was returned was collected before, whichever file tells of it first",
    arguments: [true, false])
  func returned(isOneFile: Bool) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let ids = [try await bank.endToEnd(1), try await bank.endToEnd(2)]
      // A reject that the bank did not keep to, since it returns the debit.
      _ = try await bank.read(
        BankMessages.status(of: file, rejects: [ids[0]: "AC04"]), on: "2026-11-03")
      let returns = ids.map { Booking.returned($0, "AM04", on: "2026-11-17") }
      let block = Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      let files = isOneFile ? [[block] + returns] : [returns, [block]]
      var collected = 0
      for (index, bookings) in files.enumerated() {
        let reading = try await bank.read(
          BankMessages.statement("S\(index)", bookings), on: "2026-11-17")
        #expect(reading.exitCode == .ok, "\(reading.text)")
        collected += reading.collected
      }
      #expect(collected == 1)
      try await expectSound(bank.books)
    }
  }

  @Test(
    "what was credited before it was rejected is listed, and nobody is charged again",
    arguments: ["block", "alone", "file"])
  func late(kind: String) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let ids = [try await bank.endToEnd(1), try await bank.endToEnd(2)]
      let block = Booking.batch(of: file, amount: "20.00", on: "2026-11-16")
      let credits = kind == "block" ? [block] : ids.map { Self.single($0) }
      let told = try await bank.read(BankMessages.statement("S1", credits), on: "2026-11-16")
      #expect(told.exitCode == .ok)
      let status =
        kind == "file"
        ? BankMessages.status(of: file, group: "RJCT", reason: "AM04")
        : BankMessages.status(of: file, rejects: [ids[0]: "AM04"])
      let count = kind == "file" ? 2 : 1
      let reading = try await bank.read(status, on: "2026-11-17")
      #expect(reading.declined == count && reading.exitCode == .dataError)
      #expect(reading.unmatched.allSatisfy { $0.reason == "declined_collected" })
      #expect(reading.unmatched.compactMap(\.text).sorted() == Array(ids.prefix(count)))
      #expect(reading.unmatched.compactMap(\.entry).count == count)
      #expect(try await bank.charge("2026-11-25").uncharged == ["declined_collected": count])
      let again = try await bank.read(
        BankMessages.statement("S2", credits, version: "camt.054.001.08"), on: "2026-11-25")
      #expect([again.known, again.unmatched.count] as [Int] == [count, 0], "\(again.text)")
      let open = try await BankEntry.list(onlyOpen: true, on: bank.books.connection)
      #expect(open.map(\.account) == Array(repeating: "3000", count: count))
      // The bank takes it back: it came and went.
      let back = Booking.returned(ids[0], "AM04", on: "2026-11-26")
      _ = try await bank.read(BankMessages.statement("S3", [back]), on: "2026-11-26")
      #expect(
        try await BankEntry.list(onlyOpen: true, on: bank.books.connection).count == count - 1)
      try await expectSound(bank.books)
    }
  }

  @Test("a debit that is credited is not declined by hand, but where the bank took it back")
  func byHand() async throws {
    try await BankBooks.with(1) { bank in
      _ = try await bank.handOver()
      let credit = Self.single(try await bank.endToEnd(1))
      _ = try await bank.read(BankMessages.statement("S1", [credit]), on: "2026-11-16")
      let attempt = try #require(
        Int64(try await bank.books.text("select payment_attempt_id::text from bank_debit")))
      let resolution = ChargeResolution(
        at: 1_795_000_000, by: "tester", asking: GatewaySet([bank.gateway]), asks: false)
      let declined = ChargeOutcome.declined(code: "MS03", reference: nil)
      let error = await #expect(throws: BillRunError.self) {
        try await resolution.resolve(attempt, as: declined, on: bank.books.connection)
      }
      #expect(error?.code == "debit_is_credited" && error?.status == .dataError)
      var back = Booking.told("10.00", text: "Rücklastschrift MREF+M-1", on: "2026-11-17")
      back.isCredit = false
      _ = try await bank.read(BankMessages.statement("S2", [back]), on: "2026-11-17")
      _ = try await resolution.resolve(attempt, as: declined, on: bank.books.connection)
      try await expectTexts(bank.books, "select state from payment_attempt", ["declined"])
      try await expectSound(bank.books)
    }
  }

  @Test(
    "a debit whose money may be in a credit that differs is not declined by hand",
    arguments: [("19.00", true), ("10.01", true), ("10.00", false), ("9.00", false)])
  func byHandDiffering(amount: String, isRefused: Bool) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let credit = Booking.batch(of: file, amount: amount, on: "2026-11-16")
      let reading = try await bank.read(BankMessages.statement("S1", [credit]), on: "2026-11-16")
      #expect(reading.unmatched.map(\.reason) == ["block_differs"])
      let resolution = ChargeResolution(
        at: 1_795_000_000, by: "tester", asking: GatewaySet([bank.gateway]), asks: false)
      let resolve = {
        _ = try await resolution.resolve(
          1, as: .declined(code: "MS03", reference: nil), on: bank.books.connection)
      }
      if isRefused {
        let error = await #expect(throws: BillRunError.self) { try await resolve() }
        #expect(error?.code == "debit_is_credited" && error?.status == .dataError)
        #expect(error?.hint?.contains("billrun bank entries --open") == true)
        let entry = try #require(
          try await BankEntry.list(onlyOpen: true, on: bank.books.connection).first)
        _ = try await BankEntry.clear(
          entry.id, payment: nil, note: "not ours", at: 0, by: "tester", on: bank.books.connection)
      }
      try await resolve()
      try await expectTexts(
        bank.books, "select state from payment_attempt order by payment_attempt_id",
        ["declined", "pending"])
      try await expectSound(bank.books)
    }
  }

  @Test(
    "what is credited once more after it came and went is listed, and held",
    arguments: [true, false])
  func onceMore(isBlock: Bool) async throws {
    try await BankBooks.with(2) { bank in
      let file = try await bank.handOver()
      let id = try await bank.endToEnd(1)
      _ = try await bank.read(
        BankMessages.status(of: file, rejects: [id: "AM04"]), on: "2026-11-03")
      let first =
        isBlock ? Booking.batch(of: file, amount: "20.00", on: "2026-11-16") : Self.single(id)
      _ = try await bank.read(BankMessages.statement("S1", [first]), on: "2026-11-16")
      let back = Booking.returned(id, "AM04", on: "2026-11-18")
      _ = try await bank.read(BankMessages.statement("S2", [back]), on: "2026-11-18")
      #expect(try await BankEntry.list(onlyOpen: true, on: bank.books.connection).isEmpty)
      var more = Self.single(id)
      more.day = "2026-11-20"
      let reading = try await bank.read(BankMessages.statement("S3", [more]), on: "2026-11-20")
      #expect(reading.unmatched.map(\.reason) == ["declined_collected"])
      _ = try await bank.read(BankMessages.statement("S4", [first]), on: "2026-11-21")
      #expect(try await bank.charge("2026-11-25").uncharged == ["declined_collected": 1])
      try await expectSound(bank.books)
    }
  }
}
