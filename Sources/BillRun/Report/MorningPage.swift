// SPDX-License-Identifier: Apache-2.0
import BillingCore
public import Postgres

/// Everything that operations look at in the morning, as one report: the newest runs, what needs a
/// person, who is held, what is owed, charged, chased, sent, earned and taxed, and the accounts.
public enum MorningPage {
  /// Reads the page of one run, or of the newest run of every seller, as of one moment.
  ///
  /// - Parameters:
  ///   - run: The run's number, which narrows the page to its seller; nil means every seller.
  ///   - seller: The only seller's code; nil means every seller.
  ///   - clock: Tells now.
  ///   - connection: The set of books.
  /// - Returns: The report, for HTML and CSV.
  /// - Throws: `BillRunError` when there is no such run or seller.
  public static func read(
    run: Int64?, seller: String? = nil, clock: WallClock, on connection: Connection
  ) async throws -> TabularReport {
    try await connection.transaction(isolation: .repeatableRead, readOnly: true) { connection in
      let runs = try OpsReport.runs(run, of: seller, on: connection).map {
        try RunSummary.read($0, on: connection)
      }
      let asOf = runs.map(\.asOf).max() ?? LocalDate(daysSince1970: Int32(clock.now() / 86_400))
      let seller = run == nil ? seller : runs.first?.seller
      var report = TabularReport(
        "billing_report", "billing report",
        "as of \(asOf)" + (seller.map { ", seller \($0)" } ?? ""))
      report.tables = try tables(runs, asOf: asOf, seller: seller, clock.now(), on: connection)
      return report
    }
  }

  private static func tables(
    _ runs: [RunSummary], asOf: LocalDate, seller: String?, _ moment: Int64,
    on connection: isolated Connection
  ) throws -> [ReportTable] {
    let month = asOf.adding(days: 1 - asOf.day)
    let year = month.adding(days: -1).adding(days: -364)
    guard let thirtyDays = Period(from: asOf.adding(days: -29), to: asOf.adding(days: 1)),
      let thisMonth = Period(from: month, to: asOf.adding(days: 1)),
      let thirteenMonths = Period(
        from: year.adding(days: 1 - year.day), to: asOf.adding(days: 1))
    else { return [] }
    let holds = try HoldStore(at: moment).holds(seller: seller, asOf: asOf, on: connection)
    let collections = try CollectionsReport.read(
      thirtyDays, seller: seller, at: moment, on: connection)
    let chasing = try ChasingReport.read(thirtyDays, seller: seller, at: moment, on: connection)
    var tables = [try Attention.read(seller: seller, on: connection).table]
    tables += [
      WaitingDrafts.table(of: try WaitingDrafts.list(seller: seller, on: connection)),
      RefusedRun.table(of: try RefusedRun.list(seller: seller, on: connection)),
    ].filter { !$0.rows.isEmpty }
    tables += RunTables.tables(of: runs) + HoldsReport.tables(of: holds, shown: 20)
    tables.append(try ReceivablesReport.table(asOf: asOf, seller: seller, on: connection))
    tables += named("Charges", collections) + named("Chasing", chasing)
    tables += named("Outbox", try OutboxReport.read(days: 30, on: connection))
    tables += try RevenueReport.tables(thirteenMonths, seller: seller, on: connection).filter {
      $0.key != "plans"
    }
    var taxes = try TaxReport.table(thisMonth, seller: seller, on: connection)
    taxes.title += ", \(thisMonth.start) to \(asOf)"
    tables.append(taxes)
    tables.append(
      TrialBalance.reportTable(
        of: try TrialBalance.read(
          from: thisMonth.start, to: asOf, seller: seller, on: connection),
        "\(thisMonth.start) to \(asOf)"))
    return tables
  }

  /// The tables of a report that have rows, under titles that say what they are of.
  private static func named(_ name: String, _ report: TabularReport) -> [ReportTable] {
    let filled = report.tables.filter { !$0.rows.isEmpty }
    guard !filled.isEmpty else {
      return report.tables.prefix(1).map { ReportTable($0.key, name, $0.columns) }
    }
    return filled.map { table in
      var table = table
      // The others tell how it stands now.
      let isOfDays = ["attempts", "recovered", "steps", "refused"].contains(table.key)
      table.title = "\(name): \(table.title)" + (isOfDays ? ", \(report.about)" : "")
      table.shown = 20
      table.more = "billrun report \(report.title)"
      return table
    }
  }
}

/// What runs did, as tables.
enum RunTables {
  static func tables(of runs: [RunSummary]) -> [ReportTable] {
    [accounts(of: runs), totals(of: runs), reasons(of: runs)]
  }

  private static func accounts(of runs: [RunSummary]) -> ReportTable {
    ReportTable(
      "runs", "Runs",
      [
        .init("run", nil, .integer), .init("seller"), .init("kind"), .init("as_of", "as of", .day),
        .init("state"), .init("population", "accounts", .count), .init("invoiced", nil, .count),
        .init("nothing_due", "nothing due", .count), .init("held", nil, .count),
        .init("control"), .init("fingerprint"),
      ],
      rows: runs.map { run in
        [
          .init(run.id), .text(run.seller), .text(run.kind), .day(run.asOf), .text(run.state),
          .init(run.population), .init(run.accounts(.invoiced)), .init(run.accounts(.nothingDue)),
          .init(run.accounts(.held)),
          .text(run.discrepancies.isEmpty ? "ties" : run.discrepancies.joined(separator: "; ")),
          .init(run.fingerprint.map { String($0.prefix(19)) }),
        ]
      })
  }

  private static func totals(of runs: [RunSummary]) -> ReportTable {
    ReportTable(
      "run_totals", "What the runs billed",
      [
        .init("run", nil, .integer), .init("seller"), .init("currency"),
        .init("invoices", nil, .count), .init("subtotal", nil, .amount),
        .init("discounts", nil, .amount), .init("taxes", nil, .amount),
        .init("total", nil, .amount), .init("credits_applied", "credits applied", .amount),
        .init("credit_notes", "credit notes", .count), .init("credited", nil, .amount),
      ],
      rows: runs.flatMap { run in
        run.totals.map { total in
          let amount = { (minor: Int128) in
            ReportTable.Value.amount(minor, digits: total.digits)
          }
          return [
            .init(run.id), .text(run.seller), .text(total.currency), .init(total.invoices),
            amount(total.subtotal), amount(total.discounts), amount(total.taxes),
            amount(total.total), amount(total.creditsApplied), .init(total.creditNotes),
            amount(total.credited),
          ]
        }
      })
  }

  private static func reasons(of runs: [RunSummary]) -> ReportTable {
    var table = ReportTable(
      "run_reasons", "Why accounts were not invoiced",
      [
        .init("run", nil, .integer), .init("seller"), .init("outcome", nil, .word),
        .init("reason"), .init("accounts", nil, .count),
      ])
    table.rows = runs.flatMap { run in
      run.reasons.filter { $0.outcome != .invoiced }.map { reason in
        [
          .init(run.id), .text(run.seller),
          .text(reason.outcome.rawValue.replacing("_", with: " ")), .init(reason.code),
          .init(reason.accounts),
        ]
      }
    }
    return table
  }
}
