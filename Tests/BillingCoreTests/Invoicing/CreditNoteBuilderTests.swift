// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

/// Credit notes for what is left of an invoice, or for given amounts (RULES 0.7).
@Suite struct CreditNoteBuilderTests {
  private static let days = Period.days("2026-11-01", "2026-12-01")
  private let builder = CreditNoteBuilder(
    catalog: Catalog(plans: [], taxRates: [.percent("vat", "19")]),
    seller: Seller(id: ID(1), currency: .usd))

  private func tax(
    _ amount: String, of base: String, credited: (base: String, tax: String) = ("0", "0"),
    inclusive: Bool = false
  ) -> BilledTax {
    BilledTax(
      number: 1, rate: (0, 0), category: .standard, isInclusive: inclusive, reason: nil,
      amount: .of(amount), lines: 1, base: .of(base), creditedBase: .of(credited.base),
      creditedTax: .of(credited.tax))
  }

  private func line(
    _ base: String, number: Int32 = 1, credited: String = "0", tax: BilledTax? = nil,
    days: Period? = days, amount: String? = nil
  ) -> LineToCredit {
    LineToCredit(
      line: BilledLine(
        invoice: ID(7), number: number, days: days ?? .days("2026-11-05", "2026-11-06"),
        liveDays: 30, base: .of(base), credited: .of(credited), taxes: tax.map { [$0] } ?? []),
      subscription: days == nil ? nil : ID(3), name: days == nil ? "Setup" : nil, days: days,
      taxDate: .on("2026-11-30"), amount: amount.map { .of($0) })
  }

  private func build(_ lines: LineToCredit..., rounding: String = "0") throws -> InvoiceDraft {
    try builder.build(lines, of: ID(3), currency: .usd, cashRounding: .of(rounding))
  }

  @Test("what is left of lines and their taxes stands in positive amounts")
  func rest() throws {
    let group = tax("2.85", of: "15.00", credited: ("4.00", "0.76"))
    let note = try build(
      line("10.00", credited: "4.00", tax: group),
      line("5.00", number: 2, tax: group, days: nil))
    #expect(note.kind == .creditNote)
    #expect(note.lines.map(\.amount) == [.of("6.00"), .of("5.00")])
    #expect(note.lines.map(\.quantity) == [.one, .one])
    #expect(note.lines.map(\.name) == [nil, "Setup"])
    #expect(note.lines.map(\.period) == [Self.days, nil])
    #expect(note.lineCredits.map(\.amount) == [.of("6.00"), .of("5.00")])
    #expect(note.taxes.map(\.amount) == [.of("2.09")])
    #expect(note.taxes.map(\.base) == [.of("11.00")])
    #expect(note.total == .of("13.09"))
  }

  @Test("taxes of several lines are taken back in all, however they round (RULES 1.7)")
  func taxesInAll() throws {
    let group = tax("0.19", of: "1.00")
    let note = try build(
      line("0.33", tax: group), line("0.33", number: 2, tax: group),
      line("0.34", number: 3, tax: group))
    #expect(note.lineCredits.map { $0.taxes[0].amount } == [.of("0.06"), .of("0.07"), .of("0.06")])
    #expect(note.tax == .of("0.19"))
  }

  @Test("a given amount is taken back with its share of the tax, and no more than is left")
  func given() throws {
    let group = tax("1.90", of: "10.00")
    let part = try build(line("10.00", tax: group, amount: "2.50"))
    #expect(part.total == .of("2.98"))
    #expect(part.lines[0].basis == .givenCredit)
    let all = try build(line("10.00", credited: "9.00", tax: group, amount: "2.50"))
    #expect(all.subtotal == .of("1.00"))
  }

  @Test("a tax within the price leaves the note's net (RULES 1.4)")
  func inclusive() throws {
    let note = try build(line("11.90", tax: tax("1.90", of: "11.90", inclusive: true)))
    #expect(note.lines[0].net == .of("10.00"))
    #expect(note.taxes[0].base == .of("10.00"))
    #expect(note.total == .of("11.90"))
    #expect(note.tax == .of("0"))
  }

  @Test("a negative line is given back too, and what has nothing left is no line")
  func negativeAndEmpty() throws {
    let note = try build(
      line("10.00"), line("-4.00", number: 2), line("3.00", number: 3, credited: "3.00"))
    #expect(note.lines.map(\.amount) == [.of("10.00"), .of("-4.00")])
    #expect(note.lines.map(\.unitCost) == [.number("10"), .number("4")])
    #expect(note.lines[1].quantity == ExactDecimal.one.negated())
    #expect(note.total == .of("6.00"))
  }

  @Test("a line of zero still gives back a fixed tax on it")
  func fixedTax() throws {
    let note = try build(line("0", tax: tax("1.00", of: "0")))
    #expect(note.lines.map(\.amount) == [.of("0")])
    #expect(note.total == .of("1.00"))
  }

  @Test("cash rounding goes back with the invoice (RULES 1.10)")
  func rounding() throws {
    let note = try build(line("10.02"), rounding: "-0.02")
    #expect(note.total == .of("10.02"))
    #expect(note.rounding == .of("-0.02"))
  }
}
