// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Credit notes of runs settle the open balance of what they take back; what exceeds it stays open
/// credit (RULES 0.7, 1.13).
///
/// Customer 1 owes 119.00 each for October and November 2026; the subscription ends on the 16th of
/// November, so that half of the second invoice goes back: 59.50.
@Suite struct NoteSettlementTests {
  private typealias Pay = PaymentBooks

  private static let notes = """
    select concat_ws(' ', kind, state, total_minor) from invoice where kind = 'credit_note'
    order by invoice_id
    """

  @Test("a run's note settles the invoice that it takes back, not the oldest one")
  func openInvoice() async throws {
    try await Pay.withInvoices { books, _, _ in
      try await books.cancelInMidPeriod()
      try await books.bill("2026-11-16")
      try await expectTexts(books, Pay.settled, ["0", "5950", "0"])
      try await expectTexts(books, Pay.settlements, ["1 credit_note 5950"])
      try await expectTexts(books, Pay.credit, [])
      try await expectTexts(books, Pay.journal, ["apply_credit: 2110 5950, 1200 -5950"])
      try await expectTexts(books, "select effective_on from settlement", ["2026-11-16"])
      try await expectSound(books)
    }
  }

  @Test("what is paid already stays open credit, and the rest is settled")
  func partlyPaid() async throws {
    try await Pay.withInvoices { books, _, second in
      #expect(
        try await Pay.record(books, Pay.payment(8_000, [.init(invoice: second)])) == nil)
      try await books.cancelInMidPeriod()
      try await books.bill("2026-11-16")
      try await expectTexts(books, Pay.settled, ["0", "11900", "0"])
      try await expectTexts(books, Pay.credit, ["credit_note 2050"])
      try await expectSound(books)
    }
  }

  @Test("posted from a draft it settles the same, and unposted no more")
  func drafts() async throws {
    try await Pay.withInvoices { books, _, _ in
      try await books.cancelInMidPeriod()
      let runs = try await books.bill("2026-11-16") { $0.writesDrafts = true }
      try await expectTexts(books, Pay.settled, ["0", "0", "0"])
      _ = try await books.operations("2026-11-20").post(runs[0].id ?? 0)
      try await expectTexts(books, Pay.settled, ["0", "5950", "0"])
      try await expectSound(books)
      let note = try await books.newest()
      for _ in 1...2 {
        #expect(try await Pay.attempt(books) { try Pay.documents.unpost([note], on: $0) } == nil)
        try await expectTexts(books, Pay.settled, ["0", "0", "0"])
        try await expectTexts(books, Pay.credit, [])
        try await expectSound(books)
        #expect(try await Pay.attempt(books) { try Pay.documents.post([note], on: $0) } == nil)
        try await expectTexts(books, Pay.settled, ["0", "5950", "0"])
        try await expectSound(books)
      }
    }
  }

  @Test(
    "RULES 1.13: half a month back takes half the early discount along, and voided gives it back")
  func earlyDiscount() async throws {
    try await Pay.withInvoices(terms: "2% 10 NET 30") { books, _, second in
      #expect(
        try await Pay.record(
          books, Pay.payment(11_662, on: "2026-11-11", [.init(invoice: second)])) == nil)
      try await books.cancelInMidPeriod()
      for _ in 1...2 {
        try await books.bill("2026-11-16")
        // Half of 116.62.
        try await expectTexts(books, Pay.credit, ["credit_note 5831"])
        try await expectTexts(books, Self.discount, ["119"])
        try await expectTexts(books, Self.granted, ["2200 19", "6200 100"])
        try await expectTexts(books, Self.ofInvoices, ["0", "11900"])
        try await expectSound(books)
        let note = try await books.newest()
        #expect(try await Pay.attempt(books) { try Pay.documents.void([note], on: $0) } == nil)
        try await expectTexts(books, Pay.credit, [])
        try await expectTexts(books, Self.discount, ["238"])
        try await expectTexts(books, Self.granted, ["2200 38", "6200 200"])
        try await expectTexts(books, Self.ofInvoices, ["0", "11900"])
        try await expectSound(books)
      }
    }
  }

  @Test("all of it back leaves no discount; voided, what the money settles has it again")
  func wholeInvoice() async throws {
    try await Pay.withInvoices(terms: "2% 10 NET 30") { books, _, second in
      #expect(
        try await Pay.record(
          books, Pay.payment(11_662, on: "2026-11-11", [.init(invoice: second)])) == nil)
      try await books.run(
        "update subscription set canceled_at = '2026-11-01', prorate_cancel = true")
      try await books.bill("2026-11-16")
      try await expectTexts(books, Pay.credit, ["credit_note 11662"])
      try await expectTexts(books, Self.discount, ["0"])
      let note = try await books.newest()
      #expect(try await Pay.attempt(books) { try Pay.documents.void([note], on: $0) } == nil)
      try await expectTexts(books, Self.discount, ["238"])
      try await expectTexts(books, Pay.credit, [])
      try await expectSound(books)
    }
  }

  @Test(
    "taken back with its run, the note leaves the invoice owed, and the next run gives it again")
  func reversedRun() async throws {
    try await Pay.withInvoices { books, _, _ in
      try await books.cancelInMidPeriod()
      let runs = try await books.bill("2026-11-16")
      let reversal = try await books.operations("2026-11-20").reverse(runs[0].id ?? 0)
      #expect(reversal.refused.map(\.error.code) == [])
      #expect(reversal.voided == 1)
      try await expectTexts(books, Pay.settled, ["0", "0", "0"])
      try await expectSound(books)
      try await books.bill("2026-11-21")
      try await expectTexts(
        books, Self.notes, ["credit_note voided 5950", "credit_note open 5950"])
      try await expectTexts(books, Pay.settled, ["0", "5950", "0", "0"])
      try await expectSound(books)
    }
  }

  @Test("a run that was killed before it settled does so when it goes on, once")
  func killed() async throws {
    try await Pay.withInvoices(terms: "2% 10 NET 30") { books, _, second in
      #expect(
        try await Pay.record(
          books, Pay.payment(11_662, on: "2026-11-11", [.init(invoice: second)])) == nil)
      try await books.cancelInMidPeriod()
      for point in [FaultPoint.beforeClose, .beforeCloseCommit] {
        await #expect(throws: Killed.self) {
          try await books.bill("2026-11-16") { options in
            options.fault = { if $0 == point { throw Killed() } }
          }
        }
      }
      try await books.bill("2026-11-16")
      try await expectTexts(books, Pay.credit, ["credit_note 5831"])
      try await expectTexts(books, Self.discount, ["119"])
      try await expectSound(books)
    }
  }

  @Test("what is taken back of several invoices goes to each, as far as it is owed")
  func severalInvoices() async throws {
    try await Pay.withInvoices { books, first, second in
      #expect(
        try await Pay.record(books, Pay.payment(10_000, [.init(invoice: first)])) == nil)
      // 16 of 31 days and all of November: 61.42 and 119.00.
      try await books.run(
        "update subscription set canceled_at = '2026-10-16', prorate_cancel = true")
      try await books.bill("2026-11-16")
      try await expectTexts(books, Self.notes, ["credit_note open 18042"])
      try await expectTexts(books, Pay.settled, ["11900", "11900", "0"])
      try await expectTexts(books, Pay.credit, ["credit_note 4242"])
      let note = try await books.newest()
      #expect(try await Pay.attempt(books) { try Pay.documents.void([note], on: $0) } == nil)
      try await expectTexts(books, Pay.settled, ["10000", "0", "0"])
      try await expectSound(books)
      #expect(second > first)
    }
  }

  @Test("while a charge is on its way the note's credit waits, and pays when it is declined")
  func charging() async throws {
    try await ChargeBooks.with(["silent"]) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      try await books.cancelInMidPeriod()
      try await books.bill("2026-11-16")
      try await expectTexts(books, Pay.settled, ["0", "0"])
      try await expectTexts(books, Pay.credit, ["credit_note 500"])
      try await expectSound(books)
      try await books.resolve("insufficient_funds", gateway)
      try await expectTexts(books, Pay.settled, ["500", "0"])
      try await expectTexts(books, Pay.credit, [])
      try await expectSound(books)
    }
  }

  @Test("declined, what a note has paid off meanwhile is neither charged again nor written off")
  func paidOffMeanwhile() async throws {
    let policy = "(code, days, after_last) values ('once', '{}', 'write_off')"
    try await ChargeBooks.with(["silent"], policy: policy) { books, gateway in
      try await books.charge("2026-11-01", at: gateway)
      try await books.run(
        "update subscription set canceled_at = '2026-11-01', prorate_cancel = true")
      try await books.bill("2026-11-16")
      try await books.resolve("insufficient_funds", gateway)
      try await expectTexts(books, Self.standing, ["invoice open 1000 -", "credit_note open 0 -"])
      try await expectTexts(books, Pay.credit, [])
      try await expectTexts(books, "select state from payment_attempt", ["declined"])
      try await expectSound(books)
    }
  }

  @Test("a note is not taken back while the rest of its invoice is charged, or written off")
  func refused() async throws {
    try await Pay.withInvoices { books, _, second in
      try await books.cancelInMidPeriod()
      try await books.bill("2026-11-16")
      let note = try await books.newest()
      #expect(try await Pay.attempt(books) { try Pay.documents.writeOff([second], on: $0) } == nil)
      #expect(
        try await Pay.attempt(books) { try Pay.documents.void([note], on: $0) }
          == "void_refused_used")
      try await expectTexts(books, Pay.settled, ["0", "11900", "0"])
      try await expectSound(books)
    }
  }

  private struct Killed: Error {}

  private static let ofInvoices = """
    select settled_minor from invoice where kind = 'invoice' order by invoice_id
    """

  private static let standing = """
    select concat_ws(' ', kind, state, settled_minor, coalesce(next_payment_attempt_on::text, '-'))
    from invoice order by invoice_id
    """

  private static let discount = """
    select coalesce(sum(amount_minor), 0) from settlement where kind = 'early_discount'
    """

  private static let granted = """
    select l.account_code || ' ' || sum(l.amount_minor)
    from journal_line l join journal j using (journal_id)
    where j.event in ('early_discount', 'early_discount_undone') and l.account_code <> '1200'
    group by l.account_code order by l.account_code
    """
}

extension Books {
  fileprivate func cancelInMidPeriod() async throws {
    try await run("update subscription set canceled_at = '2026-11-16', prorate_cancel = true")
  }

  /// Says that the charge of which nobody knows was declined.
  fileprivate func resolve(_ code: String, _ gateway: ScriptedGateway) async throws {
    let unknown = try #require(
      Int64(await text("select payment_attempt_id from payment_attempt where state = 'unknown'")))
    let resolution = ChargeResolution(
      at: PaymentBooks.moment, by: "tester", asking: GatewaySet([gateway]), asks: true)
    _ = try await resolution.resolve(
      unknown, as: .declined(code: code, reference: nil), on: connection)
  }

  /// The id of the newest document.
  func newest() async throws -> Int64 {
    try await #require(Int64(text("select max(invoice_id) from invoice")))
  }

  /// The id of the newest credit note.
  func newestNote() async throws -> Int64 {
    try await #require(
      Int64(text("select max(invoice_id) from invoice where kind = 'credit_note'")))
  }
}
