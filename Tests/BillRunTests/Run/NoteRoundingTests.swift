// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Foundation
import Postgres
import TestSupport
import Testing

/// Credit notes of runs take the cash rounding along of what they leave nothing of (RULES 1.10).
///
/// Customer 1 owes 10.68, 10.70 in coins of 0.05, for November 2026, which has 30 days.
@Suite struct NoteRoundingTests {
  private typealias Pay = PaymentBooks

  private static let owed = """
    select coalesce(sum(total_minor + rounding_minor - settled_minor), 0) from invoice
    where kind = 'invoice' and state = 'open'
    """

  /// What invoices come to in coins, less what notes give back.
  private static let net = """
    select sum(case kind when 'invoice' then 1 else -1 end * (total_minor + rounding_minor))
    from invoice where state = 'open'
    """

  private static let notes = """
    select concat_ws(' ', total_minor, rounding_minor) from invoice
    where kind = 'credit_note' and state = 'open' order by invoice_id
    """

  @Test(
    "all of an invoice back leaves nothing owed, and what was paid as credit",
    arguments: ["10.68", "10.72"],
    [(false, false), (false, true), (true, false), (true, true)])
  func whole(price: String, way: (isPaid: Bool, isDraft: Bool)) async throws {
    try await withBooks { books in
      try await books.open(price)
      if way.isPaid { try await books.pay() }
      try await books.end("2026-11-01")
      for _ in 1...2 {
        try await books.billAndPost("2026-11-10", asDrafts: way.isDraft)
        try await expectTexts(books, Self.notes, [price == "10.68" ? "1068 2" : "1072 -2"])
        try await expectTexts(books, Self.owed, ["0"])
        try await expectTexts(books, Pay.credit, way.isPaid ? ["credit_note 1070"] : [])
        try await expectTexts(books, Self.net, ["0"])
        try await expectSound(books)
        let note = try await books.newestNote()
        let found = try await InvoiceExplanation.read([note], on: books.connection)
        #expect(found.first?.text.contains("given back with the last of an invoice") == true)
        #expect(try await Pay.attempt(books) { try Pay.documents.void([note], on: $0) } == nil)
        try await expectTexts(books, Self.owed, [way.isPaid ? "0" : "1070"])
        try await expectTexts(books, Pay.credit, [])
        try await expectSound(books)
      }
    }
  }

