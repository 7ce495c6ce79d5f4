// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Documents that take back of earlier ones, undone: what had billed the days covers them again,
/// and the next run credits and bills them anew, exactly once (RULES 0.2, 6).
///
/// November 2026 has 30 days.
@Suite struct InvoiceUndoingTests {
  /// 2026-11-20 12:00 UTC.
  private static let operations = InvoiceOperations(at: 1_795_176_000, by: "tester")

  /// Why a run credits days that were billed before.
  enum Cause: String, CaseIterable, Sendable {
    /// An invoice with a credit line and a charge.
    case upgrade
    /// A credit note.
    case downgrade
    /// A credit note, and an invoice beside it.
    case separate
    /// A credit note, and days that are covered as paused.
    case paused
    /// A credit note, and days that nobody covers.
    case canceled
    /// An invoice of two lines that credits two.
    case addon
  }

  /// How it is undone.
  enum Way: String, CaseIterable, Sendable {
    case void
    case cancel
    case unpostAndPost
    case reverse
  }

  private static let accounts = """
    select account_code || ' ' || sum(amount_minor) from journal_line
    group by account_code having sum(amount_minor) <> 0 order by account_code
    """
  private static let live = """
    select concat_ws(' ', c.slot, c.span_start, c.span_end, c.reason, l.kind, l.amount_minor)
    from coverage c left join invoice_line l using (invoice_id, line_no)
    where c.released_by is null order by 1
    """
  private static let net = """
    select coalesce(sum(total_minor * case kind when 'invoice' then 1 else -1 end), 0)
    from invoice where state not in ('voided', 'canceled', 'draft')
    """

  private func undo(_ ids: [Int64], _ way: Way, of books: Books) async throws -> String? {
    do {
      try await books.connection.transaction { connection in
        switch way {
        case .void: try Self.operations.void(ids, on: connection)
        case .cancel:
          try Self.operations.unpost(ids, on: connection)
          try Self.operations.cancel(ids, on: connection)
        case .unpostAndPost:
          try Self.operations.unpost(ids, on: connection)
          try Self.operations.post(ids, on: connection)
        case .reverse: try Self.operations.reverse(ids, on: connection)
        }
      }
      return nil
    } catch let error as BillRunError {
      #expect(error.status == .dataError)
      return error.code
    }
  }

  /// Books with a month billed, and what came of it later; the documents of the later run.
  private func prepare(_ books: Books, _ cause: Cause) async throws -> [Int64] {
    try await books.seller()
    try await books.taxRate("vat", "19")
    try await books.plan("pro", "30.01")
    try await books.plan("plus", "60.07")
    try await books.plan("seat", "3.33")
    try await books.customer(1, ["taxes": "{vat}"])
    let first = cause == .downgrade ? "plus" : "pro"
    try await books.subscription(1, of: 1, first, from: "2026-11-01")
    if cause == .separate { try await books.run("update seller set credit_lines = 'separate'") }
    if cause == .addon { try await books.addon("seat", slot: 1, on: 1) }
    try await books.bill("2026-11-01")
    switch cause {
    case .upgrade, .separate: try await books.change(of: 1, on: "2026-11-12", plan: "plus")
    case .downgrade: try await books.change(of: 1, on: "2026-11-12", plan: "pro")
    case .paused: try await books.change(of: 1, on: "2026-11-12", ["paused": "true"])
    case .canceled:
      try await books.run(
        "update subscription set canceled_at = '2026-11-12', prorate_cancel = true")
    case .addon:
      try await books.change(of: 1, on: "2026-11-12", plan: "plus")
      try await books.change(of: 1, on: "2026-11-12", ["addons": "[]"])
    }
    try await books.bill("2026-11-20")
    return try await books.texts("select invoice_id from invoice where run_id > 1 order by 1")
      .compactMap { Int64($0) }
  }

  @Test(
    "undone and billed again, the books are as if nothing had happened",
    arguments: Cause.allCases, Way.allCases)
  func asIfNothingHappened(_ cause: Cause, _ way: Way) async throws {
    try await withBooks { books in
      let documents = try await prepare(books, cause)
      #expect(documents.count == (cause == .separate ? 2 : 1))
      let accounts = try await books.texts(Self.accounts)
      let live = try await books.texts(Self.live)
      let net = try await books.text(Self.net)
      try await expectSound(books)
      let isNote =
        try await books.text(
          "select count(*) from invoice where kind = 'credit_note' and run_id > 1") != "0"
      let refused = try await undo(documents, way, of: books)
      if way == .reverse && isNote {
        // A credit note is no charge: nothing of it can be credited (RULES 0.7).
        #expect(refused == "reverse_refused_credit_note")
        return
      }
      #expect(refused == nil)
      try await expectSound(books)
      if way != .unpostAndPost {
        // The first invoice covers all of its days again.
        let days =
          "select sum(span_end - span_start) from coverage "
          + "where invoice_id = 1 and released_by is null and slot = 0"
        #expect(try await books.text(days) == "30")
        try await books.bill("2026-11-20")
        try await expectSound(books)
      }
      #expect(try await books.texts(Self.accounts) == accounts)
      #expect(try await books.texts(Self.live) == live)
      #expect(try await books.text(Self.net) == net)
      // And a third run has nothing to do.
      let count = try await books.text("select count(*) from invoice")
      try await books.bill("2026-11-21")
      #expect(try await books.text("select count(*) from invoice") == count)
    }
  }

