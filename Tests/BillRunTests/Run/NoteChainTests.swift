// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Credit notes of runs settle, and take the early discount of, what the documents that they take
/// back took back themselves (RULES 0.7, 1.13).
///
/// Customer 1 owes 100.00 without tax for November 2026, which has 30 days.
@Suite struct NoteChainTests {
  private typealias Pay = PaymentBooks

  private static let owed = """
    select coalesce(sum(total_minor + rounding_minor - settled_minor), 0) from invoice
    where kind = 'invoice' and state = 'open'
    """

  @Test("days that an earlier note charges: what gives them back settles the invoice behind it")
  func afterDowngrade() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.change(of: 1, on: "2026-11-16", plan: "half")
      try await books.bill("2026-11-16")
      try await expectTexts(books, Self.owed, ["7500"])
      try await books.end("2026-11-21")
      try await books.bill("2026-11-21")
      // 50.00 for 15 days, and 25.00 × 5/15.
      try await expectTexts(books, Self.owed, ["5833"])
      try await expectTexts(books, Pay.credit, [])
      try await expectSound(books)
      let note = try await books.newestNote()
      #expect(try await Pay.attempt(books) { try Pay.documents.void([note], on: $0) } == nil)
      try await expectTexts(books, Self.owed, ["7500"])
      try await expectSound(books)
    }
  }

  @Test("what an upgrade's invoice took back is settled with what is left of the note")
  func afterUpgrade() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.change(of: 1, on: "2026-11-16", plan: "plus")
      try await books.bill("2026-11-16")
      try await expectTexts(books, Self.owed, ["15000"])
      try await books.end("2026-11-21")
      try await books.bill("2026-11-21") { $0.writesDrafts = true }
      let run = try await #require(Int64(books.text("select max(run_id) from run")))
      _ = try await books.operations("2026-11-21").post(run)
      // 50.00 for 15 days, and 100.00 × 5/15: the note of 66.67 settles 50.00 and 16.67.
      try await expectTexts(books, Self.owed, ["8333"])
      try await expectTexts(books, Pay.settled, ["1667", "5000", "0"])
      try await expectTexts(books, Pay.credit, [])
      try await expectSound(books)
      let note = try await books.newestNote()
      #expect(try await Pay.attempt(books) { try Pay.documents.unpost([note], on: $0) } == nil)
      try await expectTexts(books, Self.owed, ["15000"])
      try await expectSound(books)
    }
  }

  @Test("RULES 1.13: all back after an upgrade that was never paid leaves no early discount")
  func discountBehindUpgrade() async throws {
    try await withBooks { books in
      try await books.open()
      #expect(
        try await Pay.record(books, Pay.payment(9_800, on: "2026-11-05", [.init(invoice: 1)]))
          == nil)
      try await books.change(of: 1, on: "2026-11-01", plan: "plus")
      try await books.bill("2026-11-06")
      try await expectTexts(books, Self.owed, ["10000"])
      try await books.end("2026-11-01")
      try await books.bill("2026-11-11")
      try await expectTexts(books, Self.owed, ["0"])
      try await expectTexts(books, Pay.credit, ["credit_note 9800"])
      try await expectSound(books)
    }
  }

  @Test("RULES 1.13: a part of an upgrade back leaves the discount of what it took back first")
  func partBehindUpgrade() async throws {
    try await withBooks { books in
      try await books.open()
      #expect(
        try await Pay.record(books, Pay.payment(9_800, on: "2026-11-05", [.init(invoice: 1)]))
          == nil)
      try await books.change(of: 1, on: "2026-11-01", plan: "plus")
      try await books.bill("2026-11-06")
      try await books.end("2026-11-16")
      try await books.bill("2026-11-16")
      // A half of 200.00 stays: what was paid early, 98.00 of 100.00.
      try await expectTexts(books, Self.owed, ["0"])
      try await expectTexts(books, Pay.credit, [])
      try await expectSound(books)
    }
  }

  @Test("RULES 1.13: days that a note charged take the share of the discount along")
  func discountBehindNote() async throws {
    try await withBooks { books in
      try await books.open()
      #expect(
        try await Pay.record(books, Pay.payment(9_800, on: "2026-11-05", [.init(invoice: 1)]))
          == nil)
      try await books.change(of: 1, on: "2026-11-16", plan: "half")
      try await books.bill("2026-11-16")
      try await expectTexts(books, Pay.credit, ["credit_note 2450"])
      try await books.end("2026-11-21")
      try await books.bill("2026-11-21")
      // 58.33 stay: 2 % of it are 1.17. 98.00 − 57.16 = 24.50 + 16.34.
      try await expectTexts(books, Pay.credit, ["credit_note 2450", "credit_note 1634"])
      try await expectSound(books)
      let note = try await books.newestNote()
      #expect(try await Pay.attempt(books) { try Pay.documents.void([note], on: $0) } == nil)
      try await expectTexts(books, Pay.credit, ["credit_note 2450"])
      try await expectSound(books)
    }
  }

  @Test("RULES 1.13: the discount of an unpaid rest is that of what all notes have left of it")
  func offered() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.change(of: 1, on: "2026-11-03", plan: "half")
      try await books.bill("2026-11-03")
      try await books.end("2026-11-05")
      try await books.bill("2026-11-05")
      // 100.00 × 2/30 + 50.00 × 2/30 = 10.00, less 2 %.
      try await expectTexts(books, Self.owed, ["1000"])
      #expect(
        try await Pay.record(books, Pay.payment(980, on: "2026-11-06", [.init(invoice: 1)]))
          == nil)
      try await expectTexts(books, Self.owed, ["0"])
      try await expectTexts(books, Pay.credit, [])
      try await expectSound(books)
      // From its first day on: all that was paid comes back.
      try await books.end("2026-11-01")
      try await books.bill("2026-11-12")
      try await expectTexts(books, Self.owed, ["0"])
      try await expectTexts(books, Pay.credit, ["credit_note 980"])
      try await expectSound(books)
    }
  }
}

extension Books {
  /// Plans of 100.00, 200.00 and 50.00, and an invoice of the first.
  fileprivate func open() async throws {
    try await seller()
    try await plan("pro", "100")
    try await plan("plus", "200")
    try await plan("half", "50")
    try await customer(1, ["payment_terms": "2% 10 NET 30"])
    try await subscription(1, of: 1, "pro", from: "2026-11-01")
    try await bill("2026-11-01")
  }

  fileprivate func end(_ day: String) async throws {
    try await run("update subscription set canceled_at = '\(day)', prorate_cancel = true")
  }
}
