// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing
import Transport

/// The client beside aiosmtpd, which does what an address says.
@Suite(.enabled(if: MailSink.python != nil, "\(MailSink.missing)"))
struct MailClientTests {
  private static let message = Array(
    "From: a@example.com\r\nMessage-ID: <1@test>\r\n\r\n.dot\r\nend\r\n".utf8)

  private static func server(_ sink: MailSink, _ scheme: String = "smtp") throws -> MailServer {
    var server = MailServer(
      try #require(MailAddress("\(scheme)://127.0.0.1:\(sink.port)")))
    server.requiresTLS = false
    server.name = "books.example.com"
    server.timeout = .seconds(120)
    return server
  }

  private func send(
    _ client: MailClient, to recipients: [String], from sender: String = "a@example.com"
  ) async -> MailResult {
    await client.send(Self.message, from: sender, to: recipients)
  }

  @Test("a message arrives to the byte, dots at the beginning of lines included")
  func arrives() async throws {
    let sink = try await MailSink()
    let result = await send(MailClient(try Self.server(sink)), to: ["b@example.com", "c@x.org"])
    #expect(result.end == .accepted(MailReply(code: 250, text: "2.0.0 taken")))
    #expect(result.recipients.map(\.code) == [250, 250])
    #expect(try sink.message(1) == Self.message)
    #expect(try sink.envelope(1).contains(#""to": ["b@example.com", "c@x.org"]"#))
  }

  @Test("one refused recipient does not keep it from the others, and each answer is known")
  func recipients() async throws {
    let sink = try await MailSink()
    let client = MailClient(try Self.server(sink))
    let some = await send(client, to: ["refused@x.org", "b@x.org", "deferred@x.org"])
    #expect(some.recipients.map(\.code) == [550, 250, 451])
    #expect(some.recipients[0].text == "5.1.1 no such user here")
    guard case .accepted = some.end else {
      Issue.record("\(some.end)")
      return
    }
    let none = await send(client, to: ["refused@x.org", "deferred@x.org"])
    #expect(none.end == .recipientsRefused)
    #expect(none.recipients.map(\.code) == [550, 451])
    // What was refused has cost the connection; the next message makes another one.
    guard case .accepted = await send(client, to: ["b@x.org"]).end else {
      Issue.record("it is not accepted")
      return
    }
    #expect(sink.ids.count == 2)
  }

  @Test("a greeting tells whether a message would be taken, and leaves none")
  func greeting() async throws {
    let sink = try await MailSink()
    let taken = await MailClient(try Self.server(sink)).greet()
    guard case .accepted(let reply) = taken else {
      Issue.record("\(taken)")
      return
    }
    #expect(reply.code == 250)
    #expect(sink.ids.isEmpty)
    var secure = try Self.server(sink)
    secure.requiresTLS = true
    guard case .unreachable = await MailClient(secure).greet() else {
      Issue.record("a server without STARTTLS is not refused")
      return
    }
    let nobody = MailServer(try #require(MailAddress("smtp://127.0.0.1:1")))
    guard case .unreachable = await MailClient(nobody).greet() else {
      Issue.record("nobody is there")
      return
    }
  }

  @Test("what the server thinks of the message and the sender is told apart")
  func refusals() async throws {
    let sink = try await MailSink()
    let client = MailClient(try Self.server(sink))
    #expect(
      await send(client, to: ["spam@x.org"]).end
        == .refused(MailReply(code: 554, text: "5.6.0 looks like spam")))
    #expect(
      await send(client, to: ["busy@x.org"]).end
        == .refused(MailReply(code: 451, text: "4.3.0 no room")))
    #expect(
      await send(client, to: ["b@x.org"], from: "unwanted@example.com").end
        == .senderRefused(MailReply(code: 550, text: "5.1.8 sender refused")))
    #expect(sink.ids.isEmpty)
  }

  @Test("a death after DATA leaves open whether it was taken, one before does not")
  func deaths() async throws {
    let sink = try await MailSink()
    let client = MailClient(try Self.server(sink))
    for (recipient, taken) in [("dies@x.org", 1), ("lost@x.org", 1)] {
      guard case .broken(_, mayBeAccepted: true) = await send(client, to: [recipient]).end else {
        Issue.record("it is known what became of it")
        return
      }
      #expect(sink.ids.count == taken)
    }
    var nowhere = MailServer(try #require(MailAddress("smtp://127.0.0.1:1")))
    nowhere.requiresTLS = false
    guard case .unreachable = await send(MailClient(nowhere), to: ["b@x.org"]).end else {
      Issue.record("somebody answers at port 1")
      return
    }
  }

  @Test("a server that takes too long is not waited for")
  func slow() async throws {
    let sink = try await MailSink(["MAIL_SLOW": "60"])
    var server = try Self.server(sink)
    server.timeout = .seconds(6)
    guard
      case .broken(_, mayBeAccepted: true) = await send(MailClient(server), to: ["slow@x.org"]).end
    else {
      Issue.record("it is not broken")
      return
    }
  }

  @Test("a connection that has had enough is left for another one")
  func reuse() async throws {
    let sink = try await MailSink(["MAIL_MOST": "3"])
    let client = MailClient(try Self.server(sink))
    for _ in 0..<10 {
      guard case .accepted = await send(client, to: ["b@x.org"]).end else {
        Issue.record("it is not accepted")
        return
      }
    }
    #expect(sink.ids.count == 10)
  }

  @Test("many go at once, each with its own answer")
  func parallel() async throws {
    let sink = try await MailSink()
    let client = MailClient(try Self.server(sink))
    let ends = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<60 {
        group.addTask {
          let refused = number % 10 == 0
          let result = await client.send(
            Self.message, from: "a@example.com",
            to: [refused ? "refused@x.org" : "b\(number)@x.org"])
          return refused == (result.end == .recipientsRefused)
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(ends == 60)
    #expect(sink.ids.count == 54)
  }

  @Test("with TLS a password goes over, and a certificate that nobody vouches for ends it")
  func secured() async throws {
    let folder = try TemporaryFolder()
    let made = try #require(try await MailSink.certificate(in: folder))
    for implicit in ["0", "1"] {
      let sink = try await MailSink([
        "MAIL_CERTIFICATE": made.certificate, "MAIL_KEY": made.key, "MAIL_USER": "me",
        "MAIL_PASSWORD": "pass word", "MAIL_IMPLICIT": implicit,
      ])
      var server = try Self.server(sink, implicit == "1" ? "smtps" : "smtp")
      server.requiresTLS = true
      server.user = "me"
      server.password = Secret("pass word")
      guard case .unreachable = await send(MailClient(server), to: ["b@x.org"]).end else {
        Issue.record("a certificate of nobody is taken")
        return
      }
      server.certificates = made.certificate
      let result = await send(MailClient(server), to: ["b@x.org"])
      guard case .accepted = result.end else {
        Issue.record("\(result.end)")
        return
      }
      #expect(try sink.envelope(1).contains(#""user": "me", "tls": true"#))
      server.password = Secret("wrong")
      guard case .loginRefused = await send(MailClient(server), to: ["b@x.org"]).end else {
        Issue.record("a wrong password is taken")
        return
      }
    }
  }

  @Test("a server without TLS is told nothing where TLS is wanted")
  func openServer() async throws {
    let sink = try await MailSink()
    var server = try Self.server(sink)
    server.requiresTLS = true
    guard case .unreachable = await send(MailClient(server), to: ["b@x.org"]).end else {
      Issue.record("it was told all the same")
      return
    }
    #expect(sink.ids.isEmpty)
  }

  @Test("an address with a line end never becomes a command")
  func injection() async throws {
    let sink = try await MailSink()
    let client = MailClient(try Self.server(sink))
    for address in ["b@x.org\r\nRCPT TO:<c@x.org>", "b@x.org> <c@x.org", "b c@x.org", "ü@x.org"] {
      guard case .unreachable = await send(client, to: [address]).end else {
        Issue.record("\(address) is sent to")
        return
      }
    }
    #expect(sink.ids.isEmpty)
  }
}

struct MailAddressTests {
  @Test(
    "an address is smtp or smtps, a host and perhaps a port",
    arguments: [
      ("smtp://mail.example.com", "smtp://mail.example.com"),
      ("smtp://mail.example.com:587", "smtp://mail.example.com:587"),
      ("smtps://127.0.0.1:465/", "smtps://127.0.0.1:465"), ("smtp://[::1]:25", "smtp://[::1]:25"),
      ("mail.example.com", nil), ("http://mail.example.com", nil), ("smtp://me@mail", nil),
      ("smtp://me:x@mail", nil), ("smtp://mail/path", nil), ("smtp://", nil), ("", nil),
    ] as [(String, String?)])
  func reading(_ text: String, _ address: String?) {
    #expect(MailAddress(text)?.text == address)
    #expect((MailAddress(text)?.isLoopback ?? false) == (address?.contains("mail") == false))
  }
}
