// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import TestSupport
import Testing

/// What parts of an invoice give back of taxes that its lines bear unlike (RULES 1.7).
@Suite struct CreditedTaxTests {
  private static let rates = """
    {"object":"tax_rate","id":"levy","name":"Levy","value":7.25}
    {"object":"tax_rate","id":"in19","name":"VAT","value":19,"inclusive":true}
    {"object":"tax_rate","id":"gst","name":"GST","value":5}
    {"object":"tax_rate","id":"qst","name":"QST","value":9.975,"compound":true}
    {"object":"customer","id":1,"name":"C","currency":"usd"}

    """

  /// Expects what credits of lines, one after the other, give back of each tax.
  private func expect(
    _ first: String, _ second: String, crediting lines: Int32..., taxes wanted: [String]
  ) async throws {
    try await ManualBooks.with(Self.rates) { books in
      let invoice = try await books.create(
        """
        {"customer":1,"items":[
          {"name":"A","unit_cost":100,"taxes":[\(first)]},
          {"name":"B","unit_cost":100,"taxes":[\(second)]}]}
        """)
      for line in lines {
        let refusal = try await books.attempt {
          _ = try ManualBooks.operations.credit(invoice, .lines([(line, nil)]), on: $0)
        }
        #expect(refusal == nil)
      }
      let taxes = try await books.texts(
        """
        select string_agg(r.code || ' ' || x.amount_minor, ' ' order by r.code)
        from line_credit c
        join line_credit_tax x on x.invoice_id = c.invoice_id and x.line_no = c.line_no
        join invoice_tax t on t.invoice_id = c.of_invoice_id and t.tax_no = x.of_tax_no
        join tax_rate_version v on v.tax_rate_version_id = t.tax_rate_version_id
        join tax_rate r on r.tax_rate_id = v.tax_rate_id
        group by c.invoice_id, c.line_no order by c.invoice_id, c.line_no
        """)
      #expect(taxes == wanted)
    }
  }

  /// Levy on 84.03 and 100.00: 13.34.
  @Test("a line with a tax within its price bears less of the taxes on top")
  func included() async throws {
    let (mixed, plain) = (#""in19","levy""#, #""levy""#)
    try await expect(mixed, plain, crediting: 2, taxes: ["levy 725"])
    try await expect(mixed, plain, crediting: 1, taxes: ["in19 1597 levy 609"])
    // Together they give all of it back.
    try await expect(
      mixed, plain, crediting: 1, 2, taxes: ["in19 1597 levy 609", "levy 725"])
  }

  /// QST on 100.00 and 105.00: 20.45.
  @Test("a line with the tax that a compound one is taken of bears more of that")
  func compound() async throws {
    let (mixed, plain) = (#""gst","qst""#, #""qst""#)
    try await expect(mixed, plain, crediting: 1, taxes: ["gst 500 qst 1047"])
    try await expect(mixed, plain, crediting: 2, 1, taxes: ["qst 998", "gst 500 qst 1047"])
  }
}
