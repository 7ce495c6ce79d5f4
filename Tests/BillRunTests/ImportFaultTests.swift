// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import TestSupport
import Testing

/// Each line is bad in its own way, beside the good ones of the small file, all in one import.
@Suite struct ImportFaultTests {
  struct Bad: Sendable {
    let line: String
    let faults: [String]

    init(_ line: String, _ faults: String...) {
      self.line = line
      self.faults = faults
    }
  }

  /// `{` … `}` of an object with its name first.
  private static func seller(_ rest: String) -> String {
    #"{"object":"seller","id":"s","name":"S","country":"US","currency":"usd","time_zone":"UTC""#
      + (rest.isEmpty ? "}" : ",\(rest)}")
  }

  private static func plan(_ id: String, _ rest: String) -> String {
    #"{"object":"plan","id":"\#(id)","name":"P","currency":"usd","interval":"month",\#(rest)}"#
  }

  private static func customer(_ id: Int, _ rest: String) -> String {
    #"{"object":"customer","id":\#(id),"name":"C","seller":"north",\#(rest)}"#
  }

  private static func subscription(_ id: Int, _ rest: String) -> String {
    #"{"object":"subscription","id":\#(id),"customer":1,"start_date":"2026-10-01",\#(rest)}"#
  }

  private static let day = #"a day ("2026-12-31") or a UNIX timestamp"#
  private static let fiscal = #"a day of every year like "04-01""#
  private static let missing = ", it is missing"
  private static let quantity = "a number from 0 to 10^15 of at most 12 places"
  private static let once = "a tax that is not both within the price and on top of it"
  private static let number = "a number of at most 10^15 and 12 places"

