// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres

/// An invoice as Zuora's two manners have it.
///
/// Names are in snake case under `/zuora`, in camel case under `/v1` and `/object-query`; figures
/// and states are those of the Invoice object.
struct ZuoraObject: Sendable {
  /// Which of the two manners.
  enum Manner: Sendable {
    case quickstart
    case rest
  }

  let invoice: JSONTree
  let head: InvoiceHead

  /// Documents that a filter finds.
  static func read(
    _ filter: InvoiceFilter, at moment: Int64, on connection: isolated Connection
  ) throws -> [ZuoraObject] {
    let reader = InvoiceReader(at: moment)
    var heads: [InvoiceHead] = []
    try reader.heads(filter, on: connection) { heads.append($0) }
    var objects: [String] = []
    try reader.objects(filter, on: connection) { objects.append($0) }
    return try zip(objects, heads).map { ZuoraObject(invoice: try JSONTree($0), head: $1) }
  }

  /// The object in a manner.
  func tree(_ manner: Manner) -> JSONTree {
    switch manner {
    case .quickstart: quickstart
    case .rest: rest
    }
  }

  private func value(_ name: String) -> JSONTree { invoice[name] ?? .null }

  private func text(_ name: String) -> JSONTree { value(name).plain.map { .string($0) } ?? .null }

  private var taxAmount: JSONTree { .number(major(allTaxes)) }

  /// In minor units, those within prices among them.
  private var allTaxes: Int64 {
    guard let currency = Currency(code: head.currency) else { return 0 }
    return value("taxes").elements.reduce(0) { sum, tax in
      sum + (tax["amount"]?.plain.flatMap { Money(major: $0, currency: currency)?.minor } ?? 0)
    }
  }

  private var dueDate: JSONTree { head.dueDate.map { .string("\($0)") } ?? .null }

  /// In major units, as a number.
  private func major(_ minor: Int64) -> String {
    var writer = JSONWriter()
    writer.amount(minor: minor, digits: head.digits)
    return writer.text
  }

  /// Zuora knows five states; what is left to pay does not change them.
  private var state: String {
    switch head.state {
    case "draft": "draft"
    case "canceled": "canceled"
    case "voided", "reversed": "reversed"
    default: "posted"
    }
  }

  private var quickstart: JSONTree {
    let states = ["posted": "open", "reversed": "void"]
    return .fields([
      "id": text("id"), "object": .string("invoice"), "invoice_number": value("number"),
      "account_id": text("customer"), "state": .string(states[state] ?? state),
      "currency": .string(head.currency.uppercased()), "document_date": .string("\(head.date)"),
      "due_date": dueDate, "description": value("notes"), "subtotal": value("subtotal"),
      "tax": taxAmount, "total": value("total"), "balance": value("balance"),
      "paid": value("paid"), "status": value("status"), "pay": value("autopay"),
      "payment_terms": value("payment_terms"), "bill_run_id": text("run"),
      "items": .array(
        value("items").elements.map { item in
          Self.item(item.merging(.fields(["invoice": value("id")])))
        }),
      "custom_fields": value("metadata"), "created_time": value("created_at"),
      "updated_time": value("updated_at"),
    ])
  }

  /// A line item in the manner of `/zuora`.
  static func item(_ item: JSONTree) -> JSONTree {
    .fields([
      "id": item["id"]?.plain.map { .string($0) } ?? .null, "object": .string("invoice_item"),
      "invoice_id": item["invoice"]?.plain.map { .string($0) } ?? .null,
      "name": item["name"] ?? .null, "description": item["description"] ?? .null,
      "quantity": item["quantity"] ?? .null, "unit_amount": item["unit_cost"] ?? .null,
      "amount": item["amount"] ?? .null, "service_start": item["period_start"] ?? .null,
      "service_end": item["period_end"] ?? .null, "custom_fields": item["metadata"] ?? .null,
    ])
  }

  private var rest: JSONTree {
    let words = [
      "draft": "Draft", "posted": "Posted", "canceled": "Canceled", "reversed": "Reversed",
    ]
    let withoutTax = major(head.total - allTaxes)
    return .fields([
      "id": text("id"), "invoiceNumber": value("number"), "accountId": text("customer"),
      "amount": value("total"), "amountWithoutTax": .number(withoutTax), "taxAmount": taxAmount,
      "balance": value("balance"), "autoPay": value("autopay"), "billRunId": text("run"),
      "comments": value("notes"), "currency": .string(head.currency.uppercased()),
      "invoiceDate": .string("\(head.date)"), "dueDate": dueDate,
      "paymentTerm": value("payment_terms"), "status": .string(words[state] ?? state),
      "reversed": .bool(state == "reversed"),
      "sourceType": .string(head.run == nil ? "Standalone" : "BillRun"),
    ])
  }
}

