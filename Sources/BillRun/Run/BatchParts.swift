// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// What became of the accounts of a batch, or of a lane.
struct BatchCounts: Sendable {
  var invoiced = 0
  var nothingDue = 0
  var held = 0
  var invoices = 0
  var lines = 0

  var accounts: Int { invoiced + nothingDue + held }

  mutating func add(_ other: BatchCounts) {
    invoiced += other.invoiced
    nothingDue += other.nothingDue
    held += other.held
    invoices += other.invoices
    lines += other.lines
  }

  func json(batch: Int32) -> String {
    var writer = JSONWriter()
    writer.object {
      $0.field("batch", batch)
      $0.field("invoiced", invoiced)
      $0.field("nothing_due", nothingDue)
      $0.field("held", held)
      $0.field("invoices", invoices)
    }
    return writer.text
  }
}

/// When to look at subscriptions again, where covering their days does not already say so: the
/// schema moves the cursor of a subscription whose charges go straight on to the end of the new
/// span less its lead days.
struct CursorMoves {
  private var subscriptions: [Int64?] = []
  private var days: [Int32?] = []
  private var versions: [Int32?] = []
  private var straightEnds: [Int32?] = []
  private var usageEnds: [Int32?] = []
  private var usageStarts: [Int32?] = []
  /// PostgreSQL's `infinity`: never again.
  private static let never = Int32.max

  mutating func removeAll() {
    subscriptions.removeAll(keepingCapacity: true)
    days.removeAll(keepingCapacity: true)
    versions.removeAll(keepingCapacity: true)
    straightEnds.removeAll(keepingCapacity: true)
    usageEnds.removeAll(keepingCapacity: true)
    usageStarts.removeAll(keepingCapacity: true)
  }

  mutating func add(_ result: AccountResult, of account: AccountSnapshot) {
    for (subscription, cursor) in zip(account.subscriptions, result.cursors) {
      if case .through(let before) = subscription.coverage, let end = cursor.coveredThrough,
        end != before,
        cursor.nextBillOn == end.adding(days: subscription.inArrears ? 0 : -subscription.leadDays)
      {
        continue
      }
      subscriptions.append(cursor.subscription.rawValue)
      days.append(cursor.nextBillOn?.daysSince2000 ?? Self.never)
      // Giving days back is an edit, too, of this very batch.
      let isReleased = result.released.contains { $0.subscription == cursor.subscription }
      versions.append(subscription.cursorVersion &+ (isReleased ? 1 : 0))
      straightEnds.append(cursor.straightThrough?.daysSince2000)
      usageEnds.append(cursor.usageThrough?.daysSince2000)
      usageStarts.append(cursor.usageFrom?.daysSince2000)
    }
  }

  func write(on connection: isolated Connection) throws {
    if subscriptions.isEmpty { return }
    try connection.execute(
      Statement(SQLFiles.moveCursors),
      [
        .int64Array(subscriptions), .dateArray(daysSince2000: days), .int32Array(versions),
        .dateArray(daysSince2000: straightEnds), .dateArray(daysSince2000: usageEnds),
        .dateArray(daysSince2000: usageStarts),
      ])
  }
}

/// What documents use up beside covering days: credits, pending items, coupon cycles.
struct SideEffects {
  private var credits: [(id: Int64, amount: Int64)] = []
  private var swept: [(item: Int64, invoice: Int64, line: Int32)] = []
  private var cycles: [(subscription: Int64, coupon: Int64, count: Int32)] = []
  private var changes: [Int64] = []

  mutating func removeAll() {
    credits.removeAll(keepingCapacity: true)
    swept.removeAll(keepingCapacity: true)
    cycles.removeAll(keepingCapacity: true)
    changes.removeAll(keepingCapacity: true)
  }

  mutating func apply(_ applied: [ID<SubscriptionChange>]) {
    changes += applied.map(\.rawValue)
  }

  /// Of what stays a draft for now, no credit is used but goodwill.
  mutating func add(_ draft: InvoiceDraft, id: Int64, isPosted: Bool) {
    if isPosted {
      for use in draft.creditsApplied { credits.append((use.credit.rawValue, use.amount.minor)) }
    }
    for discount in draft.discounts {
      if let credit = discount.credit { credits.append((credit.rawValue, discount.amount.minor)) }
    }
    for (index, line) in draft.lines.enumerated() {
      if let item = line.pendingItem { swept.append((item.rawValue, id, Int32(index + 1))) }
    }
  }

  mutating func add(_ counted: AccountResult.CouponCycles, coupon: ID<Coupon>) {
    cycles.append((counted.subscription.rawValue, coupon.rawValue, Int32(counted.cycles)))
  }

  func write(run: Int64, on connection: isolated Connection) throws {
    if !changes.isEmpty {
      try connection.execute(
        Statement(SQLFiles.applyChanges), [.int64Array(changes), .int64(run)])
    }
    if !credits.isEmpty {
      try connection.execute(
        Statement(SQLFiles.useCredits),
        [.int64Array(credits.map(\.id)), .int64Array(credits.map(\.amount))])
    }
    if !swept.isEmpty {
      let count = try connection.execute(
        Statement(SQLFiles.sweepPendingItems),
        [
          .int64Array(swept.map(\.item)), .int64Array(swept.map(\.invoice)),
          .int32Array(swept.map(\.line)),
        ])
      if count != swept.count { throw BillRunError.controlCheck("a pending item was billed twice") }
    }
    if !cycles.isEmpty {
      try connection.execute(
        Statement(SQLFiles.countCouponCycles),
        [
          .int64Array(cycles.map(\.subscription)), .int64Array(cycles.map(\.coupon)),
          .int32Array(cycles.map(\.count)),
        ])
    }
  }
}

extension BillRunError {
  /// A check before a commit failed: a bug; the transaction is undone.
  static func controlCheck(_ what: String) -> BillRunError {
    BillRunError(.software, code: "control_check_failed", what)
  }

  /// The series has a number of a later date already (RULES 2, order).
  static func laterNumber(_ plan: RunPlan) -> BillRunError {
    BillRunError(
      .dataError, code: "invoice_date_before_series",
      "a series of seller \(plan.seller.code) has a later date than \(plan.terms.invoiceDate)",
      hint: "give an --invoice-date that is not before the newest number's")
  }
}
