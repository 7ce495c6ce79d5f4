// SPDX-License-Identifier: Apache-2.0
import Foundation
import Postgres
import TestSupport
import Testing
import Transport

@testable import BillRun

/// Services that are told of events.
struct WebhookTests {
  private static let write = """
    insert into event (kind, subject_kind, subject_id) values
    """

  /// The events in the outbox, by endpoint and in order.
  private static let queued = """
    select concat_ws(' ', m.webhook_endpoint_id, m.template, e.subject_id, m.state)
    from message m join event e on e.event_id = m.event_id
    order by m.webhook_endpoint_id, m.message_id
    """

  @Test("an event whose id is lower, and that is committed later, is told, and each is told once")
  func interleaved() async throws {
    try await withBooks { books in
      _ = try await Self.add("https://a.test/", ["invoice_*"], to: books)
      let early = try await books.database.open()
      let late = try await books.database.open()
      // The first has the lower id, and is still under way when the second is over.
      try await early.run(script: "begin; \(Self.write) ('invoice_posted', 'invoice', 1)")
      try await late.run(script: "begin; \(Self.write) ('invoice_posted', 'invoice', 2)")
      try await late.run(script: "commit")
      try await WebhookStore.queueEvents(on: books.connection)
      #expect(try await books.texts(Self.queued) == [], "what is older may still come")
      try await books.run("\(Self.write) ('invoice_voided', 'invoice', 3), ('import', 'import', 4)")
      try await early.run(script: "commit")
      for _ in 0..<3 { try await books.queueEvents() }
      #expect(
        try await books.texts(Self.queued) == [
          "1 invoice_posted 1 queued", "1 invoice_posted 2 queued", "1 invoice_voided 3 queued",
        ])
      // One that is rolled back is passed over.
      try await early.run(script: "begin; \(Self.write) ('invoice_posted', 'invoice', 5)")
      try await late.run(script: "\(Self.write) ('invoice_posted', 'invoice', 6)")
      try await early.run(script: "rollback")
      try await books.queueEvents()
      #expect(try await books.texts(Self.queued).last == "1 invoice_posted 6 queued")
      await early.close()
      await late.close()
    }
  }

  @Test("many who write and many who queue at once: each event is told once, none is missed")
  func crowd() async throws {
    try await withBooks { books in
      _ = try await Self.add("https://a.test/", ["*"], to: books)
      let before = try await books.text("select count(*) from event")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<6 {
          group.addTask {
            let connection = try await books.database.open()
            for count in 0..<20 {
              try await connection.run(
                script: """
                  begin; \(Self.write) ('invoice_posted', 'invoice', \(writer * 100 + count));
                  select pg_sleep(random() * 0.01); commit
                  """)
            }
            await connection.close()
          }
        }
        for _ in 0..<2 {
          group.addTask {
            let connection = try await books.database.open()
            for _ in 0..<60 { try await WebhookStore.queueEvents(on: connection) }
            await connection.close()
          }
        }
        try await group.waitForAll()
      }
      try await books.queueEvents()
      #expect(
        try await books.text(
          "select count(*) || ' ' || count(distinct event_id) from message") == "121 121")
      #expect(before == "1")
    }
  }

  @Test("books that came to a server whose transactions count lower go on by the ids")
  func moved() async throws {
    try await withBooks { books in
      _ = try await Self.add("https://a.test/", ["invoice_*"], to: books)
      try await books.run("\(Self.write) ('invoice_posted', 'invoice', 1)")
      try await books.queueEvents()
      // As if event and cursor had come from elsewhere.
      try await books.run(
        """
        update webhook_endpoint set told_xact = '900000000000';
        insert into event (kind, subject_kind, subject_id, xact)
        values ('invoice_posted', 'invoice', 2, '899999999999');
        \(Self.write) ('invoice_posted', 'invoice', 3)
        """)
      for _ in 0..<2 { try await books.queueEvents() }
      try await books.run("\(Self.write) ('invoice_posted', 'invoice', 4)")
      for _ in 0..<2 { try await books.queueEvents() }
      #expect(
        try await books.texts(
          "select e.subject_id from message m join event e using (event_id) order by 1")
          == ["1", "2", "3", "4"])
    }
  }

  @Test("a transaction of another database holds nothing up")
  func elsewhere() async throws {
    try await withBooks { others in
      let long = try await others.database.open()
      try await long.run(script: "begin; \(Self.write) ('invoice_posted', 'invoice', 1)")
      try await withBooks { books in
        _ = try await Self.add("https://a.test/", ["*"], to: books)
        try await books.run("\(Self.write) ('invoice_posted', 'invoice', 2)")
        try await books.queueEvents()
        #expect(try await books.texts(Self.queued).last == "1 invoice_posted 2 queued")
      }
      await long.close()
    }
  }

  @Test("a pattern means kinds, and one that means none is refused, as is an address that is none")
  func patterns() async throws {
    #expect(WebhookStore.fits("invoice_posted", "*"))
    #expect(WebhookStore.fits("invoice_posted", "invoice_*"))
    #expect(WebhookStore.fits("invoice_posted", "*_p*d"))
    #expect(!WebhookStore.fits("invoice_posted", "invoice"))
    #expect(!WebhookStore.fits("invoice_posted", "*_void*"))
    #expect(!WebhookStore.fits("ab", "ab*ab"))
    try await withBooks { books in
      let first = try await Self.add("https://a.test/", ["run_*", "hold_placed"], to: books)
      #expect(first.kinds == ["run_*", "hold_placed"])
      for (url, kind, code) in [
        ("https://b.test/", "invoicex_*", "event_kind_unknown"),
        ("http://b.test/", "*", "webhook_url_wrong"), ("ftp://b", "*", "webhook_url_wrong"),
        ("https://a.test/", "*", "webhook_known"),
      ] {
        let error = await #expect(throws: BillRunError.self) {
          _ = try await Self.add(url, [kind], to: books)
        }
        #expect(error?.code == code)
      }
      try await books.run(
        "\(Self.write) ('runxopened', 'run', 1), ('run_opened', 'run', 2)")
      try await books.queueEvents()
      #expect(try await books.texts(Self.queued) == ["1 run_opened 2 queued"])
      let store = WebhookStore(by: "tester")
      try await books.connection.operation { try store.remove(1, on: $0) }
      #expect(try await books.texts(Self.queued) == ["1 run_opened 2 canceled"])
      let error = await #expect(throws: BillRunError.self) {
        try await books.connection.operation { try store.remove(1, on: $0) }
      }
      #expect(error?.code == "webhook_not_found")
    }
  }

  @Test("what was for a webhook that is removed is not sent again")
  func removed() async throws {
    try await withBooks { books in
      for url in ["https://a.test/", "https://b.test/"] {
        _ = try await Self.add(url, ["run_*"], to: books)
      }
      try await books.run("\(Self.write) ('run_opened', 'run', 1)")
      try await books.queueEvents()
      try await books.run("update message set state = 'failed'")
      try await books.connection.operation { try WebhookStore(by: "tester").remove(1, on: $0) }
      let ids = try await books.texts("select message_id from message order by webhook_endpoint_id")
      #expect(ids.count == 2)
      for (id, code) in zip(ids, ["message_retry_refused", nil]) {
        let key = try MessageStore.id(of: id)
        var refusal: BillRunError?
        do {
          try await books.connection.operation {
            try MessageStore(by: "tester").change(.retry, [key], on: $0)
          }
        } catch let error as BillRunError {
          refusal = error
        }
        #expect(refusal?.code == code)
        #expect(refusal?.message.contains("was removed") != false)
      }
      #expect(
        try await books.texts(Self.queued) == [
          "1 run_opened 1 failed", "2 run_opened 1 queued",
        ])
    }
  }

  private static func add(
    _ url: String, _ kinds: [String], to books: Books
  ) async throws -> WebhookEndpoint {
    try await books.connection.operation {
      try WebhookStore(by: "tester").add(url, kinds, on: $0)
    }
  }
}

