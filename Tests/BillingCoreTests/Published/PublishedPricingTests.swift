// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

/// Published prices that are not of the plain shape, as far as models here can say them.
@Suite(
  "Published prices",
  .enabled(if: PublishedCase.areThere, "no folder of published cases beside the package"))
struct PublishedPricingTests {
  @Test("prices of other shapes come to what is published")
  func otherShapes() throws {
    let tally = try Tally("pricing.json", kinds: ["pricing"]) { example in
      if example.isElsewhere { throw Skip("in the suite of the plain shape and the minimum") }
      let inputs = example.inputs
      let model = inputs["model"]?.text ?? ""
      let sum: ExactDecimal
      switch model {
      case "percentage": sum = try percentage(inputs)
      case "tiered_blocks": sum = try blocks(inputs)
      case "commitment": sum = try commitment(inputs)
      case "commitment_windowed": throw Skip("each hour has its own commitment")
      default:
        if let maximum = inputs["maximum_spend"]?.decimal,
          try measured(inputs, model) > maximum || inputs["previously_billed_amount"] != nil
        {
          throw Skip("a maximum")
        }
        sum = try measured(inputs, model)
      }
      let expected = example.expected["amount"] ?? example.expected["total"]
      // Some amounts are published before they are rounded.
      let cents = Fraction(try #require(expected?.decimal)) * Fraction(100)
      #expect(
        sum == ExactDecimal(Money(minor: cents.rounded(.halfUp), currency: .usd)), example.comment)
    }
    #expect(tally.run == 22)
    #expect(
      tally.skipped == [
        "in the suite of the plain shape and the minimum": 28, "a maximum": 3,
        "a fee, free units or limits of each transaction": 2,
        "units are prorated by their days before they are put into tiers": 2,
        "a tier is priced by blocks of its own size": 2, "each hour has its own commitment": 1,
      ])
  }

  /// What the usage of a line adds to what was used before it.
  private func measured(_ inputs: Field, _ model: String) throws -> ExactDecimal {
    var probe = PriceProbe(try priceModel(inputs, model))
    probe.minimum = (inputs["minimum_spend"] ?? inputs["minimum"])?.text
    let before = inputs["usage_before_this_line"]?.decimal ?? .zero
    let quantity = try #require(
      (inputs["usage_in_line"] ?? inputs["units"] ?? inputs["usage_amount"])?.decimal)
    let all = try before.adding(quantity)
    let earlier = before == .zero ? .zero : ExactDecimal.number(try probe.sum("\(before)"))
    return try ExactDecimal.number(try probe.sum("\(all)")).subtracting(earlier)
  }

  private func priceModel(_ inputs: Field, _ model: String) throws -> PriceModel {
    let amount = inputs["amount"]
    switch model {
    case "unit": return .perUnit(try #require(amount?.decimal))
    case "flat": return .flat(try #require(amount?.decimal))
    case "spending_minimum": return .perUnit(.one)
    case "package":
      return .packages(
        try #require(amount?.text), per: try #require(inputs["package_size"]?.text))
    case "dynamic":
      let multiplier = try #require(inputs["multiplier"]?.decimal)
      return .percentage(ExactDecimal(coefficient: multiplier.coefficient * 100))
    case "tiered":
      let tiers = try tiers(inputs, unit: "unit_price", flat: "flat_price")
      return inputs["mode"]?.text == "volume" ? .volume(tiers) : .tiered(tiers)
    case "prorated_graduated":
      if inputs["event_units"] != inputs["event_prorated_units"] {
        throw Skip("units are prorated by their days before they are put into tiers")
      }
      return .tiered(try tiers(inputs, unit: "per_unit_amount", flat: "flat_amount"))
    case "graduated_percentage":
      // Per cent of an amount in a tier is so much for each unit of it.
      return .tiered(try tiers(inputs, unit: "rate", flat: "flat_amount"))
    default:
      Issue.record("no model \(model)")
      return .custom
    }
  }

  private func tiers(_ inputs: Field, unit: String, flat: String) throws -> PriceTiers {
    let made = (inputs["tiers"]?.list ?? []).map { tier in
      let price = tier[unit]?.decimal ?? .zero
      return PriceTiers.Tier(
        upTo: (tier["up_to"] ?? tier["to_value"])?.decimal,
        unitCost: unit == "rate" ? ExactDecimal(coefficient: price.coefficient / 100) : price,
        flatCost: tier[flat]?.decimal ?? .zero)
    }
    return try #require(PriceTiers(made))
  }

  private func percentage(_ inputs: Field) throws -> ExactDecimal {
    for key in ["fixed_amount", "free_units_per_events", "per_transaction_max_amount"]
    where inputs[key] != nil {
      throw Skip("a fee, free units or limits of each transaction")
    }
    let probe = PriceProbe(.percentage(try #require(inputs["rate"]?.decimal)))
    return .number(try probe.sum(try #require(inputs["units"]?.text)))
  }

  /// Blocks of one unit are tiers; those of the tier that is reached are a volume price.
  private func blocks(_ inputs: Field) throws -> ExactDecimal {
    var sum = ExactDecimal.zero
    for unit in inputs["units"]?.list ?? [] {
      var bound = ExactDecimal.zero
      var tiers: [PriceTiers.Tier] = []
      for tier in unit["tiers"]?.list ?? [] {
        if tier["block_size"]?.text != "1" {
          throw Skip("a tier is priced by blocks of its own size")
        }
        bound = try bound.adding(try #require(tier["max_blocks"]?.decimal))
        let price = try #require(tier["price_per_block"]?.decimal)
        tiers.append(.init(upTo: bound, unitCost: price, flatCost: .zero))
      }
      let last = try #require(tiers.last)
      tiers[tiers.count - 1] = .init(upTo: nil, unitCost: last.unitCost, flatCost: .zero)
      let made = try #require(PriceTiers(tiers))
      let isTop = inputs["tier_block_policy"]?.text == "TOP_TIER"
      let probe = PriceProbe(isTop ? .volume(made) : .tiered(made))
      sum = try sum.adding(.number(try probe.sum(try #require(unit["used"]?.text))))
    }
    return sum
  }

  /// What is above a commitment is a tier of its own price, the commitment itself a minimum.
  private func commitment(_ inputs: Field) throws -> ExactDecimal {
    let price = try #require(inputs["unit_price"]?.decimal)
    let committed = try #require(inputs["committed_units"]?.decimal)
    let factor = try #require(inputs["overage_factor"]?.decimal)
    let above = try #require(price.times(factor))
    let tiers = try #require(
      PriceTiers([
        .init(upTo: committed, unitCost: price, flatCost: .zero),
        .init(upTo: nil, unitCost: above, flatCost: .zero),
      ]))
    var probe = PriceProbe(.tiered(tiers))
    if inputs["true_up"] == .flag(true) {
      probe.minimum = try #require(price.times(committed)).description
    }
    return .number(try probe.sum(try #require(inputs["units"]?.text)))
  }
}

extension PublishedCase {
  /// Whether `PricingExamplesTests` runs it.
  fileprivate var isElsewhere: Bool {
    let model = inputs["model"]?.text
    let isPlain =
      ["unit", "per_unit_min_max", "package"].contains(model)
      || model == "tiered" && inputs["mode"]?.text == "volume"
    let hasMinimum = inputs["minimum_spend"] != nil || inputs["min_amount"] != nil
    return uniform != nil || isPlain && hasMinimum
  }
}
