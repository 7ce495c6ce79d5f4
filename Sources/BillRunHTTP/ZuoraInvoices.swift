// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres

/// Invoices in Zuora's two manners.
struct ZuoraInvoices: Sendable {
  let manner: ZuoraObject.Manner

  static let quickstart = ZuoraInvoices(manner: .quickstart)
  static let rest = ZuoraInvoices(manner: .rest)

  // MARK: - Routes

  func show(_ call: Call) async throws -> Answer {
    try await call.read { connection in
      .json(try object(InvoicedInvoices.id(call, on: connection), call, on: connection).text)
    }
  }

  func create(_ call: Call) async throws -> Answer {
    let text = try ZuoraRequest.newInvoice(call.body)
    return try await naming(call.body) {
      try await call.book.creations.create(text, call) { id, connection in
        .json(
          try object(id, call, on: connection).text, status: manner == .quickstart ? 201 : 200)
      }
    }
  }

  func update(_ call: Call) async throws -> Answer {
    let text = try ZuoraRequest.invoice(call.body)
    return try await naming(call.body) {
      try await call.write { connection in
        let id = try seenID(call, on: connection)
        try call.operations.update(id, text, on: connection)
        return .json(try object(id, call, on: connection).text)
      }
    }
  }

  /// Tells of fields by the names that they have in the body.
  private func naming(
    _ body: JSONTree, _ work: () async throws -> Answer
  ) async throws -> Answer {
    do {
      return try await work()
    } catch {
      throw APIError.renamed(error, ZuoraRequest.names(in: body))
    }
  }

  func delete(_ call: Call) async throws -> Answer {
    try await call.write { connection in
      let id = try seenID(call, on: connection)
      try call.operations.delete([id], on: connection)
      if manner == .quickstart { return .done }
      return .json(
        JSONTree.fields([
          "success": .bool(true), "id": .string("\(id)"), "status": .string("Completed"),
        ]).text)
    }
  }

  func reverse(_ call: Call) async throws -> Answer {
    try await perform(call) { try $0.reverse($1, on: $2) }
  }

  func post(_ call: Call) async throws -> Answer {
    try await perform(call) { try $0.post($1, on: $2) }
  }

  func unpost(_ call: Call) async throws -> Answer {
    try await perform(call) { try $0.unpost($1, on: $2) }
  }

  func cancel(_ call: Call) async throws -> Answer {
    try await perform(call) { try $0.cancel($1, waive: nil, on: $2) }
  }

  func writeOff(_ call: Call) async throws -> Answer {
    // The client sends what it knows with what it is without being asked.
    let isKnown = { (field: JSONTree.Field) in
      field.value == .null || ["reason", "comment"].contains(field.name)
        || field.name == "revenueImpacting" && field.value == .string("Yes")
    }
    if let other = call.body.fields.first(where: { !isKnown($0) }) {
      throw APIError.wrong(other.name, "a write-off has a reason, or a comment")
    }
    let reason = call.body["reason"] ?? call.body["comment"]
    return try await perform(call) { try $0.writeOff($1, reason: reason?.plain, on: $2) }
  }

  /// Does a step with the invoice of the path, and answers with it as it is then.
  private func perform(
    _ call: Call,
    _ step: @escaping @Sendable (InvoiceOperations, [Int64], isolated Connection) throws -> Void
  ) async throws -> Answer {
    try await call.write { connection in
      let id = try seenID(call, on: connection)
      try step(call.operations, [id], connection)
      return .json(try object(id, call, on: connection).text)
    }
  }

  /// Lists after a cursor; an empty list says that there are no more.
  func list(_ call: Call) async throws -> Answer {
    let page = try ZuoraPage(call.query)
    if Set(page.filters.map(\.name)).count < page.filters.count {
      throw APIError.wrong("filter", "a field is asked for once")
    }
    return try await call.read { connection in
      var filter = InvoiceFilter()
      filter.kind = "invoice"
      filter.after = page.cursor
      filter.limit = page.size
      for (name, value) in page.filters {
        switch name {
        case "account_id", "accountId":
          filter.customer = try CustomerName.id(of: value, digitsAreID: true, on: connection)
        case "invoice_number", "invoiceNumber": filter.number = value
        default: throw APIError.wrong("filter", "invoices go by account_id or invoice_number")
        }
      }
      let found = try ZuoraObject.read(filter, at: call.moment, on: connection)
      return page.answer(found.map { $0.tree(manner) }, last: found.last?.head.id, manner)
    }
  }

  /// Lists line items of all invoices, or of one, after a cursor.
  func items(_ call: Call) async throws -> Answer {
    let page = try ZuoraPage(call.query)
    return try await call.read { connection in
      var invoices = try page.filters.map { name, value in
        guard name == "invoice_id" else {
          throw APIError.wrong("filter", "items go by invoice_id only")
        }
        return try call.reader.id(
          of: value, kind: "invoice", digitsAreID: true, on: connection)
      }
      if !call["id"].isEmpty { invoices = [try InvoicedInvoices.id(call, on: connection)] }
      var found: [(id: Int64, object: JSONTree)] = []
      try LineItem.read(of: invoices, after: page.cursor, limit: page.size, on: connection) {
        found.append(($0.id, try JSONTree($0.object)))
      }
      let items = found.map {
        manner == .rest ? Self.restItem($0.object) : ZuoraObject.item($0.object)
      }
      if manner == .quickstart { return page.answer(items, last: found.last?.id, manner) }
      var list = JSONTree.fields(["success": .bool(true), "invoiceItems": .array(items)])
      // As Zuora's own: where the list goes on; no field at its end.
      if let cursor = page.next(items, last: found.last?.id) {
        list["nextPage"] = .string("\(call.address)?cursor=\(cursor)&pageSize=\(page.size)")
      }
      return .json(list.text)
    }
  }

