// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Reverse charge and cash rounding from the import file to the books (RULES 1.8, 1.10).
@Suite struct TaxTreatmentRunTests {
  private func customer(_ id: Int, _ rest: String) -> String {
    """
    {"object":"customer","id":\(id),"name":"C",\(rest)}
    {"object":"subscription","id":\(id),"customer":\(id),"plan":"pro","start_date":"2026-11-01"}

    """
  }

  private func file(seller: String, customers: String) -> String {
    #"{"object":"seller","id":"s","name":"S","country":"DE","currency":"eur","time_zone":"UTC""#
      + seller + "}\n"
      + #"{"object":"tax_rate","id":"DE19","name":"VAT","value":19,"country":"DE"}"# + "\n"
      + #"{"object":"plan","id":"pro","name":"Pro","currency":"eur","interval":"month","#
      + #""amount":9.92}"# + "\n" + customers
  }

  @Test("each kind of customer has its category and note, and the books stay sound")
  func categories() async throws {
    let checked = #""tax_id_checked_at":"2026-01-01""#
    let customers =
      customer(1, #""country":"FR","tax_id":"FR40303265045",\#(checked)"#)
      + customer(2, #""country":"FR","tax_id":"FR40303265045","taxes":["DE19"]"#)
      + customer(3, #""country":"FR","tax_id":"FR40","taxes":["DE19"],\#(checked)"#)
      + customer(4, #""country":"CH","type":"company""#)
      + customer(5, #""country":"DE","tax_id":"DE123456789",\#(checked)"#)
      + customer(6, #""country":"PL","tax_id":"PL1234567890","taxes":["DE19"],\#(checked)"#)
    try await withBooks { books in
      let report = try await ImportBooks.run(
        lines: file(seller: #","tax_registrations":["PL"]"#, customers: customers),
        on: books.connection)
      #expect(report.isTaken, "\(report.faults)")
      let runs = try await books.bill("2026-11-01")
      #expect(runs.map { $0.accounts(.held) } == [1])
      try await expectTexts(
        books,
        """
        select concat_ws(' ', i.customer_id, t.category, t.amount_minor, t.reason)
        from invoice i
        join invoice_tax t on t.invoice_id = i.invoice_id
        order by i.customer_id
        """,
        [
          "1 AE 0 Reverse charge", "2 S  188", "4 O  0 Not subject to VAT", "5 S  188",
          "6 S  188",
        ])
      try await expectTexts(
        books, "select customer_id || ' ' || code from hold", ["3 tax_id_invalid"])
      let taxes = try await books.json(ofCustomer: 1)["taxes"]
      #expect(taxes?[0, "category"] == "AE" && taxes?[0, "reason"] == "Reverse charge")
      #expect(taxes?[0, "amount"] == 0 && taxes?[0, "tax_rate"] == .null)
      try await books.run("update customer set tax_id = 'FR40303265045' where customer_id = 3")
      try await books.run("update seller set unchecked_tax_ids = 'hold'")
      let again = try await books.bill("2026-11-02")
      #expect(again.map { $0.accounts(.held) } == [0])
      try await expectSound(books)
    }
  }

  @Test("cash rounding is booked, owed and settled, by the way of payment")
  func cash() async throws {
    let card = #""payment_source":{"object":"card","gateway":"simulated","token":"approve"}"#
    try await withBooks { books in
      let report = try await ImportBooks.run(
        lines: file(
          seller: #","rounding":{"cash_increment":0.05}"#,
          customers: customer(1, #""country":"DE""#)
            + customer(2, #""autopay":true,\#(card)"#) + customer(3, #""credit_balance":9.90"#)),
        on: books.connection)
      #expect(report.isTaken, "\(report.faults)")
      try await books.bill("2026-11-01")
      try await expectTexts(
        books,
        """
        select concat_ws(' ', customer_id, total_minor, rounding_minor, settled_minor)
        from invoice
        order by customer_id
        """,
        ["1 1180 0 0", "2 992 0 0", "3 992 -2 990"])
      try await expectTexts(
        books,
        "select account_code || ' ' || sum(amount_minor) from journal_line "
          + "where account_code in ('1200', '6300') group by account_code order by 1",
        ["1200 2172", "6300 2"])
      try await expectTexts(
        books,
        "select v.status from invoice i cross join lateral "
          + "invoice_status(i, date '2026-11-01', false) v (status) where i.customer_id = 3",
        ["paid"])
      let invoice = try await books.json(ofCustomer: 3)
      #expect(invoice["rounding"] == .number("-0.02") && invoice["balance"] == 0)
      #expect(try await books.json(ofCustomer: 1)["rounding"] == nil)
      try await expectSound(books)
    }
  }

  @Test("a tax of no rate is taken in, billed and booked (RULES 1.9)")
  func anonymous() async throws {
    let items =
      customer(1, #""country":"DE","autopay":true"#)
      + #"{"object":"pending_line_item","customer":1,"name":"Paper","unit_cost":45,"#
      + #""taxes":[{"amount":3},{"amount":0.85}]}"# + "\n"
    try await withBooks { books in
      let report = try await ImportBooks.run(
        lines: file(seller: "", customers: items), on: books.connection)
      #expect(report.isTaken, "\(report.faults)")
      try await books.bill("2026-11-01")
      try await expectTexts(
        books,
        "select concat_ws(' ', category, base_minor, amount_minor, percent) from invoice_tax "
          + "order by tax_no",
        ["S  992 188 19", "S  4500 385"])
      try await expectTexts(
        books,
        "select sum(amount_minor) from journal_line where account_code = '2200'", ["-573"])
      let taxes = try await books.json(ofCustomer: 1)["taxes"]
      #expect(taxes?[1, "amount"] == .number("3.85") && taxes?[1, "tax_rate"] == .null)
      try await expectSound(books)
    }
  }

  @Test("what a seller cannot mean is refused with its field")
  func refused() async throws {
    try await withBooks { books in
      let report = try await ImportBooks.run(
        lines: file(
          seller: #","tax_registrations":["fr"],"unchecked_tax_ids":"ask","#
            + #""rounding":{"cash_methods":["coins"]}"#, customers: ""),
        on: books.connection)
      #expect(!report.isTaken)
      #expect(
        report.faults.map(\.field) == [
          "rounding.cash_methods", "tax_registrations", "unchecked_tax_ids",
        ])
    }
  }
}

extension Books {
  /// The Invoice object of a customer's only document.
  fileprivate func json(ofCustomer customer: Int64) async throws -> JSON {
    let texts = try await connection.json(ofCustomer: customer)
    #expect(texts.count == 1)
    return try JSON(texts.first ?? "null")
  }
}

extension Connection {
  fileprivate func json(ofCustomer customer: Int64) throws -> [String] {
    var texts: [String] = []
    var filter = InvoiceFilter()
    filter.customer = customer
    try InvoiceReader(at: 1_795_000_000).objects(filter, on: self) { texts.append($0) }
    return texts
  }
}
