// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing
import Transport

@testable import BillRun

/// Sending without a server: claims, outcomes, pauses, and what several processes do.
struct SendEngineTests {
  private static func carriers(
    _ body: @escaping @Sendable (OutgoingMessage) async -> Delivery
  ) -> CarrierSet {
    CarrierSet(["email": ScriptedCarrier(body: body)])
  }

  @Test("what is due is composed, sent once and never again")
  func once() async throws {
    try await MailBooks.with(["a@x.org", "b@x.org", "c@x.org"]) { books in
      try await books.emailAll()
      let seen = Mutex<[String]>([])
      let carriers = Self.carriers { message in
        seen.withLock { $0.append("\(message.subject ?? "") \(message.mailID ?? "")") }
        return .sent("250 OK")
      }
      let summary = try await books.send(by: carriers)
      #expect(summary.count("sent") == 3)
      #expect(summary.composed == 3)
      #expect(summary.exitCode == .ok)
      let uuid = try await books.text("select uuid from book")
      #expect(
        seen.withLock { $0.sorted() }
          == (1...3).map { "Invoice INV-00000\($0) from acme \($0).\(uuid)@localhost" })
      #expect(try await books.texts(MailBooks.states) == ["1 sent 1", "2 sent 1", "3 sent 1"])
      #expect(try await books.send(by: carriers) == SendSummary())
      #expect(seen.withLock { $0.count } == 3)
    }
  }

  @Test("what waits is tried again after its pause, and given up after the days")
  func pauses() async throws {
    try await MailBooks.with(["a@x.org"]) { books in
      try await books.emailAll()
      let carriers = Self.carriers { _ in
        Delivery(end: .later(nil), code: "recipient_deferred", reason: "451 later")
      }
      let pause = "select round(extract(epoch from not_before - now()) / 10) * 10 from message"
      for seconds in ["60", "300", "900", "3600", "14400", "86400"] {
        try await books.send(by: carriers)
        #expect(try await books.text(pause) == seconds)
        #expect(try await books.send(by: carriers).ended.isEmpty)
        try await books.passTime()
      }
      try await books.run("update message set tried_at = now() - interval '5 days'")
      let summary = try await books.send(by: carriers)
      #expect(summary.count("failed") == 1)
      #expect(summary.exitCode == .dataError)
      #expect(
        try await books.texts(
          "select state || ' ' || reject_code || ' ' || reject_reason from message")
          == ["failed gave_up 451 later"])
    }
  }

  @Test("a message that cannot be composed is held with its code, and the rest goes out")
  func held() async throws {
    try await MailBooks.with(["a@x.org", "b@x.org"]) { books in
      try await books.emailAll()
      let carriers = Self.carriers { _ in .sent(nil) }
      let composer = FailingComposer(
        error: ComposeError(code: "template_error", text: "unknown field"), id: 1)
      let summary = try await books.send(by: carriers, composer: composer)
      #expect(summary.held == 1)
      #expect(summary.exitCode == .dataError)
      #expect(try await books.texts(MailBooks.states) == ["1 held template_error 0", "2 sent 1"])
      let store = MessageStore(by: "tester")
      try await books.connection.transaction { try store.change(.release, [1], on: $0) }
      try await books.send(by: carriers)
      #expect(try await books.texts(MailBooks.states) == ["1 sent 1", "2 sent 1"])
      #expect(
        try await books.texts("select kind from event where subject_kind = 'message'")
          == ["message_released"])
    }
  }

  @Test("a refused address is stopped, and nothing more is sent there until it is allowed")
  func stopped() async throws {
    try await MailBooks.with(["A@x.org"]) { books in
      try await books.emailAll()
      let calls = Mutex(0)
      let carriers = Self.carriers { message in
        let envelope = Envelope(message)
        if envelope.open.isEmpty { return envelope.delivery }
        calls.withLock { $0 += 1 }
        return envelope.delivery(
          after: MailResult(
            end: .recipientsRefused, recipients: [MailReply(code: 550, text: "5.1.1 nobody")]))
      }
      #expect(try await books.send(by: carriers).count("bounced") == 1)
      #expect(try await books.texts("select address from bounced_address") == ["a@x.org"])
      try await books.emailAll()
      #expect(try await books.send(by: carriers).count("bounced") == 1)
      #expect(calls.withLock { $0 } == 1)
      #expect(
        try await books.texts(MailBooks.states)
          == ["1 bounced address_refused 1", "2 bounced address_stopped 1"])
      let report = try await OutboxReport.read(days: 30, on: books.connection)
      #expect(report.text.contains("a@x.org"))
      #expect(report.text.contains("550 5.1.1 nobody"))
      let store = MessageStore(by: "tester")
      try await books.connection.transaction { try store.allow("A@x.org", on: $0) }
      try await books.connection.transaction { try store.change(.retry, [2], on: $0) }
      try await books.send(by: carriers)
      #expect(calls.withLock { $0 } == 2)
      #expect(
        try await books.texts(
          "select kind from event where kind like '%address%' or kind like 'message%' "
            + "order by event_id")
          == ["address_stopped", "address_allowed", "message_retried", "address_stopped"])
    }
  }

  @Test("a server that is down gets no more messages, and those count no try")
  func down() async throws {
    try await MailBooks.with((1...60).map { "a\($0)@x.org" }) { books in
      try await books.emailAll()
      let summary = try await books.send(
        by: Self.carriers { _ in .silent("server_unreachable", "nobody there") })
      #expect(summary.down == ["email": "nobody there"])
      #expect(summary.exitCode == .unavailable)
      #expect(summary.count("queued") + summary.count("untried") == 60)
      #expect((20...30).contains(summary.count("queued")))
      #expect(
        try await books.text(
          "select count(*) from message where state = 'queued' and claim is null and "
            + "(tries = 0) = (not_before <= now())") == "60")
    }
  }

  @Test("a login that is refused ends it at once, and counts no try")
  func barred() async throws {
    try await MailBooks.with(["a@x.org", "b@x.org"]) { books in
      try await books.emailAll()
      let summary = try await books.send(
        by: Self.carriers { message in
          Envelope(message).delivery(
            after: MailResult(end: .loginRefused(reason: "535 no"), recipients: []))
        })
      #expect(summary.exitCode == .configuration)
      #expect(summary.count("untried") == 2)
      #expect(try await books.text("select sum(tries) from message") == "0")
    }
  }

  @Test("two at once send each message once")
  func two() async throws {
    try await MailBooks.with((1...40).map { "a\($0)@x.org" }) { books in
      for _ in 0..<10 { try await books.emailAll() }
      let seen = Mutex<[Int64]>([])
      let carriers = Self.carriers { message in
        seen.withLock { $0.append(message.id) }
        try? await Task.sleep(for: .milliseconds(1))
        return .sent(nil)
      }
      async let first = books.send(by: carriers)
      async let second = books.send(by: carriers)
      let all = try await (first, second)
      #expect(all.0.count("sent") + all.1.count("sent") == 400)
      #expect(seen.withLock { $0.sorted() } == Array(1...400))
    }
  }

  @Test("who comes back after its claim has lapsed writes nothing")
  func fenced() async throws {
    try await MailBooks.with(["a@x.org"]) { books in
      try await books.emailAll()
      let once = Once()
      let summary = try await books.send(
        by: Self.carriers { _ in
          if once.first() {
            // Somebody else takes it over meanwhile, and is refused.
            try? await books.passTime()
            _ = try? await books.send(by: Self.carriers { _ in .failed("other", "other") })
          }
          return .sent("250 OK")
        }
      ) {
        // It must not take it over itself.
        $0.limit = 1
      }
      #expect(summary.ended.isEmpty)
      #expect(try await books.texts(MailBooks.states) == ["1 failed other 1"])
    }
  }

  @Test("a stop lets what is under way end, and gives the rest back")
  func stop() async throws {
    try await MailBooks.with((1...40).map { "a\($0)@x.org" }) { books in
      try await books.emailAll()
      let stop = StopSignal()
      let error = await #expect(throws: BillRunError.self) {
        try await books.send(
          by: Self.carriers { _ in
            stop.request()
            try? await Task.sleep(for: .milliseconds(50))
            return .sent(nil)
          }, stop: stop)
      }
      #expect(error?.code == "stopped")
      let sent = try #require(
        Int(try await books.text("select count(*) from message where state = 'sent'")))
      #expect((1..<40).contains(sent))
      #expect(
        try await books.text(
          "select count(*) from message where state = 'queued' and claim is null "
            + "and not_before <= now()") == String(40 - sent))
    }
  }

  @Test("a limit is kept, composing alone sends nothing, and looking does nothing")
  func modes() async throws {
    try await MailBooks.with((1...5).map { "a\($0)@x.org" }) { books in
      try await books.emailAll()
      let carriers = Self.carriers { _ in .sent(nil) }
      #expect(try await books.send(by: carriers) { $0.limit = 2 }.count("sent") == 2)
      let composed = try await books.send(by: carriers) { $0.composesOnly = true }
      #expect(composed.composed == 3)
      #expect(composed.ended.isEmpty)
      #expect(
        try await books.text(
          "select count(*) from message where state = 'queued' and composed_at is not null "
            + "and tried_at is null and claim is null") == "3")
      let look = try await SendEngine(
        database: books.database, carriers: carriers, composer: try MessageComposer(),
        user: "tester"
      ).look()
      #expect(look.due == ["email": 3])
      #expect(look.json == #"{"object":"sending","due":{"email":3}}"#)
      let sent = try await books.send(by: carriers)
      #expect(sent.count("sent") == 3)
      #expect(sent.composed == 0)
    }
  }

  @Test("what waits for a channel that is not configured is said")
  func unconfigured() async throws {
    try await MailBooks.with(["a@x.org"]) { books in
      try await books.emailAll()
      let summary = try await books.send(by: CarrierSet([:]))
      #expect(summary.unconfigured == ["email": 1])
      #expect(summary.exitCode == .configuration)
      #expect(try await books.texts(MailBooks.states) == ["1 queued 0"])
    }
  }

  @Test(
    "a crash at each point loses nothing, and sends twice only what had left unwritten",
    arguments: SendOptions.FaultPoint.allCases)
  func crash(_ point: SendOptions.FaultPoint) async throws {
    try await MailBooks.with((1...6).map { "a\($0)@x.org" }) { books in
      try await books.emailAll()
      let seen = Mutex<[String: Int]>([:])
      let carriers = Self.carriers { message in
        seen.withLock { $0[message.mailID ?? "", default: 0] += 1 }
        return .sent(nil)
      }
      await #expect(throws: Crash.self) {
        try await books.send(by: carriers) { options in
          options.blockSize = 6
          options.fault = { if $0 == point { throw Crash() } }
        }
      }
      try await books.passTime()
      try await books.send(by: carriers)
      #expect(
        try await books.text("select count(*) from message where state = 'sent'") == "6")
      let mayRepeat = point == .carried || point == .beforeOutcomeCommit
      #expect(seen.withLock { $0.count } == 6)
      #expect(seen.withLock { $0.values.allSatisfy { $0 == 1 || mayRepeat && $0 == 2 } })
    }
  }

  @Test("messages about one invoice to one address refer to each other")
  func thread() async throws {
    try await MailBooks.with(["a@x.org"]) { books in
      for _ in 0..<3 { try await books.emailAll() }
      try await books.run(
        "insert into message (customer_id, invoice_id, channel, template, recipients) values "
          + "(1, 1, 'email', 'reminder', '[{\"email\":\"other@x.org\"}]')")
      try await books.send(by: Self.carriers { _ in .sent(nil) })
      let uuid = try await books.text("select uuid from book")
      #expect(
        try await books.texts(
          "select array_to_string(mail_references, ' ') from message order by 1")
          == ["", "", "1.\(uuid)@localhost", "1.\(uuid)@localhost 2.\(uuid)@localhost"])
    }
  }
}

/// Composes all but one message.
private struct FailingComposer: MessageComposing {
  let error: ComposeError
  let id: Int64

  func compose(
    _ messages: [QueuedMessage], on connection: Connection
  ) async throws -> [Int64: Result<ComposedMessage, ComposeError>] {
    var composed = try await MessageComposer().compose(messages, on: connection)
    composed[id] = .failure(error)
    return composed
  }
}
