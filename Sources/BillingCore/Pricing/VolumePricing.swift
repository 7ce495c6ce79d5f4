// SPDX-License-Identifier: Apache-2.0

extension ChargedQuantity {
  /// Volume: all units at the cost of the tier that they reach, its flat cost apart (RULES 1.2).
  ///
  /// The quantity is not negative; nothing is in no tier and owes nothing.
  func volume(_ tiers: PriceTiers, into lines: inout [PricedLine]) throws(Issue) {
    if billable.isZero { return lines.append(try nothing(at: tiers.tiers[0].unitCost, .volume)) }
    let index = tiers.place(of: billable)
    try append(tiers.tiers[index], tiers.bounds(index), units: billable, .volume, to: &lines)
  }
}
