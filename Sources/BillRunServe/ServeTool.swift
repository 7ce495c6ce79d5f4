// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillRunHTTP
import Glibc
import Logging

/// The program that serves sets of books over HTTP.
@main
struct ServeTool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "billrun-serve",
    abstract: "Serves sets of books over HTTP, as two public APIs do.",
    discussion: """
      What it serves and where stands under 'serve' in the settings file; keys are made by \
      'billrun key create'. It ends on SIGTERM, once the requests under way are answered.
      """,
    version: Version.text)

  @Option(
    help: ArgumentHelp(
      "The database as libpq's string or URI, without a password; else DATABASE_URL or PG*.",
      valueName: "url"))
  var database: String?

  @Option(
    help: ArgumentHelp(
      "The schema with the books, where the settings name none under 'serve'.", valueName: "name"))
  var schema: String?

  @Option(
    help: ArgumentHelp(
      "The settings file; else \(Settings.usualFile) if it is there.", valueName: "file"))
  var settings: String?

  /// Parses the command line, serves, and leaves with an exit status of `ExitStatus`.
  static func main() async {
    do {
      var tool = try parse()
      try await tool.run()
    } catch let error as BillRunError {
      tell(error)
      Glibc.exit(error.status.rawValue)
    } catch {
      let isUsage = exitCode(for: error) == .validationFailure || exitCode(for: error) == .success
      if isUsage { exit(withError: error) }
      let error = BillRunError(describing: error)
      tell(error)
      Glibc.exit(error.status.rawValue)
    }
  }

  mutating func run() async throws {
    let main = try Settings(flags: .init(database: database, schema: schema, file: settings))
    let books =
      main.serve.books.isEmpty
      ? [main]
      : try main.serve.books.map {
        try Settings(
          flags: .init(database: $0.database ?? database, schema: $0.schema, file: settings))
      }
    let log = Logger(label: "billrun-serve") { _ in
      LogLines(Self.format, level: .info, clock: .system) { Self.story($0 + "\n") }
    }
    let address = main.serve.address
    try await APIServer(books, log: log).run(until: StopSignal.install()) { port in
      log.notice("listening", metadata: ["address": "\(address):\(port)"])
    }
  }

  private static var format: LogLines.Format {
    var file = stat()
    let stream = unsafe fstat(STDERR_FILENO, &file) == 0 ? "\(file.st_dev):\(file.st_ino)" : ""
    return LogLines.Format(environment: Settings.environment, stream: stream)
  }

  private static func tell(_ error: BillRunError) {
    story("billrun-serve: \(error.message)\n")
    if let hint = error.hint { story("hint: \(hint)\n") }
  }

  private static func story(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
