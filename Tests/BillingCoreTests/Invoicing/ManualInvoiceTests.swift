// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct ManualInvoiceTests {
  private func build(
    _ books: Books, _ manual: ManualInvoice, for payer: Customer = .plain(),
    credits: [Credit] = []
  ) throws(BillingCore.Issue) -> InvoiceDraft {
    let day = LocalDate.on("2026-06-01")
    var builder = InvoiceBuilder(
      catalog: Catalog(plans: books.plans, taxRates: books.taxRates, coupons: books.coupons),
      seller: books.seller, terms: BillingTerms(asOf: day, invoiceDate: day))
    return try builder.build(manual, for: payer, credits: credits)
  }

  private var taxed: Books {
    var books = Books()
    books.taxRates = [.percent("state", "5"), .percent("city", "2"), .percent("own", "10")]
    return books
  }

  @Test("the seed's example: two lines and an amount of tax")
  func seed() throws {
    let draft = try build(
      Books(),
      ManualInvoice(
        currency: .usd, items: [.of("45"), .of("10", id: 2)], taxAmount: .number("3.85")),
      for: .plain(terms: "NET 14"))
    #expect(draft.lines.map(\.kind) == [.manual, .manual])
    #expect(draft.subtotal == .of("55.00"))
    #expect(draft.taxes.map(\.base) == [.of("55.00")])
    #expect(draft.taxes.map(\.amount) == [.of("3.85")])
    #expect(draft.total == .of("58.85"))
    #expect(draft.dueDate == .on("2026-06-15"))
  }

  @Test("taxes of line and invoice both apply; without any the customer's do")
  func bothApply() throws {
    let items: [PendingItem] = [.of("100", taxes: [2]), .of("100", id: 2)]
    let both = try build(
      taxed, ManualInvoice(currency: .usd, items: items, taxes: [0]), for: .plain(taxes: [1]))
    #expect(both.lines.map(\.taxMask) == [0b11, 0b10])
    #expect(both.taxes.map(\.amount) == [.of("10.00"), .of("10.00")])
    let line = try build(
      taxed, ManualInvoice(currency: .usd, items: items), for: .plain(taxes: [1]))
    #expect(line.taxes.map(\.amount) == [.of("10.00"), .of("2.00")])
  }

  @Test("one rate on a line and on the invoice is refused")
  func sameRate() {
    #expect(
      throws: BillingCore.Issue.taxesConflict("tax rate own is on the invoice and on line 1")
    ) {
      try build(
        taxed, ManualInvoice(currency: .usd, items: [.of("100", taxes: [2])], taxes: [2]))
    }
  }

  @Test("an amount of tax that no line bears is refused")
  func nobodyBears() {
    #expect(
      throws: BillingCore.Issue.taxesConflict("an amount of tax, but no line is taxable")
    ) {
      try build(
        Books(),
        ManualInvoice(currency: .usd, items: [.of("9", taxable: false)], taxAmount: .one))
    }
  }

  @Test("an open item has the tax that it names, or none, however the payer is taxed now")
  func openItem() throws {
    var open = ManualInvoice(currency: .usd, items: [.of("100")], taxAmount: .number("19"))
    #expect(try build(taxed, open, for: .plain(taxable: false)).total == .of("100.00"))
    open.isOpenItem = true
    #expect(try build(taxed, open, for: .plain(taxable: false)).total == .of("119.00"))
    var untaxed = ManualInvoice(currency: .usd, items: [.of("100", taxable: false)])
    untaxed.isOpenItem = true
    #expect(try build(taxed, untaxed, for: .plain(taxes: [0])).total == .of("100.00"))
    var rated = ManualInvoice(currency: .usd, items: [.of("100")], taxes: [2])
    rated.isOpenItem = true
    #expect(try build(taxed, rated).total == .of("110.00"))
  }

  @Test("discounts of the invoice come after the lines' own: per cent, amounts, then goodwill")
  func discounts() throws {
    var books = Books()
    books.coupons = [Coupon(id: ID(1), code: "ten", value: .percent(.percent("10")))]
    let line = PendingItem(
      id: ID(1), name: "a", quantity: .one, unitCost: .number("100"), currency: .usd,
      addedOn: .on("2026-06-01"), discounts: [.amount(.number("20"))])
    let draft = try build(
      books,
      ManualInvoice(
        currency: .usd, items: [line, .of("20", id: 2)],
        discounts: [.amount(.number("5")), .coupon(0)]),
      credits: [Credit(id: ID(7), kind: .goodwill, open: .of("1.00"))])
    #expect(
      draft.discounts.map(\.amount) == [.of("20.00"), .of("10.00"), .of("5.00"), .of("1.00")])
    #expect(draft.discounts.map(\.line) == [0, nil, nil, nil])
    #expect(draft.discounts.map(\.credit) == [nil, nil, nil, ID(7)])
    #expect(draft.total == .of("84.00"))
  }

  @Test("a due date that is given stands against the terms")
  func dueDate() throws {
    let draft = try build(
      Books(),
      ManualInvoice(currency: .usd, items: [.of("1")], dueDate: .on("2026-07-07")),
      for: .plain(terms: "NET 14"))
    #expect(draft.dueDate == .on("2026-07-07"))
  }

  @Test("less than nothing is refused, nothing is not")
  func negative() throws {
    #expect(throws: BillingCore.Issue.totalNegative(.of("-1.50"))) {
      try build(
        Books(), ManualInvoice(currency: .usd, items: [.of("-2"), .of("0.5", id: 2)]))
    }
    let nothing = try build(
      Books(), ManualInvoice(currency: .usd, items: [.of("-2"), .of("2", id: 2)]))
    #expect(nothing.total.isZero && nothing.kind == .invoice)
    #expect(nothing.lines.map(\.quantity) == [.number("-1"), .one])
  }
}
