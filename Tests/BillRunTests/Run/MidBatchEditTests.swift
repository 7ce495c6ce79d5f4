// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import TestSupport
import Testing

/// Whoever edits a subscription while a batch that has read it is at work loses nothing: the next
/// run bills exactly what is missing, and from then on the subscription goes straight on again.
@Suite struct MidBatchEditTests {
  /// What is edited, of a subscription that is billed since October, or not at all yet.
  enum Edit: CaseIterable {
    case addonAdded
    case startMoved
    case quantityChanged

    var sql: String {
      switch self {
      case .addonAdded:
        "insert into subscription_addon (subscription_id, slot, plan_id) "
          + "select 1, 1, plan_id from plan where code = 'seat'"
      case .startMoved: "update subscription set start_date = '2026-10-15'"
      case .quantityChanged: "update subscription set quantity = 3"
      }
    }

    /// What is covered after the run that has not seen it, and the one on the day after.
    func covered(isBilled: Bool) -> [String] {
      let before = isBilled ? ["0 2026-10-01 2026-11-01 1000"] : []
      let november = before + ["0 2026-11-01 2026-12-01 1000"]
      switch self {
      case .addonAdded:
        let addon = isBilled ? ["1 2026-10-01 2026-11-01 300"] : []
        return november + addon + ["1 2026-11-01 2026-12-01 300"]
      case .startMoved: return isBilled ? november : ["0 2026-10-15 2026-11-01 548"] + november
      case .quantityChanged: return november
      }
    }

    /// What the run of the next period comes to.
    var december: [String] {
      switch self {
      case .addonAdded: ["0 2026-12-01 2027-01-01 1000", "1 2026-12-01 2027-01-01 300"]
      case .startMoved: []
      case .quantityChanged: ["0 2026-12-01 2027-01-01 3000"]
      }
    }
  }

  /// Who waits for whom.
  enum Meeting: CaseIterable {
    case committedAfterLoad
    case runWaits
    case editWaits
  }

  struct Row: CustomTestStringConvertible {
    let edit: Edit
    let meeting: Meeting
    /// October is billed already.
    let isBilled: Bool
    /// An edit before has it billed by spans.
    let isBySpans: Bool

    var testDescription: String {
      "\(edit), \(meeting), \(isBilled ? "billed" : "new"), \(isBySpans ? "spans" : "straight")"
    }

    static let all = Edit.allCases.flatMap { edit in
      Meeting.allCases.flatMap { meeting in
        [(false, false), (false, true), (true, false), (true, true)].map {
          Row(edit: edit, meeting: meeting, isBilled: $0.0, isBySpans: $0.1)
        }
      }
    }
  }

  @Test("an edit in mid-batch is seen by the next run, whoever waits", arguments: Row.all)
  func edit(row: Row) async throws {
    try await withBooks { books in
      try await books.open(isBilled: row.isBilled)
      if row.isBySpans { try await books.run("update subscription set metadata = '{\"a\":1}'") }
      try await expectStraight(books, !row.isBySpans)
      try await books.bill("2026-11-01", editing: row.edit.sql, row.meeting)
      try await expectLook(books)
      let next = try await books.bill("2026-11-02")
      #expect(next.map(\.population) == [1])
      let covered = row.edit.covered(isBilled: row.isBilled)
      try await expectSlots(books, covered)
      let again = try await books.bill("2026-11-03")
      #expect(again.map(\.population) == [0])
      try await expectSound(books)
      if row.edit == .startMoved { return }
      try await expectStraight(books, true)
      try await books.bill("2026-12-01")
      try await expectSlots(books, (covered + row.edit.december).sorted())
      try await expectStraight(books, true)
      try await expectSound(books)
    }
  }

  @Test("a batch that finds nothing due leaves an edited subscription to be looked at")
  func nothingDue() async throws {
    try await withBooks { books in
      try await books.open(isBilled: true)
      try await books.run("update subscription set metadata = '{\"a\":1}'")
      try await books.bill("2026-10-02", editing: Edit.quantityChanged.sql, .committedAfterLoad)
      try await expectLook(books)
      try await books.bill("2026-10-03")
      try await expectStraight(books, true)
      try await expectSound(books)
    }
  }

  @Test("days released in mid-batch are billed by the next run")
  func release() async throws {
    try await withBooks { books in
      try await books.open(isBilled: true)
      try await books.run("update subscription set metadata = '{\"a\":1}'")
      try await books.bill(
        "2026-10-02", editing: "update coverage set released_by = 'test'", .committedAfterLoad)
      try await books.bill("2026-10-03")
      try await expectTexts(
        books, "select count(*) from coverage where released_by is null", ["1"])
      try await expectStraight(books, true)
    }
  }

  @Test("what is written in the transaction of the subscription itself leaves it straight")
  func newSubscription() async throws {
    try await withBooks { books in
      try await books.open(isBilled: false)
      try await books.run(
        """
        begin;
        insert into subscription (subscription_id, customer_id, plan_id, start_date)
        select 2, 1, plan_id, '2026-11-01' from plan where code = 'pro';
        insert into subscription_addon (subscription_id, slot, plan_id)
        select 2, 1, plan_id from plan where code = 'seat';
        update subscription set bill_in_advance_days = 3 where subscription_id = 2;
        commit
        """)
      try await expectTexts(
        books, "select concat_ws(' ', straight, lead_days) from billing_cursor order by 1",
        ["t 0", "t 3"])
    }
  }
}

/// Whether the subscription goes straight on.
private func expectStraight(
  _ books: Books, _ wanted: Bool, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  try await expectTexts(
    books, "select straight from billing_cursor", [wanted ? "true" : "false"],
    sourceLocation: sourceLocation)
}

/// The subscription is to be looked at by any run, span by span.
private func expectLook(
  _ books: Books, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  try await expectTexts(
    books, "select concat_ws(' ', straight, next_bill_on) from billing_cursor", ["f"],
    sourceLocation: sourceLocation)
}

extension Books {
  fileprivate func open(isBilled: Bool) async throws {
    try await seller()
    try await plan("pro", "10")
    try await plan("seat", "3")
    try await customer(1)
    try await subscription(1, of: 1, "pro", from: isBilled ? "2026-10-01" : "2026-11-01")
    if isBilled { try await bill("2026-10-01") }
  }

  /// Bills while somebody else edits what the batch has read.
  fileprivate func bill(
    _ day: String, editing sql: String, _ meeting: MidBatchEditTests.Meeting
  ) async throws {
    let other = try await database.connect()
    let late = Caught()
    let once = Once()
    switch meeting {
    case .committedAfterLoad:
      try await bill(day, lanes: 1) { options in
        options.fault = { point in
          guard point == .loaded, once.first() else { return }
          late.wait { try await other.run(script: sql) }
        }
      }
    case .runWaits:
      try await other.run(script: "begin")
      try await other.run(script: sql)
      let billing = Caught()
      billing.start { try await bill(day, lanes: 1) }
      try await untilSomebodyWaits()
      late.start { try await other.run(script: "commit") }
      try await billing.value()
    case .editWaits:
      let watcher = self
      try await bill(day, lanes: 1) { options in
        options.fault = { point in
          guard point == .written, once.first() else { return }
          late.start { try await other.run(script: sql) }
          let waiting = Caught()
          waiting.wait { try await watcher.untilSomebodyWaits() }
          if let error = waiting.error { throw error }
        }
      }
    }
    try await late.value()
    await other.close()
  }
}
