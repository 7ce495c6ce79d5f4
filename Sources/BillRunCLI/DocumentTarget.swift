// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun

/// Where a document goes.
struct DocumentTarget: ParsableArguments {
  @Option(help: ArgumentHelp("Where to write it, else standard output.", valueName: "file"))
  var output: String?

  @Flag(help: "Write it over a file that is there.") var overwrite = false

  /// Writes a document; throws `BillRunError` when it cannot.
  func write(_ content: [UInt8], isText: Bool, to standard: Output) throws {
    if let output {
      try FileStore.write(content, to: output, overwriting: overwrite)
    } else {
      guard isText || !Output.isResultOnTerminal else {
        throw BillRunError(
          .usage, code: "output_missing", "document not written, a terminal cannot show a PDF",
          hint: "--output FILE")
      }
      try standard.write(content)
    }
  }
}

/// `billrun invoice pdf ID`.
struct InvoicePDF: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pdf", abstract: "Write an invoice or a credit note as PDF.")

  @Argument(help: "The id or the number.") var id: String

  @OptionGroup var target: DocumentTarget
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let desk = try DocumentDesk(options.loadSettings())
    let pdf = try await desk.invoice(id, as: .pdf, on: options.connect())
    try target.write(pdf, isText: false, to: options.output)
  }
}

/// `billrun invoice html ID`.
struct InvoiceHTML: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "html", abstract: "Write an invoice or a credit note as HTML.")

  @Argument(help: "The id or the number.") var id: String

  @OptionGroup var target: DocumentTarget
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let desk = try DocumentDesk(options.loadSettings())
    let html = try await desk.invoice(id, as: .html, on: options.connect())
    try target.write(html, isText: true, to: options.output)
  }
}

/// `billrun statement CUSTOMER`.
struct StatementCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "statement",
    abstract: "Write what a customer owes at the end of a day, as PDF or HTML.")

  @Argument(help: "The customer's id or number.") var customer: String

  @Option(help: ArgumentHelp("The day: 2026-12-01, or today.", valueName: "day"))
  var asOf: AsOf

  @Flag(help: "Write PDF, which is usual.") var pdf = false

  @Flag(help: "Write HTML.") var html = false

  @OptionGroup var target: DocumentTarget
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if pdf, html { throw ValidationError("--pdf and --html exclude each other") }
  }

  func run() async throws {
    let desk = try DocumentDesk(options.loadSettings())
    let content = try await desk.statement(
      of: customer, asOf: asOf, as: html ? .html : .pdf, on: options.connect())
    try target.write(content, isText: html, to: options.output)
  }
}
