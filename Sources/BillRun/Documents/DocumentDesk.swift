// SPDX-License-Identifier: Apache-2.0
import Documents
public import Postgres

/// Makes documents that somebody asks for, and looks after templates.
public struct DocumentDesk: Sendable {
  /// In which form a document is wanted.
  public enum Form: String, CaseIterable, Sendable {
    case pdf
    case html
  }

  /// A template, a language or a letterhead.
  public struct Entry: Sendable {
    /// Its file.
    public let name: String
    /// Whether it is the user's.
    public let isOwn: Bool
    /// What is wrong with it, with the line; nil for nothing.
    public let trouble: BillRunError?
  }

  private let kit: DocumentKit
  private let banks: [String: BankFileSettings]

  /// Takes the program's templates, and those of a user's folder in their place.
  ///
  /// Throws `BillRunError` when the folder cannot be read.
  public init(_ settings: Settings) throws {
    kit = try DocumentKit(settings: settings)
    banks = settings.bankFiles
  }

  /// The bytes of an invoice or a credit note; throws `BillRunError`.
  public func invoice(
    _ name: String, as form: Form, on connection: Connection
  ) async throws -> [UInt8] {
    let banks = banks
    let documents = try await connection.transaction(
      isolation: .repeatableRead, readOnly: true
    ) { connection in
      let id = try InvoiceReader(at: 0).id(of: name, on: connection)
      return try DocumentStore.invoices([id], banks: banks, on: connection)
    }
    guard let document = documents.values.first else {
      throw BillRunError(.usage, code: "invoice_not_found", "invoice \(name) not found")
    }
    return try await told { () async throws in
      try await bytes(kit.printed(document), "invoice.html", form)
    }
  }

  /// The bytes of what a customer owes at the end of a day; throws `BillRunError`.
  public func statement(
    of name: String, asOf: AsOf, as form: Form, on connection: Connection
  ) async throws -> [UInt8] {
    let customer = try await CustomerName.id(of: name, on: connection)
    let zone = try await DocumentStore.zone(ofCustomer: customer, on: connection)
    let day = try await asOf.day(in: zone, on: connection, by: .system)
    let statements = try await connection.transaction(
      isolation: .repeatableRead, readOnly: true
    ) { try DocumentStore.statements(of: [customer], asOf: day, on: $0) }
    guard let statement = statements[customer] else {
      throw BillRunError(.usage, code: "customer_not_found", "customer \(name) not found")
    }
    return try await told { () async throws in
      try await bytes(kit.printed(statement), "statement.html", form)
    }
  }

  private func bytes(
    _ printed: PrintedDocument, _ template: String, _ form: Form
  ) async throws -> [UInt8] {
    switch form {
    case .pdf: try await PDFPress().pdf(printed)
    case .html: Array(try kit.html(printed, template: template).utf8)
    }
  }

  /// Says why a document cannot be made.
  private func told(_ body: () async throws -> [UInt8]) async throws -> [UInt8] {
    do {
      return try await body()
    } catch let error as DocumentError {
      throw BillRunError(error)
    }
  }

  /// The templates, in order of their names.
  public var templates: [Entry] {
    kit.templates.names.map {
      Entry(
        name: $0, isOwn: kit.isOwn($0),
        trouble: kit.templates.error(in: $0).map(BillRunError.init))
    }
  }

  /// The text of a template; throws `BillRunError` where there is none.
  public func template(_ name: String) throws -> String {
    do {
      return try kit.templates.text(name)
    } catch {
      throw BillRunError(error)
    }
  }

  /// Looks at every language, letterhead and template, and fills each template in.
  public func check() async -> [Entry] {
    await kit.check().map {
      Entry(
        name: $0.name, isOwn: kit.isOwn($0.name), trouble: $0.error.map(BillRunError.init)
      )
    }
  }
}

extension DocumentKit {
  /// Reads the folder that the settings name; throws `BillRunError` when it cannot be read.
  init(settings: Settings) throws {
    guard let folder = settings.templates else {
      self.init()
      return
    }
    do {
      self.init(try DocumentFolder(path: folder))
    } catch {
      throw BillRunError(
        .configuration, code: "templates_unreadable", "templates not read, on \(folder)",
        hint: "ls -l \(folder)")
    }
  }
}

extension BillRunError {
  /// Says why a document cannot be made.
  init(_ error: DocumentError) {
    switch error.code {
    case .templateUnknown:
      self.init(
        .usage, code: error.code.rawValue, "template not found, \(error.text)",
        hint: "billrun templates list")
    case .documentFailed:
      self.init(.software, code: error.code.rawValue, "document not made, \(error.text)")
    case .templateError, .languageError, .letterheadError:
      self.init(
        .configuration, code: error.code.rawValue, "document not made, \(error.text)",
        hint: "billrun templates check")
    }
  }
}
