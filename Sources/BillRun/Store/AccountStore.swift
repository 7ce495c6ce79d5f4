// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// Reads the accounts of a batch: a fixed number of queries, whatever its size (DESIGN 4, load).
struct AccountStore {
  let index: CatalogIndex

  /// An account as read, with the digest of all that was read of it.
  struct Loaded {
    let account: AccountSnapshot
    let inputs: [UInt8]
  }

  /// Hands out the accounts of a batch in order of id, each once all of it is there.
  func read(_ batch: BatchRows, body: (Loaded) throws -> Void) throws {
    var cursor = BatchCursor()
    var digest = DigestBuffer()
    for row in 0..<batch.customers.count {
      digest.reset()
      digest.append(row, of: batch.customers)
      let id = try batch.customers.int64(row, 0)
      let subscriptions = try self.subscriptions(of: id, in: batch, &cursor, &digest)
      let pending = try pendingItems(of: id, in: batch, &cursor, &digest)
      let credits = try credits(of: id, in: batch, &cursor, &digest)
      let roundings = try batch.timelines.roundings(of: id, &digest)
      let customer = try customer(row, of: batch.customers)
      try body(
        Loaded(
          account: AccountSnapshot(
            payer: customer, subscriptions: subscriptions, pendingItems: pending, credits: credits,
            roundings: roundings, operatorHold: try batch.customers.optionalString(row, 15)),
          inputs: digest.sha256()))
    }
  }

  /// Sums the usage that a batch needs: which days are due is found first, then they are summed in
  /// one query.
  func loadUsage(
    of batch: inout BatchRows, by terms: BillingTerms, on connection: isolated Connection
  ) throws {
    var windows: [UsageWindow] = []
    try read(batch) { loaded in
      guard loaded.account.hasUsage(index.catalog) else { return }
      // Whoever cannot be billed is held when it is priced.
      let due = try? loaded.account.usageWindows(
        catalog: index.catalog, asOf: terms.asOf, catchUp: terms.catchUp)
      windows += due ?? []
    }
    if windows.isEmpty { return }
    batch.usage = try UsageRows(windows, index: index, on: connection)
  }

  /// A customer of `load_customers`.
  func customer(_ row: Int, of rows: Rows) throws -> Customer {
    Customer(
      id: ID(try rows.int64(row, 0)), currency: try rows.optionalCurrency(row, 1),
      country: try rows.optionalString(row, 2), state: try rows.optionalString(row, 3),
      postalCode: try rows.optionalString(row, 4), isCompany: try rows.bool(row, 17),
      taxID: try rows.optionalString(row, 18), isTaxIDChecked: try rows.bool(row, 19),
      taxable: try rows.bool(row, 5),
      taxExemptReason: try rows.optionalString(row, 6),
      taxes: index.places(ofTaxRates: try rows.stringArray(row, 7)),
      autopay: try rows.bool(row, 8), autopayDelayDays: Int(try rows.optionalInt32(row, 9) ?? 0),
      paymentTerms: try rows.optionalString(row, 10),
      paymentMethod: try rows.isNull(row, 20) ? .other : try rows.choice(row, 20),
      chase: try rows.bool(row, 11), consolidated: try rows.bool(row, 12),
      purchaseOrder: try rows.optionalString(row, 13),
      partyVersion: try rows.int32(row, 14))
  }

  private func subscriptions(
    of payer: Int64, in batch: BatchRows, _ cursor: inout BatchCursor, _ digest: inout DigestBuffer
  ) throws -> [Subscription] {
    var subscriptions: [Subscription] = []
    let rows = batch.subscriptions
    while try cursor.subscription < rows.count && rows.int64(cursor.subscription, 0) == payer {
      let row = cursor.subscription
      digest.append(row, of: rows)
      let id = try rows.int64(row, 1)
      let charges = try charges(of: id, at: row, in: batch, &digest)
      subscriptions.append(
        Subscription(
          id: ID(id), charges: charges, start: try rows.localDate(row, 5),
          trialEnd: try rows.optionalLocalDate(row, 6),
          inArrears: try rows.text(row, 7, equals: "arrears"),
          leadDays: Int(try rows.int32(row, 8)),
          anchorDay: try rows.optionalInt32(row, 9).map(Int.init),
          cycles: try rows.optionalInt32(row, 10).map(Int.init), renewal: try rows.choice(row, 11),
          renewalCycles: try rows.optionalInt32(row, 12).map(Int.init),
          terms: Int(try rows.int32(row, 13)), canceledAt: try rows.optionalLocalDate(row, 14),
          cancelsAtPeriodEnd: try rows.bool(row, 15), proratesCancel: try rows.bool(row, 16),
          paused: try rows.bool(row, 17), migratedThrough: try rows.optionalLocalDate(row, 18),
          taxes: index.places(ofTaxRates: try rows.stringArray(row, 19)),
          discounts: try discounts(of: id, in: batch, &digest),
          coverage: try coverage(of: id, at: row, in: batch, &digest),
          cursorVersion: try rows.int32(row, 22),
          changes: try batch.timelines.changes(of: id, &digest),
          billed: try batch.timelines.billed(of: id, &digest),
          returnedGoodwill: try batch.timelines.returnedGoodwill(of: id, &digest),
          usage: try batch.usage?.sums(of: id, &digest) ?? [],
          usageFrom: try rows.optionalLocalDate(row, 23)))
      cursor.subscription += 1
    }
    return subscriptions
  }

