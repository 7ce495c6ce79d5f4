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

  /// A table a section, for people.
  static func text(_ sums: [ReportSum]) -> String {
    var text = ""
    var section = ""
    var table = TextTable([])
    for sum in sums {
      if sum.section != section {
        text += table.text
        section = sum.section
        table = TextTable([
          (section, .left), ("invoices", .right), ("amount", .right), ("", .left),
        ])
      }
      table.add([
        sum.label, String(sum.count),
        sum.currency.isEmpty ? "" : Figure.amount(minor: sum.amount, digits: sum.digits),
        sum.currency,
      ])
    }
    return text + table.text
  }
}

extension JSONWriter {
  /// Writes a key and sums as a list of objects.
  mutating func field(_ name: String, of sums: [ReportSum]) {
    field(name, objects: sums) { object, sum in
      object.field("label", sum.label.replacing(" ", with: "_"))
      if !sum.currency.isEmpty { object.field("currency", sum.currency) }
      object.field("count", sum.count)
      if !sum.currency.isEmpty { object.field("amount", minor: sum.amount, digits: sum.digits) }
    }
  }
}
