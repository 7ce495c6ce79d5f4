// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

/// Which document takes the cash rounding of an invoice along (RULES 1.10).
@Suite struct RoundingCreditingTests {
  private static let first = BilledRounding(
    invoice: ID(1), amount: .of("0.02"),
    lines: [
      .init(invoice: ID(1), number: 1, rest: .of("10.68")),
      .init(invoice: ID(2), number: 1, rest: .of("5.00")),
    ])
  private static let second = BilledRounding(
    invoice: ID(2), amount: .of("-0.01"),
    lines: [.init(invoice: ID(2), number: 1, rest: .of("5.00"))])

  /// A document that takes amounts of invoices' first lines.
  private func draft(
    _ taken: (invoice: Int64, amount: String)..., kind: InvoiceDraft.Kind = .creditNote,
    total: String = "10.00"
  ) -> InvoiceDraft {
    var draft = InvoiceDraft(currency: .usd, firstPeriodStart: .on("2026-11-01"))
    draft.kind = kind
    draft.total = .of(total)
    draft.lineCredits = taken.map {
      LineCredit(line: 0, invoice: ID($0.invoice), number: 1, amount: .of($0.amount), taxes: [])
    }
    return draft
  }

  private func give(
    _ drafts: [InvoiceDraft], _ roundings: [BilledRounding] = [Self.first, Self.second]
  ) throws -> [[String]] {
    var crediting = RoundingCrediting(roundings)
    return try drafts.map { draft in
      var draft = draft
      try crediting.give(to: &draft)
      let sum = draft.roundingCredits.reduce(Int64(0)) { $0 + $1.amount.minor }
      #expect(draft.rounding.minor == sum)
      return draft.roundingCredits.map { "\($0.invoice.rawValue) \($0.amount.minor)" }
    }
  }

  @Test("the note that takes the last of an invoice, and of what took it back")
  func last() throws {
    #expect(
      try give([draft((2, "4.99")), draft((1, "10.68")), draft((2, "0.01"))])
        == [[], [], ["1 2", "2 -1"]])
    #expect(try give([draft((2, "5.00")), draft((1, "10.68"))]) == [["2 -1"], ["1 2"]])
    #expect(try give([draft((3, "5.00")), draft()]) == [[], []])
  }

  @Test("an invoice whose lines take others back keeps theirs for later")
  func invoice() throws {
    #expect(try give([draft((1, "10.68"), kind: .invoice), draft((2, "5.00"))]) == [[], ["2 -1"]])
  }

  @Test("a note never comes to less than nothing by it")
  func least() throws {
    #expect(
      try give([draft((2, "5.00"), total: "0.00")], [Self.second]) == [[]])
    let down = BilledRounding(invoice: ID(2), amount: .of("-0.03"), lines: Self.second.lines)
    #expect(try give([draft((2, "5.00"), total: "0.02")], [down]) == [["2 -2"]])
  }

  @Test("a sum that does not fit is an issue")
  func overflow() {
    let large = Money(minor: .max, currency: .usd)
    let up = BilledRounding(invoice: ID(2), amount: large, lines: Self.second.lines)
    #expect(throws: Issue.amountOverflow) { try give([draft((2, "5.00"))], [up]) }
  }
}
