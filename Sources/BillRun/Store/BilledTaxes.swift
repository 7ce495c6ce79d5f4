// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// The tax groups of some documents, as far as taking them back needs (RULES 1.7).
struct BilledTaxes {
  /// Of a group with lines of both signs there are two.
  private var groups: [Int64: [Int16: [BilledTax]]] = [:]
  private var shares: [Line: [Int16: Money]] = [:]

  private struct Line: Hashable {
    let invoice: Int64
    let number: Int32
  }

  /// None.
  init() {}

  /// Reads those of the documents whose currency is given.
  init(
    of currencies: [Int64: Currency], _ index: CatalogIndex, on connection: isolated Connection
  ) throws {
    let ids = Parameter.int64Array(currencies.keys.sorted())
    let rows = try connection.query(Statement(SQLFiles.loadBilledTaxes), [ids])
    for row in 0..<rows.count {
      let invoice = try rows.int64(row, 0)
      guard let currency = currencies[invoice] else { continue }
      let number = try rows.int16(row, 1)
      func money(_ column: Int) throws -> Money {
        Money(minor: try rows.int64(row, column), currency: currency)
      }
      var tax = BilledTax(
        number: number, rate: try rows.optionalInt64(row, 2).map(index.taxRate(ofVersion:)),
        category: try rows.choice(row, 3), isInclusive: try rows.bool(row, 4),
        reason: try rows.optionalString(row, 5), amount: try money(6),
        lines: Int(try rows.int64(row, 10)), base: try money(7), creditedBase: try money(8),
        creditedTax: try money(9))
      if try !rows.isNull(row, 11) {
        tax.opposite = BilledTax.Opposite(
          whole: try money(11), base: try money(12), creditedBase: try money(13),
          creditedTax: try money(14))
      }
      groups[invoice, default: [:]][number, default: []].append(tax)
    }
    if groups.isEmpty { return }
    for row in try connection.query(Statement(SQLFiles.loadTaxShares), [ids]) {
      let line = Line(invoice: try row.int64(0), number: try row.int32(1))
      guard let currency = currencies[line.invoice] else { continue }
      shares[line, default: [:]][try row.int16(2)] = Money(
        minor: try row.int64(3), currency: currency)
    }
  }

  /// The groups of a line that comes to an amount, by their numbers; of one that takes back itself
  /// its own are told apart.
  func of(_ numbers: [Int16], line: Int32, base: Money, invoice: Int64) -> [BilledTax] {
    numbers.compactMap { number in
      let parts = groups[invoice]?[number] ?? []
      var tax = parts.first { $0.opposite == nil || $0.base.isNegative == base.isNegative }
      tax?.share = shares[Line(invoice: invoice, number: line)]?[number]
      return tax
    }
  }
}

extension CatalogIndex {
  /// The places of a tax rate and its version.
  fileprivate func taxRate(ofVersion id: Int64) throws -> (index: Int, version: Int) {
    for index in catalog.taxRates.indices {
      if let version = catalog.taxRates[index].versions.firstIndex(where: { $0.id.rawValue == id })
      {
        return (index, version)
      }
    }
    throw CatalogChanged()
  }
}
