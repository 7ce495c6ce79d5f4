// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import TestSupport
import Testing

@Suite struct PreviewTests {
  @Test("a preview shows what the run then bills, and leaves nothing behind")
  func same() async throws {
    try await withBooks { books in
      try await books.open()
      let before = try await books.dump()
      let preview = try await books.preview(of: 1, "2026-11-01")
      #expect(preview.outcome == .invoiced)
      #expect(preview.totals == ["3570"])
      #expect(try await books.dump() == before)
      try await expectTexts(
        books, "select (select count(*) from run) + (select count(*) from number_series)", ["0"])
      try await books.bill("2026-11-01")
      try await expectTexts(books, "select total_minor from invoice", preview.totals)
      #expect(try await books.preview(of: 1, "2026-11-02").outcome == .nothingDue("not_due"))
      try await expectSound(books)
    }
  }

  @Test("a customer that would be held is told why, and is not held")
  func held() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.run("update customer set payment_terms = 'whenever'")
      let preview = try await books.preview(of: 1, "2026-11-01")
      #expect(
        preview.outcome
          == .held(code: "payment_terms_unknown", message: "unknown payment terms \"whenever\""))
      try await expectTexts(books, "select count(*) from hold", ["0"])
    }
  }

  @Test("of a customer whose parent pays the parent's documents are shown; an unknown one is told")
  func payer() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.customer(2, ["parent_customer_id": "1"])
      #expect(try await books.preview(of: 2, "2026-11-01").totals == ["3570"])
      await #expect(throws: BillRunError.self) { _ = try await books.preview(of: 9, "2026-11-01") }
    }
  }
}

extension Books {
  fileprivate func open() async throws {
    try await seller()
    try await taxRate("vat", "19")
    try await plan("pro", "30")
    try await customer(1)
    try await subscription(1, of: 1, "pro", from: "2026-11-01", ["taxes": "{vat}"])
  }

  fileprivate func preview(
    of customer: Int64, _ day: String
  ) async throws -> (outcome: Preview.Outcome, totals: [String]) {
    let asOf = LocalDate(iso: day) ?? LocalDate(daysSince2000: 0)
    let preview = Preview(
      of: customer, database: database, options: BillRunOptions(asOf: .day(asOf)),
      clock: .fixed(asOf))
    return try await preview.show { connection, run in
      var filter = InvoiceFilter()
      filter.run = run
      var totals: [String] = []
      try InvoiceReader(at: 0).heads(filter, on: connection) { totals.append("\($0.total)") }
      return totals
    }
  }
}
