// SPDX-License-Identifier: Apache-2.0

extension AccountSnapshot {
  /// The days of its measured charges whose usage billing up to a day needs: those that are due,
  /// and covered ones of which usage came in since.
  ///
  /// Throws what `InvoiceBuilder` throws for the same account.
  public func usageWindows(
    catalog: Catalog, asOf: LocalDate, catchUp: CatchUp = CatchUp()
  ) throws(Issue) -> [UsageWindow] {
    var due = ChargeableItems()
    try due.find(in: self, catalog: catalog, asOf: asOf, catchUp: catchUp)
    return due.items.compactMap { item in
      let subscription = subscriptions[item.subscription]
      let charge = due.charge(of: item, subscription)
      guard catalog.plans[charge.plan].quantityType == .usage else { return nil }
      return UsageWindow(
        subscription: subscription.id, slot: charge.slot, plan: charge.plan, days: item.span)
    }
  }

  /// Whether any of its charges is measured.
  public func hasUsage(_ catalog: Catalog) -> Bool {
    subscriptions.contains { subscription in
      subscription.charges.contains { catalog.plans[$0.plan].quantityType == .usage }
        || subscription.changes.contains { change in
          change.plan.map { catalog.plans[$0].quantityType == .usage } ?? false
            || change.addons?.contains { catalog.plans[$0.plan].quantityType == .usage } ?? false
        }
    }
  }
}
