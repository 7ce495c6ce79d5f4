// SPDX-License-Identifier: Apache-2.0
import BillRun
import FoundationEssentials
import TestSupport
import Testing

/// Each invariant of DESIGN 13 on sound books, and with one fault planted at a time.
// One by one, since each case takes a database and several connections.
@Suite(.serialized) struct VerificationTests {
  @Test("sound books are clean, and every check has looked at something")
  func clean() async throws {
    try await SampleBooks.with { database in
      let verification = try await Verification.check(run: nil, lanes: 3, of: database.database)
      #expect(verification.findings.flatMap(\.offences).map(\.problem) == [])
      // The tests of bank files look at these.
      #expect(verification.findings.filter { $0.lookedAt == 0 }.map(\.check) == ["bank_files"])
      #expect(verification.isClean)
      #expect(verification.exitCode == .ok)
      #expect(verification.findings.count == 27)
      #expect(verification.text.hasSuffix("\nclean: 27 checks\n"))
    }
  }

  @Test("empty books are clean")
  func empty() async throws {
    try await withTemporaryDatabase { database in
      let verification = try await Verification.check(run: nil, lanes: 1, of: database.database)
      #expect(verification.isClean)
    }
  }

  @Test("a contract that was over when it was imported is nobody forgotten; one that is not, is")
  func over() async throws {
    let terms = [
      #""2026-07-01","cycles":2,"billed_through":"2026-09-01""#,
      #""2026-07-01","cycles":2,"billed_through":"2026-10-01""#,
      #""2026-07-10","snap_to_nth_day":1,"cycles":2,"billed_through":"2026-10-01""#,
      #""2026-07-01","cycles":3,"billed_through":"9999-12-31""#,
      #""2026-07-01","cycles":1,"contract_renewal_mode":"renew_once","#
        + #""contract_renewal_cycles":1,"billed_through":"2026-09-01""#,
      #""2026-07-01","cycles":12,"billed_through":"2026-10-01""#,
    ]
    let lines = terms.enumerated().map { index, terms in
      #"{"object":"subscription","id":\#(index + 1),"customer":1,"plan":"pro","#
        + #""start_date":\#(terms)}"#
    }
    let objects = """
      {"object":"seller","id":"s","name":"S","country":"DE","currency":"eur","time_zone":"UTC"}
      {"object":"plan","id":"pro","name":"Pro","currency":"eur","interval":"month","amount":100}
      {"object":"customer","id":1,"name":"C"}

      """ + lines.joined(separator: "\n") + "\n"
    try await withBooks { books in
      let report = try await ImportBooks.run(lines: objects, on: books.connection)
      #expect(report.isTaken, "\(report.faults)")
      try await books.bill("2026-11-01")
      #expect(
        try await books.texts(
          "select subscription_id::text from billing_cursor where next_bill_on = 'infinity' "
            + "order by subscription_id") == ["1", "2", "3", "4", "5"])
      #expect(try await books.offences() == [])
      try await books.run(
        "update billing_cursor set next_bill_on = 'infinity' where subscription_id = 6")
      let found = try await books.offences()
      #expect(found.count == 1 && "\(found)".contains("never looks again"), "\(found)")
    }
  }

  /// A fault, and what is to find it.
  struct Fault: Sendable, CustomTestStringConvertible {
    let rule: String
    let sql: String
    /// `check: object id`, all that must be found.
    let found: Set<String>

    init(_ rule: String, _ sql: String, _ found: String...) {
      self.rule = rule
      self.sql = sql
      self.found = Set(found)
    }

    var testDescription: String { rule }
  }

  @Test("a planted fault is found by the check that it breaks, and by no other", arguments: faults)
  func planted(_ fault: Fault) async throws {
    try await SampleBooks.with(fault.sql) { database in
      let verification = try await Verification.check(run: nil, lanes: 2, of: database.database)
      let found = verification.findings.flatMap { finding in
        finding.offences.map { "\(finding.check): \($0.object) \($0.id)" }
      }
      #expect(Set(found) == fault.found, "\(verification.text)")
      #expect(verification.exitCode == .software)
    }
  }

  @Test("of a run, only what it wrote is looked at")
  func oneRun() async throws {
    let change = """
      update invoice_line set amount_minor = 1 where invoice_id = 3;
      update billing_cursor set covered_through = null;
      """
    try await SampleBooks.with(change) { database in
      let first = try await Verification.check(run: 1, lanes: 2, of: database.database)
      #expect(first.isClean)
      #expect(first.findings.first { $0.check == "totals" }?.lookedAt == 3)
      #expect(!first.findings.contains { $0.check == "cursors" })
      let second = try await Verification.check(run: 2, lanes: 2, of: database.database)
      #expect(second.findings.filter { $0.wrong > 0 }.map(\.check) == ["totals", "line_amounts"])
    }
  }

  @Test("twenty broken rows are shown, and all are counted")
  func many() async throws {
    let change = """
      insert into subscription (subscription_id, customer_id, plan_id, start_date)
      select g, 1, 1, '2026-11-01' from generate_series(101, 130) g;
      """
    try await SampleBooks.with(change) { database in
      let verification = try await Verification.check(run: nil, lanes: 2, of: database.database)
      let cursors = try #require(verification.findings.first { $0.check == "cursors" })
      #expect(cursors.wrong == 30)
      #expect(cursors.offences.count == 20)
      #expect(cursors.offences.first?.id == 101)
      #expect(verification.text.contains("cursors\n  subscription 101: it has no cursor\n"))
      #expect(verification.text.contains("  and 10 more\n"))
    }
  }

  @Test("the JSON names each check, what it looked at, and the broken rows")
  func json() async throws {
    try await SampleBooks.with("update number_series set next_seq = 9 where kind = 'credit_note';")
    {
      database in
      let verification = try await Verification.check(run: nil, lanes: 2, of: database.database)
      var writer = JSONWriter()
      verification.write(to: &writer)
      let object = try JSON(writer.text)
      #expect(object["object"] == "verification")
      #expect(object["clean"] == false)
      #expect(object["exit_code"] == 70)
      let check = try #require(object["checks"]?.elements.first { $0["name"] == "series" })
      #expect(check["looked_at"] == 3)
      #expect(check["wrong"] == 1)
      #expect(check["rows"]?.elements.first?["object"] == "number_series")
      #expect(check["rows"]?.elements.first?["id"] == 2)
    }
  }

  private static let faults: [Fault] = [
    Fault(
      "the subtotal is the sum of the lines",
      """
      update invoice set subtotal_minor = 8651, total_minor = 9116 where invoice_id = 1;
      update journal_line set amount_minor = 14016 where journal_id = 1 and line_no = 1;
      update journal_line set amount_minor = 999 where journal_id = 1 and line_no = 6;
      """, "totals: invoice 1"),
    Fault(
      "the discount is the sum of the lines' discounts",
      """
      update invoice_line set invoice_discount_minor = 229 where invoice_id = 1 and line_no = 2;
      """, "totals: invoice 1", "discount_shares: invoice 1"),
    Fault(
      "the tax is the sum of the exclusive taxes",
      """
      update invoice_tax set amount_minor = 1456 where invoice_id = 1;
      update journal_line set amount_minor = -2273 where journal_id = 1 and line_no = 3;
      update journal_line set amount_minor = 1001 where journal_id = 1 and line_no = 6;
      """, "totals: invoice 1"),
    Fault(
      "nets and included taxes are what is left after discounts",
      """
      update invoice_line set net_minor = 4084 where invoice_id = 2;
      update invoice_tax set base_minor = 4084 where invoice_id = 2;
      """, "totals: invoice 2", "deferred_revenue: seller 1"),
    Fault(
      "a document has lines", "delete from invoice_line where invoice_id = 6;",
      "totals: invoice 6"),
    Fault(
      "the amount is the rounded product",
      "update invoice_line set quantity = 3.001 where invoice_id = 1 and line_no = 2;",
      "line_amounts: invoice 1"),
    Fault(
      "rounding down cuts the product off",
      """
      update seller set rounding_mode = 'down' where seller_id = 1;
      update invoice_line set unit_cost = 12.4985 where invoice_id = 1 and line_no = 2;
      """, "line_amounts: invoice 1"),
    Fault(
      "rounding half to even goes to the even cent",
      """
      update seller set rounding_mode = 'half_even' where seller_id = 1;
      update invoice_line set quantity = 1, unit_cost = 37.505 where invoice_id = 1 and line_no = 2;
      update invoice_line set unit_cost = 45.005 where invoice_id = 5 and line_no = 1;
      update invoice_line set unit_cost = 10.015 where invoice_id = 5 and line_no = 2;
      """, "line_amounts: invoice 5"),
    Fault(
      "rounding up goes away from zero",
      """
      update seller set rounding_mode = 'up' where seller_id = 1;
      update invoice_tax set amount_minor = 1456 where invoice_id = 1;
      update invoice set tax_minor = 1456, total_minor = 9116 where invoice_id = 1;
      update journal_line set amount_minor = -2273 where journal_id = 1 and line_no = 3;
      update journal_line set amount_minor = 14016 where journal_id = 1 and line_no = 1;
      update invoice_line set unit_cost = 12.49 where invoice_id = 1 and line_no = 2;
      """, "line_amounts: invoice 1"),
    Fault(
      "the shares of a discount sum to it",
      """
      update invoice_discount set share_minor = '{268,231}'
      where invoice_id = 1 and discount_no = 2;
      """, "discount_shares: invoice 1"),
    Fault(
      "a line carries its own discounts",
      "update invoice_discount set line_no = 2 where invoice_id = 1 and discount_no = 1;",
      "discount_shares: invoice 1"),
    Fault(
      "the base of a tax is the net of its lines",
      "update invoice_tax set base_minor = 7661 where invoice_id = 1;", "taxes: invoice 1"),
    Fault(
      "the tax is the base times the rate, one unit more or less",
      """
      update invoice_tax set amount_minor = 1457 where invoice_id = 1;
      update invoice set tax_minor = 1457, total_minor = 9117 where invoice_id = 1;
      update journal_line set amount_minor = -2274 where journal_id = 1 and line_no = 3;
      update journal_line set amount_minor = 14017 where journal_id = 1 and line_no = 1;
      """, "taxes: invoice 1"),
    Fault(
      "a tax has a line", "update invoice_line set tax_nos = null where invoice_id = 5;",
      "taxes: invoice 5"),
    Fault(
      "what is settled is the sum of the settlements",
      """
      update settlement set amount_minor = 1999;
      update credit set used_minor = 1999 where credit_id = 1;
      """,
      "balances: invoice 1", "receivables: seller 1"),
    Fault(
      "credits that were applied have settled",
      "update settlement set kind = 'payment', credit_id = null; update credit set used_minor = 0;",
      "balances: invoice 1", "receivables: seller 1"),
    Fault(
      "what is used of a credit has settled something",
      "update credit set used_minor = 2001 where credit_id = 1;", "credits: credit 1",
      "receivables: seller 1"),
    Fault(
      "a payment is what it settles and the credit it became",
      "update credit set amount_minor = 400 where credit_id = 3;", "payments: payment 1",
      "receivables: seller 1"),
    Fault(
      "what was paid back has left the credit of its payment",
      """
      insert into refund (payment_id, state, idempotency_key, currency, amount_minor, effective_on)
      values (1, 'approved', 'k', 'eur', 100, '2026-11-03');
      """, "payments: payment 1"),
    Fault(
      "no more of a line is credited than it billed",
      "insert into line_credit values (6, 1, 2, 1, 4000);", "line_credits: invoice 2",
      "line_credits: invoice 6"),
    Fault(
      "no more of a tax is taken back than was charged",
      "update line_credit_tax set amount_minor = 818;", "line_credits: invoice 2"),
    Fault(
      "no more of a cash rounding goes back than there is, and a note has what it gives back",
      "insert into rounding_credit values (4, 2, 1);", "line_credits: invoice 2",
      "line_credits: invoice 4"),
    Fault(
      "spans of a charge don't overlap",
      "update coverage set span_end = '2026-11-02' where subscription_id = 2 and reason = 'trial';",
      "coverage_spans: subscription 2"),
    Fault(
      "spans of a charge leave no hole",
      "update coverage set span_end = '2026-10-31' where subscription_id = 2 and reason = 'trial';",
      "coverage_spans: subscription 2"),
    Fault(
      "a span lies in the period of its line",
      """
      update coverage set span_end = '2026-12-02' where subscription_id = 2 and invoice_id = 2;
      update billing_cursor set covered_through = '2026-12-02' where subscription_id = 2;
      """, "coverage_lines: subscription 2"),
    Fault(
      "a span's line exists",
      "update coverage set line_no = 9 where subscription_id = 5;",
      "coverage_lines: subscription 5"),
    Fault(
      "a period that was billed is covered",
      """
      delete from coverage where subscription_id = 1 and slot = 1;
      """, "billed_periods: invoice 1"),
    Fault(
      "a cursor stands where the spans end",
      """
      update billing_cursor set covered_through = '2026-11-30', next_bill_on = null
      where subscription_id = 1;
      """, "cursors: subscription 1"),
    Fault(
      "a subscription has a cursor", "delete from billing_cursor where subscription_id = 4;",
      "cursors: subscription 4"),
    Fault(
      "a customer has a seller",
      "insert into customer (customer_id, seller_id, name) values (99, 99, 'x');",
      "references: customer 99"),
    Fault(
      "a customer's currency is one",
      "insert into customer (customer_id, seller_id, name, currency) values (99, 1, 'x', 'zzz');",
      "references: customer 99"),
    Fault(
      "a subscription has a customer",
      """
      insert into subscription (subscription_id, customer_id, plan_id, start_date)
      values (99, 99, 1, '2026-11-01');
      insert into billing_cursor (subscription_id) values (99);
      """, "references: subscription 99"),
    Fault(
      "an add-on has a plan",
      "insert into subscription_addon (subscription_id, slot, plan_id) values (99, 1, 99);",
      "references: subscription 99"),
    Fault(
      "a cursor has a subscription", "insert into billing_cursor (subscription_id) values (99);",
      "references: subscription 99"),
    Fault(
      "a subscription is covered from its first day",
      "update subscription set start_date = '2026-10-14' where subscription_id = 2;",
      "completeness: subscription 2"),
    Fault(
      "a cursor looks when the next period is due",
      "update billing_cursor set next_bill_on = '2026-12-02' where subscription_id = 1;",
      "completeness: subscription 1"),
    Fault(
      "a cursor looks when the next period in arrears is due",
      "update billing_cursor set next_bill_on = '2027-01-01' where subscription_id = 5;",
      "completeness: subscription 5"),
    Fault(
      "a cursor that never looks again belongs to what has ended",
      "update billing_cursor set next_bill_on = 'infinity' where subscription_id = 3;",
      "completeness: subscription 3"),
    Fault(
      "a cursor looks on the day of a change",
      """
      insert into subscription_change (subscription_id, effective, quantity)
      values (1, '2026-11-15', 2);
      """, "completeness: subscription 1"),
    Fault(
      "a series has no gap",
      "delete from invoice_number where invoice_id = 2;",
      "series: number_series 1", "numbered_documents: invoice 2"),
    Fault(
      "a series ends where it says",
      "update number_series set next_seq = 3 where number_series_id = 3;",
      "series: number_series 3"),
    Fault(
      "a series' last date is that of its newest document",
      "update number_series set last_date = '2026-11-01' where number_series_id = 1;",
      "series: number_series 1"),
    Fault(
      "a number is made by its format",
      "update invoice_number set number = 'INV-2' where invoice_id = 2;", "numbers: invoice 2"),
    Fault(
      "dates go up with numbers",
      "update invoice set invoice_date = '2026-11-02' where invoice_id = 1;",
      "numbers: invoice 2"),
    Fault(
      "a number belongs to the seller of its document",
      "update invoice_number set seller_id = 2 where invoice_id = 2;", "numbers: invoice 2"),
    Fault(
      "a draft that was never posted has no number",
      """
      insert into invoice_number (number_series_id, seq, seller_id, invoice_id, number)
      values (1, 4, 1, 5, 'INV-000004');
      update number_series set next_seq = 5 where number_series_id = 1;
      """, "numbered_documents: invoice 5"),
    Fault(
      "the population of a run is what its batches hold",
      "update run set population = 5 where run_id = 1;", "populations: run 1"),
    Fault(
      "every payer of a batch has an outcome",
      "delete from run_account where customer_id = 3;",
      "populations: run 1", "run_accounts: customer 3"),
    Fault(
      "nobody else has an outcome",
      """
      insert into run_account (run_id, customer_id, batch_no, outcome, reason, invoices, inputs,
        outputs)
      values (2, 3, 1, 'nothing_due', 'paused', 0, '', '');
      """, "populations: run 2", "run_accounts: customer 3"),
    Fault(
      "a closed run has no batch that waits", "update run_batch set done = false where run_id = 2;",
      "populations: run 2", "run_accounts: customer 5"),
    Fault(
      "the invoices that a run counted are there",
      "update run_account set invoices = 2 where customer_id = 1;",
      "run_invoices: customer 1"),
    Fault(
      "an invoice of a run was counted",
      "update invoice set run_id = 2 where invoice_id = 6;",
      "run_invoices: customer 1", "run_journal: run 2"),
    Fault(
      "who was held has a hold", "delete from hold where customer_id = 4;",
      "held_accounts: customer 4"),
    Fault(
      "an entry of the journal balances",
      "update journal_line set amount_minor = -1999 where journal_id = 2 and line_no = 2;",
      "journal_entries: journal 2"),
    Fault(
      "an entry of the journal has lines", "delete from journal_line where journal_id in (3, 4);",
      "journal_entries: journal 3", "journal_entries: journal 4"),
    Fault(
      "the receivable account is what is owed",
      "delete from journal_line where journal_id = 4; delete from journal where journal_id = 4;",
      "receivables: seller 1"),
    Fault(
      "the account of open credit notes is what is open of them",
      "update credit set amount_minor = 1191 where credit_id = 2;", "receivables: seller 1"),
    Fault(
      "the account of customers' money is what is open of it",
      "update journal_line set account_code = '1000' where journal_id = 5 and line_no = 2;",
      "receivables: seller 1"),
    Fault(
      "the account of deferred revenue is what is not recognised of posted lines",
      "update seller set recognised_through = '2026-11-15' where seller_id = 1;",
      "deferred_revenue: seller 1"),
    Fault(
      "a run booked the taxes of its documents",
      """
      update journal_line set amount_minor = -2271 where journal_id = 1 and line_no = 3;
      update journal_line set amount_minor = 999 where journal_id = 1 and line_no = 6;
      """, "run_journal: run 1"),
    Fault(
      "no charge is under way on a closed document",
      """
      insert into payment_attempt (invoice_id, try, state, gateway, payment_source_id,
        idempotency_key, currency, amount_minor, as_of, request)
      values (6, 1, 'unknown', 'simulated', 1, 'inv-6-try-1', 'eur', 100, '2026-11-02', '{}');
      """, "attempts: invoice 6"),
    Fault(
      "what was approved is a payment",
      """
      insert into payment_attempt (invoice_id, try, state, gateway, payment_source_id,
        idempotency_key, currency, amount_minor, as_of, request)
      values (5, 1, 'approved', 'simulated', 1, 'inv-5-try-1', 'eur', 100, '2026-11-02', '{}');
      """, "attempts: invoice 5"),
  ]
}
