// SPDX-License-Identifier: Apache-2.0
import Foundation
import Postgres
import TestSupport
import Testing

@testable import BillRun

/// Sending to a Postfix of Debian's, which speaks SMTP as most of the world does.
@Suite(.enabled(if: Postfix.isThere, "\(Postfix.missing)"))
struct PostfixTests {
  @Test("invoices arrive once and to the byte; who is unknown bounces, what is too large fails")
  func delivers() async throws {
    let addresses = (1...60).map { "c\($0)@shop.example" } + ["gone@shop.example"]
    try await MailBooks.with(addresses) { books in
      let postfix = try await Postfix()
      try await books.emailAll()
      try await books.run(
        """
        insert into message (customer_id, channel, template, recipients, content)
        select 1, 'email', 'note', '[{"email": "large@shop.example"}]',
          jsonb_build_object('subject', 'S', 'message', repeat('four', 60000))
        """)
      let summary = try await books.send(by: MailBooks.carriers(postfix.port))
      #expect(summary.ended == ["sent": 60, "bounced": 1, "failed": 1])
      #expect(summary.exitCode == .dataError)
      #expect(
        try await books.texts(
          "select reject_code from message where reject_code is not null order by 1")
          == ["address_refused", "message_refused"])
      let arrived = try await postfix.messages(count: 60)
      let sent = try await books.texts(
        "select mail_id from message where state = 'sent' order by mail_id")
      #expect(arrived.map(\.id).sorted() == sent)
      let first = try #require(arrived.first { $0.recipient == "c1@shop.example" })
      let loaded = try await OutgoingMessage.fill(
        OutgoingMessage.load([1], on: books.connection), on: books.connection)
      let message = try #require(loaded.first)
      let settings = try MailBooks.settings(postfix.port)
      let source = try #require(MailCarrier.source(of: message, settings))
      let lines = String(decoding: source, as: UTF8.self).replacing("\r\n", with: "\n")
      #expect(first.text.hasSuffix(lines))
    }
  }
}

/// A Postfix of its own beside a test.
private struct Postfix {
  /// Postfix changes its user, which only root may.
  static let isThere = geteuid() == 0 && Peer.isExecutable("postfix") && Peer.hasPython
  static let missing = "no Postfix, or not as root: scripts/test --peers"

  /// A message as it was delivered.
  struct Message {
    let text: String

    func header(_ name: String) -> String {
      text.split(separator: "\n").first { $0.lowercased().hasPrefix("\(name.lowercased()): ") }
        .map { String($0.dropFirst(name.count + 2)) } ?? ""
    }

    var id: String { header("Message-ID").trimmingCharacters(in: ["<", ">"]) }
    var recipient: String { header("Delivered-To") }
  }

  var port: Int { peer.port }
  private let folder: TemporaryFolder
  private let peer: Peer

  init() async throws {
    folder = try TemporaryFolder()
    peer = try await Peer("postfix_server.py", [folder.path])
  }

  /// What was delivered, as soon as it is so many.
  func messages(count: Int) async throws -> [Message] {
    let inbox = "\(folder.path)/mail/new"
    for _ in 0..<300 {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: inbox)) ?? []
      if names.count >= count {
        return try names.map {
          Message(text: try String(contentsOfFile: "\(inbox)/\($0)", encoding: .utf8))
        }
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    return []
  }
}
