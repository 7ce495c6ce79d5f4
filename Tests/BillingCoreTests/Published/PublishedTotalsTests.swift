// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

/// Whole invoices of the EN 16931, XRechnung, ZUGFeRD, Peppol and GOBL example sets.
@Suite(
  "Published invoices",
  .enabled(if: PublishedCase.areThere, "no folder of published cases beside the package"))
struct PublishedTotalsTests {
  @Test("lines, taxes by rate and totals are those of the published invoices")
  func totals() throws {
    let tally = try Tally("invoice_totals.json") { example in
      let invoice = try PublishedInvoice(example)
      if example.reproducible == false { throw Skip("its figures contradict each other") }
      if invoice.hasOtherTaxes { throw Skip("a tax that the buyer retains") }
      let draft = try invoice.bill()
      #expect((draft.kind == .creditNote) == invoice.isCreditNote, example.comment)
      #expect(invoice.nets(of: draft) == invoice.expectedNets, example.comment)
      #expect(invoice.taxes(of: draft) == invoice.expectedTaxes, example.comment)
      #expect(draft.total.minor == invoice.minor("total_gross"), example.comment)
      let included = draft.taxes.reduce(0) { $0 + ($1.isInclusive ? $1.amount.minor : 0) }
      #expect(draft.total.minor - draft.tax.minor - included == invoice.minor("total_net"))
      #expect(draft.rounding.minor == invoice.given("rounding"), example.comment)
      let payable = draft.total.minor + draft.rounding.minor - draft.credited.minor
      #expect(payable == invoice.minor("payable"), example.comment)
    }
    #expect(tally.run == 67)
    #expect(
      tally.skipped == [
        "its figures contradict each other": 11, "a tax that the buyer retains": 1,
      ])
  }

  @Test("the documents themselves keep the rules of EN 16931's arithmetic")
  func rules() throws {
    let tally = try Tally("invoice_totals.json") { example in
      let invoice = try PublishedInvoice(example)
      let draft = try invoice.bill()
      let document = RuledDocument(draft, rates: invoice.books.taxRates)
      for rule in RuledDocument.rules {
        #expect(document.keeps(rule) == true, "\(example.id) \(rule)")
      }
    }
    #expect(tally.run == 79)
    #expect(tally.skipped == [:])
  }
}
