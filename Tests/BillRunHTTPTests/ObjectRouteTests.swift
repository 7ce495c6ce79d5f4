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
        (#","items":[{"line":0}]"#, "items.0.line"),
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
      for wrong in ["yes", ""] {
        let reply = try await server.send("DELETE", "\(path)?cancel_at_period_end=\(wrong)")
        #expect(reply.status == 400, "\(reply)")
      }
      #expect(try await server.send("GET", path)["canceled_at"] == "null")
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
        ("GET", "/invoices?customer=1", nil), ("GET", "/invoices?filter=1", nil),
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

  /// A server with one customer and a plan.
  private static func with(_ body: @Sendable (LiveServer) async throws -> Void) async throws {
    try await LiveServer.with { server in
      try await server.books.customer(1)
      try await server.books.plan("starter", "49", currency: "usd")
      try await body(server)
    }
  }
}
