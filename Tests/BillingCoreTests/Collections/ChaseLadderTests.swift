// SPDX-License-Identifier: Apache-2.0
import BillingCore
import TestSupport
import Testing

/// DESIGN 10: which steps are due, once, never in a burst.
@Suite struct ChaseLadderTests {
  /// What was done so far, a day, and what is due, missed and next on it.
  struct Row: CustomTestStringConvertible, Sendable {
    let name: String
    var last: String?
    var done: Set<Int16> = []
    var promised: String?
    let today: String
    let due: [Int16]
    var missed: [Int16] = []
    let next: String?

    var testDescription: String { name }
  }

  /// Issued on Monday 2026-11-02, due on Monday 2026-11-16.
  private static let cadence = ChasingCadence([
    .init(number: 1, .issue, days: 0, .email),
    .init(number: 2, .due, days: -3, .email),
    .init(number: 3, .due, days: 5, .email),
    .init(number: 4, .due, days: 5, .lateFee),
    .init(number: 5, .due, days: 12, .letter),
    .init(number: 6, .due, days: 12, .lateFee),
    .init(number: 7, .due, days: 20, .phone),
    .init(number: 8, .due, days: 30, .escalate),
    .init(number: 9, .due, days: 30, .pause),
  ])

  static let rows = [
    Row(name: "on the day of issue", today: "2026-11-02", due: [1], next: "2026-11-13"),
    Row(name: "before it", today: "2026-11-01", due: [], next: "2026-11-02"),
    Row(
      name: "the same day again", last: "2026-11-02", done: [1], today: "2026-11-02", due: [],
      next: "2026-11-13"),
    Row(
      name: "before the due date", last: "2026-11-02", done: [1], today: "2026-11-13", due: [2],
      next: "2026-11-21"),
    Row(
      name: "a day late", last: "2026-11-13", done: [1, 2], today: "2026-11-22", due: [3, 4],
      next: "2026-11-28"),
    Row(
      name: "of several messages missed the last, and the fee once",
      last: "2026-11-13", done: [1, 2], today: "2026-12-01", due: [5, 6], missed: [3, 4],
      next: "2026-12-06"),
    Row(
      name: "all were missed: one call, one fee, escalated and paused", today: "2026-12-31",
      due: [6, 7, 8, 9], missed: [1, 2, 3, 4, 5], next: nil),
    Row(
      name: "after the last one", last: "2026-12-31", done: [6, 7, 8, 9], today: "2027-01-31",
      due: [], next: nil),
    Row(
      name: "steps of another cadence up to its last day are past",
      last: "2026-11-22", today: "2026-11-23", due: [], next: "2026-11-28"),
    Row(
      name: "promised", last: "2026-11-13", done: [1, 2], promised: "2026-11-25",
      today: "2026-11-22", due: [], next: "2026-11-26"),
    Row(
      name: "promised up to today", last: "2026-11-13", done: [1, 2], promised: "2026-11-25",
      today: "2026-11-25", due: [], next: "2026-11-26"),
    Row(
      name: "the promise is broken", last: "2026-11-13", done: [1, 2], promised: "2026-11-25",
      today: "2026-11-26", due: [3, 4], next: "2026-11-28"),
    Row(
      name: "promised, with the next step later still", last: "2026-11-21",
      done: [1, 2, 3, 4], promised: "2026-11-24", today: "2026-11-22", due: [],
      next: "2026-11-28"),
  ]

  @Test("each step is due from its day on, the missed ones replaced by the last", arguments: rows)
  func decides(_ row: Row) throws {
    let invoice = ChaseLadder.Invoice(
      issued: try day("2026-11-02"), due: try day("2026-11-16"),
      lastStep: try row.last.map(day), done: row.done, promised: try row.promised.map(day))
    let decision = ChaseLadder(Self.cadence).decision(for: invoice, on: try day(row.today))
    #expect(decision.due.map(\.step.number) == row.due)
    #expect(decision.missed.map(\.step.number) == row.missed)
    #expect(try decision.next == row.next.map(day))
  }

  @Test("a due date that is put off repeats no step")
  func putOff() throws {
    let invoice = ChaseLadder.Invoice(
      issued: try day("2026-11-02"), due: try day("2026-12-01"), lastStep: try day("2026-11-21"),
      done: [1, 2, 3, 4])
    let decision = ChaseLadder(Self.cadence).decision(for: invoice, on: try day("2026-12-08"))
    #expect(decision.due == [] && decision.missed == [])
    #expect(try decision.next == day("2026-12-13"))
  }

  @Test("without a due date, days count from the invoice's date; business days move a step on")
  func anchors() throws {
    let cadence = ChasingCadence(
      [.init(number: 1, .due, days: 5, .email)], isBusinessDaysOnly: true)
    let monday = try day("2026-11-09")
    let ladder = ChaseLadder(cadence, calendar: BusinessCalendar(holidays: [monday]))
    let invoice = ChaseLadder.Invoice(issued: try day("2026-11-02"), due: nil)
    // 7 November is a Saturday, the Monday after it a holiday.
    let early = ladder.decision(for: invoice, on: monday)
    #expect(try early.due == [] && early.next == day("2026-11-10"))
    let decision = ladder.decision(for: invoice, on: try day("2026-11-10"))
    #expect(try decision.due.map(\.day) == [day("2026-11-10")] && decision.next == nil)
  }

  @Test("of the days that one business day stands for, each channel has its last message only")
  func weekend() throws {
    let cadence = ChasingCadence(
      [
        .init(number: 1, .due, days: 5, .email), .init(number: 2, .due, days: 6, .email),
        .init(number: 3, .due, days: 6, .letter), .init(number: 4, .due, days: 5, .lateFee),
        .init(number: 5, .due, days: 6, .lateFee), .init(number: 6, .due, days: 7, .email),
      ], isBusinessDaysOnly: true)
    // 21 November is a Saturday.
    let invoice = ChaseLadder.Invoice(issued: try day("2026-11-02"), due: try day("2026-11-16"))
    let decision = ChaseLadder(cadence).decision(for: invoice, on: try day("2026-11-23"))
    #expect(decision.due.map(\.step.number) == [3, 4, 5, 6])
    #expect(decision.missed.map(\.step.number) == [1, 2])
  }

  @Test("run on every day or on some, no step is taken twice and none comes after its successor")
  func anyDays() throws {
    var random = SplitMix64(seed: 10)
    let start = try day("2026-10-25")
    for _ in 0..<2_000 {
      var (last, done): (LocalDate?, Set<Int16>) = (nil, [])
      var today = start
      while today < start.adding(days: 90) {
        let invoice = ChaseLadder.Invoice(
          issued: try day("2026-11-02"), due: try day("2026-11-16"), lastStep: last, done: done)
        let decision = ChaseLadder(Self.cadence).decision(for: invoice, on: today)
        let steps = decision.due + decision.missed
        #expect(steps.allSatisfy { $0.day <= today && !done.contains($0.step.number) })
        #expect(Set(decision.due.filter { $0.step.action.isMessage }.map(\.day)).count <= 1)
        if !decision.due.isEmpty { last = today }
        done.formUnion(steps.map(\.step.number))
        today = today.adding(days: 1 + Int(random.next() % 20))
      }
      #expect(done.count == 9)
    }
  }

  private func day(_ text: String) throws -> LocalDate { try #require(LocalDate(iso: text)) }
}
