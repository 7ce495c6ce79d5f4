// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import Postgres

/// `billrun report collections`.
struct CollectionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collections",
    abstract: "Report what was charged, declined and recovered, and what is ahead.",
    discussion: """
      The attempts made for some days, both inclusive, by outcome; what is scheduled, and what is \
      owed on AutoPay with no attempt ahead, as of now; and the charges that nobody knows the \
      outcome of, for billrun charge resolve.
      """)

  @OptionGroup var days: ReportDays
  @OptionGroup var wanted: ReportOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let period = try days.period()
    try await options.deliver(wanted, seller: days.seller) { connection, _ in
      try await CollectionsReport.read(
        period, seller: days.seller, at: WallClock.system.now(), on: connection)
    }
  }
}
