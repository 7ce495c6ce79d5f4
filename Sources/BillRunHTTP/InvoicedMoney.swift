// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres

/// Payments, credit notes and events in Invoiced's manner.
enum InvoicedMoney {
  static func payments(_ call: Call) async throws -> Answer {
    let page = try ListPage(call.query)
    return try await call.read { connection in
      var filter = PaymentReader.Filter()
      for (name, value) in call.query.within("filter") {
        guard name == "customer" else {
          throw APIError.wrong("filter[\(name.prefix(50))]", "payments go by customer only")
        }
        filter.customer = try CustomerName.id(of: value, digitsAreID: true, on: connection)
      }
      // Of a list without end nobody counts more than can be paged through.
      filter.limit = ListPage.deepest
      filter.after = page.cursor
      var objects: [String] = []
      try PaymentReader().payments(filter, on: connection) { objects.append($0.json) }
      return page.answer(of: objects, call)
    }
  }

  static func payment(_ call: Call) async throws -> Answer {
    guard let id = Int64(call["id"]) else {
      throw APIError(404, "payment_not_found", "there is no payment \(call["id"].prefix(100))")
    }
    return try await call.read { connection in
      .json(try PaymentReader().payment(id, on: connection).json)
    }
  }

  /// Records money that came in; `applied_to` is what an import calls `invoices`.
  static func record(_ call: Call) async throws -> Answer {
    var payment = call.body
    if let applied = payment["applied_to"] {
      payment["applied_to"] = nil
      payment["invoices"] = .array(
        try applied.elements.enumerated().map { index, part in
          guard part["type"] == nil || part["type"]?.plain == "invoice" else {
            throw APIError.wrong("applied_to.\(index).type", "a payment goes to invoices")
          }
          var part = part
          part["type"] = nil
          if let invoice = part["invoice"] { part["invoice"] = invoice.name }
          return part
        })
    }
    var overruled: Set<ImportOptions.Caution> = []
    for (name, caution) in [("again", ImportOptions.Caution.again), ("yes", .farBack)] {
      switch payment[name] {
      case nil, .null, .bool(false): break
      case .bool(true): overruled.insert(caution)
      default: throw APIError.wrong(name, "\(name) is true or false")
      }
      payment[name] = nil
    }
    let (object, overrules) = (payment, overruled)
    do {
      return try await write(object, overruling: overrules, call)
    } catch {
      throw APIError.renamed(
        error, ["invoices": "applied_to"],
        words: ["--again": "\"again\": true", "--yes": "\"yes\": true"])
    }
  }

  private static func write(
    _ object: JSONTree, overruling overrules: Set<ImportOptions.Caution>, _ call: Call
  ) async throws -> Answer {
    try await call.write { connection in
      var object = object
      if object["date"] == nil {
        object["date"] = .string(
          "\(try InvoiceReader.days(of: call.moment, on: connection).first)")
      }
      let report = try InvoicedObjects.customers.take(
        object, as: "payment", overruling: overrules, call, on: connection)
      guard let id = report.counts.first?.ids.first else {
        throw APIError(
          409, "known_already",
          "the payment is recorded already, by customer, method and reference", field: "reference")
      }
      if !overrules.contains(.again) {
        try refuseWhatIsCharged(id, on: connection)
      }
      return .json(try PaymentReader().payment(id, on: connection).json, status: 201)
    }
  }

  /// Refuses a payment of what a gateway is charging just now: the customer would pay twice.
  private static func refuseWhatIsCharged(
    _ payment: Int64, on connection: isolated Connection
  ) throws {
    guard let invoice = try PaymentReader().charging(payment, on: connection).first else { return }
    throw APIError(
      409, "charge_under_way",
      "nothing recorded, invoice \(invoice) has a charge on its way and would be paid twice; "
        + "what has come in nevertheless says \"again\": true", field: "applied_to")
  }

  static func events(_ call: Call) async throws -> Answer {
    let page = try ListPage(call.query)
    return try await call.read { connection in
      var filter = EventFilter()
      filter.newestFirst = true
      for (name, value) in call.query.within("filter") {
        switch name {
        case "kind", "type":
          guard EventLog.kinds.contains(value) else {
            throw APIError.wrong("filter[\(name)]", "there is no such kind of event")
          }
          filter.kind = value
        case "invoice", "customer", "payment":
          filter.subjectKind = name
          guard let id = Int64(value) else {
            throw APIError.wrong("filter[\(name)]", "\(name) is an id")
          }
          filter.subject = id
        default: throw APIError.wrong("filter[\(name.prefix(50))]", "no events go by that")
        }
      }
      // Of a log without end nobody counts more than can be paged through.
      filter.after = page.cursor
      filter.limit = ListPage.deepest
      var objects: [String] = []
      try EventLog.read(filter, on: connection) { event in
        var writer = JSONWriter()
        event.write(to: &writer)
        objects.append(writer.text)
      }
      return page.answer(of: objects, call)
    }
  }
}
