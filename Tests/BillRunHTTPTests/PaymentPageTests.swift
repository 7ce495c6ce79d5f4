// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import TestSupport
import Testing

/// Paying an invoice by the page that its link opens.
@Suite struct PaymentPageTests {
  @Test("the form pays what the page shows once, also without AutoPay, and tells of it")
  func approve() async throws {
    try await LinkShop.with { shop in
      try await shop.source("approve")
      let invoice = try await shop.invoice()
      let page = try await shop.open(invoice["payment_url"])
      #expect(page.body.contains("$124.50"), "\(page.body)")
      #expect(page.body.contains("card ending in 4242"))
      let form = try #require(LinkShop.form(page))
      let paid = try await shop.open(invoice["payment_url"], form)
      #expect(paid.status == 303 && paid.headers["location"] == "payment", "\(paid)")
      #expect(try await shop.attempts() == ["approved 12450"])
      let after = try await shop.open(invoice["payment_url"])
      #expect(after.body.contains("This invoice is paid. Thank you."))
      #expect(LinkShop.form(after) == nil)
      let again = try await shop.open(invoice["payment_url"], form)
      #expect(again.status == 303 && again.headers["location"] == "payment")
      #expect(try await shop.attempts() == ["approved 12450"])
      #expect(try await shop.events("payment_attempted") == ["1 payer"])
      #expect(try await shop.server.send("GET", "/invoices/1")["status"] == "paid")
    }
  }

  @Test("twenty posts of one form charge once")
  func twice() async throws {
    try await LinkShop.with { shop in
      try await shop.source("latency_300_approve")
      let invoice = try await shop.invoice()
      let form = try #require(LinkShop.form(try await shop.open(invoice["payment_url"])))
      let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
        for count in 0..<20 {
          let headers = ["X-Forwarded-For": "10.0.0.\(count)"]
          group.addTask {
            try await shop.open(invoice["payment_url"], form, headers: headers)
          }
        }
        return try await group.reduce(into: [Reply]()) { $0.append($1) }
      }
      #expect(replies.allSatisfy { $0.status == 303 }, "\(replies.map(\.status))")
      #expect(try await shop.attempts() == ["approved 12450"])
      #expect(
        try await shop.server.books.text(
          "select count(*) from simulated_gateway.approval") == "1")
    }
  }

  @Test("a declined attempt is told, may be made again, and changes no schedule without AutoPay")
  func decline() async throws {
    try await LinkShop.with { shop in
      try await shop.source("decline_insufficient_funds")
      let invoice = try await shop.invoice()
      let form = try #require(LinkShop.form(try await shop.open(invoice["payment_url"])))
      _ = try await shop.open(invoice["payment_url"], form)
      _ = try await shop.open(invoice["payment_url"], form)
      #expect(try await shop.attempts() == ["declined 12450"])
      let page = try await shop.open(invoice["payment_url"])
      #expect(page.body.contains("was declined"), "\(page.body)")
      let other = try #require(LinkShop.form(page))
      #expect(other != form)
      let object = try await shop.server.send("GET", "/invoices/1")
      #expect(object["next_payment_attempt"] == "null" && object["attempt_count"] == "1")
      try await shop.source("approve")
      // The page that names the old card does not charge the new one.
      _ = try await shop.open(invoice["payment_url"], other)
      #expect(try await shop.attempts() == ["declined 12450"])
      let fresh = try #require(LinkShop.form(try await shop.open(invoice["payment_url"])))
      _ = try await shop.open(invoice["payment_url"], fresh)
      #expect(try await shop.attempts() == ["approved 12450", "declined 12450"])
    }
  }

  @Test("a page that is out of date charges nothing")
  func stale() async throws {
    try await LinkShop.with { shop in
      try await shop.source("approve")
      let invoice = try await shop.invoice()
      let form = try #require(LinkShop.form(try await shop.open(invoice["payment_url"])))
      let paid = try await shop.server.send(
        "POST", "/payments",
        """
        {"customer":1,"amount":100,"currency":"usd","applied_to":[{"type":"invoice","invoice":1}]}
        """
      )
      #expect(paid.status == 201, "\(paid)")
      let reply = try await shop.open(invoice["payment_url"], form)
      #expect(reply.headers["location"] == "payment?note=changed")
      for wrong in ["", "form=", "form=0", "other=\(form)"] {
        _ = try await shop.open(invoice["payment_url"], wrong)
      }
      #expect(try await shop.attempts().isEmpty)
      let page = try await shop.open((invoice["payment_url"] ?? "") + "?note=changed")
      #expect(page.body.contains("$24.50") && page.body.contains("the page was out of date"))
      let strange = try await shop.open((invoice["payment_url"] ?? "") + "?note=<b>")
      #expect(strange.status == 200 && !strange.body.contains("<b>"))
    }
  }

  @Test("what cannot be paid here has no button, and says why")
  func states() async throws {
    try await LinkShop.with { shop in
      let invoice = try await shop.invoice()
      func says(_ words: String) async throws {
        let page = try await shop.open(invoice["payment_url"])
        #expect(page.status == 200 && page.body.contains(words), "\(words): \(page.body)")
        #expect(LinkShop.form(page) == nil)
      }
      try await says("quote INV-000001")
      try await shop.source("approve")
      try await shop.server.books.run(
        "update invoice set disabled_payment_methods = '{credit_card}'")
      try await says("cannot be charged")
      try await shop.server.books.run(
        "update invoice set disabled_payment_methods = null, closed = true")
      try await says("cannot be paid here")
      try await shop.server.books.run("update invoice set closed = false")
      try await shop.source("timeout_then_approve")
      let form = try #require(LinkShop.form(try await shop.open(invoice["payment_url"])))
      _ = try await shop.open(invoice["payment_url"], form)
      #expect(try await shop.attempts() == ["unknown 12450"])
      try await says("A payment is under way")
      let other = try await shop.invoice()
      let voided = try await shop.server.send("POST", "/invoices/2/void")
      #expect(voided.status == 200, "\(voided)")
      let page = try await shop.open(other["payment_url"])
      #expect(page.body.contains("not valid any more") && LinkShop.form(page) == nil)
      #expect(try await shop.open(other["url"]).body.contains("Voided"))
    }
  }
}
