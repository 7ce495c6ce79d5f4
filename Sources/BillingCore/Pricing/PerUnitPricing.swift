// SPDX-License-Identifier: Apache-2.0

extension ChargedQuantity {
  /// Per unit and custom: quantity × price.
  func units(at price: ExactDecimal, _ mode: PriceModel.Mode) throws(Issue) -> PricedLine {
    try line(of: price, times: billable, share: unitShare, by: .plain(mode))
  }
}
