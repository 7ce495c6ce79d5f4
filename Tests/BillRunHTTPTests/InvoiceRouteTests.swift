// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import TestSupport
import Testing

/// Invoiced's endpoints, without a client of anybody's.
@Suite struct InvoiceRouteTests {
  private static let invoice =
    #"{"customer":1,"items":[{"name":"A","quantity":3,"unit_cost":0.1}]}"#

  @Test("JSON and a form make the same invoice, with figures that are exact")
  func bodies() async throws {
    try await Self.with { server in
      let json = try await server.send("POST", "/invoices", Self.invoice)
      #expect(json.status == 201 && json.body.contains(#""total" : 0.3,"#), "\(json)")
      let form = try await server.send(
        "POST", "/invoices",
        "customer=1&items[][name]=A&items[][quantity]=3&items[][unit_cost]=0.1&metadata[a]=b%20c",
        headers: ["Content-Type": "application/x-www-form-urlencoded"])
      #expect(form.status == 201 && form["total"] == "0.3", "\(form)")
      #expect(form["metadata.a"] == "b c" && form["items.0.quantity"] == "3")
      #expect(
        try await server.books.texts(
          "select distinct detail ->> 'os_user' from event where subject_kind = 'invoice'")
          == ["api:tester"])
    }
  }

  @Test("one idempotency key, twenty times at once: one effect, the same answer")
  func idempotency() async throws {
    try await Self.with { server in
      let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
        for _ in 0..<20 {
          group.addTask {
            // Who waits too long for the first one is told to come again.
            var reply: Reply
            repeat {
              reply = try await server.send(
                "POST", "/invoices", Self.invoice, headers: ["Idempotency-Key": "k"])
            } while reply.status == 409
            return reply
          }
        }
        return try await group.reduce(into: [Reply]()) { $0.append($1) }
      }
      #expect(Set(replies.map(\.body)).count == 1 && replies.allSatisfy { $0.status == 201 })
      #expect(replies.count { $0.headers["idempotent-replayed"] == "true" } == 19)
      #expect(try await server.books.text("select count(*) from invoice") == "1")
      // What was refused has had no effect, and may be asked again with the same key.
      let bad = try await server.send(
        "POST", "/invoices", "{}", headers: ["Idempotency-Key": "other"])
      #expect(bad.status == 400 && bad["param"] != nil, "\(bad)")
      let good = try await server.send(
        "POST", "/invoices", Self.invoice, headers: ["Idempotency-Key": "other"])
      #expect(good.status == 201)
    }
  }

  @Test("an attempt that is declined is made once by one idempotency key, with the same answer")
  func declined() async throws {
    try await Self.with { server in
      try await server.books.run(
        """
        update customer set autopay = true where customer_id = 1;
        insert into payment_source (customer_id, object, gateway, token)
        values (1, 'card', 'simulated', 'decline_insufficient_funds')
        """)
      for dialect in ["/invoices", "/zuora/invoices"] {
        let made = try await server.send("POST", "/invoices", Self.invoice)
        let id = try #require(made["id"])
        let attempts = "select count(*) from payment_attempt where invoice_id = \(id)"
        var answers: [Reply] = []
        for key in ["\(id)-a", "\(id)-a", "\(id)-b"] {
          answers.append(
            try await server.send(
              "POST", "\(dialect)/\(id)/pay", headers: ["Idempotency-Key": key]))
          #expect(
            try await server.books.text(attempts) == (key == "\(id)-a" ? "1" : "2"), "\(answers)")
        }
        #expect(answers.map(\.status) == [400, 400, 400])
        #expect(answers[0].body == answers[1].body && answers[0].body.contains("pay_declined"))
        #expect(answers.map { $0.headers["idempotent-replayed"] } == [nil, "true", nil])
        #expect(answers[0].body.contains("reasons") == (dialect == "/zuora/invoices"))
      }
    }
  }

  @Test("a payment is answered as it was recorded, and one that is recorded already is 409")
  func payments() async throws {
    try await Self.with { server in
      try await server.books.run(
        "update customer set number = 'C-1' where customer_id = 1")
      func record(_ customer: String, _ reference: String) async throws -> Reply {
        try await server.send(
          "POST", "/payments",
          """
          {"customer":"\(customer)","amount":0.1,"currency":"usd","reference":"\(reference)"}
          """)
      }
      let first = try await record("C-1", "a")
      #expect(first.status == 201 && first["reference"] == "a", "\(first)")
      let second = try await record("1", "b")
      #expect(second.status == 201 && second["reference"] == "b", "\(second)")
      #expect(first["id"] != second["id"])
      let again = try await record("C-1", "a")
      #expect(again.status == 409 && again["code"] == "known_already", "\(again)")
      #expect(try await server.books.text("select count(*) from payment") == "2")
    }
  }

  @Test("a write that meets a concurrent change is 409 after five seconds, and changes nothing")
  func conflict() async throws {
    try await Self.with { server in
      let made = try await server.send("POST", "/invoices", Self.invoice)
      let id = made["id"] ?? ""
      try await server.books.run("begin; select from invoice where invoice_id = \(id) for update")
      let reply = try await server.send("PATCH", "/invoices/\(id)", #"{"name":"B"}"#)
      try await server.books.run("rollback")
      #expect(reply.status == 409 && reply["code"] == "database_busy", "\(reply)")
      #expect(!reply.body.contains("update") && !reply.body.contains("select"))
      #expect(try await server.send("GET", "/invoices/\(id)")["name"] == "null")
    }
  }

  @Test("pages go up to ten thousand, and lists go on by a cursor")
  func pages() async throws {
    try await Self.with { server in
      for _ in 0..<5 { _ = try await server.send("POST", "/invoices", Self.invoice) }
      let first = try await server.send("GET", "/invoices?per_page=2&sort=id%20asc")
      #expect(first.headers["x-total-count"] == "5" && first.body.contains(#""id" : 1,"#))
      #expect(first.headers["link"]?.contains("page=3&per_page=2>; rel=\"last\"") == true)
      #expect(first.headers["link"]?.contains("sort=id%20asc") == true)
      let behind = ["X-Forwarded-Proto": "https"]
      let secure = try await server.send("GET", "/invoices", headers: behind)
      #expect(secure.headers["link"]?.hasPrefix("<https://127.0.0.1:") == true)
      let beyond = try await server.send("GET", "/invoices?per_page=2&page=9")
      #expect(beyond.headers["link"]?.contains("page=3&per_page=2>; rel=\"previous\"") == true)
      let rest = try await server.send("GET", "/invoices?per_page=2&cursor=3")
      #expect(rest["0.id"] == "4" && rest["2.id"] == nil)
      for (query, field) in [
        ("page=101", "page"), ("page=0", "page"), ("per_page=101", "per_page"),
        ("cursor=1&page=2", "cursor"), ("filter[colour]=red", "filter[colour]"),
        ("filter[status]=red", "filter[status]"), ("start_date=soon", "start_date"),
        ("expand=items", "expand"), ("cursor=1&sort=total", "cursor"), ("sort=color", "sort"),
        ("filter[paid]=false", "filter[paid]"),
      ] {
        let reply = try await server.send("GET", "/invoices?\(query)")
        #expect(reply.status == 400 && reply["param"] == field, "\(query): \(reply)")
      }
    }
  }

  @Test("what the books refuse is 400 with their code, what is not there 404, what is ours 500")
  func errors() async throws {
    try await Self.with { server in
      let made = try await server.send("POST", "/invoices", Self.invoice)
      let deleted = try await server.send("DELETE", "/invoices/\(made["id"] ?? "")")
      #expect(deleted.status == 400 && deleted["code"] == "delete_refused", "\(deleted)")
      #expect(try await server.send("GET", "/invoices/INV-9")["code"] == "invoice_not_found")
      let unpaid = try await server.send("POST", "/invoices/\(made["id"] ?? "")/pay")
      #expect(unpaid.status == 400 && unpaid["code"]?.hasPrefix("pay_refused") == true)
      try await server.books.run("alter table invoice rename column notes to gone")
      let broken = try await server.send("GET", "/invoices/1")
      #expect(broken.status == 500 && broken["type"] == "api_error", "\(broken)")
      #expect(!broken.body.contains("gone") && !broken.body.contains("column"))
    }
  }

  @Test("an email goes to those who are named in the form that was asked for, else to nobody")
  func emails() async throws {
    try await Self.with { server in
      let made = try await server.send("POST", "/invoices", Self.invoice)
      let path = "/invoices/\(made["id"] ?? "")/emails"
      for (body, field) in [
        (#"{"to":"b@c.test"}"#, "to"), (#"{"bcc":["b@c.test"]}"#, "bcc"),
        (#"{"subject":5}"#, "subject"), (#"{"message":5}"#, "message"),
        (#"{"to":["b@c.test"]}"#, "to.0.email"),
        (#"{"to":[{"email":"b@c.test","cc":"d@e.test"}]}"#, "to.0.cc"),
      ] {
        let reply = try await server.send("POST", path, body)
        #expect(reply.status == 400 && reply["param"] == field, "\(body): \(reply)")
      }
      #expect(try await server.books.text("select count(*) from message") == "0")
      #expect(try await server.send("POST", path, #"{"to":[],"bcc":null}"#).status == 201)
    }
  }

  @Test("a document's number is one line, however it is given")
  func numbers() async throws {
    try await Self.with { server in
      func body(_ number: String, _ more: String = "") -> String {
        Self.invoice.replacing("{\"customer", with: "{\"number\":\"\(number)\",\(more)\"customer")
      }
      let draft = try await server.send("POST", "/invoices", body("A-1", #""draft":true,"#))
      let path = "/invoices/\(draft["id"] ?? "")"
      for number in [#"a\nb"#, #"a\u0001b"#, #"a\u2028b"#, #"a\u202eb"#, #"a\u0085b"#] {
        for reply in [
          try await server.send("POST", "/invoices", body(number)),
          try await server.send("PATCH", path, #"{"number":"\#(number)"}"#),
        ] {
          #expect(reply.status == 400 && reply["param"] == "number", "\(number): \(reply)")
          #expect(reply["code"] == "invoice_refused")
        }
      }
      #expect(try await server.send("PATCH", path, #"{"number":"Ä-2"}"#)["number"] == "Ä-2")
    }
  }

  @Test("a stop lets a request under way end")
  func stop() async throws {
    try await Self.with { server in
      let made = try await server.send("POST", "/invoices", Self.invoice)
      let id = made["id"] ?? ""
      try await server.books.run("begin; select from invoice where invoice_id = \(id) for update")
      async let reply = server.send("PATCH", "/invoices/\(id)", #"{"name":"B"}"#)
      try await server.untilLockIsWaitedFor()
      server.stop.request()
      try await Task.sleep(for: .milliseconds(500))
      try await server.books.run("commit")
      #expect(try await reply.status == 200)
      await #expect(throws: (any Error).self) {
        let late = try await server.send("GET", "/health")
        if late.status == 0 { throw LiveServer.NoAnswer(trouble: 0) }
      }
    }
  }

  /// A server with one customer.
  private static func with(_ body: @Sendable (LiveServer) async throws -> Void) async throws {
    try await LiveServer.with(serve: "  requests_per_second: 1000\n") { server in
      try await server.books.customer(1, ["email": "a@acme.test"])
      try await body(server)
    }
  }
}
