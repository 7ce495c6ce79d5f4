// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Testing

/// RULES 4, DESIGN 9.
@Suite struct RetryScheduleTests {
  private typealias Try = RetrySchedule.Try

  /// 2026-11-02 is a Monday; every try is known at noon of its day.
  private func attempt(
    _ day: String, _ kind: DeclineClass = .soft, automatic: Bool = true, barred: Int = 0
  ) throws -> Try {
    let day = try #require(LocalDate(iso: day))
    return Try(
      day: day, moment: noon(day), isAutomatic: automatic, kind, barredHours: barred)
  }

  private func noon(_ day: LocalDate) -> Int64 { Int64(day.daysSince1970) * 86_400 + 43_200 }

  private func retry(_ day: String, at hour: Int? = nil) throws -> RetrySchedule.Decision {
    let day = try #require(LocalDate(iso: day))
    return .retry(on: day, notBefore: hour.map { noon(day) + Int64($0 - 12) * 3600 })
  }

  @Test("3, 5 and 7 days after the previous attempt, then no more")
  func defaults() throws {
    let schedule = RetrySchedule(RetryPolicy())
    var tries = [try attempt("2026-11-02")]
    for day in ["2026-11-05", "2026-11-10", "2026-11-17"] {
      #expect(try schedule.decision(after: tries) == retry(day))
      tries.append(try attempt(day))
    }
    #expect(schedule.decision(after: tries) == .giveUp)
  }

  @Test("a late result counts from its own day")
  func late() throws {
    let schedule = RetrySchedule(RetryPolicy(days: [3]))
    #expect(try schedule.decision(after: [attempt("2026-11-09")]) == retry("2026-11-12"))
  }

  @Test("hours come first, then days")
  func hours() throws {
    let schedule = RetrySchedule(RetryPolicy(days: [2], hours: [6, 30]))
    var tries = [try attempt("2026-11-02")]
    #expect(try schedule.decision(after: tries) == retry("2026-11-02", at: 18))
    tries.append(try attempt("2026-11-02"))
    #expect(
      try schedule.decision(after: tries)
        == .retry(
          on: #require(LocalDate(iso: "2026-11-03")), notBefore: tries[1].moment + 30 * 3600))
    tries.append(try attempt("2026-11-03"))
    #expect(try schedule.decision(after: tries) == retry("2026-11-05"))
    tries.append(try attempt("2026-11-05"))
    #expect(schedule.decision(after: tries) == .giveUp)
  }

  @Test(
    "days are put off to pay-days and to business days of the calendar",
    arguments: [
      ("2026-11-02", [3], [], false, "2026-11-05"),
      ("2026-11-04", [3], [], true, "2026-11-09"),
      ("2026-11-02", [3], [15], false, "2026-11-15"),
      ("2026-11-02", [3], [15], true, "2026-11-17"),
      ("2026-11-02", [3], [1, 31], false, "2026-11-30"),
      ("2027-01-30", [3], [30], false, "2027-02-28"),
      ("2026-11-02", [0], [], false, "2026-11-03"),
    ])
  func putOff(from: String, days: [Int], payDays: [Int], business: Bool, to: String) throws {
    let holiday = try #require(LocalDate(iso: "2026-11-16"))
    let schedule = RetrySchedule(
      RetryPolicy(days: days, payDays: payDays, businessDaysOnly: business),
      calendar: BusinessCalendar(holidays: [holiday]))
    #expect(try schedule.decision(after: [attempt(from)]) == retry(to))
  }

  @Test("at most so many attempts, in all or within a window")
  func maximum() throws {
    var policy = RetryPolicy(days: [1, 1, 1], maxAttempts: 2)
    let two = [try attempt("2026-11-02"), try attempt("2026-11-03")]
    #expect(RetrySchedule(policy).decision(after: two) == .giveUp)
    policy.windowDays = 10
    #expect(try RetrySchedule(policy).decision(after: two) == retry("2026-11-12"))
    #expect(try RetrySchedule(policy).decision(after: [two[0]]) == retry("2026-11-03"))
    policy.maxAttempts = 0
    #expect(RetrySchedule(policy).decision(after: [two[0]]) == .giveUp)
  }

  @Test("hard ends it, action needed waits for the payer")
  func classes() throws {
    let schedule = RetrySchedule(RetryPolicy())
    #expect(try schedule.decision(after: [attempt("2026-11-02", .hard)]) == .giveUp)
    #expect(try schedule.decision(after: [attempt("2026-11-02", .actionNeeded)]) == .wait)
    #expect(schedule.decision(after: []) == .giveUp)
  }

  @Test("technical ones come again within the hour, three in a row without using up a try")
  func technical() throws {
    let schedule = RetrySchedule(RetryPolicy(days: [3, 5]))
    var tries: [Try] = []
    for _ in 1...3 {
      tries.append(try attempt("2026-11-02", .technical))
      #expect(
        schedule.decision(after: tries)
          == .retry(on: tries[0].day, notBefore: tries[0].moment + 1800))
    }
    tries.append(try attempt("2026-11-02", .technical))
    #expect(try schedule.decision(after: tries) == retry("2026-11-05"))
    tries.append(try attempt("2026-11-05"))
    #expect(try schedule.decision(after: tries) == retry("2026-11-10"))
  }

