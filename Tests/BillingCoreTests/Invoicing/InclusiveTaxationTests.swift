// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct InclusiveTaxationTests {
  /// Gross lines, the percentages in them, and what comes out.
  struct Row: CustomTestStringConvertible {
    let mode: RoundingMode
    let gross: [String]
    let rates: [String]
    let nets: [String]
    let taxes: [String]

    init(
      _ mode: RoundingMode, _ gross: [String], _ rates: [String], nets: [String], taxes: [String]
    ) {
      (self.mode, self.gross, self.rates, self.nets, self.taxes) = (mode, gross, rates, nets, taxes)
    }

    var testDescription: String { "\(mode) \(gross) with \(rates)" }
  }

  static let rows = [
    Row(.halfUp, ["119.00"], ["19"], nets: ["100.00"], taxes: ["19.00"]),
    Row(.halfUp, ["9.99"], ["19"], nets: ["8.39"], taxes: ["1.60"]),
    // Half a cent of tax is rounded as tax, not as the rest of a rounded net.
    Row(.halfUp, ["0.03"], ["20"], nets: ["0.02"], taxes: ["0.01"]),
    Row(.halfEven, ["0.03"], ["20"], nets: ["0.03"], taxes: ["0.00"]),
    Row(.up, ["9.99"], ["19"], nets: ["8.39"], taxes: ["1.60"]),
    Row(.down, ["9.99"], ["19"], nets: ["8.40"], taxes: ["1.59"]),
    Row(.down, ["-9.99"], ["19"], nets: ["-8.40"], taxes: ["-1.59"]),
    Row(
      .halfUp, ["1.00", "1.00", "1.00"], ["20"], nets: ["0.84", "0.83", "0.83"], taxes: ["0.50"]),
    Row(.halfUp, ["3.00", "-1.00"], ["20"], nets: ["2.50", "-0.83"], taxes: ["0.33"]),
    Row(.halfUp, ["-3.00", "1.00"], ["20"], nets: ["-2.50", "0.83"], taxes: ["-0.33"]),
    Row(.halfUp, ["112.00"], ["5", "7"], nets: ["100.00"], taxes: ["5.00", "7.00"]),
    Row(.halfUp, ["9.99"], ["5", "7"], nets: ["8.92"], taxes: ["0.45", "0.62"]),
    // The last tax above zero takes the rest, never a zero rate.
    Row(.halfUp, ["9.99"], ["5", "7", "0"], nets: ["8.92"], taxes: ["0.45", "0.62", "0.00"]),
    Row(.halfUp, ["5.00"], ["0"], nets: ["5.00"], taxes: ["0.00"]),
  ]

  @Test("the total never moves: net and tax are parts of the gross", arguments: rows)
  func extract(row: Row) throws {
    var books = Books()
    books.seller = Seller(id: ID(1), currency: .usd, rounding: row.mode)
    books.taxRates = row.rates.map { .percent("vat \($0)", $0, inclusive: true) }
    let items = row.gross.enumerated().map {
      PendingItem.of($1, id: Int64($0), taxes: Array(row.rates.indices))
    }
    let draft = try #require(try books.bill(items: items).documents.first)
    let sign = draft.kind == .creditNote ? -1 : Int64(1)
    #expect(
      draft.lines.map { Money(minor: $0.net.minor * sign, currency: .usd).majorText } == row.nets)
    #expect(
      draft.taxes.map { Money(minor: $0.amount.minor * sign, currency: .usd).majorText }
        == row.taxes)
    #expect(draft.total == draft.subtotal && draft.tax.isZero)
  }

  @Test("a compound tax within the price is taken of the net and the taxes before it")
  func compound() throws {
    var books = Books()
    books.taxRates = [
      .percent("a", "5", inclusive: true), .percent("b", "10", inclusive: true, compound: true),
      .percent("c", "2", inclusive: true),
    ]
    // 100 + 5 + 10 % of 105 + 2.
    let draft = try #require(
      try books.bill(items: [.of("117.50", taxes: [0, 1, 2])]).documents.first)
    #expect(draft.lines.map(\.net) == [.of("100.00")])
    #expect(draft.taxes.map(\.amount) == [.of("5.00"), .of("10.50"), .of("2.00")])
  }

  @Test("a fixed amount within the price comes out before the percentages")
  func fixed() throws {
    var books = Books()
    books.taxRates = [
      .fixed("deposit", .of("0.25"), inclusive: true), .percent("vat", "20", inclusive: true),
    ]
    let items: [PendingItem] = [
      .of("12.25", id: 1, taxes: [0, 1]), .of("-6.25", id: 2, taxes: [0, 1]),
    ]
    let draft = try #require(try books.bill(items: items).documents.first)
    #expect(draft.lines.map(\.net) == [.of("10.00"), .of("-5.00")])
    #expect(draft.taxes.map(\.amount) == [.of("0.00"), .of("1.00")])
    #expect(draft.taxes.map(\.base) == [.of("5.00"), .of("5.00")])
    #expect(draft.total == .of("6.00"))
  }

  @Test("rounding per line extracts line by line")
  func perLine() throws {
    var books = Books()
    books.seller = Seller(id: ID(1), currency: .usd, taxRounding: .line)
    books.taxRates = [.percent("vat", "20", inclusive: true)]
    let items = (1...3).map { PendingItem.of("1.00", id: $0, taxes: [0]) }
    let draft = try #require(try books.bill(items: items).documents.first)
    #expect(draft.lines.map(\.net) == [.of("0.83"), .of("0.83"), .of("0.83")])
    #expect(draft.taxes.map(\.amount) == [.of("0.51")])
    #expect(draft.taxes.map(\.base) == [.of("2.49")])
  }
}
