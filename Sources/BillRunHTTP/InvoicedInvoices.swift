// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres

/// Documents in Invoiced's manner.
enum InvoicedInvoices {
  /// The id of the document that the path names: below `/credit_notes` a credit note, else an
  /// invoice.
  static func id(_ call: Call, on connection: isolated Connection) throws -> Int64 {
    try call.reader.id(of: call["id"], kind: kind(call), digitsAreID: true, on: connection)
  }

  private static func kind(_ call: Call) -> String {
    call.target.contains(" /credit_notes/") ? "credit_note" : "invoice"
  }

  /// The same of what is about to be changed, if it is as the caller has seen it.
  private static func seenID(_ call: Call, on connection: isolated Connection) throws -> Int64 {
    let id = try id(call, on: connection)
    guard call.ifMatch != nil else { return id }
    try call.operations.lock([id], on: connection)
    try call.expect { try object(id, call, on: connection) }
    return id
  }

  /// A document as an object.
  static func object(
    _ id: Int64, _ call: Call, expands: Bool = false, on connection: isolated Connection
  ) throws -> String {
    var object = ""
    try call.reader.objects(
      InvoiceFilter(id: id), expandingCustomer: expands, on: connection
    ) { object = $0 }
    return object
  }

  static func show(_ call: Call) async throws -> Answer {
    let expands = try InvoiceListing.expandsCustomer(call)
    if let id = Int64(call["id"]) {
      let found = try await call.book.ask {
        try call.reader.object(id, kind: kind(call), expandingCustomer: expands, on: $0)
      }
      if let found { return .json(found) }
    }
    return try await call.read { connection in
      .json(try object(id(call, on: connection), call, expands: expands, on: connection))
    }
  }

  static func void(_ call: Call) async throws -> Answer {
    try await call.write { connection in
      let id = try seenID(call, on: connection)
      try call.operations.void([id], waive: nil, on: connection)
      return .json(try object(id, call, on: connection))
    }
  }

  /// Issues a credit note: for all that is left of an invoice, an amount of it, or some lines, each
  /// by its number.
  static func credit(_ call: Call) async throws -> Answer {
    let known = ["invoice", "amount", "items", "reason"]
    if let other = call.body.fields.first(where: { !known.contains($0.name) }) {
      throw APIError.wrong(other.name, "a credit note has \(known.joined(separator: ", "))")
    }
    if let empty = call.body.fields.first(where: {
      ["amount", "items"].contains($0.name)
        && $0.value == .null
    }) {
      throw APIError.wrong(empty.name, "\(empty.name) is nothing; leave it out to credit all")
    }
    guard let name = call.body["invoice"]?.plain else {
      throw APIError.wrong("invoice", "a credit note is of an invoice")
    }
    let request = try creditRequest(call.body)
    return try await call.write { connection in
      let invoice = try call.reader.id(
        of: name, kind: "invoice", digitsAreID: true, on: connection)
      let note = try call.operations.credit(
        invoice, request, reason: call.body["reason"]?.plain, on: connection)
      return .json(try object(note, call, on: connection), status: 201)
    }
  }

  private static func creditRequest(
    _ body: JSONTree
  ) throws -> InvoiceOperations.CreditRequest {
    func amount(_ value: JSONTree?, _ place: String) throws -> String? {
      switch value {
      case nil, .null: return nil
      case .number(let text) where value?.isAboveZero == true: return text
      default: throw APIError.wrong(place, "an amount is a number above zero")
      }
    }
    let whole = try amount(body["amount"], "amount")
    let items = body["items"] ?? .null
    guard items != .null else { return whole.map { .amount($0) } ?? .all }
    guard whole == nil else {
      throw APIError.wrong("amount", "the lines have amounts of their own")
    }
    guard case .array(let lines) = items, !lines.isEmpty else {
      throw APIError.wrong("items", "items are lines to credit")
    }
    return .lines(
      try lines.enumerated().map { index, line in
        let place = "items.\(index)"
        if let other = line.fields.first(where: { !["line", "amount"].contains($0.name) }) {
          throw APIError.wrong("\(place).\(other.name)", "a line has line and amount")
        }
        guard case .number(let text)? = line["line"], let number = Int32(text), number > 0 else {
          throw APIError.wrong("\(place).line", "line is the number of a line, from 1")
        }
        if line["amount"] == .null {
          throw APIError.wrong("\(place).amount", "amount is nothing; leave it out to credit all")
        }
        return (number, try amount(line["amount"], "\(place).amount"))
      })
  }

  static func create(_ call: Call) async throws -> Answer {
    let text = DocumentText(call.body.text, name: "body")
    return try await call.book.creations.create(text, call) { id, connection in
      .json(try object(id, call, on: connection), status: 201)
    }
  }

  static func update(_ call: Call) async throws -> Answer {
    let text = DocumentText(call.body.text, name: "body")
    return try await call.write { connection in
      let id = try seenID(call, on: connection)
      try call.operations.update(id, text, on: connection)
      return .json(try object(id, call, on: connection))
    }
  }

  static func delete(_ call: Call) async throws -> Answer {
    try await call.write { connection in
      try call.operations.delete([try seenID(call, on: connection)], on: connection)
      return .done
    }
  }

