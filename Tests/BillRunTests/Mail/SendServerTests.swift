// SPDX-License-Identifier: Apache-2.0
import Foundation
import Postgres
import TestSupport
import Testing

@testable import BillRun

/// Sending to a real mail server, and what its faults and ours lose.
@Suite(.enabled(if: MailSink.python != nil, "\(MailSink.missing)"))
struct SendServerTests {
  @Test("invoices arrive with subject, words and files, and the source is what arrived")
  func arrives() async throws {
    try await MailBooks.with(["ann@example.com"]) { books in
      let sink = try await MailSink()
      try await books.run(
        """
        insert into file (name, type, sha256, content) values
          ('INV 1.pdf', 'application/pdf', sha256('\\x255044462d'), '\\x255044462d');
        insert into attachment (invoice_id, file_id) values (1, 1)
        """)
      try await books.emailAll()
      let summary = try await books.send(by: MailBooks.carriers(sink.port))
      #expect(summary.count("sent") == 1)
      let message = try sink.message(1)
      let read = try JSON(await MailReading.json(of: message))
      #expect(read["defects"] == .array([]))
      #expect(read["to"] == .array([.array(["Ann 1", "ann@example.com"])]))
      #expect(read["from"] == .array([.array(["acme", "billing@example.com"])]))
      let headers = read["headers"]?.elements.map(\.elements) ?? []
      #expect(headers.contains(["Subject", "Invoice INV-000001 from acme"]))
      #expect(headers.contains(["Reply-To", "acme <desk@example.com>"]))
      #expect(headers.contains(["Auto-Submitted", "auto-generated"]))
      let parts = read["parts"]?.elements ?? []
      #expect(parts.last?["name"] == "INV 1.pdf")
      #expect(parts.last?["base64"] == .string(Data("%PDF-".utf8).base64EncodedString()))
      let loaded = try await OutgoingMessage.fill(
        OutgoingMessage.load([1], on: books.connection), on: books.connection)
      let source = MailCarrier.source(
        of: try #require(loaded.first), try MailBooks.settings(sink.port))
      #expect(source == message)
      #expect(try sink.envelope(1).contains(#""from": "billing@example.com""#))
    }
  }

  @Test("each recipient's answer counts for itself, and copies are in no header")
  func recipients() async throws {
    try await MailBooks.with(["ann@example.com"]) { books in
      let sink = try await MailSink()
      try await books.run(
        """
        insert into message (customer_id, channel, template, recipients, content) values
          (1, 'email', 'note', '[{"name":"A","email":"a@x.org"},{"email":"refused@x.org"},
            {"email":"once@x.org"}]', '{"subject":"S","message":"M","bcc":["hidden@x.org"]}'),
          (1, 'email', 'note', '[{"email":"policy@x.org"}]',
            '{"subject":"S","message":"M"}'),
          (1, 'email', 'note', '[{"email":"spam@x.org"}]',
            '{"subject":"S","message":"M"}'),
          (1, 'email', 'note', '[{"email":"busy@x.org"}]',
            '{"subject":"S","message":"M"}'),
          (1, 'email', 'note', '[{"email":"refused@x.org"}]',
            '{"subject":"S","message":"M"}')
        """)
      let carriers = try MailBooks.carriers(sink.port)
      try await books.send(by: carriers)
      #expect(try sink.envelope(1).contains(#""to": ["a@x.org", "hidden@x.org"]"#))
      let text = String(decoding: try sink.message(1), as: UTF8.self)
      #expect(!text.contains("hidden@x.org"))
      #expect(text.contains("To: A <a@x.org>, refused@x.org, once@x.org\r\n"))
      #expect(
        try await books.texts(MailBooks.states) == [
          "1 queued recipient_deferred 1", "2 bounced policy_refused 1",
          "3 failed message_refused 1",
          "4 queued message_deferred 1", "5 bounced address_refused 1",
        ])
      #expect(try await books.texts("select address from bounced_address") == ["refused@x.org"])
      try await books.passTime()
      try await books.send(by: carriers)
      // Only who did not have it is asked again, for the same message.
      #expect(try sink.envelope(2).contains(#""to": ["once@x.org"]"#))
      #expect(Set(sink.ids).count == 1)
      #expect(try await books.texts(MailBooks.states).first == "1 sent 2")
      #expect(
        try await books.texts(
          "select array_to_string(accepted, ' ') from message where message_id = 1")
          == ["a@x.org hidden@x.org once@x.org"])
    }
  }

  @Test("a server that is down loses nothing, and takes all when it is back")
  func down() async throws {
    try await MailBooks.with((1...40).map { "a\($0)@x.org" }) { books in
      let folder = try TemporaryFolder()
      let port: Int
      do { port = try await MailSink().port }
      try await books.emailAll()
      try await Task.sleep(for: .milliseconds(300))
      let summary = try await books.send(by: MailBooks.carriers(port))
      #expect(summary.exitCode == .unavailable)
      #expect(try await books.text("select count(*) from message where state = 'queued'") == "40")
      let sink = try await MailSink(port: port, keeping: folder)
      try await books.passTime()
      try await books.send(by: MailBooks.carriers(port))
      #expect(sink.ids.count == 40)
      #expect(Set(sink.ids).count == 40)
      #expect(try await books.text("select count(*) from message where state = 'sent'") == "40")
    }
  }

  @Test("a server that dies after DATA gets the same Message-ID again")
  func dies() async throws {
    try await MailBooks.with(["dies@x.org", "lost@x.org", "b@x.org"]) { books in
      let sink = try await MailSink()
      try await books.emailAll()
      let carriers = try MailBooks.carriers(sink.port)
      try await books.send(by: carriers)
      #expect(
        try await books.texts(MailBooks.states)
          == ["1 queued answer_missing 1", "2 queued answer_missing 1", "3 sent 1"])
      try await books.run("update message set recipients = '[{\"email\":\"c@x.org\"}]'")
      try await books.passTime()
      try await books.send(by: carriers)
      let counts = Dictionary(sink.ids.map { ($0, 1) }, uniquingKeysWith: +)
      #expect(counts.values.sorted() == [1, 1, 2])
      #expect(try await books.texts(MailBooks.states) == ["1 sent 2", "2 sent 2", "3 sent 1"])
    }
  }

  @Test("killed again and again, none is lost, and twice goes only what was under way")
  func killed() async throws {
    try await MailBooks.with((1...50).map { "a\($0)@x.org" }) { books in
      for _ in 0..<12 { try await books.emailAll() }
      let sink = try await MailSink(["MAIL_DELAY": "0.01"])
      let folder = try TemporaryFolder()
      try Data(
        "smtp: {url: \"smtp://127.0.0.1:\(sink.port)\", from: billing@example.com}\n".utf8
      ).write(to: URL(filePath: "\(folder.path)/billrun.yaml"))
      let shell = Shell(database: books.database.url)
      let command = "billrun send --settings \(folder.path)/billrun.yaml"
      var mayRepeat = 0
      for round in 1...4 {
        _ = try await shell.run("timeout -s KILL 0.\(round + 2) \(command) || true")
        let claimed = try await books.text(
          "select count(*) from message where claim is not null")
        mayRepeat += try #require(Int(claimed))
        try await books.passTime()
      }
      let last = try await shell.run(command + " --json")
      #expect(last.status == 0, "\(last.story)")
      let ids = sink.ids
      #expect(Set(ids).count == 600)
      #expect(ids.count - 600 <= mayRepeat)
      #expect(try await books.text("select count(*) from message where state = 'sent'") == "600")
    }
  }
}
