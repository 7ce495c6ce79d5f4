// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import TestSupport
import Testing

/// The links in an invoice, as somebody opens them who has nothing else.
@Suite struct LinkTests {
  @Test("an invoice has three links that open, and a credit note two")
  func links() async throws {
    try await LinkShop.with { shop in
      let invoice = try await shop.invoice()
      #expect(invoice["url"]?.hasPrefix("http://127.0.0.1/links/billing-1-") == true)
      #expect(invoice["payment_url"] == (invoice["url"] ?? "") + "/payment")
      #expect(invoice["pdf_url"] == (invoice["url"] ?? "") + "/pdf")
      #expect(try await shop.server.send("GET", "/invoices")["0.url"] == invoice["url"])
      let reader = try await shop.server.makeKey("reader", [.read])
      let read = try await shop.server.send("GET", "/invoices/1", key: reader)
      #expect(["url", "payment_url", "pdf_url"].allSatisfy { read[$0] == "null" }, "\(read)")
      let page = try await shop.open(invoice["url"])
      #expect(page.status == 200 && page.body.contains("Invoice INV-000001"), "\(page)")
      #expect(page.headers["content-type"] == "text/html; charset=utf-8")
      #expect(page.headers["cache-control"] == "no-store")
      #expect(page.headers["referrer-policy"] == "no-referrer")
      #expect(page.headers["x-robots-tag"] == "noindex, nofollow")
      #expect(page.headers["x-frame-options"] == "DENY")
      #expect(page.headers["content-security-policy"]?.hasPrefix("default-src 'none';") == true)
      let pdf = try await shop.open(invoice["pdf_url"])
      #expect(pdf.status == 200 && pdf.body.hasPrefix("%PDF-"), "\(pdf.headers)")
      #expect(
        pdf.headers["content-disposition"]
          == "attachment; filename=\"invoice-INV-000001.pdf\"; "
          + "filename*=UTF-8''invoice-INV-000001.pdf")
      try await shop.server.books.connection.operation {
        _ = try InvoiceOperations(at: 1_900_000_000, by: "t").credit(
          1, .all, reason: nil, on: $0)
      }
      let note = try await shop.server.send("GET", "/credit_notes/2")
      #expect(note["payment_url"] == "null" && note["url"] != "null", "\(note)")
      #expect(try await shop.open(note["url"]).body.contains("Credit note CN-"))
      #expect(try await shop.open((note["url"] ?? "") + "/payment").status == 404)
    }
  }

  @Test("whoever guesses, alters, or has a revoked link is told what anybody is told")
  func forged() async throws {
    try await LinkShop.with { shop in
      let invoice = try await shop.invoice()
      let second = try await shop.invoice()
      let draft = try await shop.invoice(#","draft":true"#)
      let url = try #require(invoice["url"])
      let token = try #require(url.split(separator: "/").last)
      let digits = token.suffix(40)
      let nothing = try await shop.open("/links/x")
      #expect(nothing.status == 404 && nothing.body.contains("This link opens nothing"))
      let last = digits.last == "0" ? "1" : "0"
      var wrong = [
        "/links", "/links/", "/links/billing-1-", "/links/billing-1-\(digits.dropLast())\(last)",
        "/links/billing-2-\(digits)", "/links/billing-1-\(digits.uppercased())Z",
        "/links/other-1-\(digits)", "/links/billing--1-\(digits)", "/links/billing-99-\(digits)",
        "/links/\(token)/other", "/links/\(token)/pdf/x", draft["url"] ?? "",
      ]
      try await shop.server.books.connection.operation {
        try InvoiceOperations(at: 1_900_000_000, by: "t").revokeLinks([1], on: $0)
      }
      wrong.append(url)
      for path in wrong {
        let reply = try await shop.open(path)
        #expect(reply.status == 404 && reply.body == nothing.body, "\(path): \(reply.status)")
      }
      #expect(try await shop.open(second["url"]).status == 200)
      let anew = try await shop.server.send("GET", "/invoices/1")["url"]
      #expect(anew != url)
      #expect(try await shop.open(anew).status == 200)
      let german = try await shop.open("/links/x", headers: ["Accept-Language": "fr, de-AT;q=0.9"])
      #expect(german.body.contains("Dieser Link führt zu nichts"))
      let kept = try await shop.server.books.texts("select r::text from revoked_link r")
      #expect(kept.count == 1 && !kept.joined().contains(digits))
      #expect(
        try await shop.events("links_revoked") == ["1 t"])
    }
  }

  @Test("the links of a deleted draft open nothing, also where its id comes back")
  func deleted() async throws {
    try await LinkShop.with { shop in
      let draft = try await shop.invoice(#","draft":true"#)
      let id = try #require(draft["id"])
      #expect(try await shop.server.send("DELETE", "/invoices/\(id)").status == 204)
      let other = try await shop.invoice(",\"id\":\(id)")
      #expect(other["id"] == id && other["status"] != nil, "\(other)")
      #expect(draft["url"] != other["url"])
      #expect(try await shop.open(draft["url"]).status == 404)
      #expect(try await shop.open(other["url"]).status == 200)
    }
  }

  @Test("the first look makes it viewed, with an event, and a draft that is posted opens")
  func viewed() async throws {
    try await LinkShop.with { shop in
      let invoice = try await shop.invoice(#","draft":true"#)
      let id = invoice["id"] ?? ""
      #expect(try await shop.open(invoice["url"]).status == 404)
      let posted = try await shop.server.send("PATCH", "/invoices/\(id)", #"{"draft":false}"#)
      #expect(posted.status == 200 && posted["url"] == invoice["url"], "\(posted)")
      for link in ["url", "pdf_url"] {
        let head = try await shop.open(invoice[link], method: "HEAD")
        #expect(head.status == 200 && head.body.isEmpty, "\(head)")
      }
      let gone = try await shop.open((invoice["url"] ?? "") + "x", method: "HEAD")
      #expect(gone.status == 404 && gone.body.isEmpty)
      let other = try await shop.open(invoice["url"], method: "DELETE")
      #expect(other.status == 405 && other.headers["allow"] == "GET, HEAD", "\(other)")
      #expect(try await shop.events("invoice_viewed") == [], "a head is no view")
      for _ in 0..<2 { #expect(try await shop.open(invoice["url"]).status == 200) }
      #expect(try await shop.server.send("GET", "/invoices/\(id)")["status"] == "viewed")
      #expect(try await shop.events("invoice_viewed") == ["\(id) payer"])
    }
  }

  @Test("an address that asks too often waits, whoever the proxy says it is")
  func limits() async throws {
    try await LinkShop.with { shop in
      let replies = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<60 {
          group.addTask {
            try await shop.open("/links/x", headers: ["X-Forwarded-For": "1.2.3.4, 9.9.9.9"]).status
          }
        }
        return try await group.reduce(into: [Int]()) { $0.append($1) }
      }
      #expect(replies.contains(429) && replies.contains(404))
      let other = try await shop.open("/links/x", headers: ["X-Forwarded-For": "9.9.9.8"])
      #expect(other.status == 404)
    }
  }

  @Test("without public_url there are neither links nor pages")
  func closed() async throws {
    try await LiveServer.with { server in
      try await server.books.customer(1)
      let made = try await server.send("POST", "/invoices", LinkShop.body())
      #expect(made["url"] == "null" && made["payment_url"] == "null" && made["pdf_url"] == "null")
      let reply = try await server.send("GET", "/links/x", headers: ["Authorization": ""])
      #expect(reply.status == 404 && reply["code"] == "route_not_found")
    }
  }

  @Test("a secret of the settings makes other links than the books alone")
  func pepper() async throws {
    try await LinkShop.with { shop in
      let folder = try TemporaryFolder()
      let key = "\(folder.path)/key"
      try "pepper".write(toFile: key, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
      var links: Set<String> = []
      for more in ["", "links: {secret_file: \(key)}\n"] {
        let file = "\(folder.path)/billrun.yaml"
        try ("public_url: https://x.test\n" + more).write(
          toFile: file, atomically: true, encoding: .utf8)
        let settings = try Settings(flags: .init(file: file), environment: [:])
        let made = try await InvoiceLinks.load(settings, on: shop.server.books.connection)
        links.insert(try #require(made).addresses(of: 1, 0, isInvoice: true).page)
      }
      #expect(links.count == 2 && links.allSatisfy { $0.hasPrefix("https://x.test/links/") })
    }
  }
}

/// A server with links, and customers who have payment sources.
struct LinkShop: Sendable {
  let server: LiveServer

  static func with(
    _ more: String = "", _ body: @Sendable (LinkShop) async throws -> Void
  ) async throws {
    try await LiveServer.with(
      serve: "  requests_per_second: 1000\npublic_url: http://127.0.0.1\n" + more
    ) { server in
      try await server.books.customer(1, ["name": "Ann & Söhne", "email": "a@acme.test"])
      try await body(LinkShop(server: server))
    }
  }

  static func body(_ more: String = "", of customer: Int = 1) -> String {
    #"{"customer":\#(customer),"items":[{"name":"Paper","quantity":3,"unit_cost":41.5}]\#(more)}"#
  }

  func invoice(_ more: String = "", of customer: Int = 1) async throws -> Reply {
    let made = try await server.send("POST", "/invoices", Self.body(more, of: customer))
    #expect(made.status == 201, "\(made)")
    return made
  }

  /// Gives a customer a payment source of the simulated gateway.
  func source(_ token: String, of customer: Int = 1) async throws {
    try await server.books.run(
      """
      update payment_source set removed_at = now() where customer_id = \(customer);
      insert into payment_source (customer_id, object, gateway, token, brand, last4)
      values (\(customer), 'card', 'simulated', '\(token)', 'visa', '4242')
      """)
  }

  /// Opens an address without a key.
  func open(
    _ address: String?, _ form: String? = nil, method: String? = nil,
    headers: [String: String] = [:]
  ) async throws -> Reply {
    let path = (address ?? "").replacing("http://127.0.0.1", with: "")
    let type =
      form == nil ? [:] : ["Content-Type": "application/x-www-form-urlencoded"]
    return try await server.send(
      method ?? (form == nil ? "GET" : "POST"), path.isEmpty ? "/" : path, form,
      headers: ["Authorization": ""].merging(type) { $1 }.merging(headers) { $1 })
  }

  /// What the form of a page has in it; nil where there is none.
  static func form(_ page: Reply) -> String? {
    guard let start = page.body.firstRange(of: "name=\"form\" value=\"") else { return nil }
    return "form=" + page.body[start.upperBound...].prefix { $0 != "\"" }
  }

  func events(_ kind: String) async throws -> [String] {
    try await server.books.texts(
      """
      select concat_ws(' ', subject_id, detail ->> 'os_user') from event
      where kind = '\(kind)' order by event_id
      """)
  }

  /// The attempts that were made, with what became of them.
  func attempts() async throws -> [String] {
    try await server.books.texts(
      "select concat_ws(' ', state, amount_minor) from payment_attempt order by 1")
  }
}
