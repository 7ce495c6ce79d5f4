// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct TaxationTests {
  private func bill(
    _ items: [PendingItem], _ rates: [TaxRate], mode: RoundingMode = .halfUp,
    place: Seller.TaxRounding = .group
  ) throws -> InvoiceDraft {
    var books = Books()
    books.taxRates = rates
    books.seller = Seller(id: ID(1), currency: .usd, rounding: mode, taxRounding: place)
    return try #require(try books.bill(items: items).documents.first)
  }

  @Test(
    "a group is taxed once on its summed base, or line by line where the seller says so",
    arguments: [
      (RoundingMode.halfUp, Seller.TaxRounding.group, "0.56"), (.halfUp, .line, "0.57"),
      (.halfEven, .group, "0.56"), (.halfEven, .line, "0.57"), (.up, .group, "0.57"),
      (.up, .line, "0.57"), (.down, .group, "0.56"), (.down, .line, "0.54"),
    ])
  func place(mode: RoundingMode, place: Seller.TaxRounding, tax: String) throws {
    // 7.5 % of 2.50 is 0.1875, of 7.50 it is 0.5625.
    let items = (1...3).map { PendingItem.of("2.50", id: $0, taxes: [0]) }
    let draft = try bill(items, [.percent("t", "7.5")], mode: mode, place: place)
    #expect(draft.taxes.map(\.base) == [.of("7.50")])
    #expect(draft.tax == .of(tax))
  }

  @Test("a negative line takes its tax back, symmetric in sign")
  func negative() throws {
    let draft = try bill(
      [.of("-0.50", id: 1, taxes: [0]), .of("0.40", id: 2, taxes: [0])], [.percent("t", "50")])
    // 0.10 go back with the 0.05 of tax on them.
    #expect(draft.kind == .creditNote)
    #expect(draft.tax == .of("0.05"))
    #expect(draft.total == .of("0.15"))
  }

  @Test("several taxes of a line are each taken of its net")
  func several() throws {
    let draft = try bill(
      [.of("100.00", taxes: [0, 1])], [.percent("gst", "5"), .percent("pst", "7")])
    #expect(draft.taxes.map(\.amount) == [.of("5.00"), .of("7.00")])
    #expect(draft.total == .of("112.00"))
  }

  @Test("a compound tax is also taken of the earlier taxes of the same lines, as rounded")
  func compound() throws {
    let rates: [TaxRate] = [.percent("gst", "5"), .percent("qst", "9.975", compound: true)]
    let draft = try bill([.of("10.10", taxes: [0, 1])], rates)
    // 5 % of 10.10 is 0.505, rounded 0.51; 9.975 % of 10.61 is 1.058…
    #expect(draft.taxes.map(\.amount) == [.of("0.51"), .of("1.06")])
    #expect(draft.taxes[1].base == .of("10.61"))
  }

  @Test("a compound tax counts of the earlier ones only what its own lines bear")
  func compoundOfSomeLines() throws {
    let rates: [TaxRate] = [
      .percent("a", "10"), .percent("b", "10", compound: true), .fixed("f", .of("1.00")),
      .percent("c", "10", compound: true),
    ]
    let items: [PendingItem] = [
      .of("100.00", id: 1, taxes: [0, 1, 2, 3]), .of("50.00", id: 2, taxes: [0, 2]),
    ]
    let draft = try bill(items, rates)
    // c: 100 + a 10 + b 11 + f 1 = 122; the second line's a and f are not in it.
    #expect(draft.taxes.map(\.amount) == [.of("15.00"), .of("11.00"), .of("2.00"), .of("12.20")])
    #expect(draft.taxes[3].base == .of("122.00"))
  }

  @Test("a compound tax rounded per line compounds line by line")
  func compoundPerLine() throws {
    let rates: [TaxRate] = [.percent("a", "5"), .percent("b", "10", compound: true)]
    let items = (1...2).map { PendingItem.of("0.90", id: $0, taxes: [0, 1]) }
    // A line: a 0.045 → 0.05, b 10 % of 0.95 → 0.10.
    #expect(try bill(items, rates, place: .line).taxes.map(\.amount) == [.of("0.10"), .of("0.20")])
    // The group: a 5 % of 1.80 = 0.09, b 10 % of 1.89 → 0.19.
    #expect(try bill(items, rates).taxes.map(\.amount) == [.of("0.09"), .of("0.19")])
  }

  @Test("a compound tax that another line uses first still comes after the taxes named before it")
  func compoundOrder() throws {
    let rates: [TaxRate] = [.percent("a", "10"), .percent("b", "10", compound: true)]
    let items: [PendingItem] = [
      .of("100.00", id: 1, taxes: [1]), .of("100.00", id: 2, taxes: [0, 1]),
    ]
    let draft = try bill(items, rates)
    #expect(draft.taxes.map(\.rate) == [0, 1])
    #expect(draft.lines.map(\.taxMask) == [0b10, 0b11])
    #expect(draft.taxes.map(\.amount) == [.of("10.00"), .of("21.00")])
  }

  @Test("compound taxes in both orders hold the account")
  func compoundBothWays() {
    let rates: [TaxRate] = [
      .percent("a", "10", compound: true), .percent("b", "10", compound: true),
    ]
    let items: [PendingItem] = [
      .of("1.00", id: 1, taxes: [0, 1]), .of("1.00", id: 2, taxes: [1, 0]),
    ]
    #expect(throws: Issue.taxesConflict("compound taxes come before each other")) {
      try bill(items, rates)
    }
  }

  @Test("no compound tax is taken of an amount of no rate, whichever line comes first")
  func compoundBesideAmount() throws {
    let amount = PendingItem(
      id: ID(1), name: "paper", quantity: .one, unitCost: .number("45"), currency: .usd,
      taxAmount: .number("5"), addedOn: .on("2026-01-01"))
    let both = PendingItem(
      id: ID(2), name: "ink", quantity: .one, unitCost: .number("100"), currency: .usd,
      taxes: [0], taxAmount: .number("10"), addedOn: .on("2026-01-01"))
    for items in [[amount, both], [both, amount]] {
      let draft = try bill(items, [.percent("qst", "10", compound: true)])
      let qst = try #require(draft.taxes.first { $0.rate == 0 })
      #expect(qst.base == .of("100.00") && qst.amount == .of("10.00"))
      #expect(draft.tax == .of("25.00"))
    }
  }

  @Test("a fixed tax counts once a line with the line's sign")
  func fixed() throws {
    let items: [PendingItem] = [
      .of("10.00", quantity: "5", id: 1, taxes: [0]), .of("20.00", id: 2, taxes: [0]),
      .of("-1.00", id: 3, taxes: [0]),
    ]
    let draft = try bill(items, [.fixed("eco", .of("0.40"))])
    #expect(draft.tax == .of("0.40"))
    #expect(draft.taxes.map(\.base) == [.of("69.00")])
  }

  @Test("inclusive and exclusive taxes live side by side on a document and on a line")
  func mixed() throws {
    let rates: [TaxRate] = [.percent("vat", "20", inclusive: true), .percent("local", "10")]
    let draft = try bill(
      [.of("12.00", id: 1, taxes: [0, 1]), .of("5.00", id: 2, taxes: [1])], rates)
    #expect(draft.lines.map(\.net) == [.of("10.00"), .of("5.00")])
    #expect(draft.taxes.map(\.amount) == [.of("2.00"), .of("1.50")])
    #expect(draft.total == .of("18.50"))
  }

  @Test("one tax both within a price and on top of it holds the account")
  func bothWays() throws {
    let rates: [TaxRate] = [
      .percent("gross", "19", inclusive: true), .percent("net", "19"), .percent("city", "5"),
    ]
    let conflict = Issue.taxesConflict(
      "one tax both within a price and on top of it: gross and net")
    for taxes in [[0, 1], [1, 2, 0]] {
      #expect(throws: conflict) { try bill([.of("1.00", taxes: taxes)], rates) }
    }
    let apart = try bill(
      [.of("1.19", id: 1, taxes: [0, 2]), .of("1.00", id: 2, taxes: [1])], rates)
    #expect(apart.total == .of("2.43"))
  }

  @Test("an amount beyond what can be held holds the account")
  func overflow() {
    let items = (1...2).map { PendingItem.of("90000000000000000", id: $0, taxes: [0]) }
    #expect(throws: Issue.amountOverflow) { try bill(items, [.percent("t", "7.5")]) }
  }
}
