// SPDX-License-Identifier: Apache-2.0

extension ChargedQuantity {
  /// Stairstep: the flat cost of the tier that the quantity reaches.
  ///
  /// The quantity is not negative; nothing is in no tier and owes nothing.
  func step(_ tiers: PriceTiers) throws(Issue) -> PricedLine {
    if billable.isZero {
      return try line(
        of: tiers.tiers[0].flatCost, times: .zero, share: share, by: .plain(.stairstep))
    }
    let index = tiers.place(of: billable)
    return try line(
      of: tiers.tiers[index].flatCost, times: .one, share: share,
      by: .tierFee(.stairstep, tiers.bounds(index)))
  }
}
