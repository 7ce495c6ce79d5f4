// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import BillRun
import Postgres

extension TabularReport.Format: ExpressibleByArgument {}

/// How a report is written, and where it goes.
struct ReportOptions: ParsableArguments {
  @Option(help: "How to write it.") var format: TabularReport.Format?

  @Flag(help: "The same as --format html.") var html = false

  @Flag(help: "The same as --format csv.") var csv = false

  @Option(
    help: ArgumentHelp("Write it to a file, in place of the one that is there.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Mail it by the settings' smtp, instead of printing it; can be given again.",
      valueName: "address"))
  var mailTo: [String] = []

  @Flag(help: "Neither print, write nor mail anything unless the books need a person.")
  var quietIfClean = false

  @Option(
    help: ArgumentHelp(
      "Read it from here, such as a hot standby; else REPORT_DATABASE_URL or the settings.",
      valueName: "url"))
  var reportDatabase: String?

  /// Whether one of the flags names a format.
  var hasFormat: Bool { html || csv || format != nil }

  func validate() throws {
    if [html, csv, format != nil].count(where: { $0 }) > 1 {
      throw ValidationError("give one of --format, --html and --csv")
    }
  }
}

extension GlobalOptions {
  /// Reads a report and takes it where it is wanted.
  ///
  /// The books are only read, on one connection. With `--quiet-if-clean` it throws
  /// `ExitStatus.dataError` when something needs a person.
  func deliver(
    _ wanted: ReportOptions, seller: String? = nil,
    _ read: (Connection, TabularReport.Format) async throws -> TabularReport
  ) async throws {
    let format = try format(of: wanted)
    let settings = try loadSettings(forReport: wanted)
    // What is wrong with it is told before the books are read.
    let mail = wanted.mailTo.isEmpty ? nil : try ReportMail(settings, to: wanted.mailTo)
    let connection = try await Database(forReports: settings).open()
    if try await isClean(wanted, seller: seller, on: connection) { return }
    let report = try await read(connection, format)
    await connection.close()
    try await deliver(report, as: format, wanted, by: mail)
    if wanted.quietIfClean { throw ExitStatus.dataError }
  }

  /// Whether a report is to be left away since nothing needs a person; else it says what does:
  /// that need not be what the report is about.
  func isClean(
    _ wanted: ReportOptions, seller: String?, on connection: Connection
  ) async throws -> Bool {
    if !wanted.quietIfClean { return false }
    let attention = try await Attention.read(seller: seller, on: connection)
    if !attention.isClean { Output.note("needs a person: \(attention.text)") }
    return attention.isClean
  }

  private func loadSettings(forReport wanted: ReportOptions) throws -> Settings {
    try Settings(
      flags: Settings.Flags(
        database: database, reportDatabase: wanted.reportDatabase, schema: schema, file: settings))
  }

  /// Connects to the database that reports are read from, on a schema that fits the program.
  func connect(forReport wanted: ReportOptions) async throws -> Connection {
    try await Database(forReports: loadSettings(forReport: wanted)).open()
  }

  /// The format that the flags ask for; throws where they ask for two.
  func format(of wanted: ReportOptions) throws -> TabularReport.Format {
    let asked = wanted.format ?? (wanted.html ? .html : wanted.csv ? .csv : nil)
    if json, let asked, asked != .json {
      throw ValidationError("give one of --json, --html, --csv and --format")
    }
    return asked ?? (json ? .json : .text)
  }

  /// To the file first: what cannot be mailed then is not lost.
  private func deliver(
    _ report: TabularReport, as format: TabularReport.Format, _ wanted: ReportOptions,
    by mail: ReportMail?
  ) async throws {
    if let path = wanted.output {
      let file = try ReportFile(path)
      try file.append(report.bytes(format))
      try file.finish()
    }
    guard let mail else {
      if wanted.output == nil { try output.write(report.bytes(format)) }
      return
    }
    do {
      try await mail.send(report, as: format, at: WallClock.system.now())
    } catch {
      if wanted.output == nil { try output.write(report.bytes(format)) }
      throw error
    }
  }
}
