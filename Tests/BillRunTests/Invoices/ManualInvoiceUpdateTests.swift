// SPDX-License-Identifier: Apache-2.0
import BillRun
import Foundation
import Postgres
import TestSupport
import Testing

/// `invoice update` and `invoice delete`, and the files that go with invoices.
@Suite struct ManualInvoiceUpdateTests {
  private static let operations = ManualBooks.operations

  private static let draft = """
    {"customer":2,"draft":true,"date":"2026-11-18","discounts":["ten"],
     "items":[{"name":"A","unit_cost":100},{"catalog_item":"delivery"}]}
    """

  private func update(_ books: Books, _ id: Int64, _ json: String) async throws -> String? {
    try await books.attempt { try Self.operations.update(id, DocumentText(json), on: $0) }
  }

  @Test("a draft is priced again from what it was made of and what is changed")
  func reprice() async throws {
    try await ManualBooks.with { books in
      try await books.credit(of: 2, "goodwill", 100, granted: "2026-11-01", ["currency": "usd"])
      let id = try await books.create(Self.draft)
      // 110.00 less 11.00 less 1.00 and 19 %.
      #expect(try await books.object(id)["total"] == .number("116.62"))
      #expect(
        try await update(books, id, #"{"taxes":["city"],"payment_terms":"NET 10","name":"X"}"#)
          == nil)
      let changed = try await books.object(id)
      #expect(changed["total"] == .number("99.96"))
      #expect(changed["name"] == "X" && changed["draft"] == true)
      #expect(changed["due_date"] == 1_795_824_000)
      #expect(
        try await update(
          books, id,
          #"{"items":[{"name":"B","unit_cost":10}],"discounts":[],"currency":"usd","number":"N-1"}"#
        ) == nil)
      let other = try await books.object(id)
      #expect(other["total"] == .number("9.18") && other["number"] == "N-1")
      #expect(other["items"]?.elements.count == 1 && other["name"] == "X")
      try await expectTexts(books, "select used_minor from credit", ["100"])
      try await expectTexts(books, "select redemptions from coupon where code = 'ten'", ["0"])
      try await expectTexts(
        books,
        "select detail -> 'old' ->> 'total' || ' ' || (detail -> 'new' ->> 'total') "
          + "|| ' ' || (detail ->> 'os_user') from event where kind = 'invoice_updated' "
          + "order by event_id", ["116.62 99.96 tester", "99.96 9.18 tester"])
      try await expectSound(books)
      #expect(try await update(books, id, #"{"draft":false}"#) == nil)
      #expect(try await books.object(id)["number"] == "N-1")
    }
  }

  @Test("what is wrong with a change is refused, and the draft stays as it was")
  func wrong() async throws {
    try await ManualBooks.with { books in
      let id = try await books.create(Self.draft)
      let before = try await books.dump()
      for json in [
        #"{"color":1}"#, #"{"items":[]}"#, #"{"taxes":["no"]}"#, #"{"date":"soon"}"#,
        #"{"payment_terms":"soon"}"#, #"{"due_date":"2026-01-01"}"#, #"{"attachments":[5]}"#,
        #"{"metadata":{"a":[]}}"#, #"{"customer":15444}"#, #"{"number":"N\n2"}"#,
        #"{"number":"N\u202e2"}"#,
      ] {
        #expect(try await update(books, id, json) == "invoice_refused", "\(json)")
      }
      #expect(
        try await update(books, id, #"{"items":[{"name":"A","unit_cost":-5}],"discounts":[]}"#)
          == "total_negative")
      #expect(try await update(books, id, #"{"sent":true}"#) == "annotate_refused_draft")
      #expect(try await books.dump() == before)
    }
  }

  @Test("of a posted invoice terms are amended and labels set; what it charges stays")
  func posted() async throws {
    try await ManualBooks.with { books in
      let id = try await books.create(ManualBooks.seed)
      for json in [
        #"{"items":[{"name":"A","unit_cost":1}]}"#, #"{"date":"2026-11-19"}"#,
        #"{"currency":"eur"}"#, #"{"notes":"other"}"#, #"{"taxes":[]}"#,
      ] {
        #expect(try await update(books, id, json) == "change_refused", "\(json)")
      }
      #expect(try await update(books, id, #"{"number":"X-1"}"#) == "change_refused")
      #expect(try await update(books, id, #"{"draft":true}"#) == "change_refused_posted")
      #expect(
        try await update(
          books, id,
          #"{"payment_terms":"NET 30","chase":false,"closed":true,"sent":true,"autopay":true,"#
            + #""metadata":{"a":1},"name":"N","number":"INV-000001","currency":"usd"}"#) == nil)
      let invoice = try await books.object(id)
      #expect(invoice["payment_terms"] == "NET 30")
      #expect(invoice["due_date"] == 1_797_724_800)
      #expect(invoice["chase"] == false && invoice["closed"] == true)
      #expect(invoice["status"] == "sent" && invoice["autopay"] == true)
      #expect(invoice["name"] == "N" && invoice["metadata"] == .object(["a": 1]))
      try await expectTexts(
        books,
        "select concat_ws(' ', payment_terms, due_date, amended_payment_terms, "
          + "amended_due_date, next_payment_attempt_on) from invoice",
        ["NET 14 2026-12-04 NET 30 2026-12-20 2026-11-20"])
      try await expectTexts(
        books,
        "select string_agg(k.key || ' ' || k.value, ', ' order by k.key) from event, "
          + "jsonb_each_text(detail -> 'old') k where kind = 'invoice_updated'",
        [
          "autopay false, chase true, closed false, metadata {}, payment_terms NET 14, sent false"
        ])
      #expect(try await update(books, id, #"{"sent":false}"#) == "annotate_refused_sent")
      #expect(try await update(books, id, #"{"due_date":"2027-01-31"}"#) == nil)
      try await expectTexts(
        books, "select due_date::text from receivables", ["2027-01-31"])
      _ = try await books.attempt { try Self.operations.writeOff([id], on: $0) }
      #expect(try await update(books, id, #"{"due_date":"2027-02-01"}"#) == "amend_refused")
      #expect(try await update(books, id, #"{"chase":true}"#) == nil)
    }
  }

  @Test("an unposted invoice may change in all but its number, and its place in the series")
  func unposted() async throws {
    try await ManualBooks.with { books in
      let id = try await books.create(ManualBooks.seed)
      try await books.create(#"{"customer":2,"items":[{"name":"A","unit_cost":9}]}"#)
      #expect(try await books.attempt { try Self.operations.unpost([id], on: $0) } == nil)
      #expect(try await update(books, id, #"{"number":"X-1"}"#) == "change_refused_number")
      #expect(try await update(books, id, #"{"date":"2026-11-21"}"#) == "change_refused_order")
      #expect(
        try await update(books, id, #"{"date":"2026-11-19","taxes":[{"amount":1}]}"#) == nil)
      try await expectSound(books)
      #expect(try await update(books, id, #"{"draft":false}"#) == nil)
      let invoice = try await books.object(id)
      #expect(invoice["number"] == "INV-000001" && invoice["total"] == 56)
    }
  }

  @Test("what a run has billed stays in a draft; its terms may change")
  func runMade() async throws {
    try await ManualBooks.with(
      """
      {"object":"plan","id":"pro","name":"Pro","currency":"usd","interval":"month","amount":100}
      {"object":"subscription","id":1,"customer":2,"plan":"pro","start_date":"2026-11-01"}

      """
    ) { books in
      try await books.bill("2026-11-01")
      let id = try #require(Int64(try await books.text("select invoice_id from invoice")))
      #expect(try await books.attempt { try Self.operations.unpost([id], on: $0) } == nil)
      #expect(try await update(books, id, #"{"discounts":["ten"]}"#) == "change_refused_run")
      #expect(
        try await update(books, id, #"{"payment_terms":"2% 10 NET 30","notes":"Hi"}"#) == nil)
      try await expectTexts(
        books,
        "select concat_ws(' ', payment_terms, due_date, early_discount_until, "
          + "early_discount_minor, notes) from invoice",
        ["2% 10 NET 30 2026-12-01 2026-11-11 238 Hi"])
      #expect(try await update(books, id, #"{"draft":false}"#) == nil)
    }
  }

  @Test("a deleted draft is gone, and stays in the event; nothing posted is deleted")
  func delete() async throws {
    try await ManualBooks.with { books in
      try await books.credit(of: 2, "goodwill", 100, granted: "2026-11-01", ["currency": "usd"])
      let id = try await books.create(Self.draft)
      let posted = try await books.create(ManualBooks.seed)
      try await expectTexts(
        books,
        "select used_minor + (select redemptions from coupon where code = 'ten') "
          + "from credit", ["101"])
      #expect(
        try await books.attempt { try Self.operations.delete([id, posted], on: $0) }
          == "delete_refused")
      #expect(try await books.attempt { try Self.operations.delete([id], on: $0) } == nil)
      try await expectTexts(books, "select invoice_id from invoice", ["\(posted)"])
      try await expectTexts(
        books, "select count(*) from invoice_line where invoice_id = \(id)", ["0"])
      try await expectTexts(
        books,
        "select used_minor + (select redemptions from coupon where code = 'ten') "
          + "from credit", ["0"])
      try await expectTexts(
        books, "select detail -> 'invoice' ->> 'total' from event where kind = 'invoice_deleted'",
        ["116.62"])
      #expect(
        try await books.attempt { try Self.operations.unpost([posted], on: $0) } == nil)
      #expect(
        try await books.attempt { try Self.operations.delete([posted], on: $0) }
          == "delete_refused")
    }
  }

  @Test("a canceled draft gives its coupon back, too")
  func cancel() async throws {
    try await ManualBooks.with { books in
      let id = try await books.create(Self.draft)
      #expect(try await books.attempt { try Self.operations.cancel([id], on: $0) } == nil)
      try await expectTexts(
        books, "select state || (select redemptions from coupon where code = 'ten') from invoice",
        ["canceled0"])
    }
  }

  @Test("files are kept to the byte, attached in order, replaced, and never written over")
  func files() async throws {
    try await ManualBooks.with { books in
      let bytes = Data((0...255).map { UInt8($0) })
      let store = FileStore(maxMegabytes: 1)
      let file = try await ImportBooks.withFile(bytes, named: "logo.png") { path in
        try await books.connection.transaction { try store.add(path, name: "logo.png", on: $0) }
      }
      let object = try JSON(file)
      #expect(object["object"] == "file" && object["type"] == "image/png")
      #expect(object["size"] == 256 && object["name"] == "logo.png" && object["url"] == .null)
      let other = try await ImportBooks.withFile(Data([0]), named: "empty.xyz") { path in
        try await books.connection.transaction { try store.add(path, on: $0) }
      }
      #expect(try JSON(other)["type"] == "application/octet-stream")
      let id = try await books.create(
        #"{"customer":2,"attachments":[2,1],"items":[{"name":"A","unit_cost":9}]}"#)
      #expect(try await attached(id, books.connection) == [2, 1])
      #expect(try await update(books, id, #"{"attachments":[1]}"#) == nil)
      #expect(try await attached(id, books.connection) == [1])
      #expect(try await update(books, id, #"{"chase":false}"#) == nil)
      #expect(try await attached(id, books.connection) == [1])
      let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
      defer { try? FileManager.default.removeItem(atPath: path) }
      try await store.get(1, to: path, overwriting: false, on: books.connection)
      #expect(FileManager.default.contents(atPath: path) == bytes)
      await #expect(throws: BillRunError.self) {
        try await store.get(2, to: path, overwriting: false, on: books.connection)
      }
      try await store.get(2, to: path, overwriting: true, on: books.connection)
      #expect(FileManager.default.contents(atPath: path) == Data([0]))
      let large = Data(count: 1 << 20 + 1)
      let code = try await ImportBooks.withFile(large, named: "large") { path in
        try await books.attempt { _ = try store.add(path, on: $0) }
      }
      #expect(code == "file_too_large")
    }
  }

  @Test("what is no file, or has no name or type that others can read, is refused with the reason")
  func filesRefused() async throws {
    try await ManualBooks.with { books in
      func refusal(_ path: String, _ name: String?, _ type: String?) async throws -> String {
        let store = FileStore(maxMegabytes: 1)
        let refused = await #expect(throws: BillRunError.self) {
          try await books.connection.operation {
            try store.add(path, name: name, type: type, on: $0)
          }
        }
        return refused.map { "\($0.code) \($0.message)" } ?? "nothing"
      }
      #expect(try await refusal("/tmp", nil, nil).hasSuffix("on /tmp, it is a directory"))
      #expect(try await refusal("/no/file", nil, nil).hasSuffix("no such file or directory"))
      let empty = try await ImportBooks.withFile(Data(), named: "empty.xyz") {
        try await refusal($0, nil, nil)
      }
      #expect(empty.hasPrefix("file_unreadable") && empty.hasSuffix("it is empty"))
      for name in ["a/b.png", "a\0b", "", "..", String(repeating: "ä", count: 128)] {
        #expect(try await refusal("/no/file", name, nil).hasPrefix("file_name_wrong"), "\(name)")
      }
      for type in ["png", "image/", "image/png; x", "a/b/c"] {
        #expect(try await refusal("/no/file", nil, type).hasPrefix("file_type_wrong"), "\(type)")
      }
    }
  }

  private func attached(_ id: Int64, _ connection: isolated Connection) throws -> [Int64] {
    try FileStore.attachments(of: id, on: connection).map(\.id)
  }
}
