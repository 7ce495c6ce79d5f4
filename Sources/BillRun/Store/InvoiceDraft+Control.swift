// SPDX-License-Identifier: Apache-2.0
import BillingCore

extension InvoiceDraft {
  /// Adds the document up another way than the pipeline did: a difference is a bug and stops
  /// whoever was going to write it (DESIGN 13.1).
  func checkSums() throws {
    var sum: Int64 = 0
    var discounts: Int64 = 0
    for line in lines {
      sum &+= line.net.minor
      discounts &+= line.discount.minor
    }
    for tax in taxes { sum &+= tax.amount.minor }
    let isSound =
      sum == total.minor && discounts == discount.minor && total.minor >= 0
      && credited.minor <= total.minor
    if !isSound {
      throw BillRunError.controlCheck(
        "a document's lines and taxes come to \(sum), its total is \(total.minor)")
    }
  }
}
