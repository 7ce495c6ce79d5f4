// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import Postgres
import TestSupport
import Testing

/// Open invoices and what payments settled of them, written here and taken in elsewhere.
struct ExportReceivablesTests {
  private static let objects = #"""
    {"object":"seller","id":"s","name":"S GmbH","country":"DE","currency":"eur",\#
    "time_zone":"UTC","rounding":{"cash_increment":0.05}}
    {"object":"tax_rate","id":"vat","name":"VAT","value":19,"country":"DE"}
    {"object":"retry_policy","id":"once","max_attempts":1}
    {"object":"plan","id":"p","name":"Pro","currency":"eur","interval":"month","amount":31}
    {"object":"customer","id":1,"name":"Two invoices, one payment","country":"DE"}
    {"object":"customer","id":2,"name":"Credit","country":"DE"}
    {"object":"customer","id":3,"name":"Exempt since","country":"DE","payment_terms":"NET 14"}
    {"object":"customer","id":4,"name":"Credit note","country":"DE"}
    {"object":"customer","id":5,"name":"Declined","country":"DE","autopay":true,\#
    "payment_terms":"AutoPay","retry_policy":"once","payment_source":{"object":"card",\#
    "gateway":"simulated","token":"decline_stolen_card"}}
    {"object":"customer","id":6,"name":"No answer","country":"DE","autopay":true,\#
    "payment_source":{"object":"card","gateway":"simulated","token":"unavailable"}}
    {"object":"customer","id":7,"name":"Refunded","country":"DE"}
    {"object":"customer","id":8,"name":"Paid in closed books","country":"DE"}
    {"object":"customer","id":9,"name":"Late","country":"DE","payment_terms":"2% 10 NET 30"}
    {"object":"customer","id":10,"name":"Subscriber","country":"DE"}
    {"object":"subscription","id":1,"customer":10,"plan":"p",\#
    "start_date":"2026-01-15","snap_to_nth_day":1}
    """#

  /// Two invoices of the subscription, one of them missed, then twelve by hand of some days ago: 11
  /// is a draft, 12 is paid.
  private static let story = #"""
    set -e
    ago() { date -u -d "$1 days ago" +%F; }
    billrun run --as-of 2026-02-01 --only bill >/dev/null
    last=$(billrun invoice list --jsonl | sed 's/[^0-9]*\([0-9]*\).*/\1/' | sort -n | tail -1)
    inv() {
      echo '{"customer":'$1',"date":"'$(ago 60)'","items":[{"name":"Work","quantity":3,'\
    '"unit_cost":'$2'}],"discounts":[{"amount":1.01}]'$3'}' | billrun invoice create - >/dev/null
    }
    for c in 1 1 2 3 4 5 6 7 8 9; do inv $c 33.35; done
    inv 1 5 ',"draft":true'
    inv 1 7
    at() { echo $((last + $1)); }
    pay() {
      billrun payment record --customer $1 --amount $2 --currency eur --date $3 $4 >/dev/null
    }
    pay 1 150 $(ago 30) "--invoice $(at 1)=100 --invoice $(at 2)=20 --reference T-1"
    pay 1 23.8 $(ago 30) "--invoice $(at 12)"
    echo '{"object":"credit","customer":2,"amount":10,"currency":"eur"}
    {"object":"credit","customer":2,"amount":5,"currency":"eur","kind":"goodwill"}
    {"object":"customer","id":3,"name":"Exempt since","country":"DE","taxable":false}' |
      billrun import - >/dev/null
    billrun invoice apply-credit $(at 3) >/dev/null
    billrun invoice credit $(at 5) --amount 20 >/dev/null
    pay 7 60 $(ago 20) "--invoice $(at 8)"
    billrun payment refund $(billrun payment list --customer 7 --jsonl |
      sed 's/[^0-9]*\([0-9]*\).*/\1/') --amount 25 --reason more >/dev/null
    pay 8 40 $(ago 50) "--invoice $(at 9)"
    billrun books close --through $(ago 45) >/dev/null
    pay 8 8.5 $(ago 5) "--invoice $(at 9)"
    pay 9 1 $(ago 5) "--invoice $(at 10)"
    billrun invoice late-fee $(at 10) --amount 5 >/dev/null
    billrun charge --as-of $(ago 0) >/dev/null || true
    """#

  @Test("each customer owes elsewhere what is owed here, and nothing is billed or charged twice")
  func receivables() async throws {
    try await withTemporaryDatabase { first in
      try await withTemporaryDatabase { second in
        let folder = try TemporaryFolder()
        let (source, copy) = (Shell(database: first.url), Shell(database: second.url))
        try Self.objects.write(toFile: folder.path + "/o.jsonl", atomically: true, encoding: .utf8)
        try Self.story.write(toFile: folder.path + "/story", atomically: true, encoding: .utf8)
        let made = try await source.run(
          "billrun import \(folder.path)/o.jsonl && bash \(folder.path)/story")
        #expect(made.status == 0, "\(made.story)")
        let out = try await source.run("billrun export --output \(folder.path)/1.jsonl")
        #expect(out.status == 0, "\(out.story)")
        #expect(
          out.story.split(separator: "\n").dropFirst() == [
            "invoices stay behind, a charge of each is on its way (1)",
            "drafts stay behind: post or cancel them first, what a run drafted counts as billed"
              + " (1)",
          ])
        let taken = try await copy.run("billrun import \(folder.path)/1.jsonl")
        #expect(taken.status == 0, "\(taken.story)")
        let again = try await copy.run(
          "billrun export > \(folder.path)/2.jsonl; diff \(folder.path)/[12].jsonl")
        #expect(again.output.isEmpty, "\(again.output)")
        let owed = try await Self.rows(Self.owed, in: first.url)
        #expect(owed.count == 12)
        #expect(owed == (try await Self.rows(Self.owed, in: second.url)))
        #expect(
          try await Self.rows(Self.credits, in: first.url)
            == Self.rows(Self.credits, in: second.url))
        for shell in [source, copy] {
          let verified = try await shell.run("billrun verify")
          #expect(verified.status == 0, "\(verified.output)")
          let preview = try await shell.run("billrun preview --customer 10 --as-of 2026-02-28")
          #expect(!preview.output.contains("INV"), "\(preview.output)")
        }
        // The card that was declined for good is not asked once more.
        let charged = try await copy.run("billrun charge --as-of $(date -u +%F) --json")
        #expect(charged.output.contains(#""attempted":0"#), "\(charged.output)")
        // Numbers go on where they ended.
        let next = try await copy.run(
          #"echo '{"customer":1,"items":[{"name":"Next","unit_cost":1}]}' "#
            + "| billrun invoice create - --json")
        #expect(next.output.contains("INV-000015"), "\(next.output)\(next.story)")
      }
    }
  }

  @Test("a change within billed days is told until a run has taken it up")
  func changes() async throws {
    try await withBooks { books in
      try await books.seller()
      try await books.plan("small", "10")
      try await books.customer(1)
      try await books.subscription(1, of: 1, "small", from: "2026-11-01")
      try await books.bill("2026-11-01")
      try await books.change(of: 1, on: "2026-11-16", ["quantity": "2"])
      func told() async throws -> [String] {
        try await books.connection.leftBehind(by: Exporter(Exporter.Kind.allCases))
      }
      #expect(try await told().contains { $0.hasPrefix("changes within") && $0.hasSuffix("(1)") })
      try await books.bill("2026-11-16")
      #expect(try await told() == [])
    }
  }

  /// What nobody charges at this moment.
  private static let owed = """
    select concat_ws(' ', r.customer, r.invoice, r.number, r.date, r.due_date, r.balance)
    from receivables r
    where not exists (select from payment_attempt a where a.invoice_id = r.invoice
      and a.state in ('intended', 'pending', 'unknown'))
    order by r.invoice
    """
  private static let credits =
    "select concat_ws(' ', customer, currency, kind, remaining) from open_credits order by 1"

  private static func rows(_ sql: String, in url: String) async throws -> [String] {
    let connection = try await Connection(
      url, searchPath: "billing", applicationName: "billrun tests")
    let rows = try await connection.query(Statement(name: sql, text: sql), [])
    return try rows.indices.map { try rows.string($0, 0) }
  }
}
