// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
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

  func run() async throws {
    let (period, moment) = try days.period()
    let options = days.options
    let report = try await CollectionsReport.read(
      period, seller: days.seller, at: moment, on: options.connect())
    if options.json {
      try options.output.json { report.write(to: &$0) }
    } else {
      try options.output.text(report.text)
    }
  }
}

/// The days and the seller of a report.
struct ReportDays: ParsableArguments {
  @Option(help: ArgumentHelp("The first day; 30 days before the last.", valueName: "day"))
  var from: LocalDate?

  @Option(help: ArgumentHelp("The last day; today in UTC unless given.", valueName: "day"))
  var to: LocalDate?

  @Option(help: ArgumentHelp("Only this seller.", valueName: "id"))
  var seller: String?

  @OptionGroup var options: GlobalOptions

  /// The days, and the moment that is now in UNIX seconds.
  func period() throws -> (Period, moment: Int64) {
    let moment = WallClock.system.now()
    let last = to ?? LocalDate(daysSince1970: Int32(moment / 86_400))
    guard
      let days = Period(from: from ?? last.adding(days: -30), to: last.adding(days: 1))
    else { throw ValidationError("--from is after --to") }
    return (days, moment)
  }
}