  @Test("a dry run has the rounding, and the run that keeps to it the same")
  func dryRun() async throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "manifest-\(UUID().uuidString).jsonl").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await withBooks { books in
      try await books.open("10.68")
      try await books.end("2026-11-01")
      let before = try await books.dump()
      let dry = try await books.engine("2026-11-10").rehearse(manifest: path)[0]
      expectSame(try await books.dump(), before)
      let runs = try await books.bill("2026-11-10") { $0.manifest = path }
      #expect(runs.map(\.fingerprint) == [dry.fingerprint])
      #expect(runs.first?.totals == dry.totals)
      try await expectTexts(books, Self.notes, ["1068 2"])
      try await expectSound(books)
    }
  }

  @Test(
    "of notes that give parts back the last takes the rounding along", arguments: [false, true])
  func parts(isPaid: Bool) async throws {
    try await withBooks { books in
      try await books.open("10.68")
      if isPaid { try await books.pay() }
      try await books.end("2026-11-16")
      try await books.bill("2026-11-16")
      try await expectTexts(books, Self.notes, ["534 0"])
      try await expectTexts(books, Self.owed, [isPaid ? "0" : "536"])
      let first = try await books.newestNote()
      try await books.end("2026-11-01")
      try await books.bill("2026-11-17")
      try await expectTexts(books, Self.notes, ["534 0", "534 2"])
      try await expectTexts(books, Self.owed, ["0"])
      try await expectTexts(
        books, Pay.credit, isPaid ? ["credit_note 534", "credit_note 536"] : [])
      try await expectSound(books)
      // The note that took it along stands: the next one has none.
      #expect(try await Pay.attempt(books) { try Pay.documents.void([first], on: $0) } == nil)
      try await books.bill("2026-11-18")
      try await expectTexts(books, Self.notes, ["534 2", "534 0"])
      try await expectTexts(books, Self.owed, ["0"])
      try await expectTexts(books, Self.net, ["0"])
      try await expectSound(books)
    }
  }

  @Test("notes by hand and of runs share one rounding", arguments: [false, true])
  func byHand(isLast: Bool) async throws {
    try await withBooks { books in
      try await books.open("10.68")
      if isLast {
        try await books.end("2026-11-16")
        try await books.bill("2026-11-16")
      }
      #expect(try await books.credit(isLast ? .all : .amount("5")) == nil)
      try await books.end("2026-11-01")
      try await books.bill("2026-11-20")
      try await expectTexts(books, Self.notes, isLast ? ["534 0", "534 2"] : ["500 0", "568 2"])
      try await expectTexts(books, Self.owed, ["0"])
      try await expectTexts(books, Self.net, ["0"])
      try await expectSound(books)
      #expect(try await books.credit(.all) == "credit_refused_nothing_left")
    }
  }

  @Test("a note of several invoices gives back of each that it leaves nothing of")
  func several() async throws {
    try await withBooks { books in
      try await books.open("10.68", from: "2026-09-01")
      try await books.bill("2026-10-01")
      try await books.bill("2026-11-01")
      try await books.end("2026-09-16")
      try await books.bill("2026-11-10")
      try await expectTexts(books, Self.notes, ["2670 4"])
      // Each gets what is taken of it.
      try await expectTexts(books, Pay.settled, ["534", "1070", "1070", "0"])
      try await expectSound(books)
      #expect(try await books.credit(.all) == nil)
      try await expectTexts(books, Self.notes, ["2670 4", "534 2"])
      try await expectTexts(books, Self.owed, ["0"])
      try await expectTexts(books, Self.net, ["0"])
      try await expectSound(books)
    }
  }

  @Test(
    "behind an upgrade: the rounding of both goes back with all of it", arguments: [false, true])
  func upgrade(isPaid: Bool) async throws {
    try await withBooks { books in
      try await books.open("10.68")
      if isPaid { try await books.pay() }
      try await books.change(of: 1, on: "2026-11-01", plan: "plus")
      try await books.bill("2026-11-06")
      // 20.02 less 10.68, and 0.01 of its own; the first invoice keeps what it has.
      try await expectTexts(books, Self.owed, [isPaid ? "935" : "2005"])
      try await books.end("2026-11-16")
      try await books.bill("2026-11-16")
      try await expectTexts(books, Self.notes, ["1001 0"])
      try await books.end("2026-11-01")
      try await books.bill("2026-11-17")
      try await expectTexts(books, Self.notes, ["1001 0", "1001 3"])
      try await expectTexts(books, Self.owed, ["0"])
      try await expectTexts(
        books, "select coalesce(sum(amount_minor - used_minor), 0) from credit",
        [isPaid ? "1070" : "0"])
      try await expectTexts(books, Self.net, ["0"])
      try await expectSound(books)
    }
  }

  @Test("what a note charges anew is owed to the cent, the rounding of what it replaces is not")
  func downgrade() async throws {
    try await withBooks { books in
      try await books.open("10.68")
      try await books.change(of: 1, on: "2026-11-01", plan: "half")
      try await books.bill("2026-11-06")
      try await expectTexts(books, Self.notes, ["568 2"])
      try await expectTexts(books, Self.owed, ["500"])
      try await books.end("2026-11-01")
      try await books.bill("2026-11-10")
      try await expectTexts(books, Self.notes, ["568 2", "500 0"])
      try await expectTexts(books, Self.owed, ["0"])
      try await expectTexts(books, Self.net, ["0"])
      try await expectSound(books)
    }
  }
}

extension Books {
  /// A plan of the price, one of 20.02 and one of 5.00, and an invoice of the first.
  fileprivate func open(_ price: String, from day: String = "2026-11-01") async throws {
    try await seller("acme", ["cash_increment_minor": "5", "cash_methods": "{other}"])
    try await plan("pro", price)
    try await plan("plus", "20.02")
    try await plan("half", "5")
    try await customer(1)
    try await subscription(1, of: 1, "pro", from: day)
    try await bill(day)
  }

  fileprivate func pay() async throws {
    let payment = try PaymentBooks.payment(1_070, on: "2026-11-05", [.init(invoice: 1)])
    #expect(try await PaymentBooks.record(self, payment) == nil)
  }

  /// Gives back of the first invoice by hand; returns the code of the refusal.
  fileprivate func credit(_ request: InvoiceOperations.CreditRequest) async throws -> String? {
    try await PaymentBooks.attempt(self) { connection in
      _ = try PaymentBooks.documents.credit(1, request, on: connection)
    }
  }

  fileprivate func end(_ day: String) async throws {
    try await run("update subscription set canceled_at = '\(day)', prorate_cancel = true")
  }

  fileprivate func billAndPost(_ day: String, asDrafts: Bool) async throws {
    let runs = try await bill(day) { $0.writesDrafts = asDrafts }
    if asDrafts { _ = try await operations("2026-11-20").post(runs[0].id ?? 0) }
  }
}