  private func charges(
    of subscription: Int64, at row: Int, in batch: BatchRows, _ digest: inout DigestBuffer
  ) throws -> [Subscription.Charge] {
    let rows = batch.subscriptions
    var charges = [
      Subscription.Charge(
        slot: 0, plan: try plan(try rows.int64(row, 2)), quantity: try rows.exactDecimal(row, 3),
        amount: try rows.optionalExactDecimal(row, 4))
    ]
    let addons = batch.addons.rows
    for addon in batch.addons[subscription] {
      digest.append(addon, of: addons)
      charges.append(
        Subscription.Charge(
          slot: try addons.int16(addon, 1), plan: try plan(try addons.int64(addon, 2)),
          quantity: try addons.exactDecimal(addon, 3),
          amount: try addons.optionalExactDecimal(addon, 4),
          description: try addons.optionalString(addon, 5)))
    }
    return charges
  }

  private func discounts(
    of subscription: Int64, in batch: BatchRows, _ digest: inout DigestBuffer
  ) throws -> [Subscription.AttachedCoupon] {
    var discounts: [Subscription.AttachedCoupon] = []
    let rows = batch.discounts.rows
    for row in batch.discounts[subscription] {
      digest.append(row, of: rows)
      guard let coupon = index.coupons[try rows.int64(row, 1)] else { throw CatalogChanged() }
      discounts.append(.init(coupon: coupon, cyclesUsed: Int(try rows.int32(row, 2))))
    }
    return discounts
  }

  private func coverage(
    of subscription: Int64, at row: Int, in batch: BatchRows, _ digest: inout DigestBuffer
  ) throws -> Subscription.Coverage {
    guard batch.needsSpans.contains(subscription) else {
      return .through(try batch.subscriptions.optionalLocalDate(row, 20))
    }
    var spans: [Int16: [Period]] = [:]
    let rows = batch.coverage.rows
    for row in batch.coverage[subscription] {
      digest.append(row, of: rows)
      if let span = try Period(from: rows.localDate(row, 2), to: rows.localDate(row, 3)) {
        spans[try rows.int16(row, 1), default: []].append(span)
      }
    }
    return .spans(spans)
  }

  private func pendingItems(
    of payer: Int64, in batch: BatchRows, _ cursor: inout BatchCursor, _ digest: inout DigestBuffer
  ) throws -> [PendingItem] {
    var items: [PendingItem] = []
    let rows = batch.pendingItems
    while try cursor.pendingItem < rows.count && rows.int64(cursor.pendingItem, 0) == payer {
      let row = cursor.pendingItem
      digest.append(row, of: rows)
      items.append(
        PendingItem(
          id: ID(try rows.int64(row, 1)), name: try rows.string(row, 2),
          description: try rows.optionalString(row, 3),
          item: try rows.optionalInt64(row, 4).map { ID($0) },
          quantity: try rows.exactDecimal(row, 5), unitCost: try rows.exactDecimal(row, 6),
          currency: try rows.currency(row, 7), discountable: try rows.bool(row, 8),
          taxable: try rows.bool(row, 9), taxCategory: try rows.optionalString(row, 10),
          taxes: index.places(ofTaxRates: try rows.stringArray(row, 11)),
          taxAmount: try rows.exactDecimal(row, 15), addedOn: try rows.localDate(row, 12),
          discounts: try discounts(ofItem: row, in: rows)))
      cursor.pendingItem += 1
    }
    return items
  }

  private func discounts(ofItem row: Int, in rows: Rows) throws -> [PendingItem.Discount] {
    try zip(rows.int64Array(row, 13), rows.stringArray(row, 14)).map { coupon, amount in
      if coupon == 0 { return .amount(ExactDecimal(amount) ?? .zero) }
      if coupon < 0 { return .coupon(-1) }
      guard let place = index.coupons[coupon] else { throw CatalogChanged() }
      return .coupon(place)
    }
  }

  private func credits(
    of payer: Int64, in batch: BatchRows, _ cursor: inout BatchCursor, _ digest: inout DigestBuffer
  ) throws -> [Credit] {
    var credits: [Credit] = []
    let rows = batch.credits
    while try cursor.credit < rows.count && rows.int64(cursor.credit, 0) == payer {
      let row = cursor.credit
      digest.append(row, of: rows)
      let currency = try rows.currency(row, 3)
      credits.append(
        Credit(
          id: ID(try rows.int64(row, 1)), kind: try rows.choice(row, 2),
          open: Money(minor: try rows.int64(row, 4), currency: currency),
          expiresOn: try rows.optionalLocalDate(row, 5)))
      cursor.credit += 1
    }
    return credits
  }

  private func plan(_ id: Int64) throws -> Int {
    guard let place = index.plans[id] else { throw CatalogChanged() }
    return place
  }
}

/// A plan or coupon came in after the lane had read the catalog: the lane reads it again.
struct CatalogChanged: Error {}

/// How far each result of a batch is read; all are in order of payer.
private struct BatchCursor {
  var subscription = 0
  var pendingItem = 0
  var credit = 0
}
