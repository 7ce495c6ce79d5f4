// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

@Suite struct EventLogTests {
  private func read(
    _ books: Books, _ change: (inout EventFilter) -> Void = { _ in }
  ) async throws -> [EventEntry] {
    var filter = EventFilter()
    change(&filter)
    return try await books.connection.events(filter)
  }

  private func write(_ books: Books) async throws {
    try await books.run(
      """
      insert into event (occurred_at, kind, subject_kind, subject_id, detail) values
        ('2026-11-01 23:59:59Z', 'batch_billed', 'run', 4, '{}'),
        ('2026-11-02 00:00:00Z', 'invoice_voided', 'invoice', 4,
         '{"old": "open", "new": "voided", "os_user": "ann"}'),
        ('2026-11-03 08:00:00Z', 'invoice_posted', 'invoice', 5, '{}')
      """)
  }

  @Test("events are listed in order, with who, when, what, old and new")
  func order() async throws {
    try await withBooks { books in
      try await write(books)
      let events = try await read(books)
      #expect(events.map(\.kind) == ["batch_billed", "invoice_voided", "invoice_posted"])
      let actor = try await books.text("select session_user::text")
      #expect(
        events.map(\.text) == [
          "2026-11-01 23:59:59  \(actor)  batch_billed  run 4\n",
          "2026-11-02 00:00:00  ann (\(actor))  invoice_voided  invoice 4  "
            + "{\"new\": \"voided\", \"old\": \"open\"}\n",
          "2026-11-03 08:00:00  \(actor)  invoice_posted  invoice 5\n",
        ])
      var writer = JSONWriter()
      events[1].write(to: &writer)
      #expect(
        writer.text
          == "{\"object\":\"event\",\"id\":\(events[1].id),\"occurred_at\":1793577600,"
          + "\"actor\":\"\(actor)\",\"os_user\":\"ann\",\"kind\":\"invoice_voided\","
          + "\"subject_kind\":\"invoice\",\"subject\":4,"
          + "\"detail\":{\"new\": \"voided\", \"old\": \"open\"}}")
    }
  }

  @Test("each filter leaves what it names, and days count in UTC")
  func filters() async throws {
    try await withBooks { books in
      try await write(books)
      let ids = try await read(books).map(\.id)
      #expect(
        try await read(books) { ($0.subjectKind, $0.subject) = ("invoice", 4) }.map(\.id)
          == [ids[1]])
      #expect(try await read(books) { $0.kind = "invoice_posted" }.map(\.id) == [ids[2]])
      #expect(
        try await read(books) { $0.start = .day("2026-11-02") }.map(\.id) == [ids[1], ids[2]])
      #expect(try await read(books) { $0.end = .day("2026-11-02") }.map(\.id) == [ids[0], ids[1]])
      #expect(try await read(books) { $0.after = ids[0] }.map(\.id) == [ids[1], ids[2]])
      #expect(try await read(books) { $0.limit = 1 }.map(\.id) == [ids[0]])
      #expect(try await read(books) { $0.newestFirst = true }.map(\.id) == ids.reversed())
      #expect(
        try await read(books) { ($0.newestFirst, $0.after) = (true, ids[2]) }.map(\.id)
          == [ids[1], ids[0]])
    }
  }

  @Test("a kind that is neither known nor in the log is refused with those there are")
  func unknownKind() async throws {
    try await withBooks { books in
      try await books.run(
        "insert into event (kind, subject_kind, subject_id) values ('own_kind', 'own', 1)")
      try await EventLog.refuseUnknown("run_opened", on: books.connection)
      try await EventLog.refuseUnknown("own_kind", on: books.connection)
      let refused = await #expect(throws: BillRunError.self) {
        try await EventLog.refuseUnknown("run_open", on: books.connection)
      }
      #expect(refused?.code == "event_kind_unknown" && refused?.status == .usage)
      #expect(refused?.message.contains("run_closed, run_looked_at") == true)
    }
  }
}

extension Connection {
  fileprivate func events(_ filter: EventFilter) throws -> [EventEntry] {
    var events: [EventEntry] = []
    try EventLog.read(filter, on: self) { events.append($0) }
    return events
  }
}
