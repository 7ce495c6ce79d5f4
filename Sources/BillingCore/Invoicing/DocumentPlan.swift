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
    /// Indices of `ChargeableItems.credits` that go with them.
    var credits: Range<Int> = 0..<0
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
    /// An earlier run has made it; so only in a simulation.
    let isEarlier: Bool
    /// Only credits, and none but those belong on it.
    var isSeparate = false

    /// Whether all that it bills is one subscription's.
    var isOfOneSubscription: Bool {
      groups.allSatisfy { $0.subscription == groups[0].subscription }
    }

    /// Newer ones bill the same subscriptions, and its days are over.
    var isMissed: Bool { age > 0 && isOver }
  }

  init(
    _ account: AccountSnapshot, due: ChargeableItems, catalog: Catalog, asOf: LocalDate,
    creditLines: Seller.CreditLines, merges: Bool = false
  ) {
    var start = due.items.startIndex
    while start < due.items.endIndex {
      let subscription = due.items[start].subscription
      var end = start + 1
      while end < due.items.endIndex, due.items[end].subscription == subscription { end += 1 }
      let first = documents.count
      add(
        start..<end, of: subscription, in: account, due: due, catalog: catalog, asOf: asOf,
        merges: merges)
      if merges { merge(from: first) }
      start = end
    }
    if !due.credits.isEmpty { addCredits(account, due: due, catalog: catalog, creditLines) }
    let isConsolidated = account.payer.consolidated
    if documents.count > 1 { documents.sort { $0.precedes($1, isConsolidated) } }
  }

  /// Splits one subscription's items by due day.
  private mutating func add(
    _ items: Range<Int>, of subscription: Int, in account: AccountSnapshot, due: ChargeableItems,
    catalog: Catalog, asOf: LocalDate, merges: Bool
  ) {
    let plan = account.subscriptions[subscription].charges[0].plan
    let currency = catalog.plans[plan].currency
    // Merged, none is missed.
    var age =
      merges
      ? 0 : items.dropFirst().count { due.items[$0].dueOn != due.items[$0 - 1].dueOn }
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
          firstPeriodStart: first, place: place, age: age, isOver: isOver,
          isEarlier: due.isEarlier(due.items[start].dueOn)),
        consolidated: account.payer.consolidated)
      start = end
      age = max(0, age - 1)
    }
  }

  /// Makes one document of those of a subscription, which are the last: one group a due day.
  private mutating func merge(from first: Int) {
    guard first < documents.count else { return }
    for document in documents[(first + 1)...] { documents[first].groups += document.groups }
    documents.removeLast(documents.count - first - 1)
  }

  /// Puts credits onto what their subscription owes on the same day, else onto documents of their
  /// own; always so where the seller wants it (RULES 1.7).
  private mutating func addCredits(
    _ account: AccountSnapshot, due: ChargeableItems, catalog: Catalog, _ lines: Seller.CreditLines
  ) {
    var start = 0
    while start < due.credits.count {
      let credit = due.credits[start]
      var end = start + 1
      while end < due.credits.count, due.credits[end].subscription == credit.subscription,
        due.credits[end].dueOn == credit.dueOn
      {
        end += 1
      }
      if lines == .separate || !attach(start..<end, of: credit, due: due) {
        let plan = account.subscriptions[credit.subscription].charges[0].plan
        let first = due.credits[start..<end].map { due.released[$0.released].days.start }.min()
        let day = first ?? credit.dueOn
        add(
          Document(
            groups: [
              Group(subscription: credit.subscription, items: 0..<0, credits: start..<end)
            ],
            currency: catalog.plans[plan].currency, firstPeriodStart: day, place: day, age: 0,
            isOver: false, isEarlier: due.isEarlier(credit.dueOn),
            isSeparate: lines == .separate),
          consolidated: account.payer.consolidated)
      }
      start = end
    }
  }

  private mutating func attach(
    _ credits: Range<Int>, of credit: ChargeableItems.DueCredit, due: ChargeableItems
  ) -> Bool {
    for document in documents.indices {
      for group in documents[document].groups.indices {
        let items = documents[document].groups[group].items
        guard documents[document].groups[group].subscription == credit.subscription,
          due.items[items.lowerBound].dueOn == credit.dueOn
        else { continue }
        documents[document].groups[group].credits = credits
        return true
      }
    }
    return false
  }

  private mutating func add(_ document: Document, consolidated: Bool) {
    guard consolidated,
      let index = documents.firstIndex(where: {
        $0.currency == document.currency && $0.age == document.age
          && $0.isSeparate == document.isSeparate && $0.isEarlier == document.isEarlier
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
    if isEarlier != other.isEarlier { return isEarlier }
    if isConsolidated, age != other.age { return age > other.age }
    if place != other.place { return place < other.place }
    return groups[0].items.lowerBound < other.groups[0].items.lowerBound
  }
}
