// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Documents
public import Postgres
import SQLFiles

/// Composes messages by templates and languages: emails with the PDFs of their invoices and the
/// files attached to those, letters as PDFs, text messages in one line.
public struct MessageComposer: MessageComposing {
  private let kit: DocumentKit
  private let presses: [PDFPress]
  private let banks: [String: BankFileSettings]

  /// Takes the program's templates, and those of a user's folder in their place.
  ///
  /// Throws `BillRunError` when the folder cannot be read, or there are no fonts.
  public init(_ settings: Settings) throws {
    try self.init(DocumentKit(settings: settings), banks: settings.bankFiles)
  }

  /// Takes the program's templates; throws when there are no fonts.
  public init() throws { try self.init(DocumentKit()) }

  init(_ kit: DocumentKit, banks: [String: BankFileSettings] = [:]) throws {
    self.kit = kit
    self.banks = banks
    presses = [try PDFPress(), try PDFPress()]
  }

  /// Composes messages by eight queries and more work than that: PDFs are made on all presses at
  /// once, when all is read.
  public func compose(
    _ messages: [QueuedMessage], on connection: Connection
  ) async throws -> [Int64: Result<ComposedMessage, ComposeError>] {
    // One moment for all queries: a payment that comes in between would look like a wrong sum.
    let banks = banks
    let supply = try await connection.transaction(isolation: .repeatableRead, readOnly: true) {
      try ComposingSupply(messages, banks, on: $0)
    }
    let (kit, presses) = (kit, presses)
    return await withTaskGroup { group in
      for (place, press) in presses.enumerated() {
        let own = messages.indices.filter { $0 % presses.count == place }.map { messages[$0] }
        group.addTask {
          var composed: [Int64: Result<ComposedMessage, ComposeError>] = [:]
          for message in own {
            composed[message.id] = await MessageWriter(kit: kit, press: press, supply: supply)
              .result(message)
          }
          return composed
        }
      }
      return await group.reduce(into: [:]) { all, part in
        all.merge(part) { first, _ in first }
      }
    }
  }
}

/// What messages are about, read for a batch of them.
private struct ComposingSupply: Sendable {
  /// What one message is about, and the words that it was queued with.
  struct Wish: Sendable {
    let subject: String?
    let message: String?
    let invoices: [Int64]
    let level: Int?
    let asOf: LocalDate
    let receipt: (amount: Money, day: LocalDate)?

    /// Whether it reminds of several invoices.
    var wantsStatement: Bool { level != nil && invoices.count > 1 }
  }

  let wishes: [Int64: Wish]
  let documents: [Int64: InvoiceDocument]
  /// The files attached to invoices, by those.
  var attached: [Int64: [ComposedMessage.File]] = [:]
  /// What the customers owe who are reminded of several invoices at once.
  let statements: [Int64: StatementDocument]

  init(
    _ messages: [QueuedMessage], _ banks: [String: BankFileSettings],
    on connection: isolated Connection
  ) throws {
    let rows = try connection.query(
      Statement(SQLFiles.describeMessages), [.int64Array(messages.map(\.id))])
    var wishes: [Int64: Wish] = [:]
    for row in 0..<rows.count { wishes[try rows.int64(row, 0)] = try Wish(rows, row) }
    self.wishes = wishes
    let invoices = Set(wishes.values.flatMap(\.invoices)).sorted()
    documents = try DocumentStore.invoices(invoices, banks: banks, on: connection)
    let files = try connection.query(
      Statement(SQLFiles.listAttachedFiles), [.int64Array(invoices)])
    for row in 0..<files.count {
      attached[try files.int64(row, 0), default: []].append(.kept(try files.int64(row, 1)))
    }
    // Reminders of one batch are of one day as a rule; a statement is of the latest.
    let combined = messages.filter { [wishes] in wishes[$0.id]?.wantsStatement ?? false }
    let days = combined.compactMap { [wishes] in wishes[$0.id]?.asOf }
    if let day = days.max(by: { $0.daysSince1970 < $1.daysSince1970 }) {
      statements = try DocumentStore.statements(
        of: Set(combined.map(\.customer)).sorted(), asOf: day, on: connection)
    } else {
      statements = [:]
    }
  }
}

