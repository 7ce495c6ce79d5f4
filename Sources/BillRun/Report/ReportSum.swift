// SPDX-License-Identifier: Apache-2.0
import Postgres

/// A count and an amount in minor units, by section of a report, label and currency.
struct ReportSum: Sendable {
  let section: String
  let label: String
  /// Empty where no money is counted.
  let currency: String
  let digits: Int
  let count: Int64
  let amount: Int64

  /// Reads rows of section, label, currency, digits, count and amount, in the order of the report.
  static func read(_ rows: Rows) throws -> [ReportSum] {
    try rows.indices.map { row in
      ReportSum(
        section: try rows.string(row, 0), label: try rows.string(row, 1),
        currency: try rows.string(row, 2), digits: Int(try rows.int32(row, 3)),
        count: try rows.int64(row, 4), amount: try rows.int64(row, 5))
    }
  }
}

extension ReportTable {
  /// The sums of a section, with their amounts where money is counted.
  init(_ key: String, _ section: String, of sums: [ReportSum], hasMoney: Bool = true) {
    let label = Column("label", section, .word)
    let count = Column("count", "invoices", .count)
    let sums = sums.filter { $0.section == section }
    if hasMoney {
      self.init(
        key, section, [label, count, .init("amount", nil, .amount), .init("currency")],
        rows: sums.map {
          [
            .text($0.label), .init($0.count), .amount(Int128($0.amount), digits: $0.digits),
            .text($0.currency),
          ]
        })
    } else {
      self.init(
        key, section, [label, count], rows: sums.map { [.text($0.label), .init($0.count)] })
    }
  }
}
