// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import Synchronization
import TestSupport
import Testing

/// `invoice create`: what an object becomes, and what is refused.
@Suite struct ManualInvoiceCreateTests {
  @Test("the seeds' example becomes the seeds' invoice, posted with the next number")
  func seed() async throws {
    try await ManualBooks.with { books in
      let invoice = try await books.object(try await books.create(ManualBooks.seed))
      #expect(invoice["number"] == "INV-000001")
      #expect(invoice["draft"] == false)
      #expect(invoice["status"] == "not_sent")
      #expect(invoice["customer"] == 15444)
      #expect(invoice["payment_terms"] == "NET 14")
      #expect(invoice["subtotal"] == 55)
      #expect(invoice["total"] == .number("58.85"))
      #expect(invoice["balance"] == .number("58.85"))
      #expect(invoice["items", 0, "name"] == "Copy paper, Case")
      #expect(invoice["items", 1, "catalog_item"] == "delivery")
      #expect(invoice["items", 1, "type"] == "service")
      #expect(invoice["items", 1, "unit_cost"] == 10)
      #expect(invoice["taxes", 0, "amount"] == .number("3.85"))
      #expect(invoice["taxes", 0, "tax_rate"] == .null)
      // 2026-11-20 and 14 days more.
      #expect(invoice["date"] == 1_795_132_800)
      #expect(invoice["due_date"] == 1_796_342_400)
      try await expectTexts(
        books,
        "select account_code || ' ' || coalesce(item_id::text, '-') || ' ' || amount_minor "
          + "from journal_line order by 1",
        ["1200 - 5885", "2200 - -385", "4000 - -4500", "4000 1 -1000"])
      try await expectTexts(
        books,
        "select kind || ' ' || (detail ->> 'os_user') from event "
          + "where subject_kind = 'invoice' order by event_id",
        ["invoice_created tester", "invoice_posted tester"])
    }
  }