/// The same beside a server that looks at what it is sent.
@Suite(.enabled(if: Peer.hasPython, "\(Peer.pythonMissing)"))
struct WebhookDeliveryTests {
  private let folder: TemporaryFolder
  private let peer: Peer

  init() async throws {
    folder = try TemporaryFolder()
    peer = try await Peer("hook_server.py", ["\(folder.path)/seen", "s3cret"])
  }

  private func seen(_ path: String) throws -> [JSON] {
    let text = try? String(contentsOfFile: "\(folder.path)/seen", encoding: .utf8)
    return try (text ?? "").split(separator: "\n").map { try JSON(String($0)) }
      .filter { $0["path"] == .string(path) }
  }

  private var carriers: CarrierSet {
    CarrierSet([
      "webhook": HookCarrier(
        HookSettings(url: nil, key: .variable("X")), key: Secret("s3cret"))
    ])
  }

  private func with(
    _ paths: [String], _ body: (Books) async throws -> Void
  ) async throws {
    try await withBooks { books in
      for path in paths {
        let url = "http://127.0.0.1:\(peer.port)\(path)"
        try await books.connection.operation {
          _ = try WebhookStore(by: "tester").add(url, ["invoice_*"], on: $0)
        }
      }
      let values = (1...30).map { "('invoice_posted', 'invoice', \($0))" }
      for value in values {
        try await books.run("insert into event (kind, subject_kind, subject_id) values \(value)")
      }
      try await books.queueEvents()
      try await body(books)
    }
  }

