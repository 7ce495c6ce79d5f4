// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Foundation
import Postgres
import TestSupport
import Testing

/// The journal as it comes out: text, JSON, CSV, and a file that the real hledger reads.
@Suite struct JournalReportTests {
  private static let november = "--from 2026-11-01 --to 2026-11-30"

  /// Whether the Debian package hledger is there.
  private static let hasHledger = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].contains {
    FileManager.default.isExecutableFile(atPath: $0 + "/hledger")
  }

  /// Books of two sellers in currencies of 0, 2 and 3 digits, with taxes, credit that pays, a
  /// credit note that is applied later, cash rounding and a close.
  static func write(_ books: Books) async throws {
    try await books.seller(
      "acme", ["cash_increment_minor": "5", "cash_methods": "{other}", "credit_lines": "separate"])
    try await books.seller("tokyo", currency: "jpy")
    try await books.taxRate("vat", "19")
    for (currency, price) in [("eur", "49.99"), ("jpy", "1000"), ("kwd", "12.345")] {
      try await books.plan("plan-\(currency)", price, currency: currency)
      try await books.plan("small-\(currency)", "1", currency: currency)
    }
    for (id, currency) in [(1, "eur"), (2, "jpy"), (3, "kwd"), (4, "eur")] {
      try await books.customer(
        id, of: currency == "jpy" ? "tokyo" : "acme", ["currency": currency, "taxes": "{vat}"])
      try await books.subscription(id, of: id, "plan-\(currency)", from: "2026-11-01")
    }
    try await books.credit(of: 1, "money", 1000, granted: "2026-10-15")
    try await books.bill("2026-11-01")
    try await books.change(of: 4, on: "2026-11-11", plan: "small-eur")
    try await books.bill("2026-11-12")
    try await books.bill("2026-11-30") { $0.asOf = .day(.day("2026-12-01")) }
    try await books.run("update ledger_account set name = 'Debtors; ours: all' where code = '1200'")
    _ = try await BooksClosing(database: books.database, clock: .fixed(.day("2026-11-30")))
      .close(through: .day("2026-11-30"), seller: nil)
  }

  @Test(
    "the real hledger reads the journal, and balances every account as the books do",
    .enabled(if: hasHledger, "hledger is not installed: apt-get install hledger"))
  func hledger() async throws {
    try await withTemporaryDatabase { database in
      let books = try await Books(database)
      try await Self.write(books)
      #expect(try await books.offences() == [])
      let kinds = try await books.texts(
        "select distinct kind from settlement union select kind from invoice order by 1")
      #expect(kinds == ["credit", "credit_note", "invoice"])
      #expect(try await books.text("select bool_or(rounding_minor <> 0) from invoice") == "true")
      let outcome = try await Shell(database: database.url).run(
        """
        f=$(mktemp) && trap 'rm $f' EXIT &&
        billrun report journal --from 2026-01-01 --to 2026-12-31 --hledger >$f &&
        hledger -f $f --strict check &&
        hledger -f $f balance --flat --no-total --empty --layout=bare -O csv
        """)
      #expect(outcome.status == 0, "\(outcome.story)")
      let found = outcome.output.split(separator: "\n").dropFirst().map {
        String($0).replacing("\"", with: "")
      }
      let expected = try await books.texts(
        """
        select concat_ws(',', a.code || ' ' || replace(replace(a.name, ';', '-'), ':', '-'),
          upper(j.currency), sum(l.amount_minor) * u.minor_unit)
        from journal_line l join journal j using (journal_id) join currency u on u.code = j.currency
        join ledger_account a on a.code = l.account_code
        group by a.code, j.currency, u.minor_unit having sum(l.amount_minor) <> 0
        """)
      #expect(expected.count > 12)
      // With several commodities hledger also names those in which an account stands at nothing.
      #expect(Set(found.filter { !$0.hasSuffix(",0") }) == Set(expected))
      await books.connection.close()
    }
  }

  @Test("a journal entry is told as JSON, with the trial balance after the entries")
  func json() async throws {
    try await withTemporaryDatabase { database in
      let books = try await Books(database)
      try await Self.write(books)
      let shell = Shell(database: database.url)
      let outcome = try await shell.run("billrun report journal \(Self.november) --json")
      #expect(outcome.status == 0, "\(outcome.story)")
      let objects = try JSON(outcome.output).elements
      let entries = objects.filter { $0["object"] == "journal_entry" }
      let balances = objects.filter { $0["object"] == "trial_balance" }
      #expect(entries.count + balances.count == objects.count)
      let count = try await books.text(
        "select count(*) from journal where entry_date between '2026-11-01' and '2026-11-30'")
      #expect(String(entries.count) == count)
      let first = try #require(entries.first)
      #expect(first["date"] == "2026-11-01")
      #expect(first["event"] == "post")
      #expect(first["run"] == 1)
      #expect(first["lines", 0, "account"] == "1200")
      #expect(first["lines", 0, "name"] == "Debtors; ours: all")
      let opening = try #require(
        balances.first { $0["account"] == "3000" && $0["currency"] == "eur" })
      #expect(opening["opening"] == 10)
      #expect(opening["closing"] == 10)
      let only = try await shell.run(
        "billrun report journal \(Self.november) --seller tokyo --jsonl --limit 1")
      let lines = try only.output.split(separator: "\n").map { try JSON(String($0)) }
      #expect(lines.filter { $0["object"] == "journal_entry" }.count == 1)
      #expect(lines.allSatisfy { $0["seller"] == "tokyo" })
      await books.connection.close()
    }
  }

  @Test("as CSV each side is a record, and debit is credit")
  func csv() async throws {
    try await withTemporaryDatabase { database in
      let books = try await Books(database)
      try await Self.write(books)
      try await books.run("update plan set code = 'a, \"b\"' where code = 'plan-kwd'")
      let outcome = try await Shell(database: database.url).run(
        "billrun report journal \(Self.november) --seller acme --csv")
      #expect(outcome.status == 0, "\(outcome.story)")
      let records = outcome.output.split(separator: "\r\n")
      #expect(records.first?.hasPrefix("entry,date,event,seller,run,batch,") == true)
      let lines = try await books.text(
        """
        select count(*) from journal_line join journal using (journal_id)
        where seller_id = 1 and entry_date between '2026-11-01' and '2026-11-30'
        """)
      #expect(String(records.count - 1) == lines)
      let kwd = records.filter { $0.hasSuffix(#","a, ""b""",,"#) }
      #expect(kwd.contains { $0.contains(",kwd,,12.345,") })
      await books.connection.close()
    }
  }

  @Test("days in the wrong order, an unknown seller and two formats are refused with 64")
  func refused() async throws {
    try await withTemporaryDatabase { database in
      let shell = Shell(database: database.url)
      for (flags, message) in [
        ("--from 2026-12-01 --to 2026-11-30", "--from 2026-12-01 is after --to 2026-11-30"),
        ("\(Self.november) --seller x", "seller x does not exist"),
        (
          "\(Self.november) --csv --json",
          "give one of --csv, --html, --format, --hledger, --json and --jsonl"
        ),
      ] {
        let outcome = try await shell.run("billrun report journal \(flags)")
        #expect(outcome.status == 64)
        #expect(outcome.story.contains(message), "\(outcome.story)")
        #expect(outcome.output.isEmpty || outcome.output == "[")
      }
      let empty = try await shell.run("billrun report journal \(Self.november)")
      #expect(empty.output == "no entries\n")
    }
  }
}
