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

  @OptionGroup var wanted: ReportOptions
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard 1...3660 ~= days else { throw ValidationError("--days is 1 to 3660") }
  }

  func run() async throws {
    try await options.deliver(wanted) { connection, _ in
      try await OutboxReport.read(days: days, on: connection)
    }
  }
}
