// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import TestSupport
import Testing

/// Whoever changes a subscription by plain SQL makes the next run look at it, and bill what is
/// missing by spans.
@Suite struct SubscriptionEditTests {
  @Test("an add-on that comes in the middle of a period is billed for what is left uncovered")
  func addon() async throws {
    try await withBooks { books in
      try await books.billed()
      try await books.addon("seat", slot: 1, on: 1)
      try await books.bill("2026-11-15")
      try await expectSlots(
        books, ["0 2026-11-01 2026-12-01 1000", "1 2026-11-01 2026-12-01 300"])
      try await books.bill("2026-12-01")
      try await expectSlots(
        books,
        [
          "0 2026-11-01 2026-12-01 1000", "0 2026-12-01 2027-01-01 1000",
          "1 2026-11-01 2026-12-01 300", "1 2026-12-01 2027-01-01 300",
        ])
      try await expectTexts(
        books, "select total_minor from invoice where invoice_date = '2026-12-01'", ["1300"])
      let again = try await books.bill("2026-12-02")
      #expect(again.map(\.population) == [0])
      try await expectSound(books)
    }
  }

  @Test("a yearly add-on that is removed leaves the months due")
  func removedAddon() async throws {
    try await withBooks { books in
      try await books.billed(addons: ["year"])
      try await books.run("delete from subscription_addon")
      try await books.bill("2026-12-01")
      try await books.bill("2027-01-01")
      try await expectSlots(
        books,
        [
          "0 2026-11-01 2026-12-01 1000", "0 2026-12-01 2027-01-01 1000",
          "0 2027-01-01 2027-02-01 1000", "1 2026-11-01 2027-11-01 9900",
        ])
    }
  }

  @Test("an add-on whose plan changes goes on where it is covered to")
  func changedAddon() async throws {
    try await withBooks { books in
      try await books.billed(addons: ["year"])
      try await books.run(
        "update subscription_addon set plan_id = (select plan_id from plan where code = 'seat')")
      try await books.bill("2026-11-15")
      try await books.bill("2026-12-01")
      try await expectSlots(
        books,
        [
          "0 2026-11-01 2026-12-01 1000", "0 2026-12-01 2027-01-01 1000",
          "1 2026-11-01 2027-11-01 9900",
        ])
      try await books.bill("2027-11-01") { $0.allowsFarAsOf = true }
      try await expectTexts(
        books,
        "select min(span_start) || ' ' || max(span_end) || ' ' || count(*) from coverage "
          + "where slot = 1",
        ["2026-11-01 2027-12-01 2"])
    }
  }

  @Test("a quantity that changes counts from the next period")
  func quantity() async throws {
    try await withBooks { books in
      try await books.billed()
      try await books.run("update subscription set quantity = 3")
      let looked = try await books.bill("2026-11-15")
      #expect(looked.map(\.population) == [1])
      #expect(looked.map(\.invoices) == [0])
      try await books.bill("2026-12-01")
      try await expectSlots(
        books, ["0 2026-11-01 2026-12-01 1000", "0 2026-12-01 2027-01-01 3000"])
      try await expectSound(books)
    }
  }

  @Test("a contract to be renewed by hand is named until it is, then billed from the old end")
  func renewal() async throws {
    try await withBooks { books in
      try await books.open()
      try await books.run(
        "update subscription set cycles = 1, contract_renewal_mode = 'manual'")
      try await books.bill("2026-11-01")
      for day in ["2026-11-30", "2026-12-01", "2026-12-02", "2027-01-15"] {
        let runs = try await books.bill(day)
        let names = runs.flatMap(\.reasons).map { $0.code ?? "" }
        #expect(names == (day < "2026-12-01" ? [] : ["awaiting_renewal"]), "\(day)")
      }
      try await expectSound(books)
      try await books.run("update subscription set contract_term = 3")
      try await books.bill("2027-01-15")
      try await expectSlots(
        books,
        [
          "0 2026-11-01 2026-12-01 1000", "0 2026-12-01 2027-01-01 1000",
          "0 2027-01-01 2027-02-01 1000",
        ])
      try await expectSound(books)
    }
  }

  @Test("a cancellation ends it, and to take that back goes on without a hole")
  func cancel() async throws {
    try await withBooks { books in
      try await books.billed()
      try await books.run("update subscription set canceled_at = '2026-11-20'")
      try await books.bill("2026-12-01")
      try await expectTexts(
        books, "select concat_ws(' ', covered_through, next_bill_on) from billing_cursor",
        ["2026-12-01 infinity"])
      let never = try await books.bill("2027-01-01")
      #expect(never.map(\.population) == [0])
      try await books.run("update subscription set canceled_at = null")
      try await books.bill("2027-01-02")
      try await expectSlots(
        books,
        [
          "0 2026-11-01 2026-12-01 1000", "0 2026-12-01 2027-01-01 1000",
          "0 2027-01-01 2027-02-01 1000",
        ])
      try await expectSound(books)
    }
  }

  @Test("canceled at infinity means never")
  func infinity() async throws {
    try await withBooks { books in
      try await books.billed()
      try await books.run("update subscription set canceled_at = 'infinity'")
      let runs = try await books.bill("2026-12-01")
      #expect(runs.map(\.exitCode) == [.ok])
      try await expectTexts(books, "select count(*) from invoice", ["2"])
    }
  }

  @Test("an add-on that comes in while the run bills its subscription is not forgotten")
  func whileAtWork() async throws {
    try await withBooks { books in
      try await books.open()
      let other = try await books.database.connect()
      // The run has read the subscription without it when it is committed.
      try await other.run(script: "begin")
      try await other.run(
        script: "insert into subscription_addon select 1, 1, plan_id from plan where code = 'seat'")
      let billing = Caught()
      billing.start { try await books.bill("2026-11-01", lanes: 1) }
      try await books.untilSomebodyWaits()
      try await other.run(script: "commit")
      try await billing.value()
      await other.close()
      try await expectTexts(books, "select count(*) from coverage", ["1"])
      try await books.bill("2026-11-02")
      try await expectSlots(
        books, ["0 2026-11-01 2026-12-01 1000", "1 2026-11-01 2026-12-01 300"])
      try await expectSound(books)
    }
  }

  @Test("an add-on that waits for the run is billed by the next one")
  func afterTheRun() async throws {
    try await withBooks { books in
      try await books.open()
      let late = Caught()
      try await books.bill("2026-11-01", lanes: 1) { options in
        let once = Once()
        options.fault = { point in
          guard point == .written, once.first() else { return }
          late.start { try await books.addon("seat", slot: 1, on: 1) }
          try Caught().untilTrue {
            try await books.database.connect().query(
              Statement(
                name: "waiting",
                text: """
                  select exists (select from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock')
                  """), []
            )[0].bool(0)
          }
        }
      }
      try await late.value()
      try await books.bill("2026-11-02")
      try await expectSlots(
        books, ["0 2026-11-01 2026-12-01 1000", "1 2026-11-01 2026-12-01 300"])
      try await expectSound(books)
    }
  }
}

extension Books {
  /// A customer with a monthly plan since November.
  fileprivate func open(addons: [String] = []) async throws {
    try await seller()
    try await plan("pro", "10")
    try await plan("seat", "3")
    try await plan("year", "99", every: "year")
    try await customer(1)
    try await subscription(1, of: 1, "pro", from: "2026-11-01", addons: addons)
  }

  fileprivate func billed(addons: [String] = []) async throws {
    try await open(addons: addons)
    try await bill("2026-11-01")
  }
}
