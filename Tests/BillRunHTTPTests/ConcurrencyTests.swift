// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import TestSupport
import Testing

/// Several who change the same, or ask for much at once.
@Suite struct ConcurrencyTests {
  private static let invoice = #"{"customer":1,"items":[{"name":"A","unit_cost":10}]}"#

  @Test(
    "of two who change what both have seen, one is told that it is another by now",
    arguments: [
      ("/invoices", "PATCH", #"{"notes":"A"}"#, #"{"notes":"B"}"#),
      ("/zuora/invoices", "PATCH", #"{"description":"A"}"#, #"{"description":"B"}"#),
      ("/v1/invoices", "PUT", #"{"comments":"A"}"#, #"{"comments":"B"}"#),
    ])
  func invoices(_ path: String, _ verb: String, _ one: String, _ other: String) async throws {
    try await Self.with { server in
      let draft = Self.invoice.replacing("{\"cust", with: "{\"draft\":true,\"cust")
      let id = try #require(try await server.send("POST", "/invoices", draft)["id"])
      let seen = try await server.send("GET", "\(path)/\(id)")
      let tag = ["If-Match": try #require(seen.headers["etag"])]
      let known = try await server.send(
        "GET", "\(path)/\(id)", headers: ["If-None-Match": "\"0\", \(tag["If-Match"] ?? "")"])
      #expect(known.status == 304 && known.body.isEmpty, "\(known)")
      #expect(known.headers["etag"] == tag["If-Match"])
      let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
        for body in [one, other] {
          group.addTask { try await server.send(verb, "\(path)/\(id)", body, headers: tag) }
        }
        return try await group.reduce(into: [Reply]()) { $0.append($1) }
      }
      #expect(replies.map(\.status).sorted() == [200, 412], "\(replies)")
      let taken = try #require(replies.first { $0.status == 200 })
      let now = try await server.send("GET", "\(path)/\(id)")
      #expect(now.body == taken.body && now.headers["etag"] == taken.headers["etag"])
      let refused = try #require(replies.first { $0.status == 412 })
      #expect(refused.body.contains("changed_meanwhile"))
    }
  }

  @Test("steps, deletes and objects around invoices mind what was seen, too; others refuse to")
  func others() async throws {
    try await Self.with { server in
      let stale = ["If-Match": #""0123""#]
      let id = try #require(try await server.send("POST", "/invoices", Self.invoice)["id"])
      for (verb, path, body) in [
        ("POST", "/invoices/\(id)/void", nil), ("POST", "/zuora/invoices/\(id)/reverse", nil),
        ("PUT", "/v1/invoices/\(id)/unpost", nil), ("DELETE", "/invoices/\(id)", nil),
        ("PATCH", "/customers/1", #"{"name":"B"}"#),
      ] {
        let reply = try await server.send(verb, path, body, headers: stale)
        #expect(reply.status == 412, "\(verb) \(path) \(reply)")
      }
      let pay = try await server.send("POST", "/invoices/\(id)/pay", headers: stale)
      #expect(pay.status == 400 && pay["param"] == "If-Match", "\(pay)")
      let customer = try await server.send("GET", "/customers/1")
      let fresh = ["If-Match": try #require(customer.headers["etag"])]
      let changed = try await server.send("PATCH", "/customers/1", #"{"name":"B"}"#, headers: fresh)
      #expect(changed.status == 200 && changed["name"] == "B", "\(changed)")
      let any = ["If-Match": "*"]
      #expect(
        try await server.send("POST", "/invoices/\(id)/void", headers: any)["status"] == "voided")
    }
  }

  @Test("one id is made once, however many come at once")
  func creates() async throws {
    try await Self.with { server in
      let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
        for number in 0..<8 {
          group.addTask {
            try await server.send("POST", "/customers", #"{"id":77,"name":"N\#(number)"}"#)
          }
        }
        return try await group.reduce(into: [Reply]()) { $0.append($1) }
      }
      #expect(replies.map(\.status).sorted() == [201] + Array(repeating: 409, count: 7))
      let made = try #require(replies.first { $0.status == 201 })
      #expect(try await server.send("GET", "/customers/77")["name"] == made["name"])
    }
  }

  @Test("invoices that come while one is being made are made together, each as if it came alone")
  func together() async throws {
    try await Self.with { server in
      try await server.books.customer(2)
      let replies = try await Self.atOnce(
        (0..<16).map {
          .init(
            body: Self.invoice(of: $0 == 0 ? 1 : 2, named: "N\($0)"), key: $0 < 4 ? "k\($0)" : nil)
        }, server)
      #expect(replies.map(\.status) == Array(repeating: 201, count: 16), "\(replies)")
      for (place, reply) in replies.enumerated() {
        #expect(reply["name"] == "N\(place)" && reply["customer"] == (place == 0 ? "1" : "2"))
      }
      let made = "event where kind = 'invoice_created'"
      let transactions = try await server.books.text("select count(distinct xact) from \(made)")
      #expect(["2", "3", "4", "5"].contains(transactions), "\(transactions)")
      let again = try await server.send(
        "POST", "/invoices", Self.invoice(of: 2, named: "N3"), headers: ["Idempotency-Key": "k3"])
      #expect(again.status == 201 && again.body == replies[3].body)
      #expect(try await server.books.text("select count(*) from \(made)") == "16")
      #expect(try await server.books.offences() == [])
    }
  }

  @Test("one that is refused stands in nobody's way, nor does a key that comes twice")
  func apart() async throws {
    try await Self.with { server in
      try await server.books.customer(2)
      var requests = (0..<12).map {
        Request(body: Self.invoice(of: $0 == 0 ? 1 : 2, named: "N\($0)"), key: nil)
      }
      requests[3].body = Self.invoice(of: 99, named: "N3")
      requests[5] = .init(body: requests[4].body, key: "k")
      requests[6] = requests[5]
      requests[7].key = "k"
      let replies = try await Self.atOnce(requests, server)
      // Of the three with one key the first that came was heard.
      let others = [0, 1, 2, 4] + Array(8..<12)
      #expect(others.map { replies[$0].status } == others.map { _ in 201 }, "\(replies)")
      #expect(replies[3].status == 400 && replies[3]["param"] == "customer", "\(replies[3])")
      let keyed = replies[5...7].map { "\($0.status) \($0["name"] ?? $0["code"] ?? "")" }
      #expect(
        keyed == ["201 N4", "201 N4", "409 idempotency_key_reused"]
          || keyed[2] == "201 N7" && Set(keyed[..<2]) == ["409 idempotency_key_reused"], "\(keyed)")
      #expect(replies[5].body == replies[6].body || replies[7].status == 201)
      #expect(try await server.books.text("select count(*) from invoice") == "9")
      #expect(try await server.books.offences() == [])
    }
  }

  private struct Request: Sendable {
    var body: String
    var key: String?
  }

  private static func invoice(of customer: Int, named name: String) -> String {
    Self.invoice.replacing("\"customer\":1", with: "\"name\":\"\(name)\",\"customer\":\(customer)")
  }

  /// Sends all while one is being made: that of the first customer waits until all have come.
  private static func atOnce(_ requests: [Request], _ server: LiveServer) async throws -> [Reply] {
    try await server.books.run(
      """
      create function wait() returns trigger language plpgsql as $$
      begin
        while new.customer_id = 1 and not pg_try_advisory_xact_lock_shared(77) loop
          perform pg_sleep(0.02);
        end loop;
        return new;
      end $$;
      create trigger wait before insert on invoice for each row execute function wait();
      select pg_advisory_lock(77);
      """)
    async let first = send(requests[0], server)
    try await until("one is made") {
      try await server.books.text(
        """
        select exists (select from pg_stat_activity
          where wait_event = 'PgSleep' and datname = current_database())
        """) == "true"
    }
    async let others = withThrowingTaskGroup(of: (Int, Reply).self) { group in
      for (place, request) in requests.enumerated().dropFirst() {
        group.addTask { (place, try await send(request, server)) }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    try await until("all have come") {
      // The asking itself is at work, too.
      try await server.send("GET", "/metrics").body
        .contains("\nbillrun_http_requests_at_work \(requests.count + 1)\n")
    }
    // From being counted to being queued.
    try await Task.sleep(for: .milliseconds(300))
    try await server.books.run("select pg_advisory_unlock(77)")
    return try await [first] + others.sorted { $0.key < $1.key }.map(\.value)
  }

  private static func until(_ what: String, _ holds: () async throws -> Bool) async throws {
    for _ in 0..<1_000 {
      if try await holds() { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("waited in vain until \(what)")
  }

  private static func send(_ request: Request, _ server: LiveServer) async throws -> Reply {
    let headers = request.key.map { ["Idempotency-Key": $0] } ?? [:]
    return try await server.send("POST", "/invoices", request.body, headers: headers)
  }

  @Test("equal payments without a reference: one is recorded, each further one when it is told")
  func payments() async throws {
    try await Self.with { server in
      let payment = #"{"customer":1,"amount":7,"currency":"usd"}"#
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<12 {
          group.addTask { try await server.send("POST", "/payments", payment).status }
        }
        return try await group.reduce(into: [Int]()) { $0.append($1) }
      }
      #expect(statuses.sorted() == [201] + Array(repeating: 400, count: 11))
      let again = try await server.send(
        "POST", "/payments", payment.replacing("}", with: #","again":true}"#))
      #expect(again.status == 201, "\(again)")
      #expect(try await server.books.text("select count(*) from payment") == "2")
      #expect(try await server.books.offences() == [])
    }
  }

  @Test("many are voided, and many paid, at once: none waits in vain for another's")
  func operations() async throws {
    try await Self.with { server in
      var ids: [String] = []
      for _ in 0..<10 {
        ids.append(try #require(try await server.send("POST", "/invoices", Self.invoice)["id"]))
      }
      let all = ids
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for id in all {
          group.addTask { try await server.send("POST", "/invoices/\(id)/void").status }
        }
        return try await group.reduce(into: [Int]()) { $0.append($1) }
      }
      #expect(statuses == Array(repeating: 200, count: 10))
      for customer in 2...9 {
        try await server.books.customer(customer, ["autopay": "true"])
        try await server.books.run(
          """
          insert into payment_source (customer_id, object, gateway, token)
          values (\(customer), 'card', 'simulated', 'approve#\(customer)')
          """)
      }
      let paid = try await withThrowingTaskGroup(of: Int.self) { group in
        for customer in 2...9 {
          group.addTask {
            let invoice = Self.invoice.replacing(":1,", with: ":\(customer),")
            let id = try await server.send("POST", "/invoices", invoice)["id"] ?? ""
            return try await server.send("POST", "/invoices/\(id)/pay").status
          }
        }
        return try await group.reduce(into: [Int]()) { $0.append($1) }
      }
      #expect(paid == Array(repeating: 200, count: 8))
      #expect(try await server.books.offences() == [])
    }
  }

  @Test("what a gateway left open is 202, and later what became of it, by the same key")
  func unknown() async throws {
    try await Self.with { server in
      try await server.books.customer(2, ["autopay": "true"])
      try await server.books.run(
        """
        insert into payment_source (customer_id, object, gateway, token)
        values (2, 'card', 'simulated', 'timeout_then_approve')
        """)
      let invoice = Self.invoice.replacing(":1,", with: ":2,")
      let id = try #require(try await server.send("POST", "/invoices", invoice)["id"])
      func pay() async throws -> Reply {
        try await server.send("POST", "/invoices/\(id)/pay", headers: ["Idempotency-Key": "p"])
      }
      let first = try await pay()
      #expect(first.status == 202 && first["status"] == "pending", "\(first)")
      #expect(try await pay().status == 202)
      let day = try await server.books.text("select (now() at time zone 'utc')::date::text")
      let charged = try await Shell(database: server.books.database.url).run(
        "billrun charge --as-of \(day)")
      #expect(charged.status == 0, "\(charged.story)")
      let last = try await pay()
      #expect(last.status == 200 && last["paid"] == "1", "\(last)")
      #expect(
        try await server.books.text("select count(*) from payment where customer_id = 2") == "1")
    }
  }

  /// A server with one customer.
  private static func with(_ body: @Sendable (LiveServer) async throws -> Void) async throws {
    try await LiveServer.with(serve: "  requests_per_second: 10000\n") { server in
      try await server.books.customer(1)
      try await body(server)
    }
  }
}
