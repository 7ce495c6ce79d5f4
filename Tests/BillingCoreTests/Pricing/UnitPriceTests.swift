// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct UnitPriceTests {
  /// A price, a quantity and a share of days, and the figures of the line.
  struct Row: CustomTestStringConvertible {
    let price: String
    let quantity: String
    let days: Int64
    let of: Int64
    let line: String

    init(_ price: String, _ quantity: String, _ days: Int64, of: Int64, _ line: String) {
      (self.price, self.quantity, self.days, self.of, self.line) = (price, quantity, days, of, line)
    }

    var testDescription: String { "\(quantity) × \(price) for \(days) of \(of) days" }
  }

  static let rows = [
    Row("49", "1", 1, of: 1, "1 × 49 = 49.00"),
    Row("0.000123", "1000000", 1, of: 1, "1000000 × 0.000123 = 123.00"),
    Row("0.333333333333", "3", 1, of: 1, "3 × 0.333333333333 = 1.00"),
    Row("-5", "2", 1, of: 1, "-2 × 5 = -10.00"),
    Row("5", "-2", 1, of: 1, "-2 × 5 = -10.00"),
    Row("-5", "-2", 1, of: 1, "2 × 5 = 10.00"),
    Row("0", "3", 1, of: 1, "3 × 0 = 0.00"),
    Row("31", "1", 17, of: 31, "1 × 17 = 17.00"),
    Row("10", "1", 10, of: 30, "1 × 3.333333333333 = 3.33"),
    Row("-10", "1", 20, of: 30, "-1 × 6.666666666667 = -6.67"),
    Row("10", "0", 20, of: 30, "0 × 6.666666666667 = 0.00"),
    Row("0.01", "1", 1, of: 2, "1 × 0.005 = 0.01"),
    // 12 places times this quantity miss the amount: one times the amount instead.
    Row("1", "300000000000", 1, of: 3, "1 × 100000000000 = 100000000000.00"),
  ]

  @Test(
    "quantity × unit cost, rounded, is the amount, and no unit cost is negative", arguments: rows)
  func line(row: Row) throws {
    let share = try #require(Ratio(row.days, row.of))
    let line = try unitPrice(
      .number(row.price), quantity: .number(row.quantity), share: share, currency: .usd,
      rounding: .halfUp)
    #expect("\(line.quantity) × \(line.unitCost) = \(line.amount.majorText)" == row.line)
    #expect(
      try line.quantity.times(line.unitCost, in: .usd, rounding: .halfUp) == line.amount)
    #expect(!line.unitCost.isNegative)
  }

  @Test("an amount beyond what can be held throws")
  func overflow() {
    #expect(throws: Issue.amountOverflow) {
      try unitPrice(
        .number("1e20"), quantity: .one, share: .one, currency: .usd, rounding: .halfUp)
    }
  }
}
