// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import BillRun

/// `billrun export`: writes objects as an import takes them.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract:
      "Write sellers, plans, customers, open invoices and the like as an import takes them.",
    discussion: """
      JSON Lines, all as of one moment, in an order that does not change. Without kinds all of \
      them. What is covered by invoices here comes as billed_through; of invoices those that are \
      still owed are written, with the payments that settled a part of them. Tokens of payment \
      sources are in it: keep the file as you keep the database.
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(
    help: ArgumentHelp(
      "What to write: \(Exporter.Kind.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "kind"))
  var kinds: [Exporter.Kind] = []

  @Option(help: ArgumentHelp("Only what is this seller's.", valueName: "code"))
  var seller: String?

  @Option(help: ArgumentHelp("Write to this file, which is then whole.", valueName: "file"))
  var output: String?

  func run() async throws {
    let connection = try await options.connect()
    let exporter = Exporter(kinds.isEmpty ? Exporter.Kind.allCases : kinds, seller: seller)
    if let output {
      let count = try await connection.exporting(exporter, toFile: output)
      options.output.note("\(count) objects in \(output)")
    } else {
      let lines = options.output
      _ = try await connection.exporting(exporter) { try lines.write($0) }
    }
    for text in try await connection.leftBehind(by: exporter) { options.output.note(text) }
  }
}

extension Exporter.Kind: ExpressibleByArgument {}
