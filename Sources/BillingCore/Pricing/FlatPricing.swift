// SPDX-License-Identifier: Apache-2.0

extension ChargedQuantity {
  /// Flat: the price once a period, whatever the quantity.
  func flat(_ price: ExactDecimal) throws(Issue) -> PricedLine {
    try line(of: price, times: .one, share: share, by: .plain(.flat))
  }
}
