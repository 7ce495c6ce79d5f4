// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
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

  @Test(
    "the first bill of one subscription more is what runs of every day then make",
    arguments: [
      ("a start to come", Subscribed(from: "2026-11-20")),
      ("a trial", Subscribed(from: "2026-11-10", ["trial_end": "2026-12-01"])),
      ("in arrears", Subscribed(from: "2026-10-20", ["bill_in": "arrears"])),
      ("days earlier", Subscribed(from: "2026-12-01", ["bill_in_advance_days": "10"])),
      ("the day of others", Subscribed(from: "2026-12-01")),
      ("the past", Subscribed(from: "2026-10-15")),
      ("canceled before", Subscribed(from: "2026-12-15", ["canceled_at": "2026-12-15"])),
    ])
  func first(_ what: String, _ added: Subscribed) async throws {
    try await withBooks { books in
      try await books.open()
      try await books.plan("other", "50")
      try await books.subscription(3, of: 1, "other", from: "2026-11-05")
      let before = try await books.dump()
      let day = LocalDate(iso: "2026-11-03") ?? LocalDate(daysSince2000: 0)
      let preview = Preview(
        of: 1, database: books.database, options: BillRunOptions(asOf: .day(day)),
        clock: .fixed(day))
      let (_, seen) = try await preview.showFirst(
        of: { connection in
          try connection.run(script: added.sql)
          return 2
        },
        { connection, invoice in
          var total: String?
          try InvoiceReader(at: 0).heads(InvoiceFilter(id: invoice), on: connection) {
            total = "\($0.total) \($0.date)"
          }
          return total
        })
      #expect(try await books.dump() == before)
      try await books.run(added.sql)
      for later in 0..<60 { try await books.bill("\(day.adding(days: later))") }
      let billed = try await books.texts(
        """
        select i.total_minor || ' ' || i.invoice_date from invoice i
        where exists (select from invoice_line l
          where l.invoice_id = i.invoice_id and l.subscription_id = 2)
        order by i.invoice_id limit 1
        """)
      #expect((seen ?? nil) == billed.first, "\(what)")
      try await expectSound(books)
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

/// A subscription that is added to the books.
struct Subscribed: Sendable {
  let sql: String

  init(from start: String, _ more: [String: String] = [:]) {
    let names = more.keys.sorted()
    sql = """
      insert into subscription
        (\((["subscription_id", "customer_id", "start_date", "plan_id"] + names)
          .joined(separator: ", ")))
      select 2, 1, '\(start)', plan_id\(names.map { ", '\(more[$0] ?? "")'" }.joined())
      from plan where code = 'other'
      """
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