  @Test("undone after undone, again and again, nothing is credited twice")
  func again() async throws {
    try await withBooks { books in
      var documents = try await prepare(books, .addon)
      let accounts = try await books.texts(Self.accounts)
      for way in [Way.void, .reverse, .cancel, .reverse, .void] {
        #expect(try await undo(documents, way, of: books) == nil)
        try await expectSound(books)
        try await books.bill("2026-11-20")
        try await expectSound(books)
        #expect(try await books.texts(Self.accounts) == accounts)
        documents = try await books.texts(
          "select max(invoice_id) from invoice where run_id is not null"
        ).compactMap { Int64($0) }
      }
    }
  }

  @Test("what another document has billed since is refused, until that one is undone")
  func billedAgain() async throws {
    try await withBooks { books in
      let documents = try await prepare(books, .separate)
      let notes = try await books.texts(
        "select invoice_id from invoice where kind = 'credit_note'"
      ).compactMap { Int64($0) }
      #expect(try await undo(notes, .void, of: books) == "void_refused_billed_again")
      // The note settles a part of it.
      #expect(try await undo([1], .void, of: books) == "void_refused")
      let invoices = documents.filter { !notes.contains($0) }
      #expect(try await undo(invoices, .void, of: books) == nil)
      #expect(try await undo(notes, .void, of: books) == nil)
      try await expectSound(books)
      // Nothing takes back of the first invoice any more.
      #expect(try await undo([1], .void, of: books) == nil)
      try await expectSound(books)
      try await books.bill("2026-11-20")
      try await expectSound(books)
      // November in two parts, as if it had never been billed: 11 days of 30.01, 19 of 60.07.
      try await expectTexts(
        books,
        "select sum(subtotal_minor) from invoice where kind = 'invoice' and state = 'open'",
        ["\(1100 + 3804)"])
    }
  }

  @Test("a credit note whose credit pays an invoice stands until that is taken back")
  func used() async throws {
    try await withBooks { books in
      let note = try await prepare(books, .downgrade)
      try await books.connection.transaction { try Self.operations.unapplyCredit([1], on: $0) }
      try await books.bill("2026-12-01")
      let next = try await books.texts(
        "select invoice_id from invoice where invoice_date = '2026-12-01' and kind = 'invoice'"
      ).compactMap { Int64($0) }
      #expect(try await undo(note, .void, of: books) == "void_refused_used")
      #expect(try await undo(note, .unpostAndPost, of: books) == "unpost_refused_used")
      try await books.connection.transaction { try Self.operations.unapplyCredit(next, on: $0) }
      #expect(try await undo(note, .void, of: books) == nil)
      try await expectSound(books)
      await #expect(throws: BillRunError.self) {
        try await books.connection.transaction { try Self.operations.applyCredit([1], on: $0) }
      }
    }
  }

  @Test("a credit note made by hand can be voided; that of a reversed invoice cannot")
  func byHand() async throws {
    try await withBooks { books in
      let documents = try await prepare(books, .upgrade)
      let note = try await books.connection.transaction {
        try Self.operations.credit(1, .amount("3.00"), on: $0)
      }
      let settled = "select settled_minor from invoice where invoice_id = 1"
      try await expectTexts(books, settled, ["357"])
      #expect(try await undo([note], .void, of: books) == nil)
      try await expectTexts(books, settled, ["0"])
      try await expectSound(books)
      #expect(try await undo(documents, .void, of: books) == nil)
      #expect(try await undo([1], .reverse, of: books) == nil)
      let whole = try await books.texts("select max(invoice_id) from invoice")
        .compactMap { Int64($0) }
      #expect(try await undo(whole, .void, of: books) == "void_refused_used")
      try await expectSound(books)
    }
  }

  @Test("days that an invoice billed before cannot be waived with the one that credits them")
  func waived() async throws {
    try await withBooks { books in
      let documents = try await prepare(books, .upgrade)
      let refusal = await #expect(throws: BillRunError.self) {
        try await books.connection.transaction {
          try Self.operations.void(documents, waive: "ours", on: $0)
        }
      }
      #expect(refusal?.code == "void_refused_credit_lines")
      try await expectSound(books)
    }
  }

  @Test("a draft credit note is posted with the next number of its series, and settles")
  func draftNote() async throws {
    try await withBooks { books in
      let note = try await prepare(books, .downgrade)
      let accounts = try await books.texts(Self.accounts)
      try await books.connection.transaction { try Self.operations.unpost(note, on: $0) }
      // As if it had never had a number.
      try await books.run(
        """
        set session_replication_role = replica;
        delete from invoice_number where invoice_id = \(note[0]);
        update journal set run_id = null
          where run_id = (select run_id from invoice where invoice_id = \(note[0]));
        update number_series set next_seq = 5, first_seq = 5 where kind = 'credit_note';
        set session_replication_role = origin
        """)
      let posted = try await Self.operations.postAll(on: books.connection)
      #expect(posted == 1)
      try await expectTexts(
        books,
        "select number from invoice_number where invoice_id = \(note[0])", ["CN-000005"])
      #expect(try await books.texts(Self.accounts) == accounts)
      try await expectTexts(
        books, "select amount_minor - used_minor from credit order by credit_id", ["0", "0"])
      try await expectTexts(
        books,
        "select settled_minor = (select total_minor from invoice where invoice_id = \(note[0])) "
          + "from invoice where invoice_id = 1", ["true"])
      try await expectSound(books)
    }
  }
}
