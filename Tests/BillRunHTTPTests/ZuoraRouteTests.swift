// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import TestSupport
import Testing

@testable import BillRunHTTP

/// The thirteen operations of Zuora's quickstart API, below `/zuora`.
@Suite struct ZuoraRouteTests {
  private static let invoice =
    #"{"state":"open","account_id":"1","currency":"USD","#
    + #""items":[{"name":"A","unit_amount":10,"quantity":2}]}"#

  @Test("create, retrieve, update, list and delete, with items after a cursor")
  func objects() async throws {
    try await Self.with { server in
      let made = try await server.send("POST", "/zuora/invoices", Self.invoice)
      #expect(made.status == 201 && made["state"] == "open" && made["total"] == "20", "\(made)")
      #expect(made["account_id"] == "1" && made["currency"] == "USD")
      let id = made["id"] ?? ""
      let shown = try await server.send("GET", "/zuora/invoices/\(id)")
      #expect(shown.body == made.body)
      let draft = try await server.send(
        "POST", "/zuora/invoices",
        Self.invoice.replacing("\"state\":\"open\",", with: ""))
      #expect(draft["state"] == "draft" && draft["invoice_number"] == "null", "\(draft)")
      let path = "/zuora/invoices/\(draft["id"] ?? "")"
      let changed = try await server.send("PATCH", path, #"{"description":"soon"}"#)
      #expect(changed["description"] == "soon", "\(changed)")
      let first = try await server.send("GET", "/zuora/invoices?page_size=1")
      #expect(first["data.0.id"] == id && first["next_page"] == id)
      let second = try await server.send("GET", "/zuora/invoices?page_size=1&cursor=\(id)")
      #expect(second["data.0.id"] == draft["id"])
      #expect(try await server.send("DELETE", path).status == 204)
      let last = try await server.send("GET", "/zuora/invoices?page_size=1&cursor=\(id)")
      #expect(last["data"] == "0 elements" && last["next_page"] == "null")
      let items = try await server.send("GET", "/zuora/invoice_items")
      #expect(items["data.0.amount"] == "20" && items["data.0.invoice_id"] == id, "\(items)")
      let filtered = try await server.send("GET", "/zuora/invoices?filter[]=account_id.EQ:1")
      #expect(filtered["data"] == "1 elements")
    }
  }

  @Test("what is wrong is told by the name that the caller has for it")
  func names() async throws {
    try await LiveServer.with { server in
      try await server.books.customer(1)
      for (path, body, name) in [
        (
          "/zuora/invoices", #"{"account_id":99,"items":[{"name":"A","unit_amount":1}]}"#,
          "account_id"
        ),
        (
          "/v1/invoices", #"{"accountId":"99","invoiceItems":[{"chargeName":"A","amount":1}]}"#,
          "accountId"
        ),
        (
          "/zuora/invoices",
          #"{"account_id":1,"custom_fields":{"a":{}},"items":[{"name":"A","unit_amount":1}]}"#,
          "custom_fields"
        ),
      ] {
        let reply = try await server.send("POST", path, body)
        #expect(reply.status == 400 && reply["reasons.0.field"] == name, "\(reply)")
      }
      let payment =
        #"{"customer":1,"amount":1,"currency":"usd","applied_to":[{"invoice":99,"amount":1}]}"#
      let reply = try await server.send("POST", "/payments", payment)
      #expect(reply["param"]?.hasPrefix("applied_to.0") == true, "\(reply)")
      // What is ours stays what it is, for the log: it is no refusal that has a field.
      let ours = BillRunError(.software, code: "x", "secret", field: "customer")
      #expect(APIError.renamed(ours, ["customer": "account_id"]) is BillRunError)
      let made = try await server.send(
        "POST", "/invoices",
        #"{"customer":1,"payment_terms":"NET 7","items":[{"name":"A","unit_cost":1}]}"#)
      for field in ["due_date", "payment_terms"] {
        let none = try await server.send(
          "PATCH", "/invoices/\(made["id"] ?? "")", "{\"\(field)\":null}")
        #expect(none.status == 400 && none["code"] == "amend_refused_none", "\(none)")
      }
      let token = try await server.send(
        "POST", "/oauth/token",
        "grant_type=client_credentials&client_id=\(server.clientID)"
          + "&client_secret=\(server.clientSecret)&scope=read",
        headers: ["Content-Type": "application/x-www-form-urlencoded"])
      #expect(token.status == 400 && token["reasons.0.field"] == "scope", "\(token)")
    }
  }

  @Test("an invoice of many lines is listed to its end, in each manner")
  func manyItems() async throws {
    try await LiveServer.with { server in
      try await server.books.customer(1)
      let lines = (1...45).map { "{\"name\":\"L\($0)\",\"unit_cost\":\($0)}" }
      let made = try await server.send(
        "POST", "/invoices", "{\"customer\":1,\"items\":[\(lines.joined(separator: ","))]}")
      var next: String? = "/v1/invoices/\(try #require(made["id"]))/items"
      var names: [String] = []
      while let path = next {
        let page = try await server.send("GET", path)
        names += (0..<99).compactMap { page["invoiceItems.\($0).chargeName"] }
        next = page["nextPage"]?.replacing("http://127.0.0.1:\(server.port)", with: "")
      }
      #expect(names == (1...45).map { "L\($0)" })
    }
  }

  @Test("unpost, post, cancel, reverse, email, pay and write off, each as the books allow")
  func steps() async throws {
    try await Self.with { server in
      func make() async throws -> String {
        try await server.send("POST", "/zuora/invoices", Self.invoice)["id"] ?? ""
      }
      func step(_ id: String, _ word: String, _ body: String? = nil) async throws -> Reply {
        try await server.send("POST", "/zuora/invoices/\(id)/\(word)", body)
      }
      let one = try await make()
      #expect(try await step(one, "unpost")["state"] == "draft")
      #expect(try await step(one, "post")["state"] == "open")
      let refused = try await step(one, "cancel")
      #expect(refused.status == 400 && refused["success"] == "0", "\(refused)")
      #expect(refused["reasons.0.code"] == "50000030" && refused["code"] == "cancel_refused")
      let mailed = try await step(one, "email", #"{"email_addresses":["a@b.test"]}"#)
      #expect(mailed.status == 200, "\(mailed)")
      let path = "/v1/invoices/\(one)/emails"
      let several = try await server.send("POST", path, #"{"emailAddresses":"c@d.test,e@f.test"}"#)
      #expect(several.status == 200, "\(several)")
      #expect(
        try await server.books.texts("select (recipients ->> 0) from message order by message_id")
          .filter { $0.contains("c@d.test") }.count == 1)
      for wrong in [
        #"{"emailAddresses":12}"#, #"{"emailTemplateId":"a"}"#,
        #"{"includeAdditionalEmailAddresses":true}"#,
      ] {
        let reply = try await server.send("POST", path, wrong)
        #expect(reply.status == 400, "\(reply)")
      }
      let unasked = #"{"includeAdditionalEmailAddresses":false,"useEmailTemplateSetting":false}"#
      #expect(try await server.send("POST", path, unasked).status == 200)
      #expect(try await step(one, "reverse")["state"] == "void")
      let two = try await make()
      let unpaid = try await step(two, "pay")
      #expect(unpaid.status == 400 && unpaid["code"]?.hasPrefix("pay_refused") == true, "\(unpaid)")
      let off = try await step(two, "write-off", #"{"reason":"gone"}"#)
      #expect(off.status == 200 && off["balance"] == "0", "\(off)")
      let three = try await make()
      _ = try await step(three, "unpost")
      // What had a number keeps it, and is void.
      #expect(try await step(three, "cancel")["state"] == "void")
      let draft = try await server.send(
        "POST", "/zuora/invoices", #"{"account_id":"1","state":"draft","items":[{"name":"A"}]}"#)
      #expect(draft.status == 400 && draft["reasons.0.field"] == "items.0.unit_cost", "\(draft)")
      let unknown = try await server.send(
        "POST", "/zuora/invoices", #"{"account_id":"1","colour":"red"}"#)
      #expect(unknown.status == 400 && unknown["reasons.0.field"] == "colour", "\(unknown)")
      #expect(unknown["reasons.0.code"] == "50000020")
      let rest =
        #"{"accountId":"1","invoiceDate":"2026-11-01","status":"Draft","#
        + #""invoiceItems":[{"chargeName":"A","amount":1,"serviceStartDate":"DAY"}]}"#
      for (day, status) in [("2026-11-01", 200), ("2026-10-01", 400)] {
        let reply = try await server.send("POST", "/v1/invoices", rest.replacing("DAY", with: day))
        #expect(reply.status == status, "\(reply)")
      }
      #expect(try await server.books.offences() == [])
    }
  }

  /// A server with one customer.
  private static func with(_ body: @Sendable (LiveServer) async throws -> Void) async throws {
    try await LiveServer.with { server in
      try await server.books.customer(1, ["email": "a@acme.test"])
      try await body(server)
    }
  }
}
