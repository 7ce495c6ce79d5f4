// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import TestSupport
import Testing

/// Open invoices of a former system.
@Suite struct ImportInvoicesTests {
  private static let two = """
    {"object":"invoice","id":501,"customer":2,"number":"OLD-7","date":"2026-03-01",\
    "items":[{"name":"Work","quantity":2,"unit_cost":50}],"attachments":[]}
    {"object":"invoice","id":502,"customer":15444,"number":"OLD-8","date":"2026-02-01",\
    "due_date":"2026-02-20","taxes":[{"amount":1.5}],"items":[{"catalog_item":"delivery"}]}

    """

  @Test("they keep id, number and dates, come to what the pipeline says, and open the books")
  func open() async throws {
    try await ManualBooks.with(Self.two) { books in
      try await expectTexts(
        books,
        "select concat_ws(' ', id, number, date, due_date, total, status) from invoices "
          + "order by id",
        ["501 OLD-7 2026-03-01 119 not_sent", "502 OLD-8 2026-02-01 2026-02-20 11.5 past_due"]
          .map { $0.replacing(" 119 ", with: " 119.00 ").replacing(" 11.5 ", with: " 11.50 ") })
      try await expectTexts(
        books,
        "select concat_ws(' ', event, entry_date, account_code, sum(amount_minor)) "
          + "from journal join journal_line using (journal_id) group by event, entry_date, "
          + "account_code order by 1",
        ["opening 2026-11-21 1200 13050", "opening 2026-11-21 3000 -13050"])
      try await expectTexts(
        books, "select concat_ws(' ', kind, next_seq) from number_series", ["legacy 3"])
      // The next invoice is none of them.
      #expect(try await books.create(ManualBooks.seed) > 502)
    }
  }

  @Test("one that was imported by mistake is voided: the opening entry is taken back")
  func void() async throws {
    try await ManualBooks.with(Self.two) { books in
      let operations = ManualBooks.operations
      #expect(try await books.attempt { try operations.void([501, 502], on: $0) } == nil)
      try await expectTexts(
        books, "select account_code from journal_line group by 1 having sum(amount_minor) <> 0", [])
    }
  }

  @Test("a known id is refused, or passed over; a line that cannot be charged is named")
  func again() async throws {
    try await ManualBooks.with(Self.two) { books in
      let lines =
        Self.two + """
          {"object":"invoice","customer":2,"number":"OLD-9","date":"2026-03-01",\
          "items":[{"name":"Back","unit_cost":-1}]}
          {"object":"invoice","customer":2,"items":[{"name":"Back","unit_cost":1}]}
          {"object":"invoice","customer":2,"number":"A\\nB","items":[{"name":"C","unit_cost":1}]}

          """
      let report = try await ImportBooks.run(lines: lines, on: books.connection)
      #expect(!report.isTaken)
      #expect(
        report.faults.map { "\($0.line) \($0.field) \($0.expected)" } == [
          "1 id an id that no document has", "1 number a number that no document of the seller has",
          "2 id an id that no document has", "2 number a number that no document of the seller has",
          "3  an invoice that can be charged, not one with total_negative, the invoice comes to "
            + "-1.19 usd: less than nothing is a credit note",
          "4 number a number, since it is not a draft", "5 number a line of 1 to 100 characters",
        ])
      let skipped = try await ImportBooks.withFile(Self.two) { file in
        var options = ImportOptions(now: ImportBooks.now)
        options.skipsKnown = true
        return try await Importer().run(files: [file], options: options, on: books.connection)
      }
      #expect(skipped.isTaken)
      #expect(skipped.counts.map(\.unchanged) == [2])
    }
  }

  @Test("a series goes on behind a former system's numbers, and those are taken as they are")
  func goesOn() async throws {
    try await ManualBooks.with("") { books in
      let invoice = { (number: String) in
        #"{"object":"invoice","customer":2,"number":"\#(number)","date":"2026-03-01","#
          + #""items":[{"name":"Work","unit_cost":1}]}"#
      }
      let seller = { (next: String) in
        """
        {"object":"seller","id":"mill","name":"Mill","country":"US","currency":"usd",\
        "time_zone":"UTC","number_series":[{"kind":"invoice","format":"INV-{seq:06}",\
        "next":\(next)}]}
        {"object":"customer","id":700,"name":"M","seller":"mill"}

        """
      }
      let taken = try await ImportBooks.run(
        lines: seller("5001")
          + invoice("INV-005000").replacing(#""customer":2"#, with: #""customer":700"#),
        on: books.connection)
      #expect(taken.isTaken, "\(taken.faults)")
      let bad = try await ImportBooks.run(
        lines: seller("5002")
          + invoice("INV-005001").replacing(#""customer":2"#, with: #""customer":700"#),
        on: books.connection)
      #expect(
        bad.faults.map { "\($0.line) \($0.field) \($0.expected)" } == [
          "1 number_series.0.next no number after 5001, which the series gives next",
          "3 number a number that the seller's number_format never gives",
        ])
      try await expectTexts(
        books,
        "select concat_ws(' ', kind, first_seq, next_seq) from number_series where format "
          + "like 'INV%' and seller_id = (select seller_id from seller where code = 'mill')",
        ["invoice 5001 5001"])
    }
  }

  @Test("goodwill and what a customer is exempt from now do not change what was billed")
  func asBilled() async throws {
    let lines = """
      {"object":"customer","id":800,"name":"Exempt","seller":"s","taxable":false}
      {"object":"credit","customer":800,"amount":5,"currency":"usd","kind":"goodwill"}
      {"object":"invoice","id":501,"customer":800,"number":"OLD-7","date":"2026-03-01",\
      "taxes":[{"amount":19}],"items":[{"name":"Work","unit_cost":100}]}

      """
    try await ManualBooks.with(lines) { books in
      try await expectTexts(books, "select total::text from invoices", ["119.00"])
    }
  }
}
