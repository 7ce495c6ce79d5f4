// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import TestSupport
import Testing

/// Who is let in, and what is refused before anything of billing is asked.
@Suite struct AccessTests {
  @Test("a server that lives says so, and its metrics count by route")
  func life() async throws {
    try await LiveServer.with { server in
      let health = try await server.send("GET", "/health", headers: ["Authorization": ""])
      #expect(health.status == 200 && health["status"] == "ok", "\(health)")
      let ready = try await server.send("GET", "/ready", headers: ["Authorization": ""])
      #expect(ready.status == 200 && ready["books.0.schema"] == "billing", "\(ready)")
      _ = try await server.send("GET", "/invoices/1")
      let metrics = try await server.send("GET", "/metrics", headers: ["Authorization": ""])
      #expect(
        metrics.body.contains(
          #"billrun_http_requests_total{method="GET",route="/invoices/:id",status="404"} 1"#))
      #expect(metrics.body.contains("billrun_http_requests_at_work 1"))
    }
  }

  @Test("a key opens what its scopes say, and nothing once it is revoked")
  func keys() async throws {
    try await LiveServer.with { server in
      let reader = try await server.makeKey("reader", [.read])
      #expect(try await server.send("GET", "/invoices", key: reader).status == 200)
      let write = try await server.send("POST", "/invoices", "{}", key: reader)
      #expect(write.status == 403 && write["type"] == "permission_error", "\(write)")
      #expect(write["code"] == "scope_missing")
      let bearer = ["Authorization": "Bearer \(reader)"]
      #expect(try await server.send("GET", "/invoices", headers: bearer).status == 200)
      for wrong in [
        "", "Basic eDo=", "Bearer brk_other_x", "Bearer \(reader.dropLast())0x", "Digest",
      ] {
        let reply = try await server.send("GET", "/invoices", headers: ["Authorization": wrong])
        #expect(reply.status == 401 && reply["type"] == "authentication_error", "\(wrong)")
        #expect(reply.headers["www-authenticate"]?.hasPrefix("Basic") == true)
      }
      try await server.books.connection.operation {
        try APIKeyStore(by: "test").revoke("reader", on: $0)
      }
      // Who was found is known for a second.
      try await Task.sleep(for: .milliseconds(1_100))
      #expect(try await server.send("GET", "/invoices", key: reader).status == 401)
      let kept = try await server.books.texts("select key::text from (select * from api_key) key")
      #expect(!kept.joined().contains(reader.suffix(64)))
      #expect(
        try await server.books.texts(
          "select concat_ws(' ', kind, detail ->> 'os_user') from event order by event_id")
          == ["api_key_created test", "api_key_created test", "api_key_revoked test"])
    }
  }

  @Test("a client's id and secret get a token that ends with the key")
  func tokens() async throws {
    try await LiveServer.with { server in
      let form = { (secret: String) in
        "client_id=\(server.clientID)&client_secret=\(secret)&grant_type=client_credentials"
      }
      let type = ["Content-Type": "application/x-www-form-urlencoded", "Authorization": ""]
      let granted = try await server.send(
        "POST", "/oauth/token", form(server.clientSecret), headers: type)
      #expect(granted.status == 200 && granted["token_type"] == "bearer", "\(granted)")
      let bearer = ["Authorization": "Bearer \(granted["access_token"] ?? "")"]
      #expect(try await server.send("GET", "/invoices", headers: bearer).status == 200)
      try await server.books.run("update api_token set expires_at = now() - interval '1 second'")
      try await Task.sleep(for: .milliseconds(1_100))
      #expect(try await server.send("GET", "/invoices", headers: bearer).status == 401)
      let refused = try await server.send("POST", "/oauth/token", form(server.key), headers: type)
      #expect(refused.status == 401, "\(refused)")
      let client = try await server.send(
        "GET", "/invoices", headers: ["Authorization": "Bearer \(server.clientID)"])
      #expect(client.status == 401)
    }
  }

  @Test("what is no request of ours is refused with its status and a code")
  func refusals() async throws {
    try await LiveServer.with(serve: "  max_body_kb: 1\n  max_header_kb: 4\n") { server in
      let nothing = try await server.send("GET", "/nothing")
      #expect(nothing.status == 404 && nothing["code"] == "route_not_found")
      let method = try await server.send("PUT", "/invoices/1", "{}")
      #expect(method.status == 405 && method.headers["allow"] == "DELETE, GET, PATCH", "\(method)")
      let type = try await server.send(
        "POST", "/invoices", "<x>", headers: ["Content-Type": "text/xml"])
      #expect(type.status == 415)
      for body in ["{", "[]", "{\"a\":1,\"a\":2}", "{\"a\":01}", "\"\\u0000\""] {
        let reply = try await server.send("POST", "/invoices", body)
        #expect(reply.status == 400 && reply["code"] == "body_malformed", "\(body) \(reply)")
      }
      let long = "{\"notes\":\"\(String(repeating: "x", count: 2000))\"}"
      #expect(try await server.send("POST", "/invoices", long).status == 413)
      let header = ["X-Long": String(repeating: "x", count: 8000)]
      let headers = try await server.send("GET", "/invoices", headers: header)
      #expect([400, 431].contains(headers.status), "\(headers)")
      let query = try await server.send("GET", "/invoices?filter[status]=%FF")
      #expect(query.status == 400 && query["code"] == "query_malformed")
    }
  }