extension ComposingSupply.Wish {
  fileprivate init(_ rows: Rows, _ row: Int) throws {
    subject = try rows.optionalString(row, 1)
    message = try rows.optionalString(row, 2)
    invoices = try rows.int64Array(row, 3)
    level = try rows.optionalInt32(row, 4).map(Int.init)
    asOf = try rows.localDate(row, 5)
    if let amount = try rows.optionalInt64(row, 6), let day = try rows.optionalLocalDate(row, 8) {
      receipt = (Money(minor: amount, currency: try rows.currency(row, 7)), day)
    } else {
      receipt = nil
    }
  }
}

/// Writes one message.
private struct MessageWriter {
  let kit: DocumentKit
  let press: PDFPress
  let supply: ComposingSupply

  /// So many invoices go with an email as PDFs at most.
  private static let mostPDFs = 20

  /// What a message says, or why it says nothing.
  func result(_ message: QueuedMessage) async -> Result<ComposedMessage, ComposeError> {
    do {
      return .success(try await write(message))
    } catch let error as DocumentError {
      return .failure(ComposeError(code: error.code.rawValue, text: error.text))
    } catch let error as ComposeError {
      return .failure(error)
    } catch {
      return .failure(ComposeError(code: "document_failed", text: "\(error)"))
    }
  }

  private func write(_ message: QueuedMessage) async throws -> ComposedMessage {
    guard let wish = supply.wishes[message.id] else {
      throw ComposeError(code: "nothing_to_say", text: "the message is gone")
    }
    let documents = wish.invoices.compactMap { supply.documents[$0] }
    if message.channel == "webhook" {
      return ComposedMessage(subject: message.template, text: message.template)
    }
    if documents.isEmpty {
      guard let subject = wish.subject, let text = wish.message else {
        throw ComposeError(code: "nothing_to_say", text: "it is about no invoice")
      }
      return ComposedMessage(subject: subject, text: text)
    }
    if message.channel == "letter" { return try await letter(message, wish, documents) }
    var mail = MailDocument(template: message.template, invoices: documents, asOf: wish.asOf)
    if let language = message.language { mail.language = language }
    mail.receipt = wish.receipt
    mail.level = wish.level
    mail.subject = wish.subject
    mail.message = wish.message
    mail.hasPDF = documents.count <= Self.mostPDFs
    if message.channel == "sms" {
      return ComposedMessage(subject: "", text: try kit.shortText(mail))
    }
    let text = try kit.mail(mail)
    var files: [ComposedMessage.File] = []
    if mail.hasPDF { files = try await pdfs(documents) }
    files += try await statement(message, wish)
    files += documents.flatMap { supply.attached[$0.id] ?? [] }
    return ComposedMessage(subject: text.subject, text: text.text, html: text.html, files: files)
  }

  /// A reminder, with a statement where it is about several invoices; or the invoices themselves.
  private func letter(
    _ message: QueuedMessage, _ wish: ComposingSupply.Wish, _ documents: [InvoiceDocument]
  ) async throws -> ComposedMessage {
    guard let level = wish.level, let first = documents.first else {
      return ComposedMessage(
        subject: wish.subject ?? "", text: wish.message ?? "", files: try await pdfs(documents))
    }
    var about = StatementDocument(documents, first: first, asOf: wish.asOf)
    if let language = message.language { about.language = language }
    let printed = try kit.printed(
      LetterDocument(about: about, level: level, subject: wish.subject, message: wish.message))
    let files = [try await pdf(printed)] + (try await statement(message, wish))
    return ComposedMessage(
      subject: printed.title, text: printed.paragraphs.joined(separator: "\n\n"), files: files)
  }

  /// All that is open, where a reminder is about several invoices.
  private func statement(
    _ message: QueuedMessage, _ wish: ComposingSupply.Wish
  ) async throws -> [ComposedMessage.File] {
    guard wish.wantsStatement, let statement = supply.statements[message.customer] else {
      return []
    }
    return [try await pdf(kit.printed(statement))]
  }

  private func pdfs(_ documents: [InvoiceDocument]) async throws -> [ComposedMessage.File] {
    var files: [ComposedMessage.File] = []
    for document in documents { files.append(try await pdf(kit.printed(document))) }
    return files
  }

  private func pdf(_ printed: PrintedDocument) async throws -> ComposedMessage.File {
    .made(
      name: printed.fileName + ".pdf", type: "application/pdf",
      content: try await press.pdf(printed))
  }
}
