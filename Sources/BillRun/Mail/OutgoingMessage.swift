// SPDX-License-Identifier: Apache-2.0
import Postgres
import SQLFiles

/// A message that is to leave the house, with all that this needs.
struct OutgoingMessage: Sendable {
  let id: Int64
  let channel: String
  let template: String
  /// Nil for what an endpoint is told of events.
  let customer: Int64?
  /// Whom an event is told to; nil for all else.
  let endpoint: Int64?
  let invoice: Int64?
  let content: String
  /// Who sees each other as recipients; of each the name, which may be empty, and the address.
  let recipients: [(name: String, address: String)]
  let bcc: [String]
  let isComposed: Bool
  let subject: String?
  let text: String?
  let html: String?
  let mailID: String?
  let references: [String]
  /// Addresses that have it already, and those that refused it.
  let accepted: [String]
  let refused: [String]
  let tries: Int
  /// In UNIX seconds, as is the next.
  let queuedAt: Int64
  let triedAt: Int64
  let isReminder: Bool
  let url: String?
  let seller: String
  let sellerName: String
  let sellerEmail: String?
  let customerName: String
  let customerNumber: String?
  let phone: String?
  let language: String?
  /// Street, more of it, city, state, postal code and country; empty where there is none.
  let postal: [String]
  let invoiceNumber: String?
  /// Addresses among the recipients' to which nothing is sent any more, in lower case.
  let stopped: Set<String>
  /// What a service is told, as JSON text.
  let payload: String
  var files: [File] = []

  /// A file that goes with it; its content is read shortly before it is sent.
  struct File: Sendable {
    let id: Int64
    let name: String
    let type: String
    /// In bytes.
    let size: Int
    var content: [UInt8] = []
  }

  /// Its id as the seeds' Email object has it: 32 digits of hex.
  var name: String { Self.name(id) }

  static func name(_ id: Int64) -> String {
    let hex = String(id, radix: 16)
    return String(repeating: "0", count: 32 - hex.count) + hex
  }

  /// What composing needs of it.
  var queued: QueuedMessage {
    QueuedMessage(
      id: id, channel: channel, template: template, customer: customer ?? 0, invoice: invoice,
      content: content, language: language, seller: seller)
  }
}

extension OutgoingMessage {
  /// Reads messages with their files, but not with what is in those, in the order of ids.
  static func load(
    _ ids: [Int64], on connection: isolated Connection
  ) throws -> [OutgoingMessage] {
    let rows = try connection.query(Statement(SQLFiles.loadMessages), [.int64Array(ids)])
    var messages = try (0..<rows.count).map { try OutgoingMessage(rows, $0) }
    let files = try connection.query(Statement(SQLFiles.listMessageFiles), [.int64Array(ids)])
    var places: [Int64: Int] = [:]
    for (place, message) in messages.enumerated() { places[message.id] = place }
    for row in 0..<files.count {
      guard let place = places[try files.int64(row, 0)] else { continue }
      messages[place].files.append(
        File(
          id: try files.int64(row, 1), name: try files.string(row, 2),
          type: try files.string(row, 3), size: Int(try files.int32(row, 4))))
    }
    return messages
  }

  /// Reads what is in the files of messages; a file of several is read once.
  static func fill(
    _ messages: [OutgoingMessage], on connection: isolated Connection
  ) throws -> [OutgoingMessage] {
    let ids = Set(messages.flatMap { $0.files.map(\.id) }).sorted()
    if ids.isEmpty { return messages }
    let rows = try connection.query(Statement(SQLFiles.loadFileContents), [.int64Array(ids)])
    var contents: [Int64: [UInt8]] = [:]
    for row in 0..<rows.count { contents[try rows.int64(row, 0)] = try rows.bytes(row, 1) }
    return messages.map { message in
      var message = message
      for place in message.files.indices {
        message.files[place].content = contents[message.files[place].id] ?? []
      }
      return message
    }
  }

  private init(_ rows: Rows, _ row: Int) throws {
    let column = { (name: String) in try rows.column(name) }
    let text = { (name: String) in try rows.optionalString(row, column(name)) }
    id = try rows.int64(row, column("message_id"))
    channel = try rows.string(row, column("channel"))
    template = try rows.string(row, column("template"))
    customer = try rows.optionalInt64(row, column("customer_id"))
    endpoint = try rows.optionalInt64(row, column("webhook_endpoint_id"))
    invoice = try rows.optionalInt64(row, column("invoice_id"))
    content = try rows.string(row, column("content"))
    recipients = Array(
      zip(
        try rows.stringArray(row, column("names")), try rows.stringArray(row, column("addresses")))
    ).map { (name: $0, address: $1) }
    bcc = try rows.stringArray(row, column("bcc"))
    isComposed = try rows.bool(row, column("is_composed"))
    subject = try text("subject")
    self.text = try text("text_body")
    html = try text("html_body")
    mailID = try text("mail_id")
    references = try rows.stringArray(row, column("mail_references"))
    accepted = try rows.stringArray(row, column("accepted"))
    refused = try rows.stringArray(row, column("refused"))
    tries = Int(try rows.int32(row, column("tries")))
    queuedAt = try rows.int64(row, column("queued_at"))
    triedAt = try rows.int64(row, column("tried_at"))
    isReminder = try rows.bool(row, column("is_reminder"))
    url = try text("url")
    seller = try rows.string(row, column("seller"))
    sellerName = try rows.string(row, column("seller_name"))
    sellerEmail = try text("seller_email")
    customerName = try rows.string(row, column("customer_name"))
    customerNumber = try text("customer_number")
    phone = try text("phone")
    language = try text("language")
    postal = try rows.stringArray(row, column("address"))
    invoiceNumber = try text("invoice_number")
    stopped = Set(try rows.stringArray(row, column("stopped")))
    payload = try rows.string(row, column("payload"))
  }
}