  func email(_ call: Call) async throws -> Answer {
    // The client sends its flags without being asked.
    let isKnown = { (field: JSONTree.Field) in
      field.value == .null || ["email_addresses", "emailAddresses"].contains(field.name)
        || field.name == "useEmailTemplateSetting"
        || field.name == "includeAdditionalEmailAddresses" && field.value == .bool(false)
    }
    if let other = call.body.fields.first(where: { !isKnown($0) }) {
      throw APIError.wrong(other.name, "an email has email_addresses")
    }
    let addresses = call.body["email_addresses"] ?? call.body["emailAddresses"]
    let texts: [JSONTree] =
      switch addresses {
      case nil, .null: []
      case .string(let text): text.split(separator: ",").map { .string(String($0)) }
      case .array(let elements): elements
      case .some(let other): [other]
      }
    var request = EmailRequest()
    request.to = try texts.map { text in
      guard case .string(let text) = text, let address = EmailAddress(text) else {
        throw APIError.wrong("email_addresses", "\((text.plain ?? "").prefix(100)) is no address")
      }
      return address
    }
    let wanted = request
    return try await call.write { connection in
      let id = try InvoicedInvoices.id(call, on: connection)
      try call.operations.email([id], wanted, on: connection)
      return .json(JSONTree.fields(["success": .bool(true), "id": .string("\(id)")]).text)
    }
  }

  /// Charges the saved source, and answers with the invoice as it is then.
  func pay(_ call: Call) async throws -> Answer {
    try await InvoicedInvoices.pay(call, as: .zuora) { try object($0, call, on: $1).text }
  }

  // MARK: - Objects

  /// The id of the invoice that is about to be changed, if it is as the caller has seen it.
  private func seenID(_ call: Call, on connection: isolated Connection) throws -> Int64 {
    let id = try InvoicedInvoices.id(call, on: connection)
    guard call.ifMatch != nil else { return id }
    try call.operations.lock([id], on: connection)
    try call.expect { try object(id, call, on: connection).text }
    return id
  }

  private func object(
    _ id: Int64, _ call: Call, on connection: isolated Connection
  ) throws -> JSONTree {
    let found = try ZuoraObject.read(InvoiceFilter(id: id), at: call.moment, on: connection)
    guard let one = found.first else {
      throw APIError(404, "invoice_not_found", "there is no invoice \(id)")
    }
    var tree = one.tree(manner)
    if manner == .rest { tree["success"] = .bool(true) }
    return tree
  }

  /// A line item in the manner of `/v1`, where amounts are texts.
  private static func restItem(_ item: JSONTree) -> JSONTree {
    .fields([
      "id": item["id"]?.plain.map { .string($0) } ?? .null, "chargeName": item["name"] ?? .null,
      "description": item["description"] ?? .null, "quantity": item["quantity"] ?? .null,
      "unitPrice": item["unit_cost"] ?? .null,
      "chargeAmount": item["amount"]?.plain.map { .string($0) } ?? .null,
    ])
  }
}

/// Which part of a list is wanted, in Zuora's manners.
struct ZuoraPage {
  let cursor: Int64?
  let size: Int64
  /// Pairs of `account_id.EQ:12`, or of `filter[]=accountId.EQ:12`.
  let filters: [(name: String, value: String)]

  init(_ query: FormText) throws {
    let text = query["cursor"] ?? query["page"]
    if let text, Int64(text).map({ $0 < 0 }) ?? true {
      throw APIError.wrong("cursor", "a cursor is an id")
    }
    cursor = text.flatMap { Int64($0) }
    let wanted = query["page_size"] ?? query["pageSize"] ?? "20"
    guard let size = Int64(wanted), 1...99 ~= size else {
      throw APIError.wrong("page_size", "page_size is a whole number from 1 to 99")
    }
    self.size = size
    filters = try query.pairs.filter { ["filter", "filter[]"].contains($0.name) }.map { pair in
      guard let dot = pair.value.firstRange(of: ".EQ:") else {
        throw APIError.wrong("filter", "a filter is account_id.EQ:12")
      }
      return (String(pair.value[..<dot.lowerBound]), String(pair.value[dot.upperBound...]))
    }
  }

  /// The cursor behind what was listed, where the list may go on.
  func next(_ objects: [JSONTree], last: Int64?) -> Int64? {
    objects.count == Int(size) ? last : nil
  }

  /// The list, with that cursor.
  func answer(_ objects: [JSONTree], last: Int64?, _ manner: ZuoraObject.Manner) -> Answer {
    let next = next(objects, last: last).map { JSONTree.string("\($0)") }
    let name = manner == .quickstart ? "next_page" : "nextPage"
    return .json(
      JSONTree.object([
        .init(name: "data", value: .array(objects)), .init(name: name, value: next ?? .null),
      ]).text)
  }
}
