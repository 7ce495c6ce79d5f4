// SPDX-License-Identifier: Apache-2.0
public import BillingCore
import Postgres
import SQLFiles

/// What runs of some months to come would bill, on live data and without writing anything: one run
/// at the end of each month, after one for what is due before.
public struct Simulation: Sendable {
  /// Whose.
  public let seller: String
  /// The first and the last day that are simulated.
  public let from: LocalDate
  /// The last day: that of the last run.
  public let to: LocalDate
  /// The file whose prices count, nil for those of the books.
  public let prices: String?
  /// The runs: what is due before `from`, then one a month.
  public let runs: [Run]
  /// Payers that were looked at.
  public let accounts: Int64
  /// Payers that would be held, by code.
  public let held: [(code: String, accounts: Int64)]
  /// Periods of measured charges that are not over: what is recorded so far is counted.
  public let openUsagePeriods: Int64
  /// Changes and prorated cancellations that take effect within the days: days that simulated runs
  /// have billed before are not given back.
  public let changesAhead: Int64

  /// A simulated run.
  public struct Run: Sendable {
    /// Its as-of day and invoice date.
    public let day: LocalDate
    /// Whether it bills what is due before the first day.
    public let isBefore: Bool
    /// By currency.
    public let totals: [(currency: Currency, total: Total)]
    /// By plan and currency.
    public let plans: [PlanTotal]
  }

  /// What a run's documents of a currency come to, in minor units; credit notes are taken off.
  public struct Total: Hashable, Sendable {
    /// Invoices.
    public internal(set) var invoices: Int64 = 0
    /// Credit notes.
    public internal(set) var creditNotes: Int64 = 0
    /// Lines after discounts, without taxes.
    public internal(set) var net: Int128 = 0
    /// All taxes, also those within the prices.
    public internal(set) var tax: Int128 = 0
    /// Net and tax.
    public internal(set) var total: Int128 = 0
  }

  /// What the lines of a plan come to.
  public struct PlanTotal: Sendable {
    /// The plan's code, nil for one-off lines.
    public let plan: String?
    /// Of the amount.
    public let currency: Currency
    /// Lines.
    public let lines: Int64
    /// After discounts, without taxes, in minor units.
    public let net: Int128
  }

  /// Which days, whom, and by which prices.
  public struct Options: Sendable {
    /// The first day; what is due before it is told apart.
    public var from: LocalDate
    /// The last day.
    public var to: LocalDate
    /// Only this seller; nil for all, one simulation each.
    public var seller: String?
    /// Only these customers, groups, currencies and plans.
    public var scope = RunScope()
    /// How many connections work at once.
    public var lanes = 2
    /// A file in the import format with prices, tax rates and coupons that count as if imported.
    public var prices: String?

    /// Simulates some days; `from` is not after `to`.
    public init(from: LocalDate, to: LocalDate) {
      self.from = from
      self.to = to
    }
  }
}

extension Simulation.Total {
  mutating func add(_ other: Simulation.Total) {
    invoices += other.invoices
    creditNotes += other.creditNotes
    net += other.net
    tax += other.tax
    total += other.total
  }
}

extension Simulation.Options {
  /// The days of the runs: the one before the first day, then the ends of the months.
  var runDays: [LocalDate] {
    var days = [from.adding(days: -1)]
    var day = from
    while day <= to {
      let end = day.adding(days: day.daysInMonth - day.day)
      days.append(min(end, to))
      day = end.adding(days: 1)
    }
    return days
  }
}

extension Simulation {
  /// Puts together what the lanes have found.
  init(_ options: Options, seller: SellerRecord, _ tally: SimulationTally) {
    self.seller = seller.code
    from = options.from
    to = options.to
    prices = options.prices
    accounts = tally.accounts
    openUsagePeriods = tally.openUsagePeriods
    changesAhead = tally.changesAhead
    held = tally.held.map { (code: $0.key, accounts: $0.value) }.sorted { $0.code < $1.code }
    runs = options.runDays.enumerated().map { index, day in
      Run(
        day: day, isBefore: index == 0,
        totals: tally.totals.filter { $0.key.run == index }
          .map { (currency: $0.key.currency, total: $0.value) }
          .sorted { $0.currency.code < $1.currency.code },
        plans: tally.plans.filter { $0.key.run == index }
          .map { key, sum in
            PlanTotal(
              plan: key.plan.isEmpty ? nil : key.plan, currency: key.currency, lines: sum.lines,
              net: sum.net)
          }
          .sorted { ($0.plan ?? "", $0.currency.code) < ($1.plan ?? "", $1.currency.code) })
    }
  }
}
