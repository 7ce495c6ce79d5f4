// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct LinePricingTests {
  private let pricing = LinePricing(
    catalog: Catalog(plans: [.monthly("pro", "31.00")]),
    seller: Seller(id: ID(1), currency: .usd, taxPoint: .periodEnd), invoiceDate: .on("2026-06-05"))

  private let account = AccountSnapshot(
    payer: .plain(),
    subscriptions: [
      Subscription(
        id: ID(7), charges: [.init(slot: 0, plan: 0, description: "seat")], start: .on("2026-05-01")
      )
    ], pendingItems: [.of("-2.50", quantity: "2", discountable: false, taxable: false)])

  private func item(_ span: Period) -> DueItem {
    DueItem(
      subscription: 0, charge: 0, isBase: true, span: span,
      period: .days("2026-05-01", "2026-06-01"),
      startsOn: .on("2026-05-01"), dueOn: .on("2026-05-01"))
  }

  /// The lines of some days of May.
  private func lines(_ span: Period, at price: PriceModel? = nil) throws -> [LineDraft] {
    var pricing = pricing
    if let price {
      pricing = LinePricing(
        catalog: Catalog(plans: [.of("pro", price)]), seller: Seller(id: ID(1), currency: .usd),
        invoiceDate: .on("2026-06-05"))
    }
    var draft = InvoiceDraft(currency: .usd, firstPeriodStart: .on("2026-05-01"))
    try pricing.append(
      item(span), account.subscriptions[0].charges[0], of: account, to: &draft)
    return draft.lines
  }

  @Test("a whole period is charged whole, with the charge's facts on the line")
  func whole() throws {
    let line = try lines(.days("2026-05-01", "2026-06-01"))[0]
    #expect(line.amount == .of("31.00"))
    #expect(line.share == .one && line.wholePeriod == nil)
    #expect(line.subscription == ID(7) && line.slot == 0 && line.price == ID(1))
    #expect(line.description == "seat")
    #expect(line.taxDate == .on("2026-05-31"))
    #expect(line.coversPeriod && line.kind == .period && line.basis == nil)
  }

  @Test("several lines of one charge share its facts, and the first covers the days")
  func several() throws {
    let found = try lines(
      .days("2026-05-01", "2026-06-01"), at: .tiered(.of(("0.5", "2", "3"), ("", "1", "0"))))
    #expect(found.map(\.amount) == [.of("1.00"), .of("3.00"), .of("0.50")])
    #expect(found.map(\.coversPeriod) == [true, false, false])
    #expect(found.allSatisfy { $0.subscription == ID(7) && $0.description == "seat" })
    #expect(found.allSatisfy { $0.period == .days("2026-05-01", "2026-06-01") })
    #expect(found.allSatisfy { $0.basis != nil })
  }

  @Test("a part is charged by its days of the whole period, which stands on the line")
  func part() throws {
    let line = try lines(.days("2026-05-22", "2026-06-01"))[0]
    #expect(line.amount == .of("10.00"))
    #expect(line.share == Ratio(Int64(10), Int64(31)))
    #expect(line.wholePeriod == .days("2026-05-01", "2026-06-01"))
  }

  @Test("a pending item is a line without days, taxed by the invoice date's rates")
  func pendingItem() throws {
    let line = try pricing.line(forItem: 0, of: account)
    #expect(line.amount == .of("-5.00"))
    #expect(line.quantity == .number("-2") && line.unitCost == .number("2.5"))
    #expect(line.period == nil && line.taxDate == .on("2026-06-05"))
    #expect(!line.isDiscountable && !line.isTaxable)
  }
}
