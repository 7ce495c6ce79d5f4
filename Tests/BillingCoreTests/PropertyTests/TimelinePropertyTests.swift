// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport
import Testing

/// Changes, pauses and cancellations at random, billed by runs that are each fed with what the ones
/// before covered and billed (RULES 0.2, 0.3, 1.7 and 5).
@Suite struct TimelinePropertyTests {
  @Test(
    "billed every day, every month or once at the end, each day is billed once, by its terms",
    arguments: 0..<100)
  func terms(seed: Int) throws {
    for index in 0..<3 {
      let name = "timeline \(seed * 1000 + index)"
      let story = RandomTimeline(seed: seed * 1000 + index)
      let first = story.first.start.adding(days: -45)
      let empty = TimelineLedger(story.books, story.payer, read: story.subscription)
      var (daily, named, monthly, late) = (empty, empty, empty, empty)
      for number in 0...(story.asOf - first) {
        let day = first.adding(days: number)
        try daily.run(on: day)
        let isEdited =
          story.entries.contains { $0.entered == day } || story.cancellation?.entered == day
        if number == 0 || isEdited || named.nextBillOn.map({ $0 <= day }) ?? false {
          try named.run(on: day)
        }
        if number % 30 == 29 {
          try monthly.run(on: day)
          if story.isQuiet(on: day) {
            try TimelineAudit(monthly, of: story, on: day, name: "\(name) on \(day)").check()
          }
        }
      }
      try monthly.run(on: story.asOf)
      try late.run(on: story.asOf)
      try #require(
        daily.documents.map(\.figures) == named.documents.map(\.figures), "\(name) by cursor")
      for (ledger, how) in [(daily, "daily"), (monthly, "monthly"), (late, "late")] {
        try TimelineAudit(ledger, of: story, on: story.asOf, name: "\(name) \(how)").check()
        var again = ledger
        try again.run(on: story.asOf)
        try #require(again.documents.count == ledger.documents.count, "\(name) \(how) again")
        try #require(again.rows.count == ledger.rows.count, "\(name) \(how) again")
      }
    }
  }
}

extension InvoiceDraft {
  /// Enough of it to tell two apart.
  fileprivate var figures: String { "\(kind) \(summary) \(discount) \(tax) \(total)" }
}

/// Looks through what a ledger holds after a run.
private struct TimelineAudit {
  private let ledger: TimelineLedger
  private let story: RandomTimeline
  private let asOf: LocalDate
  private let wanted: NaiveTimeline
  private let name: String
  /// Which add-on has which slot.
  private var keys: [Int16: Int] = [0: NaiveTimeline.own]

  init(
    _ ledger: TimelineLedger, of story: RandomTimeline, on day: LocalDate, name: String
  ) throws {
    (self.ledger, self.story, self.name, asOf) = (ledger, story, name, day)
    wanted = NaiveTimeline(story, on: day)
    for charge in story.first.charges.dropFirst() { keys[charge.slot] = charge.plan }
    for line in ledger.documents.flatMap(\.lines) where line.slot > 0 {
      let plan = try #require(line.plan)
      try #require(keys[line.slot, default: plan] == plan, "\(name): slot \(line.slot)")
      keys[line.slot] = plan
    }
  }

  func check() throws {
    try overlaps()
    try terms()
    try holes()
    try credits()
    try sums()
    try taxes()
  }

  private func overlaps() throws {
    let live = ledger.live
    for (row, next) in zip(live, live.dropFirst()) where row.slot == next.slot {
      try #require(row.days.end <= next.days.start, "\(name): \(row.days) and \(next.days) overlap")
    }
    for draft in ledger.documents {
      var net: Int64 = 0
      for line in draft.lines { net += line.net.minor }
      for tax in draft.taxes { net += tax.amount.minor }
      try #require(net == draft.total.minor && net >= 0, "\(name): a document comes to \(net)")
    }
  }

