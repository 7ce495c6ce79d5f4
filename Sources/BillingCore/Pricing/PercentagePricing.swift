// SPDX-License-Identifier: Apache-2.0

extension ChargedQuantity {
  /// Percentage: so many per cent of the quantity, which is money in major units.
  func percentage(_ percent: ExactDecimal) throws(Issue) -> PricedLine {
    let hundredth = try exact { () throws(MoneyError) in
      try unitShare.times(Ratio(reducedNumerator: 1, denominator: 100))
    }
    return try line(of: percent, times: billable, share: hundredth, by: .percent(percent))
  }
}
