// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

extension Runs {
  /// `billrun runs diff A B`.
  struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compare two runs or manifests, customer by customer.",
      discussion: """
        Tells who is new, who is gone, and whose bill has changed and why: plan, price, quantity, \
        discount, tax, proration, periods, lines added or removed. Days are not compared, so that \
        this month's dry run can be held against last month's run.
        """)

    @Argument(help: "The first: a run's number or a manifest.") var first: String
    @Argument(help: "The second.") var second: String
    @OptionGroup var list: ListOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let connection = try await options.connect()
      let comparison = try await ManifestComparison(first, second, on: connection)
      let all = try await comparison.differences(on: connection)
      let shown = list.limit.map { all.prefix($0) } ?? all[...]
      let output = list.output(options)
      if output.isJSON {
        var elements = JSONList(to: output)
        for difference in shown { try elements.append { difference.write(to: &$0) } }
        try elements.finish()
      } else {
        try output.text(text(comparison, shown, of: all.count))
      }
    }

    private func text(
      _ comparison: ManifestComparison, _ shown: ArraySlice<ManifestComparison.Difference>,
      of count: Int
    ) -> String {
      var parts: [String] = []
      if !shown.isEmpty {
        var table = TextTable([
          ("customer", .right), ("name", .left), ("change", .left), ("why", .left),
          ("before", .right), ("after", .right), ("", .left),
        ])
        for one in shown {
          table.add([
            String(one.customer), one.name ?? "", one.change, one.reasons.joined(separator: ", "),
            one.before ?? "", one.after ?? "", one.currency,
          ])
        }
        parts.append(table.text)
        if shown.count < count { parts.append("and \(count - shown.count) more\n") }
      }
      var sums = TextTable([
        ("currency", .left), ("customers before", .right), ("after", .right), ("in both", .right),
        ("sum before", .right), ("after", .right),
      ])
      for sum in comparison.sums {
        sums.add([
          sum.currency, String(sum.beforePayers), String(sum.afterPayers), String(sum.bothPayers),
          sum.before, sum.after,
        ])
      }
      parts.append(comparison.sums.isEmpty ? "neither bills anybody\n" : sums.text)
      return parts.joined(separator: "\n")
    }
  }
}
