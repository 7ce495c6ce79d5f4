// SPDX-License-Identifier: Apache-2.0

/// Which due items share a document: by default what one subscription owes on one day; for
/// consolidated customers what all their subscriptions of a currency owe, missed periods apart
/// (RULES 5, consolidated, catch-up).
struct DocumentPlan {
  /// In posting order: the oldest period first (RULES 0.1).
  private(set) var documents: [Document] = []

  /// What one subscription owes on one day.
  struct Group {
    /// Index of the account's subscription.
    let subscription: Int
    /// Its items.
    let items: Range<Int>
  }

  /// What one document bills.
  struct Document {
    var groups: [Group]
    let currency: Currency
    var firstPeriodStart: LocalDate
    /// The first day of its oldest period, or of an older document of its subscription.
    var place: LocalDate
    /// How many of its subscriptions' due days are newer: zero for the newest.
    let age: Int
    /// All its days are over.
    var isOver: Bool

    /// Newer ones bill the same subscriptions, and its days are over.
    var isMissed: Bool { age > 0 && isOver }
  }

  init(_ account: AccountSnapshot, due: ChargeableItems, catalog: Catalog, asOf: LocalDate) {
    var start = due.items.startIndex
    while start < due.items.endIndex {
      let subscription = due.items[start].subscription
      var end = start + 1
      while end < due.items.endIndex, due.items[end].subscription == subscription { end += 1 }
      add(start..<end, of: subscription, in: account, due: due, catalog: catalog, asOf: asOf)
      start = end
    }
    let isConsolidated = account.payer.consolidated
    if documents.count > 1 { documents.sort { $0.precedes($1, isConsolidated) } }
  }

  /// Splits one subscription's items by due day.
  private mutating func add(
    _ items: Range<Int>, of subscription: Int, in account: AccountSnapshot, due: ChargeableItems,
    catalog: Catalog, asOf: LocalDate
  ) {
    let plan = account.subscriptions[subscription].charges[0].plan
    let currency = catalog.plans[plan].currency
    var age = items.dropFirst().count { due.items[$0].dueOn != due.items[$0 - 1].dueOn }
    var place = due.items[items.lowerBound].span.start
    var start = items.lowerBound
    while start < items.upperBound {
      var end = start + 1
      var isOver = due.items[start].span.end <= asOf
      while end < items.upperBound, due.items[end].dueOn == due.items[start].dueOn {
        isOver = isOver && due.items[end].span.end <= asOf
        end += 1
      }
      let first = due.items[start].span.start
      place = max(place, first)
      add(
        Document(
          groups: [Group(subscription: subscription, items: start..<end)], currency: currency,
          firstPeriodStart: first, place: place, age: age, isOver: isOver),
        consolidated: account.payer.consolidated)
      start = end
      age -= 1
    }
  }

  private mutating func add(_ document: Document, consolidated: Bool) {
    guard consolidated,
      let index = documents.firstIndex(where: {
        $0.currency == document.currency && $0.age == document.age
      })
    else { return documents.append(document) }
    documents[index].groups += document.groups
    documents[index].isOver = documents[index].isOver && document.isOver
    documents[index].place = min(documents[index].place, document.place)
    documents[index].firstPeriodStart = min(
      documents[index].firstPeriodStart, document.firstPeriodStart)
  }
}

extension DocumentPlan.Document {
  /// The oldest period first, but what one subscription owes always in order of its due days, so
  /// that coupons count the same whether a run was late or not.
  fileprivate func precedes(_ other: Self, _ isConsolidated: Bool) -> Bool {
    if isConsolidated, age != other.age { return age > other.age }
    if place != other.place { return place < other.place }
    return groups[0].items.lowerBound < other.groups[0].items.lowerBound
  }
}
