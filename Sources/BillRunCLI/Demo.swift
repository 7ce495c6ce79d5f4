// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun

/// `billrun demo`: prints invented books for `billrun import`.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Print invented books as JSON Lines, to be imported.",
    discussion: "The same seed prints the same: billrun demo | billrun import -")

  @Option(help: ArgumentHelp("How many customers.", valueName: "count"))
  var customers = 10_000

  @Option(help: ArgumentHelp("What all is drawn from.", valueName: "number"))
  var seed: UInt64 = 1

  @Flag(help: "One kind of customer only, all due on 2026-12-01, for measuring.")
  var plain = false

  func validate() throws {
    if !(0...100_000_000).contains(customers) {
      throw ValidationError("--customers is 0 to 100000000")
    }
  }

  func run() async throws {
    let output = Output(format: .text)
    let books = DemoBooks(customers: customers, seed: seed, isPlain: plain)
    try books.write { try output.write($0) }
  }
}
