// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// Reports for people who were not there.
struct Report: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Report what a run did and how the books stand.",
    subcommands: [
      OfRun.self, JournalCommand.self, CollectionsCommand.self, ChasingCommand.self,
      OutboxCommand.self, NumbersCommand.self,
    ])

  /// `billrun report run [N]`.
  struct OfRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run",
      abstract: "Report a run, who is held, and what is owed by age.",
      discussion: "Without a number: the newest run of each seller.")

    @Argument(help: "The run's number.") var number: Int64?
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let connection = try await options.connect()
      let report = try await OpsReport.read(run: number, clock: .system, on: connection)
      if options.output.isJSON {
        try options.output.json { report.write(to: &$0) }
      } else {
        try options.output.text(report.text)
      }
    }
  }
}