  @Test("a manual attempt leaves the schedule as it is, but not on the day of its decline")
  func manual() throws {
    let schedule = RetrySchedule(RetryPolicy())
    let first = try attempt("2026-11-02")
    let manual = try attempt("2026-11-05", automatic: false)
    let planned = try #require(LocalDate(iso: "2026-11-05"))
    #expect(
      try schedule.decision(after: [first, manual], planned: planned) == retry("2026-11-06"))
    #expect(
      try schedule.decision(after: [first, manual], planned: planned.adding(days: 4))
        == retry("2026-11-09"))
    #expect(schedule.decision(after: [first, manual]) == .wait)
    #expect(
      try schedule.decision(after: [first, manual, attempt("2026-11-06")]) == retry("2026-11-11"))
  }

  @Test("a manual technical decline is none of the three, and uses up no day")
  func manualTechnical() throws {
    let schedule = RetrySchedule(RetryPolicy())
    let day = try #require(LocalDate(iso: "2026-11-02"))
    let automatic = try attempt("2026-11-02", .technical)
    let manual = try attempt("2026-11-02", .technical, automatic: false)
    #expect(
      schedule.decision(after: [automatic, manual], planned: day)
        == .retry(on: day, notBefore: manual.moment + 1800))
    #expect(schedule.decision(after: [automatic, manual]) == .wait)
    let soon = RetrySchedule.Decision.retry(on: day, notBefore: automatic.moment + 1800)
    let later = try attempt("2026-11-02", .technical)
    #expect(schedule.decision(after: [automatic, manual, later, later]) == soon)
    #expect(
      try schedule.decision(after: [automatic, manual, later, later, later])
        == retry("2026-11-05"))
  }

  @Test(
    "any row of attempts has a next step, in which manual ones before the last one count nothing",
    arguments: [
      RetryPolicy(), RetryPolicy(days: []), RetryPolicy(days: [2], hours: [1, 30]),
      RetryPolicy(days: [1, 1, 1], payDays: [1, 15], maxAttempts: 2, windowDays: 5),
      RetryPolicy(days: [3], maxAttempts: 1, businessDaysOnly: true),
    ])
  func total(policy: RetryPolicy) throws {
    let schedule = RetrySchedule(policy)
    let day = try #require(LocalDate(iso: "2026-11-02"))
    let kinds = DeclineClass.allCases.flatMap { kind in
      [true, false].map { Try(day: day, moment: noon(day), isAutomatic: $0, kind) }
    }
    var wrong = 0
    func look(_ tries: [Try], _ automatic: [Try]) {
      for next in kinds {
        let all = tries + [next]
        let counted = next.isAutomatic ? automatic + [next] : automatic
        let decision = schedule.decision(after: all)
        _ = schedule.decision(after: all, planned: day)
        if next.isAutomatic && decision != schedule.decision(after: counted) { wrong += 1 }
        if all.count < 5 { look(all, counted) }
      }
    }
    look([], [])
    #expect(wrong == 0)
  }

  @Test("any row of six soft and technical attempts has a next step")
  func six() throws {
    let schedule = RetrySchedule(RetryPolicy(days: [1], hours: [1]))
    let day = try #require(LocalDate(iso: "2026-11-02"))
    for row in 0..<4096 {
      let tries = (0..<6).map { place in
        let kind = row >> (2 * place) & 3
        return Try(
          day: day, moment: noon(day), isAutomatic: kind & 1 == 0,
          kind & 2 == 0 ? .soft : .technical)
      }
      _ = schedule.decision(after: tries, planned: day)
      let automatic = tries.filter(\.isAutomatic)
      if tries.last?.isAutomatic == true {
        #expect(schedule.decision(after: tries) == schedule.decision(after: automatic))
      }
    }
  }

  @Test("the scheme's bar holds above the policy")
  func barred() throws {
    let schedule = RetrySchedule(RetryPolicy(days: [3]))
    let short = try attempt("2026-11-02", barred: 1)
    #expect(
      try schedule.decision(after: [short])
        == .retry(on: #require(LocalDate(iso: "2026-11-05")), notBefore: short.moment + 3600))
    let long = try attempt("2026-11-02", barred: 240)
    #expect(try schedule.decision(after: [long]) == retry("2026-11-12", at: 12))
  }
}
