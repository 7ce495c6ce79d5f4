// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// Documents as the seeds' objects, by filter, with their status.
// One by one, since each case takes a database and several connections.
@Suite(.serialized) struct InvoiceReaderTests {
  @Test("an invoice has the seeds' attributes, and those of INTERFACE.md")
  func keys() async throws {
    try await SampleBooks.with { database in
      let invoice = try await database.connect().object(of: "INV-000001")
      let seeds: Set = [
        "id", "object", "customer", "name", "currency", "draft", "closed", "paid", "status",
        "chase", "next_chase_on", "autopay", "attempt_count", "next_payment_attempt",
        "subscription", "number", "date", "due_date", "payment_terms", "items", "notes",
        "subtotal", "discounts", "taxes", "total", "balance", "url", "payment_url", "pdf_url",
        "created_at", "metadata",
      ]
      let added: Set = [
        "state", "run", "seller", "credits_applied", "updated_at", "purchase_order", "ship_to",
      ]
      #expect(invoice.keys == seeds.union(added))
      let line: Set = [
        "id", "object", "catalog_item", "type", "name", "description", "quantity", "unit_cost",
        "amount", "discountable", "discounts", "taxable", "taxes", "metadata",
      ]
      #expect(
        invoice["items", 0]?.keys == line.union(["plan", "period_start", "period_end"]))
      #expect(
        invoice["discounts", 0]?.keys == ["id", "object", "amount", "coupon", "expires"])
      #expect(invoice["taxes", 0]?.keys == ["id", "object", "amount", "tax_rate", "inclusive"])
      let draft = try await database.connect().object(of: "5")
      #expect(draft["items", 0]?.keys == line.union(["period_start", "period_end"]))
    }
  }

  @Test("an invoice has the values of its rows, in major units and UNIX seconds")
  func values() async throws {
    try await SampleBooks.with { database in
      let invoice = try await database.connect().object(of: "INV-000001")
      let expected: [(String, JSON)] = [
        ("id", 1), ("object", "invoice"), ("customer", 1), ("name", nil), ("currency", "eur"),
        ("draft", false), ("closed", false), ("paid", false), ("status", "sent"), ("chase", true),
        ("autopay", false), ("attempt_count", 0), ("subscription", 1), ("number", "INV-000001"),
        ("date", 1_793_487_600), ("due_date", 1_794_697_200), ("payment_terms", "NET 14"),
        ("notes", nil), ("subtotal", .number("86.5")), ("total", .number("91.15")),
        ("balance", .number("71.15")), ("created_at", 1_793_505_601), ("state", "open"),
        ("run", 1), ("seller", "acme"), ("credits_applied", 20), ("updated_at", 1_793_505_601),
        ("metadata", .object(["po": 7])), ("url", nil), ("next_chase_on", nil),
      ]
      for (key, value) in expected { #expect(invoice[key] == value, "\(key)") }
      #expect(
        invoice["discounts", 0]
          == .object([
            "id": 1_000_002, "object": "discount", "amount": 5, "expires": nil,
            "coupon": .object([
              "id": "five", "object": "coupon", "name": "Five off", "value": 5,
              "is_percent": false, "currency": "eur",
            ]),
          ]))
      let rate = JSON.object([
        "id": "de19", "object": "tax_rate", "name": "VAT", "value": 19, "is_percent": true,
        "inclusive": false,
      ])
      #expect(
        invoice["taxes"]
          == .array([
            .object([
              "id": 1_000_001, "object": "tax", "amount": .number("14.55"), "tax_rate": rate,
              "inclusive": false,
            ])
          ]))
      #expect(invoice["items", 0, "taxes"] == .array([rate]))
    }
  }

  @Test("a line has its plan or item, its own discounts, and its period as days")
  func lines() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      let line = try await connection.object(of: "INV-000001")["items", 1]
      let expected: [(String, JSON)] = [
        ("id", 1_000_002), ("object", "line_item"), ("type", "plan"), ("plan", "seat"),
        ("name", "Seat"), ("catalog_item", nil), ("quantity", 3), ("unit_cost", .number("12.5")),
        ("amount", .number("37.5")), ("discounts", .array([])), ("discountable", true),
        ("period_start", "2026-11-01"), ("period_end", "2026-12-01"), ("metadata", .object([:])),
      ]
      for (key, value) in expected { #expect(line?[key] == value, "\(key)") }
      let first = try await connection.object(of: "INV-000001")["items", 0]
      #expect(first?["discounts", 0, "amount"] == .number("4.9"))
      #expect(first?["discounts", 0, "coupon", "id"] == "ten")
      let delivery = try await connection.object(of: "5")["items", 1]
      #expect(delivery?["catalog_item"] == "delivery")
      #expect(delivery?["type"] == "service")
      #expect(delivery?["name"] == "Delivery")
    }
  }

  @Test("the seeds' first invoice comes to 58.85, its tax has no rate")
  func seed() async throws {
    try await SampleBooks.with { database in
      let draft = try await database.connect().object(of: "5")
      #expect(draft["subtotal"] == 55)
      #expect(draft["total"] == .number("58.85"))
      #expect(draft["taxes", 0, "amount"] == .number("3.85"))
      #expect(draft["taxes", 0, "tax_rate"] == .some(.null))
      #expect(draft["draft"] == true)
      #expect(draft["number"] == .some(.null))
    }
  }

  @Test("an included tax says so, and a currency without digits has none")
  func currencies() async throws {
    try await SampleBooks.with { database in
      let connection = try await database.connect()
      let included = try await connection.object(of: "2")
      #expect(included["taxes", 0, "inclusive"] == true)
      #expect(included["total"] == 49)
      let yen = try await connection.object(of: "T-0001")
      #expect(yen["total"] == 2000)
      #expect(yen["items", 0, "unit_cost"] == 1000)
      #expect(yen["date"] == 1_793_458_800)  // midnight in Tokyo
    }
  }

  @Test("the customer can stand there as an object, and the delivery as it was at posting")
  func expanded() async throws {
    let change = """
      update customer set ship_to = '{"city":"Bonn"}', party_version = 2 where customer_id = 1;
      insert into party_version (party_kind, party_id, version, party)
      values ('customer', 1, 1, '{"ship_to":{"city":"Kiel"}}');
      """
    try await SampleBooks.with(change) { database in
      let connection = try await database.connect()
      let invoice = try await connection.object(of: "1", expandingCustomer: true)
      #expect(invoice["customer", "name"] == "Ann")
      #expect(invoice["customer", "metadata", "tier"] == "gold")
      #expect(invoice["ship_to", "city"] == "Kiel")
    }
  }

  @Test(
    "the first status that fits is the invoice's",
    arguments: [
      ("", "not_sent"),
      ("sent_at = now()", "sent"),
      ("sent_at = now(), viewed_at = now()", "viewed"),
      ("due_date = '2026-11-03', sent_at = now()", "past_due"),
      ("due_date = '2026-11-04', sent_at = now()", "sent"),
      ("due_date = null, autopay = true", "not_sent"),
      ("due_date = null, autopay = true, attempt_count = 1", "past_due"),
      ("settled_minor = 4900, due_date = '2026-11-03'", "paid"),
      ("settled_minor = 4900, rounding_minor = 5, sent_at = now()", "sent"),
      ("state = 'written_off', settled_minor = 4900", "bad_debt"),
      ("state = 'reversed', settled_minor = 4900", "reversed"),
      ("state = 'draft'", "draft"),
      ("state = 'canceled'", "canceled"),
      ("state = 'voided'", "voided"),
    ])
  func status(change: String, expected: String) async throws {
    let base = "update invoice set due_date = '2026-12-01' where invoice_id = 2;"
    let update = change.isEmpty ? "" : "update invoice set \(change) where invoice_id = 2;"
    try await SampleBooks.with(base + update) { database in
      let invoice = try await database.connect().object(of: "2")
      #expect(invoice["status"] == .string(expected))
      #expect(invoice["paid"] == .bool(expected == "paid"))
    }
  }

  @Test("a charge under way makes an invoice pending, before it is past due")
  func pending() async throws {
    try await SampleBooks.with("update invoice set due_date = '2026-10-01' where invoice_id = 3;") {
      database in
      let invoice = try await database.connect().object(of: "3")
      #expect(invoice["status"] == "pending")
    }
  }

  @Test("past due is seen from the seller's today")
  func zones() async throws {
    // At noon UTC on the 4th it is the 5th already in Kiritimati.
    let change = """
      update seller set time_zone = 'Pacific/Kiritimati' where seller_id = 1;
      update invoice set due_date = '2026-11-04', sent_at = null where invoice_id in (1, 3);
      update invoice set attempt_count = 0 where invoice_id = 3; delete from payment_attempt;
      """
    try await SampleBooks.with(change) { database in
      let connection = try await database.connect()
      #expect(try await connection.object(of: "1")["status"] == "past_due")
      #expect(try await connection.object(of: "3")["status"] == "not_sent")
    }
  }

  /// A filter and the ids that it shows.
  struct Selection: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let filter: InvoiceFilter
    let ids: [Int64]

    init(_ rule: String, _ ids: [Int64], _ change: (inout InvoiceFilter) -> Void) {
      testDescription = rule
      var filter = InvoiceFilter()
      change(&filter)
      self.filter = filter
      self.ids = ids
    }
  }

  @Test(
    "a list shows what its filter says, in its order",
    arguments: [
      Selection("all by id", [1, 2, 3, 4, 5, 6]) { _ in },
      Selection("kind", [4]) { $0.kind = "credit_note" },
      Selection("customer", [2, 4]) { $0.customer = 2 },
      Selection("number", [6]) { $0.number = "INV-000003" },
      Selection("status", [4]) {
        $0.status = "not_sent"; $0.run = 1
      },
      Selection("state", [5]) { $0.state = "draft" },
      Selection("run", [1, 2, 4]) { $0.run = 1 },
      Selection("from a day", [5, 6]) { $0.start = LocalDate(iso: "2026-11-02") },
      Selection("up to a day", [1, 2, 3, 4]) { $0.end = LocalDate(iso: "2026-11-01") },
      Selection("metadata, a number", [1]) { $0.metadata = ["po": "7"] },
      Selection("metadata, another", []) { $0.metadata = ["po": "7", "a\"b": "-1.5"] },
      Selection("limit", [1, 2]) { $0.limit = 2 },
      Selection("after", [4, 5]) {
        $0.after = 3; $0.limit = 2
      },
      Selection("after, down", [2, 1]) {
        $0.after = 3; $0.isDescending = true
      },
      Selection("down", [6, 5]) {
        $0.isDescending = true; $0.limit = 2
      },
      Selection("by total", [6, 4, 2, 5, 1, 3]) { $0.sort = .total },
      Selection("by total, down", [3, 1]) {
        $0.sort = .total; $0.isDescending = true; $0.limit = 2
      },
      Selection("by date, down", [6, 5, 4]) {
        $0.sort = .date; $0.isDescending = true; $0.limit = 3
      },
      Selection("by date, from one on", [6]) {
        $0.sort = .date; $0.after = 5; $0.limit = 2
      },
      Selection("by customer, from one down", [6, 5]) {
        $0.sort = .customer; $0.isDescending = true; $0.after = 2; $0.limit = 2
      },
      Selection("by due date", [2, 1, 5, 6, 3, 4]) { $0.sort = .dueDate },
      Selection("by number", [1, 2, 6, 4, 3, 5]) { $0.sort = .number },
      Selection("by customer", [1, 5, 6, 2, 4, 3]) { $0.sort = .customer },
      Selection("by balance", [6, 4, 2, 5, 1, 3]) { $0.sort = .balance },
      Selection("by name", [5, 2, 1, 3, 4, 6]) { $0.sort = .name },
      Selection("by name, down", [2, 5, 6, 4, 3, 1]) {
        $0.sort = .name; $0.isDescending = true
      },
      Selection("nothing", []) { $0.customer = 99 },
    ])
  func selection(_ selection: Selection) async throws {
    let change = """
      update invoice set settled_minor = 0 where invoice_id = 1;
      update invoice set name = case invoice_id when 5 then 'April' else 'June' end
      where invoice_id in (2, 5);
      """
    try await SampleBooks.with(change) { database in
      let ids = try await database.connect().ids(selection.filter)
      #expect(ids == selection.ids)
    }
  }

  @Test("an id or a number names a document; what names none or several is refused")
  func names() async throws {
    let change = """
      insert into invoice_number (number_series_id, seq, seller_id, invoice_id, number)
      values (3, 2, 2, 5, 'INV-000001');
      """
    try await SampleBooks.with(change) { database in
      let connection = try await database.connect()
      let reader = InvoiceReader(at: WallClock.system.now())
      #expect(try await reader.id(of: "4", on: connection) == 4)
      #expect(try await reader.id(of: "CN-000001", on: connection) == 4)
      for (name, code) in [("INV-9", "invoice_not_found"), ("INV-000001", "invoice_ambiguous")] {
        let error = await #expect(throws: BillRunError.self) {
          try await reader.id(of: name, on: connection)
        }
        #expect(error?.code == code)
      }
    }
  }
}

extension Connection {
  private static let reader = InvoiceReader(at: 86_400 * 20761 + 43_200)

  /// The object of an id or number, as of noon UTC on 2026-11-04.
  func object(of name: String, expandingCustomer: Bool = false) throws -> JSON {
    var objects: [JSON] = []
    let filter = InvoiceFilter(id: try Self.reader.id(of: name, on: self))
    try Self.reader.objects(filter, expandingCustomer: expandingCustomer, on: self) {
      objects.append(try JSON($0))
    }
    #expect(objects.count == 1)
    return objects[0]
  }

  fileprivate func ids(_ filter: InvoiceFilter) throws -> [Int64] {
    var ids: [Int64] = []
    try Self.reader.heads(filter, on: self) { ids.append($0.id) }
    return ids
  }
}
