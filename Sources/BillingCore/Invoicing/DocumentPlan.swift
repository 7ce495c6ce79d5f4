// SPDX-License-Identifier: Apache-2.0

/// Which due items share a document: by default what one subscription owes on one day; for consolidated customers
/// what all their subscriptions of a currency owe, missed periods apart (RULES 5, consolidated, catch-up).
struct DocumentPlan {
  /// In posting order: the oldest period first (RULES 0.1).
  private(set) var documents: [Document] = []

  /// What one subscription owes on one day.
  struct Group {
    /// Index of the account's subscription.
    let subscription: Int
    /// Its items.
    let items: Range<Int>
    /// How many of the subscription's due days are newer: zero for the newest.
    let age: Int
    /// All its days are over.
    let isOver: Bool
  }

  /// What one document bills.
  struct Document {
    var groups: [Group]
    let currency: Currency
    var firstPeriodStart: LocalDate
    /// Set where it bills only one.
    let onlySubscription: ID<Subscription>?
    /// Newer ones bill the same subscriptions, and its days are over.
    let isMissed: Bool
  }

  init(_ account: AccountSnapshot, due: ChargeableItems, catalog: Catalog, asOf: LocalDate) {
    var start = due.items.startIndex
    while start < due.items.endIndex {
      let subscription = due.items[start].subscription
      let end = due.items[start...].firstIndex { $0.subscription != subscription } ?? due.items.endIndex
      add(start..<end, of: subscription, in: account, due: due, catalog: catalog, asOf: asOf)
      start = end
    }
    if documents.count > 1 {
      documents.sort { left, right in
        if left.firstPeriodStart != right.firstPeriodStart {
          return left.firstPeriodStart < right.firstPeriodStart
        }
        return left.groups[0].subscription < right.groups[0].subscription
      }
    }
  }

  /// Splits one subscription's items by due day.
  private mutating func add(
    _ items: Range<Int>, of subscription: Int, in account: AccountSnapshot, due: ChargeableItems,
    catalog: Catalog, asOf: LocalDate
  ) {
    let currency = catalog.plans[account.subscriptions[subscription].charges[0].plan].currency
    var end = items.upperBound
    var age = 0
    while end > items.lowerBound {
      let day = due.items[end - 1].dueOn
      var start = end - 1
      while start > items.lowerBound, due.items[start - 1].dueOn == day { start -= 1 }
      let group = Group(
        subscription: subscription, items: start..<end, age: age,
        isOver: due.items[start..<end].allSatisfy { $0.span.end <= asOf })
      add(group, first: due.items[start].span.start, currency: currency, in: account)
      end = start
      age += 1
    }
  }

  private mutating func add(
    _ group: Group, first: LocalDate, currency: Currency, in account: AccountSnapshot
  ) {
    if account.payer.consolidated,
      let index = documents.firstIndex(where: { $0.currency == currency && $0.groups[0].age == group.age })
    {
      documents[index].groups.append(group)
      documents[index].firstPeriodStart = min(documents[index].firstPeriodStart, first)
      return
    }
    let alone = !account.payer.consolidated || account.subscriptions.count == 1
    documents.append(
      Document(
        groups: [group], currency: currency, firstPeriodStart: first,
        onlySubscription: alone ? account.subscriptions[group.subscription].id : nil,
        isMissed: group.age > 0 && group.isOver))
  }
}