  static func attachments(_ call: Call) async throws -> Answer {
    let page = try ListPage(call.query)
    return try await call.read { connection in
      let files = try FileStore.attachments(of: id(call, on: connection), on: connection)
      return page.answer(of: files.map(\.object), call)
    }
  }

  static func email(_ call: Call) async throws -> Answer {
    let request = try emailRequest(call.body)
    return try await call.write { connection in
      let emails = try call.operations.email([id(call, on: connection)], request, on: connection)
      return .json("[\(emails.joined(separator: ","))]", status: 201)
    }
  }

  private static func emailRequest(_ body: JSONTree) throws -> EmailRequest {
    let known = ["to", "bcc", "subject", "message"]
    if let other = body.fields.first(where: { !known.contains($0.name) }) {
      throw APIError.wrong(other.name, "an email has \(known.joined(separator: ", "))")
    }
    func address(_ text: String, _ field: String) throws -> EmailAddress {
      guard let address = EmailAddress(text) else {
        throw APIError.wrong(field, "\(text.prefix(100)) is no address, as client@example.com")
      }
      return address
    }
    func text(_ field: String) throws -> String? {
      switch body[field] {
      case nil, .null: return nil
      case .string(let text): return text
      default: throw APIError.wrong(field, "\(field) is a text")
      }
    }
    var request = EmailRequest()
    request.to = try recipients(body["to"]).enumerated().map { index, recipient in
      if let other = recipient.fields.first(where: { !["name", "email"].contains($0.name) }) {
        throw APIError.wrong("to.\(index).\(other.name)", "a recipient has name and email")
      }
      let place = "to.\(index).email"
      guard let email = recipient["email"]?.plain else {
        throw APIError.wrong(place, "a recipient has an email")
      }
      let name = recipient["name"]?.plain.map { "\($0) <\(email)>" }
      return try address(name ?? email, place)
    }
    request.bcc = try (text("bcc") ?? "").split(separator: ",").map {
      try address(String($0), "bcc")
    }
    request.subject = try text("subject")
    if let subject = request.subject, subject.unicodeScalars.contains(where: { $0.value < 0x20 }) {
      throw APIError.wrong("subject", "a subject is one line")
    }
    request.message = try text("message")
    return request
  }

  private static func recipients(_ to: JSONTree?) throws -> [JSONTree] {
    switch to {
    case nil, .null: return []
    case .array(let recipients): return recipients
    default: throw APIError.wrong("to", "to is a list of recipients, each with an email")
    }
  }

  static func pay(_ call: Call) async throws -> Answer {
    try await pay(call, as: .invoiced) { try object($0, call, on: $1) }
  }

  /// Charges the saved source, and answers with the document as `object` shows it.
  ///
  /// An attempt that came to nothing is an effect, too: its answer is kept like any other, so that
  /// the same idempotency key makes no second attempt. What the gateway left open is 202, until
  /// somebody has found out what became of it.
  static func pay(
    _ call: Call, as dialect: Route.Dialect,
    _ object: @escaping @Sendable (Int64, isolated Connection) throws -> String
  ) async throws -> Answer {
    let id = try await call.book.read { connection in try Self.id(call, on: connection) }
    let answer = try await call.perform {
      try await charge(id, call, as: dialect, object)
    } found: { _ in
      let status = try await status(of: id, call)
      if status != "paid" && status != "pending" { return nil }
      return try await call.read { connection in
        .json(try object(id, connection), status: status == "paid" ? 200 : 202)
      }
    } mayRepeat: {
      // Before there is a connection nothing is attempted.
      ($0 as? PostgresError).map { $0.statement == nil } ?? false
    }
    // What nobody knew then may be known by now.
    guard answer.status == 202, answer.isReplayed else { return answer }
    switch try await status(of: id, call) {
    case "pending": return answer
    case "paid": return try await call.read { .json(try object(id, $0)) }
    default:
      return APIError(400, "pay_declined", "invoice \(id) was not paid").answer(as: dialect)
    }
  }

  private static func charge(
    _ id: Int64, _ call: Call, as dialect: Route.Dialect,
    _ object: @escaping @Sendable (Int64, isolated Connection) throws -> String
  ) async throws -> Answer {
    let engine = ChargeEngine(
      database: call.book.database, gateways: try GatewaySet(call.book.settings),
      options: ChargeOptions(asOf: .today), stop: StopSignal(), user: call.caller.actor)
    let charged = try await engine.pay([id])
    if let failed = charged.first(where: {
      !["approved", "pending", "unknown", "intended"].contains($0.state)
    }) {
      return APIError(
        400, "pay_\(failed.state)",
        "invoice \(id) is \(failed.state)" + (failed.detail.map { ", \($0)" } ?? "")
      ).answer(as: dialect)
    }
    let isOpen = charged.contains { ["unknown", "intended"].contains($0.state) }
    return try await call.read { connection in
      .json(try object(id, connection), status: isOpen ? 202 : 200)
    }
  }

  private static func status(of id: Int64, _ call: Call) async throws -> String {
    try await call.book.read { connection in
      var status = ""
      try InvoiceReader(at: call.moment).heads(InvoiceFilter(id: id), on: connection) {
        status = $0.status
      }
      return status
    }
  }
}
