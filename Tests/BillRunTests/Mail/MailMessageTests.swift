// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import BillRun

/// Messages as bytes, read by the parser of another language.
@Suite(.enabled(if: Peer.hasPython, "\(Peer.pythonMissing)"))
struct MailMessageTests {
  private static func message(
    name: String? = "Ann", seller: String = "Acme", subject: String = "Invoice INV-1"
  ) throws -> MailMessage {
    MailMessage(
      from: try #require(Mailbox(name: seller, address: "billing@example.com")),
      recipients: [try #require(Mailbox(name: name, address: "ann@example.com"))],
      subject: subject, date: 1_795_176_000, id: "1f.5a@example.com", text: "Dear Ann,\n\nhello")
  }

  private static func header(_ read: JSON, _ name: String) -> String? {
    for pair in read["headers"]?.elements ?? [] where pair.elements.first == .string(name) {
      if case .string(let value)? = pair.elements.last { return value }
    }
    return nil
  }

  private static func names(_ read: JSON) -> [JSON] {
    (read["headers"]?.elements ?? []).compactMap(\.elements.first)
  }

  @Test("a plain message has the headers that it should, and the same bytes each time")
  func plain() async throws {
    let message = try Self.message()
    #expect(message.bytes == message.bytes)
    let text = String(decoding: message.bytes, as: UTF8.self)
    #expect(
      text == """
        From: Acme <billing@example.com>\r
        To: Ann <ann@example.com>\r
        Subject: Invoice INV-1\r
        Date: Fri, 20 Nov 2026 12:00:00 +0000\r
        Message-ID: <1f.5a@example.com>\r
        Auto-Submitted: auto-generated\r
        MIME-Version: 1.0\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Transfer-Encoding: 7bit\r
        \r
        Dear Ann,\r
        \r
        hello\r

        """)
    #expect(try JSON(await MailReading.json(of: message.bytes))["defects"] == .array([]))
  }

  @Test(
    "names and subjects of any kind never break a header, and are read as they were meant",
    arguments: [
      "Ann", "Ann \"the\" B", "a\\b", "Müller & Söhne GmbH", "Acme, Inc.", "株式会社テスト",
      "😀 emoji", "=?utf-8?q?fake?=", "Name <x@evil.example>", "a@b", "x;y:z()[]", "'",
      String(repeating: "long name ", count: 30), String(repeating: "x", count: 300),
      String(repeating: "ü", count: 200), "<script>alert(1)</script>",
    ])
  func hostile(_ name: String) async throws {
    let message = try Self.message(name: name, seller: name, subject: name)
    let read = try JSON(await MailReading.json(of: message.bytes))
    let clean = name.split(separator: " ").joined(separator: " ")
    #expect(Self.header(read, "Subject") == clean)
    #expect(read["to"] == .array([.array([.string(clean), .string("ann@example.com")])]))
    #expect(read["from"] == .array([.array([.string(clean), .string("billing@example.com")])]))
    #expect(read["defects"] == .array([]))
    #expect(read["bare"] == .number("0"))
    guard case .number(let longest)? = read["longest"] else { return }
    #expect(try #require(Int(longest)) <= 78)
  }

  @Test(
    "control characters become spaces, and no header begins in a value",
    arguments: [
      "Ann\r\nBcc: evil@example.com", "Ann\nX-Evil: 1", "Ann\r\n\r\nbody", "Ann\u{0}B",
      "Ann\u{2028}X-Evil: 1", "Ann\u{85}X-Evil: 1", "\u{202E}Ann", "\tAnn\u{7F}", "\r\n",
    ])
  func controls(_ name: String) async throws {
    let message = try Self.message(name: name, seller: name, subject: name)
    let read = try JSON(await MailReading.json(of: message.bytes))
    let expected = [
      "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
      "Content-Type", "Content-Transfer-Encoding",
    ]
    #expect(Self.names(read) == expected.map { .string($0) })
    #expect(read["bare"] == .number("0"))
    #expect(read["defects"] == .array([]))
  }

  @Test("texts, HTML and files arrive as they are", arguments: 0..<12)
  func parts(_ seed: Int) async throws {
    var random = SplitMix64(seed: seed)
    var message = try Self.message()
    let pieces = ["a", " ", "=", "ü", "😀", "\n", ".", "From ", "x=_y", "\t", "--", "&<>\""]
    let text = (0..<400).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
    message.text = text
    message.html = seed % 3 == 0 ? nil : "<p>\(text)</p>"
    let content = (0..<Int(random.next() % 3000)).map { _ in UInt8(random.next() & 255) }
    message.files = [
      MailMessage.File(name: "INV-1.pdf", type: "application/pdf", content: content),
      MailMessage.File(name: "Rechnung für \"Ann\"; 1.txt", type: "text/plain", content: [10, 13]),
      MailMessage.File(name: "a\r\nb", type: "multipart/mixed\r\nX: y", content: []),
    ]
    let read = try JSON(await MailReading.json(of: message.bytes))
    let parts = read["parts"]?.elements ?? []
    let ended = { (text: String) in text.hasSuffix("\n") ? text : text + "\n" }
    let leaves = parts.filter { $0["name"] != nil }
    #expect(read["defects"] == .array([]))
    #expect(leaves.first?["text"] == .string(ended(text)))
    if message.html != nil {
      #expect(leaves.dropFirst().first?["text"] == .string(ended("<p>\(text)</p>")))
    }
    let files = leaves.suffix(3)
    #expect(
      files.first?["base64"] == .string(content.isEmpty ? "" : Data(content).base64EncodedString()))
    #expect(
      files.map { $0["name"] } == [
        .string("INV-1.pdf"), .string("Rechnung für \"Ann\"; 1.txt"), .string("a b"),
      ])
    #expect(files.last?["type"] == "application/octet-stream")
    guard case .number(let longest)? = read["longest"] else { return }
    #expect(try #require(Int(longest)) <= 78)
  }

  @Test("a reminder refers to what came before, and says where to unsubscribe")
  func thread() async throws {
    var message = try Self.message()
    message.replyTo = Mailbox(name: "Desk", address: "desk@example.com")
    message.references = (1...9).map { "\($0).5a5a5a5a-1111-2222-3333-444444444444@example.com" }
    message.unsubscribe = "https://example.com/u?c=1"
    let read = try JSON(await MailReading.json(of: message.bytes))
    let last = "<9.5a5a5a5a-1111-2222-3333-444444444444@example.com>"
    #expect(Self.header(read, "In-Reply-To") == last)
    #expect(
      Self.header(read, "References")
        == message.references.map { "<\($0)>" }.joined(separator: " "))
    #expect(Self.header(read, "List-Unsubscribe") == "<https://example.com/u?c=1>")
    #expect(Self.header(read, "Reply-To") == "Desk <desk@example.com>")
  }

  @Test(
    "dates are those of the calendar",
    arguments: [
      (0, "Thu, 1 Jan 1970 00:00:00 +0000"), (951_827_696, "Tue, 29 Feb 2000 12:34:56 +0000"),
      (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 +0000"), (-1, "Wed, 31 Dec 1969 23:59:59 +0000"),
    ] as [(Int64, String)])
  func dates(_ moment: Int64, _ text: String) {
    #expect(MailHeader.date(moment) == text)
  }

  @Test("pauses grow from a minute to a day")
  func pauses() {
    #expect(
      (1...7).map { Delivery.pause(after: $0) }
        == [60, 300, 900, 3_600, 14_400, 86_400, 86_400])
  }
}