  static let lines: [Bad] = [
    Bad(
      #"{"object":"seller""#,
      ": one JSON object on the line: The input string ended unexpectedly."),
    Bad("[1]", ": one JSON object on the line"),
    Bad("17", ": one JSON object on the line"),
    Bad(#"{"id":1}"#, "object: one of \(objects)"),
    Bad(#"{"object":"dragon","id":1}"#, "object: one of \(objects)"),
    Bad(
      #"{"object":"addon","plan":"team"}"#, "object: no field of this name in addon",
      "object: one of \(objects)"),
    Bad(
      #"{"object":"invoice","customer":1}"#, "items: a list\(missing)"),
    Bad(
      #"{"object":"payment","customer":1}"#, "amount: a number\(missing)",
      "currency: a text\(missing)", "date: a day (\"2026-12-31\") or a UNIX timestamp\(missing)"),

    Bad(
      #"{"object":"seller","id":"s1","name":"S","country":"US"}"#, "currency: a text\(missing)",
      "time_zone: a text\(missing)"),
    Bad(seller(#""id":"s2","colour":"red""#), "colour: no field of this name in seller"),
    Bad(seller(#""id":"s3","name":7"#), "name: a text"),
    Bad(seller(#""id":"s4","country":"usa""#), "country: an ISO 3166 code of two capital letters"),
    Bad(seller(#""id":"s5","currency":"USD""#), "currency: a lower-case ISO 4217 code"),
    Bad(seller(#""id":"s6","time_zone":"Mars/Base""#), "time_zone: an IANA time zone"),
    Bad(
      seller(#""id":"s7","number_format":"INV""#),
      "number_format: a text with {seq:06} once, and {year}, {month}, {seller}"),
    Bad(
      seller(#""id":"s7b","number_format":"A\n{seq}","credit_note_format":"B\u2028{seq}""#),
      "number_format: a text of one line", "credit_note_format: a text of one line"),
    Bad(
      seller(#""id":"s8","fiscal_year_start":"13-01""#), #"fiscal_year_start: \#(fiscal)"#),
    Bad(seller(#""id":"s8b","fiscal_year_start":"02-30""#), #"fiscal_year_start: \#(fiscal)"#),
    Bad(seller(#""id":"s8c","fiscal_year_start":"02-29""#), #"fiscal_year_start: \#(fiscal)"#),
    Bad(
      seller(#""id":"s9","rounding":{"mode":"odd","tax":"page"}"#),
      "rounding.mode: half_up, half_even, up or down", "rounding.tax: group or line"),
    Bad(
      seller(#""id":"s10","rounding":{"places":2}"#),
      "rounding.places: no field of this name in rounding"),
    Bad(
      seller(#""id":"s11","rounding":{"cash_increment":0.001}"#),
      "rounding.cash_increment: no more digits than the currency has"),
    Bad(seller(#""id":"s12","closed_through":"2026-02-30""#), "closed_through: \(day)"),
    Bad(
      seller(#""id":"north","currency":"eur""#),
      "id: an object that does not occur twice in one import"),

    Bad(#"{"object":"tax_rate","id":"t1","name":"T","value":"7"}"#, "value: a number"),
    Bad(
      #"{"object":"tax_rate","id":"t2","name":"T","value":-1}"#,
      "value: a value from 0, at most 1000 per cent"),
    Bad(
      #"{"object":"tax_rate","id":"t3","name":"T","value":1,"is_percent":false}"#,
      "currency: a currency, since the tax is an amount"),
    Bad(
      #"{"object":"tax_rate","id":"t4","name":"T","value":1.005,"is_percent":false,"#
        + #""currency":"usd"}"#,
      "value: no more digits than the currency has, or 12 of a percentage"),
    Bad(
      #"{"object":"tax_rate","id":"t5","name":"T","value":1,"valid_from":"2026-05-01","#
        + #""valid_until":"2026-05-01"}"#,
      "valid_until: a later day than valid_from"),

    Bad(
      #"{"object":"coupon","id":"c1","name":"C","value":101}"#,
      "value: a value from 0, at most 100 per cent"),
    Bad(
      #"{"object":"coupon","id":"c2","name":"C","value":1,"is_percent":false,"currency":"xyz"}"#,
      "currency: a lower-case ISO 4217 code"),
    Bad(
      #"{"object":"coupon","id":"c3","name":"C","value":1,"max_redemptions":1.5,"#
        + #""duration_cycles":0}"#,
      "duration_cycles: a whole number from 1", "max_redemptions: a whole number from 0"),
    Bad(
      #"{"object":"coupon","id":"c4","name":"C","value":1,"expiration_date":"soon"}"#,
      "expiration_date: \(day)"),

    Bad(
      #"{"object":"item","id":"i1","name":"I","unit_cost":1e16,"currency":"usd"}"#,
      "unit_cost: a number of at most 10^15"),
    Bad(
      #"{"object":"item","id":"i2","name":"I","unit_cost":0.1234567890123,"currency":"usd"}"#,
      "unit_cost: a number of at most 12 places"),
    Bad(
      #"{"object":"item","id":"i3","name":"I","unit_cost":1,"currency":"usd","taxes":["none",5]}"#,
      "taxes.0: the id of a tax rate", "taxes.1: the id of a tax rate"),
    Bad(
      #"{"object":"item","id":"i4","name":"I","unit_cost":1,"currency":"usd","#
        + #""taxes":["gross","vat"]}"#, "taxes.1: \(once)"),

    Bad(
      plan("p1", #""amount":1,"interval_count":0"#), "interval_count: a whole number from 1 to 1000"
    ),
    Bad(plan("p2", #""pricing_mode":"per_unit""#), "amount: a number, it is missing"),
    Bad(
      plan("p3", #""amount":1,"pricing_mode":"custom""#),
      "amount: no amount, since the pricing_mode has none"),
    Bad(
      plan("p4", #""amount":1,"pricing_mode":"free""#),
      "pricing_mode: per_unit, flat, volume, tiered, package, stairstep, percentage or custom"),
    Bad(
      plan("p5", #""pricing_mode":"volume""#),
      "tiers: a list of tiers, since the pricing_mode has them"),
    Bad(
      plan(
        "p6",
        #""pricing_mode":"tiered","tiers":[{"max_qty":50,"unit_cost":1},{"min_qty":52,"#
          + #""unit_cost":1}]"#
      ), "tiers.1.min_qty: no hole after the tier before"),
    Bad(
      plan(
        "p7",
        #""pricing_mode":"tiered","tiers":[{"max_qty":50,"unit_cost":1},{"min_qty":49,"#
          + #""unit_cost":1}]"#
      ), "tiers.1.min_qty: no overlap with the tier before"),
    Bad(
      plan(
        "p8",
        #""pricing_mode":"tiered","tiers":[{"max_qty":50,"unit_cost":1},{"max_qty":50,"#
          + #""unit_cost":1},{"unit_cost":1}]"#
      ), "tiers.1.max_qty: more than the max_qty of the tier before"),
    Bad(
      plan("p9", #""pricing_mode":"tiered","tiers":[{"max_qty":50,"unit_cost":1}]"#),
      "tiers.0.max_qty: no max_qty, since the last tier has no end"),
    Bad(
      plan("p10", #""pricing_mode":"tiered","tiers":[{"unit_cost":"1"},7]"#),
      "tiers.0.unit_cost: a number", "tiers.1: an object"),
    Bad(
      plan("p11", #""amount":1,"minimum_amount":0.001"#),
      "minimum_amount: no more digits than the currency has"),
    Bad(
      plan("p12", #""amount":1,"pricing_mode":"package""#),
      "package_size: a number, it is missing"),
    Bad(
      plan("p14", #""pricing_mode":"tiered","tiers":[]"#),
      "tiers: a list of tiers, since the pricing_mode has them"),
    Bad(
      plan("p15", #""pricing_mode":"tiered","tiers":[{"unit_cost":1},{"unit_cost":2}]"#),
      "tiers.0.max_qty: a number, since only the last tier has no end"),
    Bad(
      plan(
        "p16", #""pricing_mode":"volume","tiers":[{"max_qty":0,"unit_cost":1},{"unit_cost":2}]"#),
      "tiers.0.max_qty: more than the max_qty of the tier before"),
    Bad(
      plan(
        "p17",
        #""pricing_mode":"volume","tiers":[{"min_qty":1.5,"max_qty":9,"unit_cost":1},{}]"#),
      "tiers.0.min_qty: no hole after the tier before",
      "tiers.1.unit_cost: a unit_cost or a flat_cost"),
    Bad(
      plan(
        "p18",
        #""pricing_mode":"stairstep","tiers":[{"max_qty":9,"unit_cost":1},{"flat_cost":2}]"#),
      "tiers.0.flat_cost: a number, since it is the price of a stairstep",
      "tiers.0.unit_cost: no unit_cost, since a stairstep has none"),
    Bad(
      plan("p19", #""pricing_mode":"package","amount":1,"package_size":0"#),
      "package_size: a number above 0 of at most 12 places"),
    Bad(
      plan("p20", #""pricing_mode":"percentage","tiers":[{"unit_cost":1}]"#),
      "amount: a number, it is missing", "tiers: no tiers, since the pricing_mode has none"),
    Bad(
      plan("p21", #""amount":1,"included_quantity":-1,"minimum_amount":-1"#),
      "included_quantity: a number from 0 of at most 12 places",
      "minimum_amount: an amount from 0"),
    Bad(plan("p13", #""amount":1,"catalog_item":"nothing""#), "catalog_item: the id of an item"),
    Bad(
      plan("team", #""amount":1,"valid_from":"2028-01-01","interval":"year""#),
      "interval: the interval that the plan has already"),

    Bad(
      #"{"object":"retry_policy","id":"r1","days":[0,3.5],"after_last":"cry"}"#,
      "after_last: leave, cancel_subscription, autopay_off, chase or write_off",
      "days: a list of whole numbers from 1 to 365"),
    Bad(
      #"{"object":"retry_policy","id":"r2","business_days_only":true,"window_days":30,"#
        + #""decline_classes":{"odd":"gentle"}}"#,
      "country: the country whose business days are meant",
      "decline_classes: codes with hard, soft, action_needed or technical",
      "max_attempts: how many tries there may be in window_days"),
    Bad(#"{"object":"holiday","country":"US","date":"25.12.2026"}"#, "date: \(day)"),
    Bad(
      #"{"object":"chasing_cadence","id":"h1","steps":[{"action":"late_fee","after_due":1,"#
        + #""after_issue":1}]}"#,
      "steps.0.after_due: either after_due or after_issue",
      "steps.0.amount: the amount of the late fee"),

    Bad(
      customer(1001, #""payment_terms":"sometime""#),
      #"payment_terms: terms like "NET 30", "AutoPay", "due on receipt" or "2% 10 NET 30""#),
    Bad(customer(1002, #""seller":"south""#), "seller: the id of a seller"),
    Bad(
      customer(1003, #""parent_customer":99999"#),
      "parent_customer: the id of another customer of the same seller"),
    Bad(customer(1004, #""taxes":["ny","nowhere"]"#), "taxes.1: the id of a tax rate"),
    Bad(
      customer(1005, #""currency":"eur","taxes":["relay"]"#),
      "taxes.0: a tax in the currency of the customer"),
    Bad(
      customer(1006, #""retry_policy":"none","chasing_cadence":"none""#),
      "chasing_cadence: the id of a chasing cadence", "retry_policy: the id of a retry policy"),
    Bad(customer(1198, #""taxes":["other","vat","gross"]"#), "taxes.2: \(once)"),
    Bad(customer(1007, #""credit_balance":-1"#), "credit_balance: an amount from 0"),
    Bad(
      customer(1099, #""currency":"clf","credit_balance":1e15"#),
      "credit_balance: at most 10^15, and 9,223,372,036,854,775,807 minor units"),
    Bad(
      customer(1008, #""currency":"jpy","credit_balance":1.5"#),
      "credit_balance: no more digits than the currency has"),
    Bad(
      customer(1009, #""metadata":{"a":{"b":1}}"#),
      "metadata: a flat object of texts, numbers and booleans"),
    Bad(
      customer(
        1010,
        #""payment_source":{"object":"card","gateway":"simulated","token":"4242 4242 4242 4242"}"#),
      "payment_source.token: a token of the gateway, never a card number"),
    Bad(
      customer(1011, #""number":"A-1""#),
      "number: a number that no other customer of the seller has"),
    Bad(
      customer(1012, #""parent_customer":1013"#),
      "parent_customer: a customer that is not below this one"),
    Bad(
      customer(1013, #""parent_customer":1012"#),
      "parent_customer: a customer that is not below this one"),
    Bad(customer(1014, #""autopay":"yes","autopay_delay_days":400"#), "autopay: true or false"),
    Bad(
      #"{"object":"customer","id":1.5,"name":""}"#, "id: a whole number from 1",
      "name: a text that is not empty"),
    Bad(
      customer(1, #""email":"again@example.com""#),
      "id: an object that does not occur twice in one import"),

    Bad(subscription(2001, #""plan":"nothing""#), "plan: the id of a plan"),
    Bad(subscription(2002, #""plan":"team","customer":77777"#), "customer: the id of a customer"),
    Bad(subscription(2003, #""plan":"team","quantity":-1"#), "quantity: \(quantity)"),
    Bad(subscription(2004, #""plan":"team","quantity":1e16"#), "quantity: \(quantity)"),
    Bad(subscription(1200, #""plan":"team","taxes":["gross","vat"]"#), "taxes.1: \(once)"),
    Bad(
      subscription(2005, #""plan":"team","amount":5"#),
      "amount: no amount, since the plan has its own price"),
    Bad(
      subscription(2006, #""plan":"agreed""#),
      "amount: an amount, since the pricing_mode of the plan is custom"),
    Bad(subscription(2007, #""plan":"agreed","amount":1e16"#), "amount: \(number)"),
    Bad(
      subscription(
        2008,
        #""plan":"team","trial_end":"2026-09-30","canceled_at":"2026-09-30","#
          + #""billed_through":"2026-09-30""#
      ), "billed_through: no earlier day than start_date",
      "canceled_at: no earlier day than start_date", "trial_end: no earlier day than start_date"),
    Bad(subscription(2009, #""plan":"team","start_date":"2027-02-29""#), "start_date: \(day)"),
    Bad(
      subscription(
        2010, #""plan":"team","addons":[{"plan":"support"},{"plan":"nothing","quantity":-2}]"#),
      "addons.1.plan: the id of a plan", "addons.1.quantity: \(quantity)"),
    Bad(
      subscription(2011, #""plan":"team","addons":[{"plan":"euro"}]"#),
      "addons.0.plan: a plan in the currency of the subscription's plan"),
    Bad(
      subscription(2012, #""plan":"euro","discounts":["five"],"taxes":["relay"]"#),
      "discounts.0: a coupon in the currency of the plan",
      "taxes.0: a tax in the currency of the plan"),
    Bad(
      subscription(2013, #""plan":"team","discounts":["only","sole"]"#),
      "discounts.1: no second exclusive coupon"),
    Bad(
      subscription(2014, #""plan":"team","discounts":["tenth","tenth","never"]"#),
      "discounts.1: a coupon that is not attached twice", "discounts.2: the id of a coupon"),
    Bad(
      subscription(2015, #""plan":"team","customer":4"#),
      "plan: a plan in the currency of the customer"),
    Bad(
      subscription(
        2016,
        #""plan":"team","snap_to_nth_day":32,"anchor_day":0,"cycles":0,"bill_in":"never","#
          + #""contract_renewal_mode":"maybe""#
      ), "anchor_day: a whole number from 1 to 31", "bill_in: advance or arrears",
      "contract_renewal_mode: none, auto, manual or renew_once", "cycles: a whole number from 1",
      "snap_to_nth_day: a whole number from 1 to 31"),
    Bad(
      subscription(2017, #""plan":"team","discounts":["once"]"#),
      "discounts.0: a coupon with redemptions left"),

    Bad(
      #"{"object":"subscription_change","subscription":11,"effective":"2026-10-30","quantity":1}"#,
      "effective: no earlier day than the start of the subscription"),
    Bad(
      #"{"object":"subscription_change","subscription":11,"effective":"2026-12-01"}"#,
      "effective: a plan, quantity, amount, addons or paused beside it"),
    Bad(
      #"{"object":"subscription_change","subscription":88,"effective":"2026-12-01","plan":"euro"}"#,
      "subscription: the id of a subscription"),
    Bad(
      #"{"object":"subscription_change","subscription":11,"effective":"2026-12-01","plan":"euro"}"#,
      "plan: a plan in the currency of the subscription"),
    Bad(
      #"{"object":"subscription_change","subscription":11,"effective":"2026-12-01","amount":5}"#,
      "amount: no amount, since the plan has its own price"),

    Bad(
      #"{"object":"usage_record","subscription":11,"quantity":1,"timestamp":1793552400}"#,
      "plan: a subscription with a plan that measures usage"),
    Bad(
      #"{"object":"usage_record","subscription":12,"quantity":-1,"timestamp":1793552400}"#,
      "quantity: \(quantity)"),
    Bad(
      #"{"object":"usage_record","subscription":12,"quantity":1,"timestamp":1700000000}"#,
      "timestamp: no earlier day than the start of the subscription"),
    Bad(
      #"{"object":"usage_record","id":"u-1","subscription":12,"quantity":1,"#
        + #""timestamp":1793552400}"#,
      "id: an object that does not occur twice in one import"),

    Bad(
      #"{"object":"pending_line_item","customer":1,"quantity":-1}"#,
      "name: a name, since there is no catalog_item", "quantity: \(quantity)",
      "unit_cost: a number, since there is no catalog_item"),
    Bad(
      #"{"object":"pending_line_item","customer":4,"catalog_item":"setup","taxes":["relay"]}"#,
      "catalog_item: an item in the currency of the customer",
      "taxes.0: a tax in the currency of the customer"),
    Bad(
      #"{"object":"pending_line_item","customer":1,"name":"N","unit_cost":1,"#
        + #""discounts":[{"amount":1.005},{"percent":5}]}"#,
      #"discounts.0: the id of a coupon in the currency of the customer, or {"amount": 3.85}"#,
      #"discounts.1: the id of a coupon in the currency of the customer, or {"amount": 3.85}"#),
    Bad(
      #"{"object":"pending_line_item","customer":1,"name":"N","unit_cost":1,"#
        + #""taxes":[{"amount":1.005},{"amount":-1},"odd",7,{"amount":1}]}"#,
      #"taxes.0: the id of a tax rate, or {"amount": 3.85}"#,
      #"taxes.1: the id of a tax rate, or {"amount": 3.85}"#,
      #"taxes.2: the id of a tax rate, or {"amount": 3.85}"#,
      #"taxes.3: the id of a tax rate, or {"amount": 3.85}"#),

    Bad(
      #"{"object":"pending_line_item","customer":1,"name":"N","unit_cost":1,"#
        + #""taxes":["vat",{"amount":1},"gross"]}"#, "taxes.2: \(once)"),

    Bad(
      #"{"object":"credit","customer":1,"amount":0,"currency":"usd"}"#,
      "amount: an amount above 0"),
    Bad(
      #"{"object":"credit","customer":1,"amount":2e15,"currency":"usd"}"#,
      "amount: at most 10^15, and 9,223,372,036,854,775,807 minor units"),
    Bad(
      #"{"object":"credit","customer":1,"amount":922337203685477.5808,"currency":"clf"}"#,
      "amount: at most 10^15, and 9,223,372,036,854,775,807 minor units"),
    Bad(
      #"{"object":"credit","customer":1,"amount":1.001,"currency":"usd","kind":"gift"}"#,
      "amount: no more digits than the currency has", "kind: money or goodwill"),
  ]

  private static let objects = [
    "chasing_cadence", "coupon", "credit", "customer", "holiday", "invoice", "item", "payment",
    "pending_line_item", "plan", "retry_policy", "seller", "subscription", "subscription_change",
    "tax_rate", "usage_record",
  ].joined(separator: ", ")

  /// Good lines that the bad ones need beside the small file.
  private static let more = """
    {"object":"customer","id":4,"name":"Euro","currency":"eur","seller":"north"}
    {"object":"plan","id":"euro","name":"Euro","currency":"eur","interval":"month","amount":5}
    {"object":"tax_rate","id":"vat","name":"VAT","value":19,"country":"DE"}
    {"object":"tax_rate","id":"gross","name":"VAT","value":19,"country":"DE","inclusive":true}
    {"object":"tax_rate","id":"other","name":"VAT","value":19,"country":"AT","inclusive":true}
    {"object":"coupon","id":"only","name":"Only","value":5,"exclusive":true}
    {"object":"coupon","id":"sole","name":"Sole","value":5,"exclusive":true}
    {"object":"coupon","id":"once","name":"Once","value":5,"max_redemptions":1}
    {"object":"subscription","id":15,"customer":1,"plan":"team","start_date":"2026-10-01",\
    "discounts":["once"]}
    """

  @Test("every bad line is told with its field and what was expected, all at once")
  func faults() async throws {
    #expect(Self.lines.count >= 60)
    try await withTemporaryDatabase { database in
      let connection = try await database.connect()
      let text = Self.lines.map(\.line).joined(separator: "\n")
      let report = try await ImportBooks.withFile(Self.more) { more in
        try await ImportBooks.withFile(text, named: "bad.jsonl") { bad in
          try await ImportBooks.run([ImportBooks.small, more, bad], on: connection)
        }
      }
      #expect(!report.isTaken)
      for (index, bad) in Self.lines.enumerated() {
        let found = report.faults
          .filter { $0.file.hasSuffix("bad.jsonl") && $0.line == index + 1 }
          .map { "\($0.field): \($0.expected)" }
        #expect(found.sorted() == bad.faults.sorted(), "\(bad.line)")
      }
      let elsewhere = report.faults.filter { !$0.file.hasSuffix("bad.jsonl") }
      #expect(elsewhere.isEmpty, "\(elsewhere)")
      #expect(report.refusedLines == Self.lines.count)
      let count = "select count(*)::text from seller"
      #expect(try await ImportBooks.value(count, on: connection) == "0")
    }
  }
}
