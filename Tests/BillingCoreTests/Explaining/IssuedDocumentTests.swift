// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct IssuedDocumentTests {
  @Test("a line's share of its period is that of its days")
  func share() {
    var line = IssuedDocument.Line(
      .period, quantity: .one, unitCost: .one, amount: 100, net: 100)
    #expect(line.share == .one)
    line.period = .days("2026-03-15", "2026-03-31")
    line.wholePeriod = .days("2026-02-28", "2026-03-31")
    #expect(line.share == Ratio(Int64(16), Int64(31)) && line.shareText == "16/31")
  }

  @Test("lines without an explained origin still read quantity × unit cost")
  func manual() throws {
    var document = IssuedDocument(
      currency: .usd, rounding: .halfUp, taxRounding: .group, date: .on("2026-03-01"))
    var line = IssuedDocument.Line(
      .manual, quantity: .one, unitCost: .number("45"), amount: 4500, net: 4500)
    line.taxes = [1]
    document.lines = [line]
    document.taxes = [
      IssuedDocument.Tax(
        rate: nil, value: nil, validFrom: nil, category: "S", reason: nil, isInclusive: false,
        isCompound: false, isGiven: true, base: 4500, amount: 385)
    ]
    document.totals.subtotal = 4500
    document.totals.tax = 385
    document.totals.total = 4885
    let found = try Explainer(document).explain()
    #expect(found.wrong == [])
    #expect(found.steps(of: .line, 1) == ["line: 1 × 45 = 45.00"])
    #expect(
      found.steps(of: .tax, 1) == [
        "base: 45.00 = 45.00", "tax: as given, without a rate = 3.85",
      ])
  }
}
