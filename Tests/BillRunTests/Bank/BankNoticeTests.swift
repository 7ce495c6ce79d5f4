// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import Postgres
import TestSupport
import Testing

/// RULES 4: the invoice is the notice of a debit, with amount, day, creditor identifier and
/// mandate.
@Suite struct BankNoticeTests {
  @Test(
    "an invoice that a bank debits says when, by which mandate and for whom",
    arguments: [
      // Told on Sunday 1 November: 14 days later is a Sunday, too.
      (told: true, mandate: "", day: "16 November 2026"),
      (told: true, mandate: #", "notice_days": 5"#, day: "6 November 2026"),
      (told: false, mandate: "", day: "16 November 2026"),
    ])
  func notice(told: Bool, mandate: String, day: String) async throws {
    try await BankBooks.with(1, told: told, mandate: mandate) { bank in
      let file = "\(bank.folder.path)/billrun.yaml"
      try """
      gateways:
        bank: {kind: bank-file, creditor_id: DE98ZZZ09999999999, iban: DE89370400440532013000}
      """.write(toFile: file, atomically: true, encoding: .utf8)
      let desk = try DocumentDesk(Settings(environment: [:], usualFile: file))
      let html = String(
        decoding: try await desk.invoice("INV-000001", as: .html, on: bank.books.connection),
        as: UTF8.self)
      #expect(html.contains("€10.00 will be debited"), "\(html)")
      #expect(
        html.contains(
          "on or after \(day), by mandate M-1 for creditor DE98ZZZ09999999999."), "\(html)")
    }
  }
}
