// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing
import Transport

/// The client beside a real server, which does what the path says.
@Suite(.enabled(if: Peer.hasPython, "\(Peer.pythonMissing)"))
struct HTTPClientTests {
  private let client = HTTPClient()

  @Test("sends method, headers and body as they are, and reads the answer of any status")
  func exchange() async throws {
    let server = try await Peer("http_server.py")
    var request = HTTPRequest(
      .post, "http://127.0.0.1:\(server.port)/echo?a=b", headers: ["Idempotency-Key": "k-1"],
      authorization: Secret("Bearer sk_1"), body: Array("amount=5".utf8))
    let answer = try await client.send(request)
    let echo = String(decoding: answer.body, as: UTF8.self)
    #expect(answer.status == 402)
    #expect(answer.headers["x-test"] == "a: b")
    #expect(echo.hasPrefix("POST /echo?a=b HTTP/1.1\r\n"))
    #expect(echo.contains("\r\nAuthorization: Bearer sk_1\r\n"))
    #expect(echo.contains("\r\nIdempotency-Key: k-1\r\n"))
    #expect(echo.hasSuffix("\r\n\r\namount=5"))
    // On the same connection: nothing of the request before is left.
    request = HTTPRequest(.get, "http://127.0.0.1:\(server.port)/echo")
    let second = String(decoding: try await client.send(request).body, as: UTF8.self)
    #expect(second.hasPrefix("GET /echo HTTP/1.1\r\n"))
    #expect(!second.contains("sk_1") && !second.contains("amount"))
    let empty = HTTPRequest(.post, "http://127.0.0.1:\(server.port)/echo")
    let third = String(decoding: try await client.send(empty).body, as: UTF8.self)
    #expect(third.contains("\r\nContent-Length: 0\r\n") && third.hasSuffix("\r\n\r\n"))
  }

  @Test("follows no redirect")
  func redirect() async throws {
    let server = try await Peer("http_server.py")
    let request = HTTPRequest(.get, "http://127.0.0.1:\(server.port)/redirect")
    #expect(try await client.send(request).status == 302)
  }

  @Test("knows what failed before the first byte, and what after it")
  func failures() async throws {
    let server = try await Peer("http_server.py")
    let here = "http://127.0.0.1:\(server.port)"
    let rows: [(HTTPRequest, Bool)] = [
      (HTTPRequest(.post, "http://127.0.0.1:1/"), false),
      (HTTPRequest(.post, "http://192.0.2.1/"), false),
      (HTTPRequest(.post, "https://127.0.0.1:\(server.port)/"), false),
      (HTTPRequest(.post, here + "/echo", headers: ["A": "b\r\nC: d"]), false),
      (HTTPRequest(.post, here + "/cut"), true),
      (HTTPRequest(.post, here + "/silent", timeout: .milliseconds(300)), true),
      (HTTPRequest(.post, here + "/delay/2000", timeout: .milliseconds(300)), true),
    ]
    for (request, wasSent) in rows {
      let error = await #expect(throws: HTTPFailure.self) { _ = try await client.send(request) }
      #expect(error?.wasSent == wasSent, "\(request): \(error?.reason ?? "")")
      #expect(error?.reason.isEmpty == false)
    }
  }

  @Test("gives up connecting to who takes no connection, and knows that nothing was sent")
  func connectTimeout() async throws {
    let full = try FullListener()
    let request = HTTPRequest(
      .post, "http://127.0.0.1:\(full.port)/", connectTimeout: .milliseconds(300),
      timeout: .seconds(3_000))
    let began = ContinuousClock.now
    let error = await #expect(throws: HTTPFailure.self) { _ = try await client.send(request) }
    #expect(error?.wasSent == false)
    // Without its own limit it would wait for the whole one.
    #expect(ContinuousClock.now - began < .seconds(600))
  }

  @Test("takes no more of an answer than it was told to")
  func large() async throws {
    let server = try await Peer("http_server.py")
    let small = HTTPClient(maxResponseBytes: 1000)
    let fits = HTTPRequest(.get, "http://127.0.0.1:\(server.port)/large/1000")
    #expect(try await small.send(fits).body.count == 1000)
    let tooLarge = HTTPRequest(.get, "http://127.0.0.1:\(server.port)/large/1001")
    let error = await #expect(throws: HTTPFailure.self) { _ = try await small.send(tooLarge) }
    #expect(error == HTTPFailure(wasSent: true, reason: "the answer is too large"))
  }

  @Test(
    "refuses a certificate that nobody vouches for, on this machine too",
    .enabled(if: Peer.isExecutable("openssl"), "openssl is not installed"))
  func certificate() async throws {
    let folder = try TemporaryFolder()
    let (certificate, key) = ("\(folder.path)/cert.pem", "\(folder.path)/key.pem")
    let made = try await Shell(database: nil).run(
      """
      openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout \(key) -out \(certificate)
      """)
    #expect(made.status == 0)
    let server = try await Peer("http_server.py", [certificate, key])
    let request = HTTPRequest(
      .post, "https://127.0.0.1:\(server.port)/echo", authorization: Secret("Bearer sk_1"))
    let error = await #expect(throws: HTTPFailure.self) { _ = try await client.send(request) }
    #expect(error?.wasSent == false)
    #expect(error?.reason.contains("certificate") == true, "\(error?.reason ?? "")")
  }

  @Test("has many requests under way at the same time")
  func concurrency() async throws {
    let server = try await Peer("http_server.py")
    let (inFlight, rounds) = (256, Int(Self.variable("BILLRUN_HTTP_ROUNDS") ?? "") ?? 4)
    let request = HTTPRequest(
      .post, "http://127.0.0.1:\(server.port)/delay/100", body: Array("amount=5".utf8))
    let began = ContinuousClock.now
    let answered = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<inFlight {
        group.addTask {
          var count = 0
          for _ in 0..<rounds where try await client.send(request).status == 200 { count += 1 }
          return count
        }
      }
      return try await group.reduce(0, +)
    }
    let took = ContinuousClock.now - began
    #expect(answered == inFlight * rounds)
    // One after the other they would take 100 s.
    #expect(took < .seconds(60))
    if Self.variable("BILLRUN_HTTP_ROUNDS") != nil {
      print("\(answered) requests of 100 ms, \(inFlight) in flight: \(took)")
    }
  }

  private static func variable(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name]
  }
}
