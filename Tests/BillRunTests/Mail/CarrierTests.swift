// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing
import Transport

@testable import BillRun

/// Letters in their folder.
struct LetterCarrierTests {
  /// 2026-11-20 12:00 UTC.
  private static let noon: Int64 = 1_795_176_000

  private static func carrier(_ folder: TemporaryFolder, at moment: Int64 = noon) -> LetterCarrier {
    LetterCarrier(LetterSettings(folder: folder.path), clock: WallClock(now: { moment }))
  }

  private static func letter(
    _ id: Int64, name: String = "Ann", triedAt: Int64 = noon
  ) -> OutgoingMessage {
    OutgoingMessage(
      test: [], channel: "letter", id: id, triedAt: triedAt, name: name,
      files: [
        OutgoingMessage.File(
          id: 1, name: "letter.pdf", type: "application/pdf", size: 3, content: Array("PDF".utf8))
      ])
  }

  private static func read(_ folder: TemporaryFolder, _ path: String) throws -> String {
    try String(contentsOfFile: "\(folder.path)/\(path)", encoding: .utf8)
  }

  @Test("a letter is a file and a line, however often it comes")
  func twice() async throws {
    let folder = try TemporaryFolder()
    for _ in 0..<2 {
      let delivery = await Self.carrier(folder).carry(Self.letter(7, name: "Ann \"A\", B\r\nx"))
      #expect(delivery.end == .sent)
    }
    #expect(await Self.carrier(folder).carry(Self.letter(8)).end == .sent)
    #expect(try Self.read(folder, "2026-11-20/letter-7-1.pdf") == "PDF")
    #expect(
      try Self.read(folder, "2026-11-20/manifest.csv") == """
        message,customer,invoice,name,address1,address2,city,state,postal_code,country,files\r
        7,C-1,INV-1,"Ann ""A"", B x",Street 1,,Berlin,,10115,DE,letter-7-1.pdf\r
        8,C-1,INV-1,Ann,Street 1,,Berlin,,10115,DE,letter-8-1.pdf\r

        """)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/2026-11-20")
    #expect(files.sorted() == ["letter-7-1.pdf", "letter-8-1.pdf", "manifest.csv"])
  }

  @Test("what a crash has left of a line is taken away")
  func torn() async throws {
    let folder = try TemporaryFolder()
    _ = await Self.carrier(folder).carry(Self.letter(1))
    let path = folder.path + "/2026-11-20/manifest.csv"
    var content = try Data(contentsOf: URL(filePath: path))
    content += Data("2,C-1,IN".utf8)
    try content.write(to: URL(filePath: path))
    _ = await Self.carrier(folder).carry(Self.letter(2))
    let lines = try Self.read(folder, "2026-11-20/manifest.csv").split(separator: "\r\n")
    #expect(lines.map { $0.prefix { $0 != "," } } == ["message", "1", "2"])
  }

  @Test("a letter that was written yesterday, and not noted, is not written again today")
  func nextDay() async throws {
    let folder = try TemporaryFolder()
    _ = await Self.carrier(folder).carry(Self.letter(1))
    let tomorrow = Self.carrier(folder, at: Self.noon + 86_400)
    #expect(await tomorrow.carry(Self.letter(1)).end == .sent)
    #expect(await tomorrow.carry(Self.letter(2)).end == .sent)
    let days = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(days == ["2026-11-20", "2026-11-21"])
    #expect(try Self.read(folder, "2026-11-21/manifest.csv").contains("\r\n2,"))
    #expect(try !Self.read(folder, "2026-11-21/manifest.csv").contains("\r\n1,"))
  }

  @Test("many at once have a line each")
  func parallel() async throws {
    let folder = try TemporaryFolder()
    let carriers = [Self.carrier(folder), Self.carrier(folder)]
    await withTaskGroup(of: Void.self) { group in
      for id in 1...40 {
        for carrier in carriers {
          group.addTask { _ = await carrier.carry(Self.letter(Int64(id))) }
        }
      }
    }
    let lines = try Self.read(folder, "2026-11-20/manifest.csv").split(separator: "\r\n")
    #expect(lines.count == 41)
    #expect(Set(lines).count == 41)
  }

  @Test("without a PDF it fails, and a folder that cannot be written to is tried again")
  func trouble() async throws {
    let folder = try TemporaryFolder()
    let empty = OutgoingMessage(test: [], channel: "letter")
    #expect(await Self.carrier(folder).carry(empty).code == "letter_without_pdf")
    let nowhere = LetterCarrier(LetterSettings(folder: "/proc/nowhere"))
    let delivery = await nowhere.carry(Self.letter(1))
    #expect(delivery.end == .later(nil))
    #expect(delivery.code == "folder_unwritable")
  }
}

