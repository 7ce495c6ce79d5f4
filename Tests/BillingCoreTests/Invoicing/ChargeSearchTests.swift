// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

@Suite struct ChargeSearchTests {
  private func search(
    _ subscription: Subscription, asOf: String, plan: Plan = .monthly("p", "1")
  ) throws -> (found: ChargeableItems, search: ChargeSearch) {
    var found = ChargeableItems()
    let schedule = try ChargeSchedule(subscription, plan: plan)
    var search = ChargeSearch(subscription, at: 0, schedule: schedule, asOf: .on(asOf))
    let covered: LocalDate? = if case .through(let day) = subscription.coverage { day } else { nil }
    let live: [Period] =
      if case .spans(let spans) = subscription.coverage { spans[0] ?? [] } else { [] }
    try search.run(
      charges: subscription.charges.indices, covered: covered, live: live, into: &found)
    return (found, search)
  }

  @Test("what is due is found from where it is covered up to the as-of day, inclusive")
  func fromCoverage() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-10"),
      coverage: .through(.on("2026-02-10")))
    let (found, search) = try search(subscription, asOf: "2026-04-10")
    #expect(
      found.items.map(\.span) == [
        .days("2026-02-10", "2026-03-10"), .days("2026-03-10", "2026-04-10"),
        .days("2026-04-10", "2026-05-10"),
      ])
    #expect(search.nextDue == .on("2026-05-10"))
    #expect(search.coveredThrough == .on("2026-05-10"))
  }

  @Test("holes between live spans are found, each a part of its period")
  func holes() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"),
      coverage: .spans([
        0: [
          .days("2026-01-01", "2026-01-11"), .days("2026-01-21", "2026-02-01"),
          .days("2026-03-01", "2026-04-01"),
        ]
      ]))
    let (found, search) = try search(subscription, asOf: "2026-03-31")
    #expect(
      found.items.map(\.span) == [
        .days("2026-01-11", "2026-01-21"), .days("2026-02-01", "2026-03-01"),
      ])
    #expect(found.items[0].period == .days("2026-01-01", "2026-02-01"))
    #expect(found.items[0].startsOn == .on("2026-01-01"))
    #expect(search.nextDue == .on("2026-04-01"))
  }

  @Test("days billed elsewhere and the trial are covered in one go, and only the rest is billed")
  func beginning() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"),
      trialEnd: .on("2026-01-15"), migratedThrough: .on("2026-01-05"))
    let (found, search) = try search(subscription, asOf: "2026-01-01")
    #expect(
      found.reasoned.map { "\($0.span) \($0.reason)" } == [
        "2026-01-01..2026-01-05 migrated", "2026-01-05..2026-01-15 trial",
      ])
    #expect(found.items.isEmpty)
    #expect(search.nextDue == .on("2026-01-15"))
    #expect(search.coveredThrough == .on("2026-01-15"))
  }

  @Test("billed elsewhere up to the middle of a period: its rest is billed as a part")
  func migratedWithin() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"),
      migratedThrough: .on("2026-03-11"))
    let (found, _) = try search(subscription, asOf: "2026-03-31")
    #expect(found.items.map(\.span) == [.days("2026-03-11", "2026-04-01")])
    #expect(found.items.map(\.period) == [.days("2026-03-01", "2026-04-01")])
    #expect(found.items[0].startsOn == .on("2026-03-01"))
  }

  @Test(
    "billed elsewhere up to its end, nothing is left of that period (RULES 5, cancel)",
    arguments: [
      ("2026-03-11", false, false, 0), ("2026-03-05", false, false, 0),
      ("2026-03-12", false, false, 1), ("2026-03-11", true, false, 0),
      ("2026-03-11", false, true, 0), ("2026-04-01", true, false, 1),
    ])
  func endedElsewhere(canceled: String, inArrears: Bool, prorates: Bool, parts: Int) throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"),
      inArrears: inArrears, canceledAt: .on(canceled), proratesCancel: prorates,
      migratedThrough: .on("2026-03-11"))
    let (found, _) = try search(subscription, asOf: "2026-06-30")
    #expect(found.items.count == parts)
    #expect(found.items.allSatisfy { $0.span == .days("2026-03-11", "2026-04-01") })
    #expect(found.reasoned.map(\.span) == [.days("2026-01-01", "2026-03-11")])
  }

  @Test("a later trial end or migration covers the days between, whatever is covered already")
  func extended() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"),
      trialEnd: .on("2026-02-01"), coverage: .through(.on("2026-01-15")))
    let (found, _) = try search(subscription, asOf: "2026-02-01")
    #expect(found.reasoned.map(\.span) == [.days("2026-01-15", "2026-02-01")])
    #expect(found.items.map(\.span) == [.days("2026-02-01", "2026-03-01")])
  }

  @Test("before a subscription begins nothing is covered, but it is looked at when it does")
  func future() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-02-01"),
      trialEnd: .on("2026-03-01"), canceledAt: .on("2026-02-10"))
    let (found, search) = try search(subscription, asOf: "2026-01-31")
    #expect(found.reasoned.isEmpty && found.items.isEmpty)
    #expect(search.nextDue == .on("2026-02-01"))
  }

  @Test("days billed ahead of the start leave no hole for the trial before them")
  func trialShorterThanLead() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-02-10"),
      trialEnd: .on("2026-02-13"), leadDays: 10)
    let (found, _) = try search(subscription, asOf: "2026-02-05")
    #expect(found.reasoned.map(\.span) == [.days("2026-02-10", "2026-02-13")])
    #expect(found.items.map(\.span) == [.days("2026-02-13", "2026-03-13")])
  }

  @Test("while paused no period starts: what is due ahead waits for its first day")
  func paused() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"), leadDays: 10,
      paused: true, coverage: .through(.on("2026-02-01")))
    let early = try search(subscription, asOf: "2026-01-31")
    #expect(early.found.reasoned.isEmpty)
    #expect(early.search.nextDue == .on("2026-02-01"))
    let (found, _) = try search(subscription, asOf: "2026-02-01")
    #expect(found.reasoned.map(\.span) == [.days("2026-02-01", "2026-03-01")])
    #expect(found.reasoned.map(\.reason) == [.paused])
    #expect(found.items.isEmpty)
  }

  @Test("more periods than an account may have lines hold it before they fill the memory")
  func tooMany() {
    let subscription = Subscription(
      id: ID(1),
      charges: (0..<800).map { .init(slot: $0, plan: 0) }, start: .on("1990-01-01"))
    #expect(throws: Issue.tooManyLines(BillingTerms.maxLinesPerAccount)) {
      try search(subscription, asOf: "2026-01-01", plan: .of("p", .flat(.one), .day))
    }
  }

  @Test("nothing more will come after the end")
  func finished() throws {
    let subscription = Subscription(
      id: ID(1), charges: [.init(slot: 0, plan: 0)], start: .on("2026-01-01"), cycles: 2)
    let (found, search) = try search(subscription, asOf: "2026-12-31")
    #expect(found.items.count == 2)
    #expect(search.nextDue == nil)
    #expect(search.coveredThrough == .on("2026-03-01"))
  }
}
