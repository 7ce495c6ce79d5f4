// SPDX-License-Identifier: Apache-2.0

extension InvoiceBuilder {
  /// Hands a document out, or covers its days with the reason `zero` where the seller suppresses it
  /// (RULES 5, zero).
  func hand(
    out draft: InvoiceDraft, to emit: (InvoiceDraft) -> Void, _ result: inout AccountResult
  ) throws(Issue) {
    if seller.zeroInvoices == .suppress, draft.comesToNothing {
      result.suppress(draft)
      return
    }
    result.documents += 1
    result.lines += draft.lines.count
    if result.lines > BillingTerms.maxLinesPerAccount {
      throw .tooManyLines(BillingTerms.maxLinesPerAccount)
    }
    emit(draft)
  }

  func reasonForNothing(
    _ account: AccountSnapshot, _ result: AccountResult
  ) -> AccountResult.NothingDue {
    if let first = result.reasoned.last {
      switch first.reason {
      case .paused: return .paused
      case .zero: return .zero
      case .trial: return .trial
      case .migrated: return .migrated
      case .skipped, .beforeBackfill: return .skipped
      }
    }
    if due.awaitsRenewal { return .awaitingRenewal }
    let ended = result.cursors.allSatisfy { $0.nextBillOn == nil }
    return ended && account.pendingItems.isEmpty ? .finished : .notDue
  }

  /// Where billing of a subscription stands after this.
  func cursor(of index: Int, _ account: AccountSnapshot) -> AccountResult.Cursor {
    AccountResult.Cursor(
      subscription: account.subscriptions[index].id, coveredThrough: due.coveredThrough[index],
      straightThrough: due.straightThrough[index], nextBillOn: due.nextBillOn[index],
      usageThrough: due.usageThrough[index], usageFrom: due.usageFrom[index])
  }
}
