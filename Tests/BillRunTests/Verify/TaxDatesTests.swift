// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import TestSupport
import Testing

/// Lines to credit and bill again after a rate change (RULES 1.5).
@Suite struct TaxDatesTests {
  @Test("a version that came in after billing lists the lines of its days, until they are reversed")
  func later() async throws {
    try await withBooks { books in
      try await books.seller("acme", ["tax_point": "period_end"])
      try await books.taxRate("vat", "19")
      try await books.taxRate("levy", "1")
      try await books.plan("pro", "10")
      for id in 1...2 {
        try await books.customer(id, ["taxes": "{vat,levy}"])
        try await books.subscription(id, of: id, "pro", from: "2026-10-\(id * 7)")
      }
      try await books.bill("2026-11-20")
      var dates = try await TaxDates.read(seller: nil, on: books.connection)
      #expect(dates.lines.isEmpty)
      #expect(dates.exitCode == .ok)
      #expect(dates.text == "every line has the rate of its tax date\n")

      // Tax dates are 7 and 14 November and December, by the end of the period.
      try await books.run(
        """
        insert into tax_rate_version (tax_rate_id, value, valid_from)
        select tax_rate_id, 20, date '2026-12-08' from tax_rate where code = 'vat'
        """)
      dates = try await TaxDates.read(seller: "acme", on: books.connection)
      #expect(dates.exitCode == .dataError)
      #expect(
        dates.text == """
          INV-000004 line 1, tax date 2026-12-13: vat was 19, is 20
          lines: 1, of 1 invoices: billrun invoice reverse takes an invoice back, and the next \
          run bills it at the rate that is known now

          """)
      var writer = JSONWriter()
      dates.write(to: &writer)
      #expect(
        writer.text == """
          {"object":"tax_dates","lines":[{"invoice":4,"number":"INV-000004","customer":2,\
          "line":1,"tax_date":"2026-12-13","tax_rate":"vat","value":19,"valid_value":20}]}
          """)
      let operations = InvoiceOperations(at: 1_795_176_000, by: "tester")
      try await books.connection.transaction { try operations.reverse([4], on: $0) }
      #expect(try await TaxDates.read(seller: nil, on: books.connection).lines.isEmpty)
      try await books.bill("2026-11-21")
      #expect(try await TaxDates.read(seller: nil, on: books.connection).lines.isEmpty)
      try await expectTexts(
        books,
        "select trim_scale(percent)::text from invoice_tax where invoice_id = "
          + "(select max(invoice_id) from invoice) order by tax_no", ["20", "1"])
      try await expectSound(books)
      await #expect(throws: BillRunError.self) {
        try await TaxDates.read(seller: "nobody", on: books.connection)
      }
    }
  }
}
