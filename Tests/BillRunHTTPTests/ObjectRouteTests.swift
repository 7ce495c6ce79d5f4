// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import TestSupport
import Testing

/// What stands around invoices: subscriptions, credit notes, pending lines.
@Suite struct ObjectRouteTests {
  @Test("a preview shows the next invoice with one subscription more, and writes nothing")
  func preview() async throws {
    try await Self.with { server in
      let body = #"{"customer":1,"plan":"starter","start_date":"2026-01-01","quantity":2}"#
      let reply = try await server.send("POST", "/subscriptions/preview", body)
      #expect(reply.status == 200 && reply["first_invoice.number"] == "null", "\(reply)")
      #expect(reply["first_invoice.items.0.quantity"] == "2", "\(reply)")
      // What others are billed before stands on invoices of its own.
      try await server.books.run(
        """
        insert into subscription (customer_id, plan_id, start_date)
        select 1, plan_id, '2026-01-01' from plan
        """)
      let later = try await server.send(
        "POST", "/subscriptions/preview", body.replacing("2026-01-01", with: "2030-02-10"))
      #expect(later["first_invoice.items.1.quantity"] == nil, "\(later)")
      #expect(later["first_invoice.items.0.quantity"] == "2", "\(later)")
      try await server.books.run("delete from subscription")
      let wrong = try await server.send(
        "POST", "/subscriptions/preview", body.replacing("starter", with: "none"))
      #expect(wrong.status == 400 && wrong["param"] == "plan", "\(wrong)")
      for table in ["subscription", "invoice", "run", "event where kind <> 'api_key_created'"] {
        #expect(try await server.books.text("select count(*) from \(table)") == "0", "\(table)")
      }
    }
  }

