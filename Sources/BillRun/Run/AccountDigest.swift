// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres

/// The fingerprint of what one payer was billed: lines and totals, without ids, numbers and times
/// of writing, so that a dry run and the run have the same (INTERFACE, fingerprint).
struct AccountDigest: ~Copyable {
  private var buffer = DigestBuffer()

  /// Begins with a payer.
  mutating func begin(_ payer: ID<Customer>) {
    buffer.reset()
    buffer.append(payer.rawValue)
  }

  /// Adds a document.
  mutating func add(_ draft: InvoiceDraft) {
    buffer.append(draft.kind == .invoice ? 1 as Int64 : -1)
    buffer.append(draft.currency.code)
    for amount in [
      draft.subtotal, draft.discount, draft.tax, draft.total, draft.rounding, draft.credited,
    ] {
      buffer.append(amount.minor)
    }
    buffer.append(Int64(draft.lines.count))
    for line in draft.lines {
      buffer.append(line.subscription?.rawValue ?? 0)
      buffer.append(Int64(line.slot))
      buffer.append(Int64(line.period?.start.daysSince1970 ?? 0))
      buffer.append(Int64(line.period?.end.daysSince1970 ?? 0))
      buffer.append(line.quantity.coefficient)
      buffer.append(line.unitCost.coefficient)
      buffer.append(line.amount.minor)
      buffer.append(line.discount.minor)
      buffer.append(line.net.minor)
    }
    for tax in draft.taxes {
      buffer.append(tax.base.minor)
      buffer.append(tax.amount.minor)
    }
  }

  /// The digest of all that was added.
  func finish() -> [UInt8] { buffer.sha256() }
}