  @Test("events come signed, in their order, each with a key of its own")
  func order() async throws {
    try await with(["/a"]) { books in
      let summary = try await books.send(by: carriers)
      #expect(summary.count("sent") == 30 && summary.exitCode == .ok)
      let seen = try seen("/a")
      #expect(seen.map { $0["body"]?["subject"] } == (1...30).map { .number("\($0)") })
      #expect(seen.allSatisfy { $0["signed"] == .bool(true) && $0["body"]?["object"] == "event" })
      #expect(seen.first?["body"]?["kind"] == "invoice_posted")
      #expect(Set(seen.map { "\(String(describing: $0["key"]))" }).count == 30)
      #expect(try await books.send(by: carriers).ended.isEmpty)
    }
  }

  @Test("one that fails is tried again after its pause, keeps its order, and stops nobody else")
  func failing() async throws {
    try await with(["/status/500", "/b"]) { books in
      var summary = try await books.send(by: carriers)
      #expect(try seen("/b").count == 30)
      #expect(try seen("/status/500").count == 1)
      #expect(summary.count("sent") == 30)
      let waits = """
        select concat_ws(' ', tries, reject_code,
          round(extract(epoch from not_before - now()) / 10) * 10)
        from message where webhook_endpoint_id = 1 order by message_id limit 2
        """
      #expect(try await books.texts(waits) == ["1 service_deferred 60", "0 60"])
      // What stands behind it is not told before it.
      try await books.run(
        "update message set not_before = now() where webhook_endpoint_id = 1 and tries = 0")
      _ = try await books.send(by: carriers)
      #expect(try seen("/status/500").count == 1)
      // Given up after its days; then the next is tried.
      try await books.run(
        """
        update message set tried_at = now() - interval '6 days', not_before = now()
        where webhook_endpoint_id = 1 and tries = 1;
        update message set not_before = now() where webhook_endpoint_id = 1
        """)
      summary = try await books.send(by: carriers)
      #expect(summary.count("failed") == 1)
      let id = try #require(
        Int64(try await books.text("select message_id from message where state = 'failed'")))
      // Mended, and asked for again.
      try await books.run(
        """
        update message set content = jsonb_build_object(
          'url', 'http://127.0.0.1:\(peer.port)/mended'), not_before = now()
        where webhook_endpoint_id = 1
        """)
      try await books.connection.operation {
        try MessageStore(by: "tester").change(.retry, [id], on: $0)
      }
      #expect(try await books.send(by: carriers).count("sent") == 30)
      #expect(
        try seen("/mended").map { $0["body"]?["subject"] } == (1...30).map { .number("\($0)") })
    }
  }
}

extension Books {
  /// Queues what endpoints are told, once nobody on this server is at what was begun before: other
  /// tests are, too.
  fileprivate func queueEvents() async throws {
    for _ in 0..<600 {
      let isOver = try await text(
        """
        select pg_snapshot_xmin(pg_current_snapshot()) > max(xact)::text::xid8
        from event where xact < '800000000000'
        """)
      if isOver == "true" || isOver == "t" { break }
      try await Task.sleep(for: .milliseconds(100))
    }
    try await WebhookStore.queueEvents(on: connection)
  }
}