  @Test("all fields arrive where they belong")
  func fields() async throws {
    try await ManualBooks.with { books in
      let id = try await books.create(
        """
        {"object":"invoice","id":46225,"customer":2,"name":"Extra","currency":"usd",
         "autopay":false,"payment_terms":"2% 10 NET 30","date":"2026-11-18",
         "due_date":"2026-12-24","closed":true,"chase":false,"notes":"Thanks",
         "discounts":["ten",{"amount":1}],"taxes":["city"],"metadata":{"po":7},
         "disabled_payment_methods":["credit_card"],
         "items":[{"name":"A","quantity":2,"unit_cost":50,"description":"d","type":"product",
           "discountable":true,"discounts":[{"amount":5}],"taxable":true,"taxes":["vat"],
           "metadata":{"k":"v"}},
          {"name":"B","unit_cost":-3.5,"discountable":false,"taxable":false}]}
        """)
      #expect(id == 46225)
      let invoice = try await books.object(id)
      #expect(invoice["name"] == "Extra")
      #expect(invoice["notes"] == "Thanks")
      #expect(invoice["closed"] == true && invoice["chase"] == false)
      #expect(invoice["metadata"] == .object(["po": 7]))
      #expect(invoice["due_date"] == 1_798_070_400)
      #expect(invoice["subtotal"] == .number("96.5"))
      // 95.00 less 10 % less 1.00 is 84.50; 19 % and 2 % of it, and 3.50 off.
      #expect(invoice["items", 0, "discounts", 0, "amount"] == 5)
      #expect(invoice["items", 0, "metadata"] == .object(["k": "v"]))
      #expect(invoice["items", 0, "type"] == "product")
      #expect(invoice["items", 1, "quantity"] == -1)
      #expect(invoice["discounts", 0, "amount"] == .number("9.5"))
      #expect(invoice["discounts", 0, "coupon", "id"] == "ten")
      #expect(invoice["discounts", 1, "amount"] == 1)
      #expect(
        invoice["taxes"]?.elements.map { $0["amount"] }
          == [.number("16.06"), .number("1.69"), .number("0")])
      #expect(invoice["taxes", 2, "category"] == "E" && invoice["taxes", 2, "reason"] == "exempt")
      #expect(invoice["total"] == .number("98.75"))
      try await expectTexts(
        books, "select disabled_payment_methods || early_discount_minor::text from invoice",
        ["{credit_card,198}"])
      try await expectTexts(books, "select redemptions from coupon where code = 'ten'", ["1"])
      #expect(try await books.create(ManualBooks.seed) > 46225)
    }
  }

  @Test("without taxes of its own the customer's count; a draft has no number and books nothing")
  func draft() async throws {
    try await ManualBooks.with { books in
      try await books.credit(of: 2, "money", 500, granted: "2026-11-01", ["currency": "usd"])
      let id = try await books.create(
        #"{"customer":2,"draft":true,"number":"A-17","items":[{"name":"A","unit_cost":100}]}"#)
      let invoice = try await books.object(id)
      #expect(invoice["draft"] == true && invoice["number"] == "A-17")
      #expect(invoice["total"] == 119 && invoice["credits_proposed"] == 5)
      #expect(invoice["credits_applied"] == 0)
      try await expectTexts(books, "select count(*) from invoice_number", ["0"])
      try await expectTexts(books, "select count(*) from journal where event = 'post'", ["0"])
      try await expectSound(books)
      #expect(try await books.attempt { try ManualBooks.operations.post([id], on: $0) } == nil)
      let posted = try await books.object(id)
      #expect(posted["number"] == "A-17" && posted["balance"] == 114)
      #expect(posted["credits_applied"] == 5 && posted["credits_proposed"] == nil)
      try await expectTexts(
        books, "select kind || ' ' || format || ' ' || next_seq from number_series",
        ["manual {number} 2"])
    }
  }

  @Test("credit pays it at once, goodwill makes it cheaper, cash is rounded to the coin")
  func credit() async throws {
    try await ManualBooks.with { books in
      try await books.run(
        "update seller set cash_increment_minor = 5, cash_methods = '{other}'")
      try await books.credit(of: 2, "goodwill", 1000, granted: "2026-11-01", ["currency": "usd"])
      try await books.credit(of: 2, "credit_note", 203, granted: "2026-11-01", ["currency": "usd"])
      let id = try await books.create(
        #"{"customer":2,"items":[{"name":"A","unit_cost":20}]}"#)
      let invoice = try await books.object(id)
      // 10.00 and 1.90; 2.03 is paid, 9.87 is 9.85 in coins.
      #expect(invoice["total"] == .number("11.9"))
      #expect(invoice["credits_applied"] == .number("2.03"))
      #expect(invoice["rounding"] == .number("-0.02"))
      #expect(invoice["balance"] == .number("9.85"))
      try await expectTexts(
        books, "select kind || ' ' || used_minor from credit order by 1",
        ["credit_note 203", "goodwill 1000"])
    }
  }

  @Test("AutoPay is charged after its delay")
  func autopay() async throws {
    try await ManualBooks.with(
      #"{"object":"customer","id":3,"name":"P","autopay":true,"autopay_delay_days":2}"# + "\n"
    ) { books in
      try await books.create(#"{"customer":3,"items":[{"name":"A","unit_cost":20}]}"#)
      try await books.create(
        #"{"customer":3,"autopay":false,"items":[{"name":"A","unit_cost":20}]}"#)
      try await expectTexts(
        books,
        "select autopay || ' ' || coalesce(next_payment_attempt_on::text, 'never') "
          + "from invoice order by invoice_id", ["true 2026-11-22", "false never"])
    }
  }

  struct Refused: CustomTestStringConvertible {
    let name: String
    let json: String
    let says: [String]

    init(_ name: String, _ json: String, _ says: String...) {
      (self.name, self.json, self.says) = (name, json, says)
    }

    var testDescription: String { name }
  }

  private static let line = #""items":[{"name":"A","unit_cost":9}]"#

  static let refused = [
    Refused(
      "everything at once",
      #"{"customer":1,"color":"red","items":[{"name":"A","price":9},{"unit_cost":"x"}]}"#,
      "invoice_refused", "color: expected no field of this name in invoice",
      "items.0.price: expected no field of this name in line_item",
      #"items.1.unit_cost: expected a number, found "x""#),
    Refused(
      "unknown fields with what else is wrong",
      #"{"customer":1,"color":"red","items":[{"name":"A","price":9}]}"#,
      "color: expected no field of this name in invoice",
      "customer: expected the id or the number of one customer",
      "items.0.price: expected no field of this name in line_item",
      "items.0.unit_cost: expected a number, since there is no catalog_item"),
    Refused(
      "unknown names",
      #"{"customer":99,"items":[{"catalog_item":"gone"}],"taxes":["no"],"discounts":["no"]}"#,
      "customer: expected the id or the number of one customer",
      "items.0.catalog_item: expected the id of an item",
      "taxes.0: expected the id of a tax rate", "discounts.0: expected the id of a coupon"),
    Refused("no JSON", "{oops", "one JSON object on the line"),
    Refused(
      "another object", #"{"object":"customer","id":1,"name":"x"}"#, "object: expected invoice"),
    Refused("no lines", #"{"customer":2,"items":[]}"#, "items: expected at least one line item"),
    Refused("no items", #"{"customer":2}"#, "items: expected a list, it is missing"),
    Refused(
      "terms", #"{"customer":2,"payment_terms":"soon",\#(line)}"#, "payment_terms: expected terms"),
    Refused(
      "an automatic number", #"{"customer":2,"number":"INV-000007",\#(line)}"#,
      "number: expected a number that the seller's number_format never gives"),
    Refused(
      "due before it is dated", #"{"customer":2,"due_date":"2026-11-01",\#(line)}"#,
      "due_date: expected a day that is not before the date"),
    Refused(
      "an old coupon", #"{"customer":2,"discounts":["old"],\#(line)}"#,
      "discounts.0: expected a coupon that has not expired on 2026-11-20"),
    Refused(
      "too many redemptions",
      #"{"customer":2,"discounts":["ten","ten"],"items":[{"name":"A","unit_cost":9,"#
        + #""discounts":["ten","ten"]}]}"#,
      "items.0.discounts.1: expected a coupon with redemptions left"),
    Refused(
      "one rate twice",
      #"{"customer":2,"taxes":["vat"],"items":[{"name":"A","unit_cost":9,"taxes":["vat"]}]}"#,
      "items.0.taxes.0: expected a tax that is not on the invoice too"),
    Refused(
      "half a cent", #"{"customer":2,"taxes":[{"amount":0.001}],\#(line)}"#,
      "taxes.0: expected the id of a tax rate, or"),
    Refused(
      "less than nothing", #"{"customer":2,"items":[{"name":"A","unit_cost":-9}]}"#,
      "total_negative", "-10.71 usd"),
    Refused(
      "a tax that nobody bears",
      #"{"customer":2,"taxes":[{"amount":1}],"items":[{"name":"A","unit_cost":9,"#
        + #""taxable":false}]}"#,
      "taxes_conflict"),
    Refused(
      "a file that is none", #"{"customer":2,"attachments":[7],\#(line)}"#,
      "attachments.0: expected the id of a file"),
  ]

  @Test("what is wrong is told at once, and nothing is written", arguments: refused)
  func refuses(row: Refused) async throws {
    try await ManualBooks.with { books in
      let says = try await books.refusal(row.json) ?? "nothing"
      for text in row.says { #expect(says.contains(text), "\(says)") }
      try await expectTexts(
        books, "select count(*) + (select count(*) from number_series) from invoice", ["0"])
    }
  }

  @Test("a date in closed books or before the newest number is refused, a number is unique")
  func order() async throws {
    try await ManualBooks.with { books in
      let line = Self.line
      try await books.create(#"{"customer":2,"date":"2026-11-19",\#(line)}"#)
      #expect(
        try await books.refusal(#"{"customer":2,"date":"2026-11-18",\#(line)}"#)?
          .hasPrefix("invoice_date_before_series") == true)
      try await books.create(#"{"customer":2,"date":"2026-11-18","number":"A-1",\#(line)}"#)
      #expect(
        try await books.refusal(#"{"customer":2,"number":"A-1",\#(line)}"#)?
          .contains("number: expected a number that no document of the seller has") == true)
      try await books.run("update seller set closed_through = '2026-11-20'")
      #expect(
        try await books.refusal(#"{"customer":2,\#(line)}"#)?.hasPrefix("post_refused_closed")
          == true)
      try await expectTexts(
        books, "select number from invoice_number order by 1",
        ["A-1", "INV-000001"])
    }
  }

  @Test("a date more than 62 days ahead is refused unless it is meant, of a draft too")
  func farAhead() async throws {
    try await ManualBooks.with { books in
      let json = #"{"customer":2,"draft":true,"date":"2027-01-22",\#(Self.line)}"#
      #expect(
        try await books.refusal(json)
          == "invoice_date_far_ahead invoice date 2027-01-22 is more than 62 days ahead of "
          + "2026-11-20")
      let operations = ManualBooks.operations
      let id = try await books.connection.operation {
        try operations.create(DocumentText(json), farAhead: true, on: $0)
      }
      try await books.create(#"{"customer":2,"date":"2027-01-21",\#(Self.line)}"#)
      let change = DocumentText(#"{"date":"2027-02-01"}"#)
      let refused = await #expect(throws: BillRunError.self) {
        try await books.connection.operation { try operations.update(id, change, on: $0) }
      }
      #expect(refused?.code == "invoice_date_far_ahead" && refused?.status == .usage)
      try await books.connection.operation {
        try operations.update(id, change, farAhead: true, on: $0)
        try operations.update(id, DocumentText(#"{"name":"N","date":"2027-02-01"}"#), on: $0)
      }
      try await expectTexts(
        books, "select invoice_date from invoice order by invoice_id", ["2027-02-01", "2027-01-21"])
    }
  }

  @Test("the customer is named by its number as well as by its id")
  func customerNumber() async throws {
    try await ManualBooks.with { books in
      try await books.run("update customer set number = 'K-2' where customer_id = 2")
      let id = try await books.create(#"{"customer":"K-2","draft":true,\#(Self.line)}"#)
      #expect(try await books.object(id)["customer"] == 2)
      try await books.run("update customer set number = 'K-9' where customer_id = 2")
      let change = DocumentText(#"{"payment_terms":"NET 7"}"#)
      try await books.connection.operation {
        try ManualBooks.operations.update(id, change, on: $0)
      }
      #expect(try await books.object(id)["customer"] == 2)
      #expect(
        try await books.refusal(#"{"customer":"K-3",\#(Self.line)}"#)?
          .contains("customer: expected the id or the number of one customer") == true)
    }
  }

  @Test(
    "what no amount can hold is refused in words",
    arguments: [
      ("1000000000000001", "1", 1, "invoice_refused"), ("1000000000000000", "100", 1, "amount_"),
      ("1000000000000000", "1", 93, "amount_"), ("1000000000000000", "1", 92, "nothing"),
    ])
  func limits(cost: String, quantity: String, lines: Int, code: String) async throws {
    try await ManualBooks.with { books in
      let line = #"{"name":"A","quantity":\#(quantity),"unit_cost":\#(cost),"taxable":false}"#
      let items = Array(repeating: line, count: lines).joined(separator: ",")
      let json = #"{"customer":15444,"draft":true,"items":[\#(items)]}"#
      let says = try await books.refusal(json) ?? "nothing"
      #expect(says.hasPrefix(code), "\(says)")
    }
  }

  @Test("who is overtaken by another with the same number is told what it is told after")
  func overtaken() async throws {
    try await ManualBooks.with { books in
      let json = #"{"customer":2,"number":"A-1",\#(Self.line)}"#
      let other = try await books.database.connect()
      let second = Caught()
      let says = Mutex<String?>(nil)
      try await other.transaction { connection in
        _ = try ManualBooks.operations.create(DocumentText(json), on: connection)
        // It looks for the number while nobody can see it yet, and waits when it writes it.
        second.start {
          let refusal = try await books.refusal(json)
          says.withLock { $0 = refusal }
        }
        try connection.waitUntilBlocking()
      }
      try await second.value()
      let refusal = says.withLock { $0 } ?? "nothing"
      #expect(refusal.contains("number: expected a number that no document"), "\(refusal)")
      #expect(try await books.refusal(json) == refusal)
      await other.close()
    }
  }

  @Test("drafts are numbered by date and payer, whatever the order of ids; blocks leave no gap")
  func blocks() async throws {
    try await ManualBooks.with { books in
      for (customer, date) in [
        (15444, "2026-11-19"), (2, "2026-11-19"), (2, "2026-11-18"), (2, "2026-11-20"),
      ] {
        try await books.create(
          #"{"customer":\#(customer),"draft":true,"date":"\#(date)",\#(Self.line)}"#)
      }
      let operations = ManualBooks.operations
      let until = try await operations.postAll(
        through: .init(iso: "2026-11-19"), block: 2, on: books.connection)
      #expect(until == 3)
      #expect(try await operations.postAll(seller: "s", on: books.connection) == 1)
      try await expectTexts(
        books,
        "select number || ' ' || customer_id || ' ' || invoice_date from invoice "
          + "join invoice_number using (invoice_id) order by 1",
        [
          "INV-000001 2 2026-11-18", "INV-000002 2 2026-11-19", "INV-000003 15444 2026-11-19",
          "INV-000004 2 2026-11-20",
        ])
    }
  }

  @Test("void gives goodwill back to where it came from, and an amount off is no goodwill")
  func goodwillBack() async throws {
    try await ManualBooks.with { books in
      try await books.credit(of: 2, "goodwill", 1000, granted: "2026-11-01", ["currency": "usd"])
      let id = try await books.create(
        #"{"customer":2,"discounts":[{"amount":3}],"items":[{"name":"A","unit_cost":20}]}"#)
      try await expectTexts(books, "select used_minor from credit", ["1000"])
      #expect(try await books.attempt { try ManualBooks.operations.void([id], on: $0) } == nil)
      try await expectTexts(books, "select used_minor from credit", ["0"])
    }
  }
}