/// Requests in Zuora's manner, as what the rest of the program takes.
enum ZuoraRequest {
  /// The invoice that a body describes: a draft unless it says otherwise, as Zuora has it.
  static func newInvoice(_ body: JSONTree) throws -> DocumentText {
    var invoice = try tree(body)
    if invoice["draft"] == nil { invoice["draft"] = .bool(true) }
    return DocumentText(invoice.text, name: "body")
  }

  /// The change of an invoice that a body describes.
  static func invoice(_ body: JSONTree) throws -> DocumentText {
    DocumentText(try tree(body).text, name: "body")
  }

  /// The names in a body by ours.
  static func names(in body: JSONTree) -> [String: String] {
    var found: [String: String] = [:]
    for field in body.fields {
      found[names[field.name] ?? (itemLists.contains(field.name) ? "items" : "")] = field.name
    }
    return found
  }

  private static let itemLists: Set<String> = ["items", "invoiceItems", "invoice_items"]

  /// Each field by its name in either manner.
  private static func tree(_ body: JSONTree) throws -> JSONTree {
    var invoice = JSONTree.object([])
    for field in body.fields { try put(field, body["invoiceDate"], into: &invoice) }
    return invoice
  }

  private static let names = [
    "account_id": "customer", "accountId": "customer", "accountNumber": "customer",
    "account_number": "customer", "document_date": "date", "invoiceDate": "date",
    "due_date": "due_date", "dueDate": "due_date", "description": "notes", "comments": "notes",
    "currency": "currency", "invoice_number": "number", "invoiceNumber": "number",
    "pay": "autopay", "autoPay": "autopay", "custom_fields": "metadata",
    "payment_terms": "payment_terms", "paymentTerm": "payment_terms",
  ]

  private static let itemNames = [
    "name": "name", "chargeName": "name", "description": "description", "quantity": "quantity",
    "unit_amount": "unit_cost", "unitPrice": "unit_cost", "amount": "unit_cost",
    "product_id": "catalog_item", "sku": "catalog_item", "custom_fields": "metadata",
  ]

  private static func put(
    _ field: JSONTree.Field, _ day: JSONTree?, into invoice: inout JSONTree
  ) throws {
    switch field.name {
    case _ where itemLists.contains(field.name):
      invoice["items"] = .array(
        try field.value.elements.enumerated().map { try item($1, "\(field.name).\($0)", day) })
    case "state" where field.value == .string("draft"),
      "status" where field.value == .string("Draft"):
      invoice["draft"] = .bool(true)
    case "state" where field.value == .string("open"),
      "status" where field.value == .string("Posted"):
      invoice["draft"] = .bool(false)
    default:
      guard let name = names[field.name] else {
        throw APIError.wrong(field.name, "there is no field \(field.name.prefix(50)) of invoices")
      }
      switch field.name {
      case "account_id", "accountId": invoice[name] = field.value.name
      case "currency": invoice[name] = lowercased(field.value)
      default: invoice[name] = field.value
      }
    }
  }

  private static func item(
    _ item: JSONTree, _ place: String, _ day: JSONTree?
  ) throws -> JSONTree {
    var line = JSONTree.object([])
    for field in item.fields {
      // Zuora's client always says it; a line here has no days of its own.
      if field.name == "serviceStartDate" {
        guard field.value == day else {
          throw APIError.wrong("\(place).serviceStartDate", "an item starts on the invoiceDate")
        }
        continue
      }
      guard let name = itemNames[field.name] else {
        throw APIError.wrong("\(place).\(field.name)", "there is no such field of invoice items")
      }
      if name == "unit_cost", line["unit_cost"] != nil {
        throw APIError.wrong("\(place).\(field.name)", "an item has an amount or a unit's amount")
      }
      line[name] = field.value
    }
    // An amount without a unit's is that of the whole line.
    if item["amount"] != nil, item["quantity"] != nil, item["quantity"] != .number("1") {
      throw APIError.wrong("\(place).amount", "with a quantity give the amount of a unit")
    }
    return line
  }

  private static func lowercased(_ value: JSONTree) -> JSONTree {
    if case .string(let text) = value { .string(text.lowercased()) } else { value }
  }
}
