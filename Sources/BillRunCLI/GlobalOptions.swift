// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// The options that every command has.
struct GlobalOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The database as libpq's string or URI, without a password; else DATABASE_URL or PG*.",
      valueName: "url"))
  var database: String?

  @Option(
    help: ArgumentHelp(
      "The schema with the set of books; else BILLRUN_SCHEMA, else billing.", valueName: "name"))
  var schema: String?

  @Option(
    help: ArgumentHelp(
      "The settings file; else \(Settings.usualFile) if it is there.", valueName: "file"))
  var settings: String?

  @Flag(help: "Print results and errors as JSON.")
  var json = false

  @Flag(help: "Tell more on standard error.")
  var verbose = false

  /// Flags, environment and settings file together.
  func loadSettings() throws -> Settings {
    try Settings(flags: Settings.Flags(database: database, schema: schema, file: settings))
  }

  /// Connects to the database that the settings name, on a schema that fits the program.
  func connect() async throws -> Connection { try await Database(loadSettings()).open() }

  /// Reads documents, with the links that customers have where there are any.
  func reader(
    at moment: Int64 = WallClock.system.now(), on connection: isolated Connection
  ) throws -> InvoiceReader {
    InvoiceReader(at: moment, links: try InvoiceLinks.load(loadSettings(), on: connection))
  }

  /// Where results go.
  var output: Output { Output(format: json ? .json : .text) }
}

/// The options of commands that list.
struct ListOptions: ParsableArguments {
  @Flag(help: "Print JSON Lines: one object a line.")
  var jsonl = false

  @Option(help: ArgumentHelp("Print at most so many.", valueName: "count"))
  var limit: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
  }

  /// Where the list goes.
  func output(_ options: GlobalOptions) -> Output {
    jsonl ? Output(format: .jsonLines) : options.output
  }
}