/// Webhooks and text messages beside a server that checks their signature.
@Suite(.enabled(if: Peer.hasPython, "\(Peer.pythonMissing)"))
struct HookCarrierTests {
  private let folder: TemporaryFolder
  private let peer: Peer
  private let here: String

  init() async throws {
    folder = try TemporaryFolder()
    peer = try await Peer("hook_server.py", ["\(folder.path)/seen", "s3cret"])
    here = "http://127.0.0.1:\(peer.port)"
  }

  private func seen() throws -> [JSON] {
    let text = try? String(contentsOfFile: "\(folder.path)/seen", encoding: .utf8)
    return try (text ?? "").split(separator: "\n").map { try JSON(String($0)) }
  }

  private func hook(_ path: String) async -> Delivery {
    let carrier = HookCarrier(
      HookSettings(url: nil, key: .variable("X")), key: Secret("s3cret"))
    return await carrier.carry(
      OutgoingMessage(test: [], channel: "webhook", id: 255, url: here + path))
  }

  @Test("a webhook is signed, and has the message's id as its key")
  func signed() async throws {
    #expect(await hook("/here").end == .sent)
    let seen = try seen()
    #expect(seen.count == 1)
    #expect(seen.first?["signed"] == .bool(true))
    #expect(seen.first?["key"] == .string(String(repeating: "0", count: 30) + "ff"))
    #expect(seen.first?["type"] == "application/json")
    #expect(seen.first?["body"]?["object"] == "message")
  }

  @Test("a text message has the number and the words")
  func sms() async throws {
    let address = try #require(HTTPAddress(here + "/sms"))
    let carrier = HookCarrier(
      HookSettings(url: address, key: .variable("X")), key: Secret("s3cret"))
    #expect(await carrier.carry(OutgoingMessage(test: [], channel: "sms")).end == .sent)
    let body = try seen().first?["body"]
    #expect([body?["object"], body?["to"], body?["text"]] == ["sms", "+49 30 1", "Text"])
  }

  @Test(
    "what a service answers decides what becomes of it",
    arguments: [
      ("/status/200", .sent, nil), ("/status/204", .sent, nil),
      ("/status/400", .failed, "service_refused"), ("/status/410", .failed, "service_refused"),
      ("/status/301", .later(nil), "service_deferred"),
      ("/status/408", .later(nil), "service_deferred"),
      ("/status/429", .later(nil), "service_deferred"),
      ("/status/500", .later(nil), "service_deferred"),
      ("/break", .later(nil), "service_unreachable"),
    ] as [(String, Delivery.End, String?)])
  func answers(_ path: String, _ end: Delivery.End, _ code: String?) async {
    let delivery = await hook(path)
    #expect(delivery.end == end)
    #expect(delivery.code == code)
  }

  @Test("an address that is none fails")
  func addresses() async {
    let carrier = HookCarrier(HookSettings(url: nil, key: .variable("X")), key: Secret("s"))
    for (url, code) in [(nil, "url_missing"), ("http://example.com/x", "url_invalid")] {
      let message = OutgoingMessage(test: [], channel: "webhook", url: url)
      #expect(await carrier.carry(message).code == code)
    }
  }
}
