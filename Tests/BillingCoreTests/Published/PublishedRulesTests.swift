// SPDX-License-Identifier: Apache-2.0
import Testing

/// The checker of documents against the fragments that keep or break one rule of EN 16931.
@Suite(
  "Published fragments",
  .enabled(if: PublishedCase.areThere, "no folder of published cases beside the package"))
struct PublishedRulesTests {
  /// Rules about fields that documents here do not have.
  static let absent = [
    "BR-28": "a gross price beside the net one",
    "PEPPOL-EN16931-R040": "an allowance's percentage and base",
    "PEPPOL-EN16931-R041": "an allowance's percentage and base",
    "PEPPOL-EN16931-R042": "an allowance's percentage and base",
    "PEPPOL-EN16931-R046": "a gross price beside the net one",
  ]

  @Test("each fragment keeps or breaks its rule as published")
  func fragments() throws {
    let tally = try Tally("arithmetic_rules.json") { example in
      let rule = example.inputs["rule"]?.text ?? ""
      if let reason = Self.absent[rule] { throw Skip(reason) }
      let fragment = try #require(example.inputs["fragment"], example.comment)
      let keeps = RuledDocument(fragment).keeps(rule)
      #expect(keeps == (example.expected["outcome"]?.text == "valid"), example.comment)
    }
    #expect(tally.run == 92)
    #expect(
      tally.skipped == [
        "a gross price beside the net one": 6, "an allowance's percentage and base": 10,
      ])
  }
}

extension RuledDocument {
  /// A fragment as published.
  fileprivate init(_ fragment: Field) {
    func number(_ field: Field?) -> Fraction? { field?.decimal.map { Fraction($0) } }
    func amounts(_ field: Field?) -> [Fraction] {
      (field?.list ?? []).compactMap { number($0["amount"]) }
    }
    func key(_ field: Field?) -> String? {
      guard let category = field?["category"]?.text else { return nil }
      let rate = ["S", "L", "M"].contains(category) ? field?["rate"]?.decimal : nil
      return rate.map { "\(category) \($0)" } ?? category
    }
    let stated = fragment["stated"]
    for (line, net) in zip(fragment["lines"]?.list ?? [], stated?["line_nets"]?.list ?? []) {
      lines.append(
        Line(
          quantity: number(line["quantity"]), price: number(line["unit_price"]),
          baseQuantity: number(line["price_base_quantity"]), net: number(net["net"]),
          allowances: amounts(line["allowances"]), charges: amounts(line["charges"]),
          keys: [key(line["tax"])].compactMap { $0 }))
    }
    allowances = (fragment["document_allowances"]?.list ?? []).map {
      Extra(amount: number($0["amount"]), key: key($0["tax"]))
    }
    charges = (fragment["document_charges"]?.list ?? []).map {
      Extra(amount: number($0["amount"]), key: key($0["tax"]))
    }
    groups = (stated?["tax_subtotals"]?.list ?? []).map {
      let category = $0["category"]?.text
      // Of a rate without a category only the arithmetic counts.
      return Group(
        key: key($0) ?? "",
        isTaxed: category.map { ["S", "L", "M"].contains($0) } ?? ($0["rate"] != nil),
        percent: number($0["rate"]), base: number($0["taxable"]), tax: number($0["tax"]))
    }
    lineSum = number(stated?["sum_of_lines"])
    allowanceSum = number(stated?["allowance_total"])
    chargeSum = number(stated?["charge_total"])
    net = number(stated?["total_net"])
    tax = number(stated?["total_tax"])
    gross = number(stated?["total_gross"])
    payable = number(stated?["payable"])
    prepaid = number(fragment["prepaid"])
    rounding = number(fragment["rounding"])
  }
}
