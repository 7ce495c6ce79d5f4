// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres

/// Customers, catalog and subscriptions in Invoiced's manner: each an object as an import takes it,
/// with what it leaves out filled in.
struct InvoicedObjects: Sendable {
  let kind: Exporter.Kind
  /// What an object has where an import needs not say it.
  let usual: JSONTree

  static let customers = InvoicedObjects(
    kind: .customer,
    usual: [
      "number": .null, "email": .null, "type": .string("company"), "address1": .null,
      "address2": .null, "city": .null, "state": .null, "postal_code": .null, "country": .null,
      "currency": .null, "language": .null, "tax_id": .null, "phone": .null,
      "autopay": .bool(false), "autopay_delay_days": .null, "payment_terms": .null,
      "payment_source": .null, "taxable": .bool(true), "taxes": .array([]), "chase": .bool(true),
      "chasing_cadence": .null, "parent_customer": .null, "bill_parent": .bool(true),
      "consolidated": .bool(false), "batch": .null, "purchase_order": .null, "ship_to": .null,
      "metadata": .object([]),
    ])

  static let items = InvoicedObjects(
    kind: .item,
    usual: [
      "type": .string("product"), "description": .null, "taxable": .bool(true),
      "discountable": .bool(true), "taxes": .array([]), "tax_category": .null,
    ])

  static let plans = InvoicedObjects(
    kind: .plan,
    usual: [
      "interval_count": .number("1"), "amount": .null, "tiers": .null,
      "quantity_type": .string("constant"), "catalog_item": .null, "taxable": .bool(true),
      "discountable": .bool(true), "tax_category": .null,
    ])

  static let coupons = InvoicedObjects(
    kind: .coupon,
    usual: [
      "currency": .null, "exclusive": .bool(false), "expiration_date": .null,
      "max_redemptions": .number("0"), "duration_cycles": .null,
    ])

  static let taxRates = InvoicedObjects(
    kind: .taxRate,
    usual: ["currency": .null, "inclusive": .bool(false), "compound": .bool(false)])

  static let subscriptions = InvoicedObjects(
    kind: .subscription,
    usual: [
      "quantity": .number("1"), "amount": .null, "addons": .array([]), "discounts": .array([]),
      "taxes": .array([]), "bill_in": .string("advance"), "bill_in_advance_days": .number("0"),
      "snap_to_nth_day": .null, "trial_end": .null, "cycles": .null,
      "cancel_at_period_end": .bool(false), "canceled_at": .null, "paused": .bool(false),
      "contract_renewal_cycles": .null, "contract_renewal_mode": .string("none"),
      "metadata": .object([]),
    ])

  init(kind: Exporter.Kind, usual: KeyValuePairs<String, JSONTree>) {
    self.kind = kind
    self.usual = .fields(usual)
  }

  /// Whether ids are numbers that are drawn where none is given.
  private var drawsIDs: Bool { kind == .customer || kind == .subscription }

  // MARK: - Routes

  func list(_ call: Call) async throws -> Answer {
    let page = try ListPage(call.query)
    return try await call.read { connection in
      guard drawsIDs else {
        let newest = try newest(on: connection)
        return page.answer(of: try shown(newest, call, on: connection), call)
      }
      let customer = try call.query.within("filter").first.map { name, value in
        guard name == "customer", kind == .subscription else {
          throw APIError.wrong("filter[\(name.prefix(50))]", "subscriptions go by customer only")
        }
        return try CustomerName.id(of: value, digitsAreID: true, on: connection)
      }
      let lines = try ImportObjects.read(
        kind, customer: customer, limit: page.size, offset: page.offset, after: page.cursor,
        on: connection)
      let objects = try lines.map { try JSONTree($0) }
      return page.answer(
        try shown(objects, call, on: connection),
        total: try ImportObjects.count(kind, customer: customer, on: connection),
        lastID: objects.last?["id"]?.plain.flatMap { Int64($0) }, of: call)
    }
  }

  func show(_ call: Call) async throws -> Answer {
    try await call.read { connection in
      .json(try shownObject(call["id"], call, on: connection))
    }
  }

  func create(_ call: Call) async throws -> Answer {
    try call.require(.operate, for: "credit_balance")
    return try await call.write { connection in
      var object = call.body
      if drawsIDs, object["id"] == nil || object["id"] == .null {
        object["id"] = .number(String(try ImportObjects.drawID(kind, on: connection)))
      }
      let id = object["id"]?.plain ?? ""
      try ImportObjects.lock(kind, id, on: connection)
      if try find(id, on: connection) != nil {
        throw APIError(409, "known_already", "there is \(kind.rawValue) \(id) already", field: "id")
      }
      try take(object, call, on: connection)
      return .json(try shownObject(id, call, on: connection), status: 201)
    }
  }

