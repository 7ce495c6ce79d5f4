// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres
import SQLFiles

/// What the queries of a batch returned: in order of payer, or looked up by subscription.
struct BatchRows {
  let customers: Rows
  let subscriptions: Rows
  let addons: RowsBySubscription
  let discounts: RowsBySubscription
  let coverage: RowsBySubscription
  let pendingItems: Rows
  let credits: Rows
  /// Changes of subscriptions, and what is billed that they may change.
  let timelines: TimelineRows
  /// Sums of usage, once the days are known; nil where nothing is measured.
  var usage: UsageRows?
  /// Subscriptions whose charges are not all covered alike: their spans are read one by one.
  let needsSpans: Set<Int64>

  /// Runs the eight queries of a batch, four more where billed days may have to be given back, and
  /// one where some may have been.
  ///
  /// For a look, credits are not locked.
  init(
    payers: [Int64], index: CatalogIndex, isLook: Bool = false, on connection: isolated Connection
  ) throws {
    let payerIDs = Parameter.int64Array(payers)
    let customers = try connection.query(Statement(SQLFiles.loadCustomers), [payerIDs])
    self.customers = customers
    let paysItself = Parameter.int64Array(
      try (0..<customers.count).compactMap {
        try customers.bool($0, 16) ? customers.int64($0, 0) : nil
      })
    let subscriptions = try connection.query(
      Statement(SQLFiles.loadSubscriptions), [payerIDs, paysItself])
    let ids = try (0..<subscriptions.count).map { try subscriptions.int64($0, 1) }
    self.subscriptions = subscriptions
    let subscriptionIDs = Parameter.int64Array(ids)
    let addons = try RowsBySubscription(
      connection.query(Statement(SQLFiles.loadAddons), [subscriptionIDs]))
    self.addons = addons
    discounts = try RowsBySubscription(
      connection.query(Statement(SQLFiles.loadDiscounts), [subscriptionIDs]))
    timelines = try TimelineRows(of: subscriptions, index: index, on: connection)
    let needsSpans = try Self.unevenSubscriptions(subscriptions, addons: addons, index: index)
      .union(timelines.subscriptions)
    self.needsSpans = needsSpans
    coverage = try RowsBySubscription(
      connection.query(
        Statement(SQLFiles.loadCoverage), [.int64Array(ids.filter(needsSpans.contains))]))
    pendingItems = try connection.query(
      Statement(SQLFiles.loadPendingItems), [payerIDs, paysItself])
    credits = try connection.query(
      Statement(isLook ? SQLFiles.lookAtCredits : SQLFiles.loadCredits), [payerIDs])
  }

  /// Subscriptions whose cursor does not say it all: marked so by the schema, or with charges of
  /// unlike periods.
  private static func unevenSubscriptions(
    _ subscriptions: Rows, addons: RowsBySubscription, index: CatalogIndex
  ) throws -> Set<Int64> {
    var uneven: Set<Int64> = []
    for row in 0..<subscriptions.count {
      let id = try subscriptions.int64(row, 1)
      if try !subscriptions.bool(row, 21) { uneven.insert(id) }
      let own = index.plans[try subscriptions.int64(row, 2)]
      if let own, index.catalog.plans[own].quantityType == .usage { uneven.insert(id) }
      for addon in addons[id] {
        let other = index.plans[try addons.rows.int64(addon, 2)]
        if let own, let other, own != other,
          !index.catalog.plans[own].hasSamePeriods(as: index.catalog.plans[other])
        {
          uneven.insert(id)
        }
      }
    }
    return uneven
  }
}

/// The rows of each subscription, which stand together.
///
/// Nothing says that the ids of subscriptions rise with those of their payers: whoever walks both
/// side by side loses rows.
struct RowsBySubscription {
  let rows: Rows
  private var places: [Int64: Range<Int>] = [:]

  /// Takes rows whose first column is the subscription, those of one side by side.
  init(_ rows: Rows) throws {
    self.rows = rows
    var start = 0
    while start < rows.count {
      let id = try rows.int64(start, 0)
      var end = start + 1
      while try end < rows.count && rows.int64(end, 0) == id { end += 1 }
      places[id] = start..<end
      start = end
    }
  }

  /// The rows of a subscription, in their order.
  subscript(subscription: Int64) -> Range<Int> { places[subscription] ?? 0..<0 }
}

extension Plan {
  /// Whether charges of both start, end and fall due together.
  fileprivate func hasSamePeriods(as other: Plan) -> Bool {
    interval == other.interval && intervalCount == other.intervalCount
      && quantityType == other.quantityType
  }
}
