// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import TestSupport
import Testing

@testable import BillRun

/// RULES 3: chasing ends when an invoice is paid, closed, voided, disputed or promised, also for a
/// reminder that waits in the outbox.
@Suite struct ReminderWithdrawalTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let name: String
    let change: String
    let state: String

    var testDescription: String { name }

    static let all = [
      Row(name: "nothing", change: "", state: "sent"),
      Row(
        name: "paid", change: "update invoice set settled_minor = total_minor",
        state: "canceled no_longer_due"),
      Row(
        name: "one of two is paid",
        change: "update invoice set settled_minor = total_minor where invoice_id = "
          + "(select min(invoice_id) from invoice)", state: "sent"),
      Row(
        name: "closed", change: "update invoice set closed = true",
        state: "canceled no_longer_due"),
      Row(
        name: "promised", change: "update invoice set promised_on = '9999-01-01'",
        state: "canceled no_longer_due"),
      Row(
        name: "the promise is broken", change: "update invoice set promised_on = '2026-01-01'",
        state: "sent"),
    ]
  }

  @Test("a reminder with nothing to remind of is canceled when it is its turn", arguments: Row.all)
  func withdrawn(row: Row) async throws {
    try await MailBooks.with(["a@x.org"]) { books in
      try await books.subscription(2, of: 1, "pro", from: "2026-11-01")
      try await books.bill("2026-11-01")
      try await books.run(
        """
        insert into message (customer_id, channel, template, recipients, content)
        select 1, 'email', 'reminder', '[{"name": "Ann", "email": "a@x.org"}]',
          jsonb_build_object('reminder', true, 'level', 1, 'cadence', 'dunning', 'step', 1,
            'as_of', '2026-12-01', 'invoices', jsonb_agg(invoice_id))
        from invoice;
        set session_replication_role = replica;
        \(row.change.isEmpty ? "select" : row.change)
        """)
      let summary = try await books.send(
        by: CarrierSet(["email": ScriptedCarrier { _ in .sent("250 ok") }]))
      #expect(
        try await books.text("select concat_ws(' ', state, reject_code) from message")
          == row.state)
      #expect(summary.withdrawn == (row.state == "sent" ? 0 : 1))
      #expect(summary.exitCode == .ok)
    }
  }

  @Test("a server that nobody reaches is told of, also for one message")
  func silent() async throws {
    try await MailBooks.with(["a@x.org"]) { books in
      try await books.emailAll()
      let summary = try await books.send(
        by: CarrierSet([
          "email": ScriptedCarrier { _ in .silent("server_unreachable", "nobody there") }
        ]))
      #expect(summary.down == ["email": "nobody there"])
      #expect(summary.exitCode == .unavailable)
    }
  }

  @Test("what bounces is told of by the exit code, letters that cannot be written by another")
  func exitCodes() {
    var summary = SendSummary()
    summary.ended = ["bounced": 1, "sent": 3]
    #expect(summary.exitCode == .dataError)
    summary.down = ["letter": "no such folder"]
    #expect(summary.exitCode == .ioError)
    summary.down["email"] = "nobody there"
    #expect(summary.exitCode == .unavailable)
  }
}
