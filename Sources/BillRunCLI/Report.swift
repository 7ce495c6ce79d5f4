// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BillRun
import BillingCore
import Postgres

/// Reports for people who were not there.
struct Report: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Report what a run did and how the books stand.",
    discussion: """
      As text, JSON, CSV or a page of HTML; to standard output, a file or by mail. Reports only \
      read. A report that cannot be written leaves with 74, one that cannot be mailed now with 69.
      """,
    subcommands: [
      OfRun.self, ReceivablesCommand.self, HoldsCommand.self, RevenueCommand.self,
      TaxCommand.self, JournalCommand.self, CollectionsCommand.self, ChasingCommand.self,
      OutboxCommand.self, NumbersCommand.self,
    ])

  /// `billrun report run [N]`.
  struct OfRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run",
      abstract: "Report a run, who is held, and what is owed by age.",
      discussion: """
        Without a number: the newest run of each seller. As HTML or CSV it has the other reports, \
        too: one page for the morning.
        """)

    @Argument(help: "The run's number.") var number: Int64?

    @Option(help: ArgumentHelp("Only the newest run of this seller.", valueName: "id"))
    var seller: String?

    @OptionGroup var wanted: ReportOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
      if number != nil && seller != nil {
        throw ValidationError("a run's number says which seller it is of")
      }
    }

    func run() async throws {
      try await options.deliver(wanted, seller: seller) { connection, format in
        let isPage = format == .html || format == .csv
        // A mail is a text and a page in any case.
        let report =
          isPage && wanted.mailTo.isEmpty
          ? nil
          : try await OpsReport.read(
            run: number, seller: seller, clock: .system, on: connection)
        if let report, !isPage, wanted.mailTo.isEmpty { return TabularReport(report) }
        var page = try await MorningPage.read(
          run: number, seller: seller, clock: .system, on: connection)
        if let report { page.tell(report) }
        return page
      }
    }
  }
}

/// `billrun report receivables --as-of DAY`.
struct ReceivablesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receivables",
    abstract: "Report what customers owe at the end of a day, by age.")

  @OptionGroup var day: ReportDay
  @OptionGroup var wanted: ReportOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.deliver(wanted, seller: day.seller) { connection, _ in
      try await ReceivablesReport.read(asOf: day.day, seller: day.seller, on: connection)
    }
  }
}

/// `billrun report holds`.
struct HoldsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "holds",
    abstract: "Report who is held, why, and for how long.",
    discussion: "The holds that stand now; their age is counted up to the day.")

  @OptionGroup var day: ReportDay
  @OptionGroup var wanted: ReportOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.deliver(wanted, seller: day.seller) { connection, _ in
      try await HoldsReport.read(
        asOf: day.given, seller: day.seller, at: WallClock.system.now(), on: connection)
    }
  }
}

/// `billrun report revenue --from DAY --to DAY`.
struct RevenueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revenue",
    abstract: "Report net revenue by month and plan, and what recurs each month (MRR).",
    discussion: "Both days are inclusive. MRR is as of the last.")

  @OptionGroup var days: ReportDays
  @OptionGroup var wanted: ReportOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let period = try days.period()
    try await options.deliver(wanted, seller: days.seller) { connection, _ in
      try await RevenueReport.read(period, seller: days.seller, on: connection)
    }
  }
}

/// `billrun report tax --from DAY --to DAY`.
struct TaxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tax",
    abstract: "Report tax by jurisdiction, category and rate.",
    discussion: "Both days are inclusive. Credit notes are subtracted.")

  @OptionGroup var days: ReportDays
  @OptionGroup var wanted: ReportOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let period = try days.period()
    try await options.deliver(wanted, seller: days.seller) { connection, _ in
      try await TaxReport.read(period, seller: days.seller, on: connection)
    }
  }
}

/// The day and the seller of a report.
struct ReportDay: ParsableArguments {
  @Option(help: ArgumentHelp("The day: YYYY-MM-DD, or today in UTC.", valueName: "day"))
  var asOf: AsOf?

  @Option(help: ArgumentHelp("Only this seller.", valueName: "id"))
  var seller: String?

  /// The day that is given by its date; nil for today, which is each seller's own.
  var given: LocalDate? { if case .day(let day) = asOf { day } else { nil } }

  /// The day, else today in UTC.
  var day: LocalDate { given ?? .today }
}

/// The days and the seller of a report.
struct ReportDays: ParsableArguments {
  @Option(help: ArgumentHelp("The first day; 30 days before the last.", valueName: "day"))
  var from: LocalDate?

  @Option(help: ArgumentHelp("The last day; today in UTC unless given.", valueName: "day"))
  var to: LocalDate?

  @Option(help: ArgumentHelp("Only this seller.", valueName: "id"))
  var seller: String?

  /// The days; throws where the first is after the last.
  func period() throws -> Period {
    let last = to ?? .today
    guard let days = Period(from: from ?? last.adding(days: -30), to: last.adding(days: 1))
    else { throw ValidationError("--from is after --to") }
    return days
  }
}

extension LocalDate {
  /// Today in UTC.
  static var today: LocalDate { LocalDate(daysSince1970: Int32(WallClock.system.now() / 86_400)) }
}