  func update(_ call: Call) async throws -> Answer {
    try call.require(.operate, for: "credit_balance")
    return try await call.write { connection in
      try ImportObjects.lock(kind, call["id"], on: connection)
      try call.expect { try shownObject(call["id"], call, on: connection) }
      try refuseNoCredit(call, on: connection)
      try change(try object(call["id"], on: connection), by: call.body, call, on: connection)
      return .json(try shownObject(call["id"], call, on: connection))
    }
  }

  /// Refuses a `credit_balance` of zero for a customer who came with some: an import, which leaves
  /// it out where there is none, takes zero as nothing said.
  private func refuseNoCredit(_ call: Call, on connection: isolated Connection) throws {
    guard kind == .customer, let id = Int64(call["id"]),
      case .number(let digits) = call.body["credit_balance"] ?? .null,
      digits.prefix(while: { $0 != "e" && $0 != "E" }).allSatisfy({ "0.-+".contains($0) })
    else { return }
    if try ImportObjects.hasOpeningCredit(customer: id, on: connection) {
      throw APIError(
        400, "import_refused",
        "credit_balance: what came with the customer the first time; grant more with a credit",
        field: "credit_balance")
    }
  }

  // MARK: - Reading and writing

  /// The object of an id, with what an import says of it.
  func object(_ id: String, on connection: isolated Connection) throws -> JSONTree {
    if let object = try find(id, on: connection) { return object }
    throw APIError(
      404, "\(kind.rawValue)_not_found", "there is no \(kind.rawValue) \(id.prefix(100))")
  }

  private func find(_ id: String, on connection: isolated Connection) throws -> JSONTree? {
    guard drawsIDs else { return try newest(on: connection).first { $0["id"]?.plain == id } }
    guard let number = Int64(id) else { return nil }
    return try ImportObjects.read(kind, id: number, on: connection).first.map { try JSONTree($0) }
  }

  /// The objects of a catalog, each as its newest version says.
  private func newest(on connection: isolated Connection) throws -> [JSONTree] {
    var objects: [JSONTree] = []
    for line in try ImportObjects.read(kind, on: connection) {
      let object = try JSONTree(line)
      if objects.last?["id"] == object["id"] { objects.removeLast() }
      objects.append(object)
    }
    return objects
  }

  /// Puts fields into the place of those that an object has, and takes it in again.
  func change(
    _ object: JSONTree, by fields: JSONTree, _ call: Call, on connection: isolated Connection
  ) throws {
    if let id = fields["id"], id != object["id"] {
      throw APIError.wrong("id", "an id stays as it is")
    }
    var merged = object.merging(fields)
    // How far it is covered is known here, and is no news.
    merged["billed_through"] = fields["billed_through"]
    for field in merged.fields where field.value == .null { merged[field.name] = nil }
    try take(merged, call, on: connection)
  }

  /// Takes an object in, in the name of the caller.
  @discardableResult
  func take(
    _ object: JSONTree, as name: String? = nil,
    overruling overruled: Set<ImportOptions.Caution> = [], _ call: Call,
    on connection: isolated Connection
  ) throws -> ImportReport {
    var object = object
    object["object"] = .string(name ?? kind.rawValue)
    return try Importer().take(
      DocumentText(object.text, name: "body"), at: call.moment, by: call.caller.actor,
      overruling: overruled, on: connection)
  }

  /// The object of an id as somebody outside may see it.
  func shownObject(
    _ id: String, _ call: Call, on connection: isolated Connection
  ) throws -> String {
    try shown([try object(id, on: connection)], call, on: connection)[0]
  }

  /// Objects as somebody outside may see them: all they have, as it is today, but not what charges
  /// are made with.
  private func shown(
    _ objects: [JSONTree], _ call: Call, on connection: isolated Connection
  ) throws -> [String] {
    var objects = objects.map { usual.merging($0) }
    if kind == .subscription {
      objects = try InvoicedSubscriptions.asOfToday(objects, call, on: connection)
    }
    return objects.map { object in
      guard var source = object["payment_source"], source.fields.count > 0 else {
        return object.text
      }
      var shown = object
      source["token"] = nil
      source["mandate"] = nil
      shown["payment_source"] = source
      return shown.text
    }
  }
}