  /// Each live day is covered as its terms want it.
  private func terms() throws {
    for row in ledger.live {
      guard let key = keys[row.slot] else { continue }
      for day in row.days.start.number..<row.days.end.number {
        let terms = terms(key, on: day, of: row)
        let charge = terms.charges[key]
        let text: Comment = "\(name): slot \(row.slot) on \(LocalDate(daysSince1970: Int32(day)))"
        switch row.cover {
        case .reason(.paused): try #require(terms.isPaused && charge != nil, text)
        case .reason: try #require(day < (story.first.trialEnd ?? story.first.start).number, text)
        case .line(let document, let index):
          let line = ledger.documents[document].lines[index]
          let billed = ledger.terms(line, in: ledger.documents[document])
          try #require(!terms.isPaused && billed.plan == charge?.plan, text)
          try #require(billed.quantity.map { $0 == charge?.quantity } ?? true, text)
          try #require(billed.amount.map { $0 == charge?.amount } ?? true, text)
          if let canceled = story.canceledAt(on: asOf), canceled <= asOf {
            try #require(day < canceled.number, text)
          }
          if key == NaiveTimeline.own, !story.changesInterval {
            try #require(
              (line.wholePeriod ?? line.period)?.start.number == wanted[day].period.lowerBound, text
            )
          }
        }
      }
    }
  }

  /// What is wanted on a live day.
  ///
  /// Days that an add-on with periods of its own has ahead are charged as they were known when
  /// their period began: a change in mid-period counts from its day.
  private func terms(_ key: Int, on day: Int, of row: TimelineLedger.Row) -> NaiveTimeline.Day {
    let isOwn = key == NaiveTimeline.own || (key != 6 && !story.changesInterval)
    return wanted[isOwn ? day : min(day, max(asOf.number, row.days.start.number))]
  }

  /// Each day that is due and wanted is live.
  private func holes() throws {
    var live: [Int16: Set<Int>] = [:]
    for row in ledger.live {
      live[row.slot, default: []].formUnion(row.days.start.number..<row.days.end.number)
    }
    let canceled = story.canceledAt(on: asOf)
    let paid = (story.first.trialEnd ?? story.first.start).number
    for (key, _) in Set(wanted.days.flatMap(\.charges.keys)).map({ ($0, 0) }) {
      let slot = keys.first { $0.value == key }?.key
      for day in wanted.start..<max(wanted.start, asOf.number + 1)
      where wanted[day].charges[key] != nil {
        if key != NaiveTimeline.own && (day < paid || slot == nil) { continue }
        if let canceled, day >= canceled.number { continue }
        if story.first.inArrears {
          if key != NaiveTimeline.own { continue }
          let isOver = canceled.map { $0 <= asOf } ?? false
          if !isOver && wanted[day].periodEnd > asOf.number { continue }
        }
        try #require(
          live[slot ?? 0]?.contains(day) == true,
          "\(name): slot \(slot ?? 0) has a hole on \(LocalDate(daysSince1970: Int32(day)))")
      }
    }
  }

  /// Credits never exceed what they credit, and come to exactly that where no day is left.
  private func credits() throws {
    for document in ledger.documents.indices {
      let draft = ledger.documents[document]
      var open: Set<Int> = []
      for index in draft.lines.indices where draft.lines[index].kind == .period {
        let (base, credited) = (draft.base(index).minor, ledger.credited(document, index).minor)
        try #require(
          0 <= credited && credited <= base, "\(name): \(credited) of \(base) credited")
        if ledger.liveDays(document, index) == 0 {
          try #require(credited == base, "\(name): \(credited) of \(base) credited of no days left")
        } else {
          open.insert(index)
        }
      }
      for group in draft.taxes.indices {
        let tax = ledger.billedTax(document, group)
        try #require(
          0 <= tax.creditedTax.minor && tax.creditedTax.minor <= tax.amount.minor,
          "\(name): \(tax.creditedTax) of \(tax.amount) credited")
        let isOpen = open.contains { draft.lines[$0].taxMask & 1 << UInt32(group) != 0 }
        try #require(
          isOpen || tax.creditedTax == tax.amount,
          "\(name): \(tax.creditedTax) of \(tax.amount) credited, no lines are left")
      }
    }
  }

  /// What all documents charge for a charge is what its live days cost, but for a unit a part.
  private func sums() throws {
    for (slot, key) in keys {
      var (net, parts): (Int64, Int128) = (0, 0)
      for draft in ledger.documents {
        for index in draft.lines.indices where draft.lines[index].slot == slot {
          net += draft.base(index).minor
          parts += 1
        }
      }
      var exact = Fraction(0)
      for row in ledger.live where row.slot == slot {
        guard case .line(let document, let index) = row.cover else { continue }
        let line = ledger.documents[document].lines[index]
        let whole = Int128((line.wholePeriod ?? line.period)?.days ?? 1)
        for day in row.days.start.number..<row.days.end.number {
          let charge = try #require(terms(key, on: day, of: row).charges[key])
          exact = exact + charge.price(story.books.plans) / Fraction(whole)
        }
      }
      exact = exact * left
      let slack = Fraction(parts * Int128(1 + story.first.discounts.count))
      let difference = exact - Fraction(Int128(net))
      try #require(
        difference <= slack && Fraction(0) - difference <= slack,
        "\(name): slot \(slot) comes to \(net), not \(exact.floor), in \(parts) parts")
    }
  }

  /// What percentages leave.
  private var left: Fraction {
    story.first.discounts.reduce(Fraction(1)) { left, attached in
      guard case .percent(let ratio) = story.books.coupons[attached.coupon].value else {
        return left
      }
      return left * (Fraction(1) - Fraction(ratio))
    }
  }

  /// What all documents charge of a tax is its share of what they charge, but for a unit a part.
  private func taxes() throws {
    for rate in story.payer.taxes {
      guard case .percent(let percent, _) = story.books.taxRates[rate].versions[0].value else {
        continue
      }
      let share = Fraction(percent) / Fraction(100)
      var (tax, base, parts): (Int64, Int64, Int128) = (0, 0, 0)
      for draft in ledger.documents {
        for group in draft.taxes where group.rate == rate {
          tax += draft.signed(group.amount).minor
        }
        for index in draft.lines.indices { base += draft.base(index).minor }
        parts += Int128(draft.lines.count)
      }
      let isIncluded = story.books.taxRates[rate].inclusive
      let exact =
        Fraction(Int128(base)) * (isIncluded ? share / (Fraction(1) + share) : share)
      let difference = exact - Fraction(Int128(tax))
      try #require(
        difference <= Fraction(parts) && Fraction(0) - difference <= Fraction(parts),
        "\(name): tax \(tax), not \(exact.floor)")
    }
  }
}
