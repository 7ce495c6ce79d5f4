// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport
import Testing

/// The published pricing cases of one plain shape, and those of a minimum.
@Suite("Pricing, published cases", .enabled(if: SharedFolder.path != nil, "no shared folder"))
struct PricingExamplesTests {
  /// A case as far as this suite looks into it.
  fileprivate struct Example: Decodable {
    let id: String
    let uniform: Uniform?
    let inputs: [String: Field]
    let expected: [String: Field]
  }

  fileprivate struct Uniform: Decodable {
    let model: String
    let quantity: String
    let amount: String
    let tiers: [Tier]?
    let unit_price: String?
    let package_size: String?
    let package_price: String?
  }

  fileprivate struct Tier: Decodable {
    let up_to: String?
    let unit_price: String?
    let flat_price: String?
    let price: String?
  }

  private func examples() throws -> [Example] {
    struct File: Decodable { let cases: [Example] }
    return try SharedCase.decode(File.self, from: "pricing.json")?.cases ?? []
  }

  @Test("every case of the plain shape comes to its published amount")
  func uniform() throws {
    var compared = 0
    for example in try examples() {
      guard let uniform = example.uniform else { continue }
      let model = try #require(uniform.priceModel, "\(example.id)")
      let sum = try PriceProbe(model).sum(uniform.quantity)
      #expect(.number(sum) == ExactDecimal.number(uniform.amount), "\(example.id)")
      compared += 1
    }
    #expect(compared == 22)
  }

  @Test("minimum commitments are brought up to as published")
  func minimums() throws {
    var compared = 0
    for example in try examples() where example.uniform == nil {
      let inputs = example.inputs
      let names = ["minimum_spend", "min_amount"]
      guard let minimum = names.compactMap({ inputs[$0]?.text }).first,
        let model = inputs.plainModel
      else { continue }
      var probe = PriceProbe(model)
      probe.minimum = minimum
      let quantity = inputs["usage_in_line"]?.text ?? inputs["units"]?.text
      let total = example.expected["total"]?.text ?? example.expected["amount"]?.text
      let sum = try probe.sum(try #require(quantity, "\(example.id)"))
      #expect(.number(sum) == ExactDecimal.number(try #require(total)), "\(example.id)")
      compared += 1
    }
    #expect(compared == 6)
  }
}

extension PricingExamplesTests.Uniform {
  /// Nil for a model that is none of ours.
  fileprivate var priceModel: PriceModel? {
    switch model {
    case "per_unit": unit_price.map { .perUnit(.number($0)) }
    case "package":
      if let package_price, let package_size {
        .packages(package_price, per: package_size)
      } else {
        nil
      }
    case "graduated": madeTiers.map { .tiered($0) }
    case "volume": madeTiers.map { .volume($0) }
    case "stairstep": madeTiers.map { .stairstep($0) }
    default: nil
    }
  }

  /// A last tier that ends is taken as one that does not: what is beyond has no price there.
  private var madeTiers: PriceTiers? {
    PriceTiers(
      (tiers ?? []).enumerated().map { index, tier in
        PriceTiers.Tier(
          upTo: index + 1 == tiers?.count ? nil : tier.up_to.map { .number($0) },
          unitCost: .number(tier.unit_price ?? "0"),
          flatCost: .number(tier.flat_price ?? tier.price ?? "0"))
      })
  }
}

extension [String: Field] {
  /// The price of a case with a minimum; nil for a model that is none of ours.
  fileprivate var plainModel: PriceModel? {
    func number(_ key: String) -> ExactDecimal? { self[key]?.text.map { .number($0) } }
    switch self["model"]?.text {
    case "unit": return number("amount").map { .perUnit($0) }
    case "per_unit_min_max": return number("unit_price").map { .perUnit($0) }
    case "package":
      guard let price = self["amount"]?.text, let size = self["package_size"]?.text else {
        return nil
      }
      return .packages(price, per: size)
    case "tiered":
      guard self["mode"]?.text == "volume", case .list(let tiers) = self["tiers"] else {
        return nil
      }
      return PriceTiers(
        tiers.map { tier in
          guard case .object(let fields) = tier else {
            return .init(upTo: nil, unitCost: .zero, flatCost: .zero)
          }
          return PriceTiers.Tier(
            upTo: fields["up_to"]?.text.map { .number($0) },
            unitCost: .number(fields["unit_price"]?.text ?? "0"),
            flatCost: .number(fields["flat_price"]?.text ?? "0"))
        }
      ).map { .volume($0) }
    default: return nil
    }
  }
}
