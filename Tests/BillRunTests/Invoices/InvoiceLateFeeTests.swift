// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Fees for paying late (RULES 3, 7): 2026-11-20 is today, and customer 1 owes 119.00 each, due on
/// 2026-10-11 and 2026-11-11.
@Suite struct InvoiceLateFeeTests {
  private static func fee(
    _ books: Books, _ id: Int64, amount: String? = nil, percent: String? = nil, step: Int32 = 1,
    over connection: Connection? = nil
  ) async throws -> String? {
    let rate: LateFee.Rate =
      if let percent { .percent(try #require(ExactDecimal(percent))) } else {
        .amount(try #require(ExactDecimal(amount ?? "10.00")))
      }
    return try await PaymentBooks.attempt(books, over: connection) {
      try PaymentBooks.documents.lateFee([id], rate, step: step, on: $0)
    }
  }

  private static let fees = """
    select concat_ws(' ', n.number, i.state, i.invoice_date, i.due_date, i.total_minor,
      i.tax_minor, i.settled_minor, i.customer_party_version = c.party_version, l.kind,
      t.category, t.reason is not null)
    from late_fee f
    join invoice i on i.invoice_id = f.fee_invoice_id
    join customer c on c.customer_id = i.customer_id
    join invoice_number n on n.invoice_id = i.invoice_id
    join invoice_line l on l.invoice_id = i.invoice_id
    join invoice_tax t on t.invoice_id = i.invoice_id
    order by f.invoice_id, f.step
    """

  @Test("a fee is an invoice of today outside the scope of tax, booked 1200 to 4100")
  func document() async throws {
    try await PaymentBooks.withInvoices { books, first, second in
      #expect(try await Self.fee(books, first, percent: "1.5") == nil)
      try await expectTexts(
        books, Self.fees,
        ["INV-000003 open 2026-11-20 2026-11-30 179 0 0 t late_fee O  t"])
      try await expectTexts(
        books,
        """
        select concat_ws(' ', j.event, j.entry_date, l.account_code, l.amount_minor)
        from journal j join journal_line l using (journal_id)
        where j.event = 'late_fee' order by l.account_code
        """, ["late_fee 2026-11-20 1200 179", "late_fee 2026-11-20 4100 -179"])
      try await expectTexts(
        books,
        """
        select concat_ws(' ', kind, subject_id, detail ->> 'step', detail ->> 'os_user')
        from event where kind = 'late_fee_charged'
        """, ["late_fee_charged \(first) 1 tester"])
      #expect(try await Self.fee(books, second, amount: "5.00") == nil)
      try await expectSound(books)
    }
  }

  @Test("a step bears one fee, also when that was voided; the next step another")
  func steps() async throws {
    try await PaymentBooks.withInvoices { books, first, _ in
      #expect(try await Self.fee(books, first) == nil)
      #expect(try await Self.fee(books, first) == "late_fee_refused_step")
      let made = try await books.texts("select fee_invoice_id from late_fee")
      let fee = try #require(made.first.flatMap { Int64($0) })
      let code = try await PaymentBooks.attempt(books) {
        try PaymentBooks.documents.void([fee], waive: nil, on: $0)
      }
      #expect(code == nil)
      try await expectTexts(
        books, "select sum(amount_minor) from journal_line where account_code = '4100'", ["0"])
      #expect(try await Self.fee(books, first) == "late_fee_refused_step")
      #expect(try await Self.fee(books, first, amount: "20.00", step: 2) == nil)
      try await expectSound(books)
    }
  }

  @Test("a percentage is of what is still owed, without the fees before")
  func base() async throws {
    try await PaymentBooks.withInvoices { books, first, _ in
      #expect(try await Self.fee(books, first) == nil)
      let payment = try PaymentBooks.payment(1900, [.init(invoice: first)])
      #expect(try await PaymentBooks.record(books, payment) == nil)
      #expect(try await Self.fee(books, first, percent: "10", step: 2) == nil)
      try await expectTexts(
        books,
        """
        select total_minor from late_fee join invoice i on i.invoice_id = fee_invoice_id
        order by step
        """, ["1000", "1000"])
      try await expectSound(books)
    }
  }

  @Test("no fee on what is not due, paid, written off, a fee, closed or in dispute")
  func refusals() async throws {
    try await PaymentBooks.withInvoices(terms: "NET 40") { books, first, second in
      #expect(try await Self.fee(books, second) == "late_fee_refused_not_past_due")
      #expect(try await Self.fee(books, first, percent: "0.001") == "late_fee_refused_amount")
      #expect(try await Self.fee(books, first, amount: "0.001") == "late_fee_refused_amount")
      #expect(try await Self.fee(books, first) == nil)
      let made = try await books.texts("select fee_invoice_id from late_fee")
      let fee = try #require(made.first.flatMap { Int64($0) })
      try await books.run(
        "update invoice set due_date = '2026-11-01' where invoice_id = \(fee)")
      #expect(try await Self.fee(books, fee) == "late_fee_refused_late_fee")
      try await books.run(
        "update invoice set closed = true where invoice_id = \(first)")
      let ended = "late_fee_refused_collecting_ended"
      #expect(try await Self.fee(books, first, step: 2) == ended)
      try await books.run(
        "update invoice set closed = false where invoice_id = \(first)")
      let payment = try PaymentBooks.payment(100, [.init(invoice: first)])
      #expect(try await PaymentBooks.record(books, payment) == nil)
      let disputed = try await PaymentBooks.attempt(books) {
        try PaymentBooks.operations.openDispute(1, over: $0)
      }
      #expect(disputed == nil)
      #expect(try await Self.fee(books, first, step: 2) == "late_fee_refused_disputed")
      let written = try await PaymentBooks.attempt(books) {
        try PaymentBooks.documents.writeOff([second], reason: nil, on: $0)
      }
      #expect(written == nil)
      #expect(try await Self.fee(books, second) == "late_fee_refused")
      #expect(try await books.texts("select count(*) from late_fee") == ["1"])
    }
  }

  @Test("eight at once charge one fee of a step")
  func concurrently() async throws {
    try await PaymentBooks.withInvoices { books, first, _ in
      let codes = try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 0..<8 {
          let connection = try await books.database.connect()
          group.addTask { try await Self.fee(books, first, over: connection) }
        }
        return try await group.reduce(into: [String?]()) { $0.append($1) }
      }
      #expect(codes.count(where: { $0 == nil }) == 1)
      #expect(codes.count(where: { $0 == "late_fee_refused_step" }) == 7)
      #expect(try await books.texts("select count(*) from invoice") == ["3"])
      try await expectSound(books)
    }
  }

  @Test("open credit does not pay a fee before what is overdue; payments pay it last")
  func paidLast() async throws {
    try await PaymentBooks.withInvoices { books, first, second in
      #expect(try await Self.fee(books, first) == nil)
      let payment = try PaymentBooks.payment(23_900, on: "2026-11-20")
      #expect(try await PaymentBooks.record(books, payment) == nil)
      try await expectTexts(books, PaymentBooks.settled, ["11900", "11900", "100"])
      let undone = try await PaymentBooks.attempt(books) {
        try PaymentBooks.operations.unapply(1, from: first, on: $0)
      }
      #expect(undone == nil)
      #expect(try await Self.fee(books, first, step: 2) == nil)
      try await expectTexts(books, PaymentBooks.settled, ["0", "11900", "100", "0"])
      #expect(second > first)
      try await expectSound(books)
    }
  }
}
