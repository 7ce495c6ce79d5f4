// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// `billrun report outbox`.
struct OutboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "outbox",
    abstract: "Report what waits, is held, bounced or failed, and which addresses are stopped.")

  @Option(help: ArgumentHelp("Of what was sent or refused, so many days.", valueName: "count"))
  var days: Int32 = 30

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard 1...3660 ~= days else { throw ValidationError("--days is 1 to 3660") }
  }

  func run() async throws {
    let report = try await OutboxReport.read(days: days, on: options.connect())
    if options.json {
      try options.output.json { report.write(to: &$0) }
    } else {
      try options.output.text(report.text)
    }
  }
}
