// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// Lists runs and shows what became of one.
struct Runs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List and compare runs, post their drafts, or take them back.",
    subcommands: [
      List.self, Show.self, Diff.self, Gate.self, Post.self, Cancel.self, Reverse.self, Pause.self,
      Resume.self,
    ])

  /// `billrun runs list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the runs, the newest first.")

    @Option(help: ArgumentHelp("Only the runs of this seller.", valueName: "id"))
    var seller: String?

    @OptionGroup var list: ListOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let connection = try await options.connect()
      let output = list.output(options)
      let limit = list.limit.map(Int64.init)
      let runs = try await RunSummary.newest(seller: seller, limit: limit, on: connection)
      if output.isJSON {
        var elements = JSONList(to: output)
        for run in runs where elements.isRead {
          let summary = try await RunSummary.read(run, on: connection)
          try elements.append { summary.write(to: &$0) }
        }
        try elements.finish()
      } else {
        try await output.text(table(of: runs, on: connection).text)
      }
    }

    private func table(of runs: [Int64], on connection: Connection) async throws -> TextTable {
      var table = TextTable([
        ("run", .right), ("kind", .left), ("seller", .left), ("as of", .left), ("state", .left),
        ("accounts", .right), ("invoiced", .right), ("nothing due", .right), ("held", .right),
        ("invoices", .right),
      ])
      for run in runs {
        let summary = try await RunSummary.read(run, on: connection)
        table.add(
          [String(run), summary.kind, summary.seller, summary.asOf.description, summary.state]
            + [
              summary.population, summary.accounts(.invoiced), summary.accounts(.nothingDue),
              summary.accounts(.held), summary.invoices,
            ].map { String($0) })
      }
      return table
    }
  }

  /// `billrun runs show N`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what became of a run.",
      discussion: "Exits with 0; the run's own exit status stands in the JSON.")

    @Argument(help: "The run's number.") var number: Int64
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let connection = try await options.connect()
      let summary = try await RunSummary.read(number, on: connection)
      if options.output.isJSON {
        try options.output.json { summary.write(to: &$0) }
      } else {
        try options.output.text(summary.text)
      }
    }
  }
}