  @Test("a credit note is for all that is left of an invoice, an amount, or some lines")
  func creditNotes() async throws {
    try await Self.with { server in
      let made = try await server.send(
        "POST", "/invoices",
        #"{"customer":1,"items":[{"name":"A","unit_cost":10},{"name":"B","unit_cost":5}]}"#)
      let id = try #require(made["id"])
      func credit(_ fields: String) async throws -> Reply {
        try await server.send("POST", "/credit_notes", "{\"invoice\":\(id)\(fields)}")
      }
      let line = try await credit(#","items":[{"line":2,"amount":2.5}],"reason":"broken""#)
      #expect(line.status == 201 && line["total"] == "2.5", "\(line)")
      #expect(line["object"] == "credit_note")
      #expect(try await credit(#","amount":1"#)["total"] == "1")
      for (wrong, param) in [
        (#","amount":"1""#, "amount"), (#","items":[]"#, "items"), (#","bogus":1"#, "bogus"),
        (#","items":[{"line":0}]"#, "items.0.line"), (#","amount":null"#, "amount"),
        (#","items":null"#, "items"), (#","items":[{"line":1,"amount":null}]"#, "items.0.amount"),
        (#","amount":1,"items":[{"line":1}]"#, "amount"),
      ] {
        let refused = try await credit(wrong)
        #expect(refused.status == 400 && refused["param"] == param, "\(wrong) \(refused)")
      }
      let tooMuch = try await credit(#","amount":12"#)
      #expect(tooMuch.status == 400 && tooMuch["code"] == "credit_refused_too_much", "\(tooMuch)")
      let rest = try await credit("")
      #expect(rest.status == 201 && rest["total"] == "11.5", "\(rest)")
      #expect(try await server.send("GET", "/invoices/\(id)")["balance"] == "0")
      let note = try #require(rest["id"])
      #expect(try await server.send("GET", "/credit_notes/\(note)").status == 200)
      // A credit note is no invoice, nor an invoice a credit note.
      #expect(try await server.send("GET", "/invoices/\(note)").status == 404)
      #expect(try await server.send("GET", "/zuora/invoices/\(note)").status == 404)
      #expect(try await server.send("POST", "/credit_notes/\(id)/void").status == 404)
      #expect(try await server.books.offences() == [])
    }
  }

  @Test("RULES 5: pending lines ride on an invoice, or make one of their own after 31 days")
  func pendingLines() async throws {
    try await Self.with { server in
      let line = try await server.send(
        "POST", "/customers/1/line_items", #"{"name":"One","unit_cost":3}"#)
      #expect(line.status == 201, "\(line)")
      let waits = try await server.send("POST", "/customers/1/invoices")
      #expect(waits.status == 400 && waits["code"] == "nothing_due", "\(waits)")
      try await server.books.run("update pending_line_item set added_on = added_on - 31")
      let billed = try await server.send("POST", "/customers/1/invoices")
      #expect(billed.status == 201 && billed["total"] == "3", "\(billed)")
      let nothing = try await server.send("POST", "/customers/1/invoices")
      #expect(nothing.status == 400 && nothing["code"] == "nothing_due", "\(nothing)")
    }
  }

  @Test("who is held is told so, and why, where an invoice is asked for")
  func held() async throws {
    try await Self.with { server in
      try await server.books.plan("unpriced", nil, currency: "usd")
      let body = #"{"customer":1,"plan":"unpriced","start_date":"2026-01-01"}"#
      let look = try await server.send("POST", "/subscriptions/preview", body)
      #expect(look.status == 400 && look["code"] == "price_missing", "\(look)")
      #expect(try await server.send("POST", "/subscriptions", body).status == 201)
      let bill = try await server.send("POST", "/customers/1/invoices")
      #expect(bill.status == 400 && bill["code"] == "price_missing", "\(bill)")
    }
  }

  @Test("a subscription is shown as changes have made it by today, with those to come")
  func changes() async throws {
    try await Self.with { server in
      let made = try await server.send(
        "POST", "/subscriptions", #"{"customer":1,"plan":"starter","start_date":"2026-01-01"}"#)
      let path = "/subscriptions/\(try #require(made["id"]))"
      let now = try await server.send("PATCH", path, #"{"quantity":3}"#)
      #expect(now["quantity"] == "3" && now["changes"] == "0 elements", "\(now)")
      let later = try await server.send(
        "PATCH", path, #"{"quantity":5,"effective":"2099-01-01"}"#)
      #expect(later["quantity"] == "3" && later["changes.0.quantity"] == "5", "\(later)")
      #expect(later["changes.0.effective"] == "2099-01-01")
      // What waits for the start of a period is to come.
      let waits = try await server.send("PATCH", path, #"{"quantity":7,"prorate":false}"#)
      #expect(waits["quantity"] == "3" && waits["changes.0.quantity"] == "7", "\(waits)")
      for wrong in ["yes", ""] {
        let reply = try await server.send("DELETE", "\(path)?cancel_at_period_end=\(wrong)")
        #expect(reply.status == 400, "\(reply)")
      }
      #expect(try await server.send("GET", path)["canceled_at"] == "null")
    }
  }

  @Test("RULES 5: of one day's changes the last counts, also where it says what one before it said")
  func changesBack() async throws {
    try await Self.with { server in
      try await server.books.plan("pro", "99", currency: "usd")
      let made = try await server.send(
        "POST", "/subscriptions", #"{"customer":1,"plan":"starter","start_date":"2026-01-01"}"#)
      let path = "/subscriptions/\(try #require(made["id"]))"
      for (name, values) in [
        ("quantity", ["5", "7", "5", "5"]), ("paused", ["true", "false", "true"]),
        ("plan", ["\"pro\"", "\"starter\"", "\"pro\""]),
      ] {
        for value in values {
          let reply = try await server.send("PATCH", path, "{\"\(name)\":\(value)}")
          let shown = ["true": "1", "false": "0"][value] ?? value.filter { $0 != "\"" }
          #expect(reply.status == 200 && reply[name] == shown, "\(name) \(value) \(reply)")
        }
      }
      // What is so already is not written again.
      #expect(try await server.books.text("select count(*) from subscription_change") == "9")
    }
  }

  @Test(
    "a subscription that has not started is canceled from its start, is never billed, and clean")
  func canceledBefore() async throws {
    try await Self.with { server in
      let made = try await server.send(
        "POST", "/subscriptions", #"{"customer":1,"plan":"starter","start_date":"2099-01-01"}"#)
      let path = "/subscriptions/\(try #require(made["id"]))"
      #expect(try await server.send("DELETE", path).status == 204)
      #expect(try await server.send("GET", path)["canceled_at"] == "2099-01-01")
      try await server.books.bill("2099-01-02")
      #expect(try await server.books.text("select count(*) from invoice") == "0")
      #expect(try await server.books.offences() == [])
    }
  }

  @Test("a change to come of a subscription that is canceled now keeps nobody from a clean verify")
  func changeAfterCancellation() async throws {
    try await Self.with { server in
      try await server.books.subscription(1, of: 1, "starter", from: "2026-01-10")
      try await server.books.bill("2026-01-10")
      let later = #"{"quantity":4,"effective":"2099-01-10"}"#
      #expect(try await server.send("PATCH", "/subscriptions/1", later).status == 200)
      #expect(
        try await server.send("PATCH", "/subscriptions/1", #"{"canceled_at":"2026-01-20"}"#).status
          == 200)
      try await server.books.bill("2026-01-25")
      #expect(try await server.books.offences() == [])
    }
  }

  @Test("digits alone are an id, whatever numbers others have")
  func digits() async throws {
    try await Self.with { server in
      try await server.books.customer(33)
      let other = try await server.send(
        "POST", "/customers", #"{"id":34,"name":"N","number":"33"}"#)
      #expect(other.status == 201, "\(other)")
      func make(_ fields: String) async throws -> Reply {
        try await server.send(
          "POST", "/invoices", "{\(fields),\"items\":[{\"name\":\"A\",\"unit_cost\":1}]}")
      }
      let first = try #require(try await make(#""customer":"33","draft":true"#)["id"])
      let second = try await make("\"customer\":1,\"number\":\"\(first)\"")
      #expect(second["number"] == first, "\(second)")
      #expect(try await server.send("GET", "/invoices/\(first)")["customer"] == "33")
      #expect(try await server.send("GET", "/zuora/invoices/\(first)")["account_id"] == "33")
      #expect(try await server.send("GET", "/invoices?filter[customer]=33")["0.id"] == first)
      #expect(try await server.send("GET", "/customers/33/line_items").status == 200)
      let zuora = try await server.send(
        "POST", "/zuora/invoices",
        #"{"account_id":"33","items":[{"name":"A","unit_amount":1,"quantity":1}]}"#)
      #expect(zuora["account_id"] == "33", "\(zuora)")
      // What was deleted is not there, whoever has its number.
      #expect(try await server.send("DELETE", "/invoices/\(first)").status == 204)
      #expect(try await server.send("POST", "/invoices/\(first)/pay").status == 404)
    }
  }

  @Test("invoices are found by metadata of any type, and sorted by what they show")
  func metadata() async throws {
    try await Self.with { server in
      try await server.books.customer(2, ["currency": "jpy"])
      func make(_ customer: Int, _ cost: String, _ metadata: String) async throws -> String {
        let reply = try await server.send(
          "POST", "/invoices",
          """
          {"customer":\(customer),"metadata":\(metadata),"items":[{"name":"A","unit_cost":\(cost)}]}
          """)
        return try #require(reply["id"], "\(reply)")
      }
      let number = try await make(1, "1.50", #"{"ord":7,"b":true,"k\"y":-1.5}"#)
      let text = try await make(2, "100", #"{"ord":"7","b":"true"}"#)
      let voided = try await make(1, "200", #"{"ord":17}"#)
      #expect(try await server.send("POST", "/invoices/\(voided)/void").status == 200)
      for (query, found) in [
        ("metadata[ord]=7", [number, text]), ("metadata[b]=true", [number, text]),
        ("metadata[ord]=7.0", [number]), ("metadata[k%22y]=-1.5", [number]),
        ("metadata[ord]=7&metadata[b]=false", []), ("metadata[ord]=1%20||%20true", []),
      ] {
        let list = try await server.send("GET", "/invoices?\(query)")
        #expect((0..<3).compactMap { list["\($0).id"] } == found, "\(query) \(list)")
      }
      for (sort, order) in [
        ("balance%20desc", [text, number, voided]), ("total", [number, text, voided]),
      ] {
        let list = try await server.send("GET", "/invoices?sort=\(sort)")
        #expect((0..<3).compactMap { list["\($0).id"] } == order, "\(sort) \(list)")
      }
    }
  }

  @Test("a cancellation is taken back by its day, or by what made it")
  func undoing() async throws {
    try await Self.with { server in
      let made = try await server.send(
        "POST", "/subscriptions", #"{"customer":1,"plan":"starter","start_date":"2026-01-01"}"#)
      let path = "/subscriptions/\(try #require(made["id"]))"
      for (query, change) in [
        ("?cancel_at_period_end=true", #"{"canceled_at":null}"#),
        ("?cancel_at_period_end=true", #"{"cancel_at_period_end":false}"#),
        ("", #"{"canceled_at":null}"#),
      ] {
        #expect(try await server.send("DELETE", path + query).status == 204)
        let canceled = try await server.send("GET", path)
        #expect(canceled["canceled_at"] != "null", "\(canceled)")
        let again = try await server.send("PATCH", path, change)
        #expect(again["canceled_at"] == "null" && again["cancel_at_period_end"] == "0", "\(again)")
      }
      // A day of its own stays one.
      _ = try await server.send("PATCH", path, #"{"canceled_at":"2099-01-01"}"#)
      let kept = try await server.send("PATCH", path, #"{"cancel_at_period_end":false}"#)
      #expect(kept["canceled_at"] == "2099-01-01", "\(kept)")
    }
  }

  @Test("drafts are asked for by a form, too, and what is not true or false is refused")
  func drafts() async throws {
    try await Self.with { server in
      try await server.books.subscription(1, of: 1, "starter", from: "2026-01-01")
      for wrong in [#"{"autoPost":"false"}"#, #"{"autoPost":0}"#] {
        let reply = try await server.send("POST", "/v1/bill-runs", wrong)
        #expect(reply.status == 400, "\(reply)")
      }
      let run = try await server.send(
        "POST", "/v1/bill-runs", "targetDate=2026-01-01&autoPost=false",
        headers: ["Content-Type": "application/x-www-form-urlencoded"])
      #expect(run.status == 200 && run["status"] == "Completed", "\(run)")
      #expect(try await server.books.texts("select distinct state from invoice") == ["draft"])
      let number = try await server.send("PATCH", "/invoices/1", #"{"number":"A-1"}"#)
      #expect(number.status == 400 && number["code"] == "change_refused_run", "\(number)")
    }
  }

  @Test("what nobody would look at is refused: fields, parameters, ids that are too large")
  func refusals() async throws {
    try await Self.with { server in
      let made = try await server.send(
        "POST", "/invoices", #"{"customer":1,"items":[{"name":"A","unit_cost":10}]}"#)
      let id = try #require(made["id"])
      for (verb, path, body) in [
        ("POST", "/invoices/\(id)/void", #"{"bogus":1}"#),
        ("PUT", "/v1/invoices/\(id)/reverse", #"{"bogus":1}"#),
        ("GET", "/invoices?customer=1", nil), ("GET", "/invoices?sort[]=total", nil),
        ("GET", "/zuora/invoices?filters=account_id.EQ:1", nil),
        ("GET", "/invoices?filters=account_id.EQ:1", nil), ("GET", "/invoices?filter=1", nil),
        ("GET", "/invoices?metadata=1", nil),
        ("GET", "/invoices/\(id)?foo=bar", nil), ("GET", "/events?filter[kind]=x", nil),
        ("POST", "/invoices", #"{"id":9223372036854775807,"customer":1,"items":[]}"#),
        ("POST", "/invoices", #"{"customer":1,"attachments":["x"],"items":[{"name":"A"}]}"#),
      ] {
        let reply = try await server.send(verb, path, body)
        #expect(reply.status == 400 && reply.body.contains("code"), "\(verb) \(path) \(reply)")
      }
      let large = #"{"id":9223372036854775807,"name":"Large"}"#
      #expect(try await server.send("POST", "/customers", large).status == 201)
      #expect(try await server.send("POST", "/customers", #"{"name":"Next"}"#).status == 201)
      #expect(try await server.send("GET", "/customers?cursor=1")["0.name"] == "Next")
      #expect(try await server.send("GET", "//invoices").status == 404)
    }
  }

  @Test("one key of idempotency is for one query, too")
  func queries() async throws {
    try await Self.with { server in
      let made = try await server.send(
        "POST", "/subscriptions", #"{"customer":1,"plan":"starter","start_date":"2026-01-01"}"#)
      let path = "/subscriptions/\(try #require(made["id"]))"
      func end(_ query: String) async throws -> Reply {
        try await server.send("DELETE", path + query, headers: ["Idempotency-Key": "end"])
      }
      #expect(try await end("?cancel_at_period_end=true").status == 204)
      let other = try await end("")
      #expect(other.status == 409 && other["code"] == "idempotency_key_reused", "\(other)")
      let again = try await end("?cancel_at_period_end=true")
      #expect(again.status == 204 && again.headers["idempotent-replayed"] == "true", "\(again)")
    }
  }

  @Test("an object of very many unknown fields is refused, and keeps nobody waiting")
  func unknownFields() async throws {
    try await Self.with { server in
      let fields = (0..<50_000).map { "\"k\($0)\":1" }.joined(separator: ",")
      let reply = try await server.send("POST", "/customers", "{\"id\":9,\"name\":\"N\",\(fields)}")
      #expect(reply.status == 400 && reply["code"] == "import_refused", "\(reply.status)")
      #expect(reply["param"] == "k0", "\(reply.body.prefix(200))")
    }
  }

  @Test("what a customer came with stands, and a moment is one of the calendar")
  func customers() async throws {
    try await Self.with { server in
      let rich = #"{"id":9,"name":"N","credit_balance":10}"#
      #expect(try await server.send("POST", "/customers", rich).status == 201)
      for balance in ["0", "0.00", "25", "5"] {
        let reply = try await server.send(
          "PATCH", "/customers/9", "{\"credit_balance\":\(balance)}")
        #expect(reply.status == 400 && reply["param"] == "credit_balance", "\(balance) \(reply)")
      }
      for (customer, balance) in [(9, "10"), (1, "0")] {
        let reply = try await server.send(
          "PATCH", "/customers/\(customer)", "{\"credit_balance\":\(balance)}")
        #expect(reply.status == 200, "\(reply)")
      }
      for moment in ["10000000000000", "-10000000000000", "1e300"] {
        let reply = try await server.send(
          "PATCH", "/customers/9", "{\"tax_id_checked_at\":\(moment)}")
        #expect(reply.status == 400, "\(moment) \(reply)")
      }
    }
  }

  /// A server with one customer and a plan.
  private static func with(_ body: @Sendable (LiveServer) async throws -> Void) async throws {
    try await LiveServer.with { server in
      try await server.books.customer(1)
      try await server.books.plan("starter", "49", currency: "usd")
      try await body(server)
    }
  }
}