  @Test("HEAD is GET without its body, a name stands once, and who waits for a go gets it")
  func protocolOfHTTP() async throws {
    try await LiveServer.with { server in
      try await server.books.customer(1)
      let invoice = #"{"customer":1,"items":[{"name":"A","unit_cost":1}]}"#
      let user = Data("\(server.key):".utf8).base64EncodedString()
      func post(_ headers: String) async throws -> String {
        try await server.exchange(
          "POST /invoices HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Connection: close\r\nAuthorization: Basic \(user)\r\n\(headers)"
            + "Content-Length: \(invoice.utf8.count)\r\n\r\n\(invoice)")
      }
      let told = try await post("Expect: 100-continue\r\n")
      #expect(told.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201"), "\(told)")
      let packed = try await post("Content-Encoding: gzip\r\n")
      #expect(packed.hasPrefix("HTTP/1.1 415"), "\(packed)")
      let keys = try await post("Idempotency-Key: a\r\nIdempotency-Key: b\r\n")
      #expect(keys.hasPrefix("HTTP/1.1 400") && keys.contains("twice"), "\(keys)")
      let head = try await server.send("HEAD", "/invoices/1")
      #expect(head.status == 200 && head.body.isEmpty && head.headers["etag"] != nil, "\(head)")
      let got = try await server.send("GET", "/invoices/1")
      #expect(head.headers["content-length"] == "\(got.body.utf8.count)", "\(head)")
      let same = try await server.send(
        "GET", "/invoices/1", headers: ["If-None-Match": got.headers["etag"] ?? ""])
      #expect(same.status == 304 && same.headers["content-length"] == nil, "\(same)")
      #expect(try await server.send("HEAD", "/health").status == 200)
      let health = try await server.send("POST", "/health", "{}")
      #expect(health.status == 405 && health.headers["allow"] == "GET", "\(health)")
      let query = try await server.send("GET", "/invoices?per_page=1&per_page=2")
      #expect(query.status == 400 && query["param"] == "per_page", "\(query)")
      for query in [
        "invoices?filter[paid]=true&filter[status]=not_sent",
        "invoices?filter[state]=open&filter[draft]=true",
        "zuora/invoices?filter[]=account_id.EQ:1&filter[]=account_id.EQ:2",
      ] {
        #expect(try await server.send("GET", "/\(query)").status == 400, "\(query)")
      }
      let form = ["Content-Type": "application/x-www-form-urlencoded"]
      let twice = try await server.send("POST", "/invoices", "customer=1&customer=2", headers: form)
      #expect(twice.status == 400 && twice["param"] == "customer", "\(twice)")
      #expect(try await server.send("GET", "/zuora/invoices?cursor=-1").status == 400)
      let many = (0...50).map { #"{"email":"a\#($0)@example.com"}"# }.joined(separator: ",")
      let email = try await server.send("POST", "/invoices/1/emails", "{\"to\":[\(many)]}")
      #expect(email.status == 400 && email["code"] == "email_refused_recipients", "\(email)")
    }
  }

  @Test("a slow body is not waited for, and a key that asks too often waits")
  func limits() async throws {
    try await LiveServer.with(serve: "  idle_seconds: 1\n  requests_per_second: 1\n") { server in
      let user = Data("\(server.key):".utf8).base64EncodedString()
      let slow = try await server.exchange(
        "POST /invoices HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
          + "Authorization: Basic \(user)\r\nContent-Length: 10\r\n\r\n{")
      #expect(slow.isEmpty || slow.hasPrefix("HTTP/1.1 408"), "\(slow)")
      let head = try await server.exchange("GET /invoices HTTP/1.1\r\nHost:")
      #expect(head.isEmpty || head.hasPrefix("HTTP/1.1 400"), "\(head)")
      let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
        for _ in 0..<20 { group.addTask { try await server.send("GET", "/invoices") } }
        return try await group.reduce(into: [Reply]()) { $0.append($1) }
      }
      let refused = replies.filter { $0.status == 429 }
      #expect(!refused.isEmpty && replies.contains { $0.status == 200 })
      #expect(refused.allSatisfy { $0["type"] == "rate_limit_error" })
      #expect(refused.allSatisfy { $0.headers["retry-after"] == "1" })
    }
  }
}
