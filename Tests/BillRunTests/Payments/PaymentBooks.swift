// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// What the tests of payments have in common: a few invoices, and how the books stand.
enum PaymentBooks {
  /// 2026-11-20 12:00 UTC.
  static let moment: Int64 = 1_795_176_000
  static let operations = PaymentOperations(at: moment, by: "tester")
  static let documents = InvoiceOperations(at: moment, by: "tester")

  private static let head = """
    {"object":"seller","id":"s","name":"S","country":"DE","currency":"eur","time_zone":"UTC"}
    {"object":"tax_rate","id":"vat","name":"VAT","value":19}
    {"object":"plan","id":"pro","name":"Pro","currency":"eur","interval":"month","amount":100}

    """

  /// Lends books in which customer 1 owes 119.00 each of 2026-10-01 and 2026-11-01, in this order.
  static func withInvoices(
    terms: String = "NET 10",
    _ body: (_ books: Books, _ first: Int64, _ second: Int64) async throws -> Void
  ) async throws {
    let lines =
      head
      + #"{"object":"customer","id":1,"number":"K-1","name":"C","taxes":["vat"],"#
      + #""payment_terms":"\#(terms)"}"# + "\n"
      + #"{"object":"subscription","id":1,"customer":1,"plan":"pro","start_date":"2026-10-01"}"#
      + "\n"
    try await withBooks { books in
      let report = try await ImportBooks.run(lines: lines, on: books.connection)
      #expect(report.isTaken, "\(report.faults)")
      try await books.bill("2026-10-01")
      try await books.bill("2026-11-01")
      let ids = try await books.texts("select invoice_id from invoice order by invoice_id")
        .compactMap { Int64($0) }
      #expect(ids.count == 2)
      try await body(books, ids.first ?? 0, ids.last ?? 0)
    }
  }

  /// A payment of customer 1 in euro cents.
  static func payment(
    _ amount: Int64, on day: String = "2026-11-10", _ invoices: [NewPayment.Target] = [],
    _ change: (inout NewPayment) -> Void = { _ in }
  ) throws -> NewPayment {
    var payment = NewPayment(
      customer: 1, amount: amount, currency: try #require(Currency(code: "eur")),
      date: try #require(LocalDate(iso: day)))
    payment.invoices = invoices
    change(&payment)
    return payment
  }

  /// Does something in a transaction; returns the code of the refusal.
  static func attempt(
    _ books: Books, over connection: Connection? = nil,
    _ operation: @escaping @Sendable (isolated Connection) throws -> Void
  ) async throws -> String? {
    do {
      try await (connection ?? books.connection).transaction { try operation($0) }
      return nil
    } catch let error as BillRunError {
      return error.code
    }
  }

  /// Records a payment; returns the code of the refusal.
  static func record(
    _ books: Books, over connection: Connection? = nil, _ payment: NewPayment
  ) async throws -> String? {
    try await attempt(books, over: connection) { _ = try operations.record([payment], on: $0) }
  }

  /// What is settled of each invoice, in order.
  static let settled = "select settled_minor from invoice order by invoice_id"

  /// What each settlement is, after the place of its invoice, in order.
  static let settlements = """
    select concat_ws(' ', dense_rank() over (order by invoice_id), kind, amount_minor)
    from settlement order by settlement_id
    """

  /// The entries since the runs, an account and its amount each, in order.
  static let journal = """
    select event || ': ' || string_agg(account_code || ' ' || amount_minor, ', '
      order by line_no)
    from journal join journal_line using (journal_id) where run_id is null
    group by journal_id, event order by journal_id
    """

  /// What customers have open.
  static let credit = """
    select kind || ' ' || (amount_minor - used_minor) from credit
    where used_minor < amount_minor order by credit_id
    """
}
