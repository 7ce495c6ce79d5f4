// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import TestSupport
import Testing

/// What moves money, or closes a series to the days before, takes a key that operates.
@Suite struct ScopeTests {
  private static let invoice = #"{"customer":1,"items":[{"name":"A","unit_cost":10}]}"#

  @Test("a key that writes grants no credit, and posts what it makes, as of today at the latest")
  func writer() async throws {
    try await Self.with { server in
      let writer = try await server.makeKey("writer", [.write])
      let rich = #"{"id":9,"name":"N","credit_balance":5}"#
      let refused = try await server.send("POST", "/customers", rich, key: writer)
      #expect(refused.status == 403 && refused["param"] == "credit_balance", "\(refused)")
      #expect(try await server.send("POST", "/customers", rich).status == 201)
      let day = try await server.books.text("select ((now() at time zone 'utc')::date + 2)::text")
      func make(_ fields: String, _ key: String? = nil) async throws -> Reply {
        let body = Self.invoice.replacing("{\"cust", with: "{\(fields),\"cust")
        return try await server.send("POST", "/invoices", body, key: key)
      }
      let ahead = try await make("\"date\":\"\(day)\"", writer)
      #expect(ahead.status == 403 && ahead["code"] == "post_refused_scope", "\(ahead)")
      #expect(try await make("\"date\":\"\(day)\",\"draft\":true", writer).status == 201)
      #expect(try await make("\"draft\":false", writer)["draft"] == "0")
      let draft = try await make("\"draft\":true", writer)
      let path = "/invoices/\(try #require(draft["id"]))"
      let post = try await server.send("PATCH", path, #"{"draft":false}"#, key: writer)
      #expect(post.status == 403 && post["code"] == "post_refused_scope", "\(post)")
      #expect(try await server.send("PATCH", path, #"{"draft":false}"#)["draft"] == "0")
      #expect(try await make("\"date\":\"\(day)\"").status == 201)
      #expect(try await server.books.offences() == [])
    }
  }

  @Test("a payment of what is charged just now is recorded when that is meant")
  func charged() async throws {
    try await Self.with(token: "timeout_then_approve") { server in
      let id = try #require(try await server.send("POST", "/invoices", Self.invoice)["id"])
      #expect(try await server.send("POST", "/invoices/\(id)/pay").status == 202)
      for applied in ["", #","applied_to":[{"invoice":\#(id),"amount":10}]"#] {
        let payment = #"{"customer":1,"amount":10,"currency":"usd"\#(applied)}"#
        let refused = try await server.send("POST", "/payments", payment)
        #expect(refused.status == 409 && refused["code"] == "charge_under_way", "\(refused)")
      }
      #expect(try await server.books.text("select count(*) from payment") == "0")
      let meant = try await server.send(
        "POST", "/payments", #"{"customer":1,"amount":10,"currency":"usd","again":true}"#)
      #expect(meant.status == 201, "\(meant)")
      #expect(try await server.books.offences() == [])
    }
  }

  @Test("what a server that died has charged is found by the same key, and not charged again")
  func died() async throws {
    try await Self.with(token: "approve") { server in
      let id = try #require(try await server.send("POST", "/invoices", Self.invoice)["id"])
      func pay() async throws -> Reply {
        try await server.send("POST", "/invoices/\(id)/pay", headers: ["Idempotency-Key": "p"])
      }
      #expect(try await pay()["paid"] == "1")
      try await server.books.run("update api_answer set status = null, body = null")
      let early = try await pay()
      #expect(early.status == 409 && early["code"] == "request_under_way", "\(early)")
      try await server.books.run("update api_answer set began_at = now() - interval '11 minutes'")
      let found = try await pay()
      #expect(found.status == 200 && found["paid"] == "1", "\(found)")
      let again = try await pay()
      #expect(again.body == found.body && again.headers["idempotent-replayed"] == "true")
      #expect(try await server.books.text("select count(*) from payment_attempt") == "1")
    }
  }

  @Test("what a server that died has billed is found; what failed is done again at once")
  func lostBill() async throws {
    try await Self.with { server in
      try await server.books.plan("starter", "49", currency: "usd")
      func bill(_ key: String) async throws -> Reply {
        try await server.send("POST", "/customers/1/invoices", headers: ["Idempotency-Key": key])
      }
      let day = try await server.books.text("select (now() at time zone 'utc')::date::text")
      try await server.books.subscription(1, of: 1, "starter", from: day)
      let made = try await bill("b")
      #expect(made.status == 201, "\(made)")
      // As a server leaves it that died before it could answer.
      try await server.books.run(
        """
        update api_answer
        set status = null, body = null, began_at = began_at - interval '11 minutes'
        """)
      let found = try await bill("b")
      #expect(found.status == 201 && found["id"] == made["id"], "\(found)")
      #expect(try await bill("b").headers["idempotent-replayed"] == "true")
      #expect(try await bill("c")["code"] == "nothing_due")
      // Here the server lives: who comes again need not wait.
      try await server.books.subscription(2, of: 1, "starter", from: day)
      try await server.books.run("alter table run rename to run_away")
      let failed = try await bill("d")
      #expect(failed.status >= 500, "\(failed)")
      try await server.books.run("alter table run_away rename to run")
      let again = try await bill("d")
      #expect(again.status == 201 && again["id"] != made["id"], "\(again)")
      #expect(try await server.books.text("select count(*) from invoice") == "2")
    }
  }

  @Test("who asks for a second person over HTTP is named by the key")
  func approvals() async throws {
    try await Self.with { server in
      try await server.books.run(
        """
        insert into approval_rule (seller_id, operation)
        select seller_id, 'write_off' from seller
        """)
      let id = try #require(try await server.send("POST", "/invoices", Self.invoice)["id"])
      let asked = try await server.send("POST", "/zuora/invoices/\(id)/write-off", "{}")
      #expect(asked.status == 400 && asked["code"] == "approval_missing", "\(asked)")
      #expect(
        try await server.books.text("select requested_os_user from approval") == "api:tester")
    }
  }

  /// A server with one customer, who has a payment source where a token is given.
  private static func with(
    token: String? = nil, _ body: @Sendable (LiveServer) async throws -> Void
  ) async throws {
    try await LiveServer.with { server in
      try await server.books.customer(1, ["autopay": "true"])
      if let token {
        try await server.books.run(
          """
          insert into payment_source (customer_id, object, gateway, token)
          values (1, 'card', 'simulated', '\(token)')
          """)
      }
      try await body(server)
    }
  }
}
