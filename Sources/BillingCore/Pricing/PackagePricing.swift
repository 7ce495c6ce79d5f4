// SPDX-License-Identifier: Apache-2.0

extension ChargedQuantity {
  /// Package: a package that is begun costs as much as a full one; of nothing none is begun.
  ///
  /// The quantity is not negative.
  func packages(_ package: PriceModel.Package) throws(Issue) -> PricedLine {
    let count = try exact { () throws(MoneyError) in
      try billable.quotientRoundedUp(by: package.size)
    }
    return try line(
      of: package.price, times: ExactDecimal(count), share: unitShare, by: .packages(package.size))
  }
}
