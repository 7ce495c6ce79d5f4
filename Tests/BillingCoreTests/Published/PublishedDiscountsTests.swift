// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

/// Published coupons, each as a subscription of charges with custom amounts.
@Suite(
  "Published discounts",
  .enabled(if: PublishedCase.areThere, "no folder of published cases beside the package"))
struct PublishedDiscountsTests {
  @Test("coupons come off, spread and are taxed as published")
  func coupons() throws {
    let tally = try Tally("discounts_taxes.json") { example in
      switch example.kind {
      case "coupon_stack": try stack(example)
      case "discount_distribution": try distribution(example)
      case "coupon_application": try application(example)
      case "invoice_with_coupons": try invoice(example)
      default: try zeroFees(example)
      }
    }
    #expect(tally.run == 14)
    #expect(tally.skipped == ["shares of five places, rounded on the invoice": 1])
  }

  private func stack(_ example: PublishedCase) throws {
    let coupons = (example.inputs["coupons"]?.list ?? []).compactMap(value)
    let billed = try bill([try #require(example.inputs["subtotal_cents"]?.cents)], coupons)
    #expect(billed.draft.discount.minor == minor(example.expected["discount_cents"]))
  }

  private func distribution(_ example: PublishedCase) throws {
    let lines = (example.inputs["lines_cents"]?.list ?? []).compactMap(\.cents)
    let coupon = Coupon.Value.fixed(money(example.inputs["discount_cents"]))
    let nets = try bill(lines, [coupon]).draft.lines.map(\.net.minor)
    #expect(nets == (example.expected["taxable_cents"]?.list ?? []).map(minor), example.comment)
  }

  /// A coupon after what earlier ones have taken: what is left of the invoice, or of each fee.
  private func application(_ example: PublishedCase) throws {
    let given = try #require(example.inputs["coupon"])
    let fees = example.inputs["fees"]?.list ?? []
    let mine = fees.filter { $0["in_scope"] != .flag(false) }
    let sum = mine.reduce(0) { $0 + minor($1["amount_cents"]) }
    var earlier = mine.reduce(0) { $0 + minor($1["already_discounted"] ?? .number(0)) }
    if let left = example.inputs["invoice_remaining_cents"] { earlier = sum - minor(left) }
    let before: [Coupon.Value] =
      earlier == 0 ? [] : [.fixed(Money(minor: earlier, currency: .usd))]
    let left = given["frequency_duration_remaining"]?.number
    // Fees out of a coupon's scope are another subscription here.
    let billed = try bill(
      mine.compactMap { $0["amount_cents"]?.cents }, before + [try #require(value(given))],
      cycles: given["frequency"]?.text == "once" ? 1 : left)
    let discount = try #require(billed.draft.discounts.last, example.comment)
    #expect(discount.amount.minor == minor(example.expected["credit_cents"]), example.comment)
    for (index, fee) in mine.enumerated() {
      let id = fee["id"]?.text ?? ""
      let share = discount.shares.first { $0.line == index }?.amount.minor ?? 0
      if let expected = example.expected["fee_shares"]?[id] {
        #expect(share == minor(expected), example.comment)
      }
      if let expected = example.expected["fee_discounts_after"]?[id] {
        #expect(billed.draft.lines[index].discount.minor == minor(expected), example.comment)
      }
    }
    let counted = billed.result.couponCycles.last?.cycles ?? 0
    if let expected = example.expected["frequency_duration_remaining"]?.number {
      #expect(try #require(left) - counted == expected, example.comment)
    }
  }

  private func invoice(_ example: PublishedCase) throws {
    let fees = example.inputs["fees"]?.list ?? []
    if example.expected["coupon_shares"] != nil {
      throw Skip("shares of five places, rounded on the invoice")
    }
    let rates = Set(fees.compactMap { $0["tax_rate"]?.text })
    let billed = try bill(
      fees.compactMap { $0["amount_cents"]?.cents },
      (example.inputs["coupons_cents"]?.list ?? []).map { .fixed(money($0)) },
      rate: rates.first)
    #expect(rates.count == 1)
    #expect(billed.draft.discount.minor == minor(example.expected["coupons_cents"]))
    #expect(billed.draft.tax.minor == minor(example.expected["tax_cents"]), example.comment)
    #expect(billed.draft.total.minor == minor(example.expected["total_cents"]), example.comment)
  }

  /// Tax groups of nothing are kept.
  private func zeroFees(_ example: PublishedCase) throws {
    var books = Books()
    let expected = example.expected["tax_subtotals"]?.list ?? []
    let rates = expected.compactMap { $0["rate"]?.text }
    books.taxRates = rates.map { .percent($0, $0) }
    let items = (example.inputs["fees"]?.list ?? []).enumerated().map { index, fee in
      PendingItem.of(
        "\(minor(fee["amount_cents"]))", id: Int64(index + 1),
        taxes: (fee["tax_rates"]?.texts ?? []).compactMap { rates.firstIndex(of: $0) })
    }
    let draft = try #require(try books.bill(items: items).documents.first)
    #expect(draft.taxes.map { $0.rate.map { rates[$0] } } == rates, example.comment)
    #expect(draft.taxes.map(\.base.minor) == expected.map { minor($0["taxable_cents"]) })
    #expect(draft.taxes.map(\.amount.minor) == expected.map { minor($0["tax_cents"]) })
    #expect(draft.tax.minor == minor(example.expected["tax_cents"]))
  }

  // MARK: - How cases become subscriptions

  private func minor(_ field: Field?) -> Int64 { field?.written.flatMap { Int64($0) } ?? .min }

  private func money(_ field: Field?) -> Money { Money(minor: minor(field), currency: .usd) }

  private func value(_ coupon: Field) -> Coupon.Value? {
    if let percent = (coupon["percent"] ?? coupon["rate"])?.text {
      return .percent(.percent(percent))
    }
    return (coupon["fixed"] ?? coupon["amount_cents"]).map { .fixed(money($0)) }
  }

  /// Bills one period of charges; `cycles` are those of the last coupon.
  private func bill(
    _ lines: [ExactDecimal], _ coupons: [Coupon.Value], cycles: Int? = nil, rate: String? = nil
  ) throws -> (draft: InvoiceDraft, result: AccountResult) {
    var books = Books(plans: [.of("p", .custom)])
    books.coupons = coupons.enumerated().map { index, value in
      Coupon(
        id: ID(Int64(index + 1)), code: "c\(index)", value: value,
        durationCycles: index == coupons.count - 1 ? cycles : nil)
    }
    books.taxRates = rate.map { [.percent("t", $0)] } ?? []
    let subscription = Subscription(
      id: ID(1),
      charges: lines.enumerated().map { .init(slot: Int16($0), plan: 0, amount: $1) },
      start: .on("2026-01-01"), taxes: rate == nil ? [] : [0],
      discounts: coupons.indices.map { .init(coupon: $0) })
    let billed = try books.bill(subscription, asOf: .on("2026-01-01"))
    return (try #require(billed.documents.first), billed.result)
  }
}
