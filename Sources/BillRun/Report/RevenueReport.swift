// SPDX-License-Identifier: Apache-2.0
public import BillingCore
public import Postgres
import SQLFiles

/// Revenue by month and by plan or item, and what subscriptions bring in a month (MRR).
public enum RevenueReport {
  /// Reads what was booked in some days, and MRR as of the last of them; nil means every seller.
  ///
  /// Throws `BillRunError` when there is no such seller.
  public static func read(
    _ days: Period, seller: String?, on connection: isolated Connection
  ) throws -> TabularReport {
    try SellerRecord.refuseUnknown(seller, on: connection)
    var report = TabularReport("revenue_report", "revenue", of: days, seller: seller)
    report.tables = try tables(days, seller: seller, on: connection)
    return report
  }

  /// By month, MRR, and by month and plan.
  static func tables(
    _ days: Period, seller: String?, on connection: isolated Connection
  ) throws -> [ReportTable] {
    var plans = try ReportTable(
      "plans", "Revenue by month and plan", Self.plans, of: Statement(SQLFiles.reportRevenue),
      [.day(days.start), .day(days.end), .string(seller)], on: connection)
    plans.shown = 500
    plans.more = "billrun report revenue --csv"
    let last = days.end.adding(days: -1)
    var recurring = try ReportTable(
      "mrr", "Monthly recurring revenue on \(last)", Self.recurring,
      of: Statement(SQLFiles.reportRecurring), [.day(last), .string(seller)], on: connection)
    recurring.note = """
      What subscriptions active on that day bring in a month at that day's plans, quantities and \
      prices, before tax, less lasting coupons in per cent. Usage is no part of it.
      """
    recurring.addTotals(of: "amount", by: "currency", at: "code")
    return [months(of: plans, days), recurring, plans]
  }

  private static let plans: [ReportTable.Column] = [
    .init("month", nil, .day), .init("code", "plan or item"), .init("name"), .init("currency"),
    .init("invoiced", nil, .amount), .init("recognised", nil, .amount),
  ]

  private static let recurring: [ReportTable.Column] = [
    .init("code", "plan"), .init("name"), .init("currency"),
    .init("charges", "subscriptions and add-ons", .count), .init("amount", "a month", .amount),
  ]

  /// The sums of the months, with one for each month that has none, and a chart for each currency.
  private static func months(of plans: ReportTable, _ days: Period) -> ReportTable {
    var table = ReportTable(
      "months", "Revenue by month",
      [
        .init("month", nil, .day), .init("currency"), .init("invoiced", nil, .amount),
        .init("recognised", nil, .amount),
      ])
    table.note = """
      Net of tax, discounts and credit notes, by the month it is booked in. Recognised is what was \
      not deferred, and what closing the books has recognised.
      """
    var sums: [String: [LocalDate: (invoiced: Int128, recognised: Int128)]] = [:]
    var digits: [String: Int] = [:]
    for row in plans.rows {
      guard case .day(let month) = row[0], case .text(let currency) = row[3],
        case .amount(let invoiced, let places) = row[4], case .amount(let recognised, _) = row[5]
      else { continue }
      digits[currency] = places
      let sum = sums[currency]?[month] ?? (0, 0)
      sums[currency, default: [:]][month] = (sum.invoiced + invoiced, sum.recognised + recognised)
    }
    for (currency, sums) in sums.sorted(by: { $0.key < $1.key }) {
      let places = digits[currency] ?? 0
      let all = Self.months(days).map { month in (month, sums[month] ?? (0, 0)) }
      table.rows += all.map { month, sum in
        [
          .day(month), .text(currency), .amount(sum.invoiced, digits: places),
          .amount(sum.recognised, digits: places),
        ]
      }
      table.charts.append(
        ReportChart(
          "Invoiced by month", .columns, currency: currency, digits: places,
          all.suffix(24).map { (String($0.0.description.prefix(7)), $0.1.0) }))
    }
    return table
  }

  /// The first day of each month that has a day in the period.
  private static func months(_ days: Period) -> [LocalDate] {
    var months: [LocalDate] = []
    var month = days.start.adding(days: 1 - days.start.day)
    while month < days.end {
      months.append(month)
      // The 28th and four days are in the next month.
      let next = month.adding(days: 31)
      month = next.adding(days: 1 - next.day)
    }
    return months
  }
}

extension ReportTable {
  /// Adds a row for each currency with the sum of an amount, where there are several rows of it.
  mutating func addTotals(of amount: String, by currency: String, at label: String) {
    guard let amounts = columns.firstIndex(where: { $0.key == amount }),
      let currencies = columns.firstIndex(where: { $0.key == currency }),
      let labels = columns.firstIndex(where: { $0.key == label })
    else { return }
    var sums: [(currency: Value, sum: Int128, digits: Int)] = []
    for row in rows {
      guard case .amount(let minor, let digits) = row[amounts] else { continue }
      if sums.last?.currency == row[currencies] {
        sums[sums.count - 1].sum += minor
      } else {
        sums.append((row[currencies], minor, digits))
      }
    }
    for sum in sums {
      var row = [Value](repeating: .none, count: columns.count)
      row[labels] = .text("all")
      row[currencies] = sum.currency
      row[amounts] = .amount(sum.sum, digits: sum.digits)
      rows.append(row)
    }
  }
}

extension TabularReport {
  /// Begins a report of some days, and of a seller where it is only of one.
  init(_ object: String, _ title: String, of days: Period, seller: String?) {
    let last = days.end.adding(days: -1)
    self.init(object, title, "\(days.start) to \(last)" + (seller.map { ", seller \($0)" } ?? ""))
    asked = [("from", .day(days.start)), ("to", .day(last))]
    if let seller { asked.append(("seller", .text(seller))) }
  }
}

extension SellerRecord {
  /// Throws `BillRunError` where there is no seller of that code; nil is every seller.
  static func refuseUnknown(_ code: String?, on connection: isolated Connection) throws {
    if let code, try list(code: code, on: connection).isEmpty {
      throw BillRunError.unknownSeller(code)
    }
  }
}
