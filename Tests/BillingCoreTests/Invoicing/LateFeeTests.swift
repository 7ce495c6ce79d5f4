// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct LateFeeTests {
  private func fee(_ rate: LateFee.Rate, on overdue: String) -> Money? {
    rate.fee(on: .of(overdue), rounding: .halfUp)
  }

  @Test("an amount is as given, a percentage of what is overdue is rounded once")
  func rates() {
    #expect(fee(.amount(.number("10")), on: "3.00") == .of("10.00"))
    #expect(fee(.percent(.number("1.5")), on: "119.00") == .of("1.79"))
    #expect(fee(.percent(.number("100")), on: "0.01") == .of("0.01"))
  }

  @Test("what is no amount of money above zero is no fee")
  func nothing() {
    #expect(fee(.percent(.number("1")), on: "0.49") == nil)
    #expect(fee(.amount(.number("0.001")), on: "10.00") == nil)
    #expect(fee(.amount(.number("-1")), on: "10.00") == nil)
    #expect(fee(.amount(.number("0")), on: "10.00") == nil)
  }

  @Test("its invoice is outside the scope of tax, due by the terms, without an early discount")
  func document() throws {
    var books = Books()
    books.taxRates = [.percent("vat", "19")]
    let day = LocalDate.on("2026-06-01")
    var builder = InvoiceBuilder(
      catalog: Catalog(plans: [], taxRates: books.taxRates, coupons: []), seller: books.seller,
      terms: BillingTerms(asOf: day, invoiceDate: day))
    let draft = try builder.build(
      LateFee(.of("12.50"), because: "invoice 7, step 1"),
      for: .plain(taxes: [0], terms: "2% 10 NET 30"))
    #expect(draft.lines.map(\.kind) == [.lateFee])
    #expect(draft.lines.map(\.description) == ["invoice 7, step 1"])
    #expect(draft.taxes.map(\.category) == [.outsideScope])
    #expect(draft.taxes.map(\.amount) == [.of("0.00")])
    #expect(draft.taxes.allSatisfy { $0.reason != nil })
    #expect(draft.total == .of("12.50"))
    #expect(draft.dueDate == .on("2026-07-01"))
    #expect(draft.earlyDiscount == nil)
  }
}
