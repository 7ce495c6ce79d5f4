// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

/// What of late usage a run leaves for another (RULES 5, late usage).
struct UsageEndTests {
  private let billed = [Period.days("2026-08-24", "2026-10-24")]

  @Test("usage is billed up to where days are billed, however early the run's day is")
  func end() {
    var end = UsageEnd()
    #expect(end.day(from: .on("2026-08-24")) == nil)
    end.see(nil, [])
    #expect(end.day(from: .on("2026-08-24")) == .on("2026-08-24"))
    end.see(.on("2026-09-24"), billed)
    #expect(end.day(from: .on("2026-08-24")) == .on("2026-10-24"))
    #expect(end.walked == .on("2026-09-24"))
    end.see(.on("2026-11-24"), billed)
    #expect(end.day(from: .on("2026-08-24")) == .on("2026-11-24"))
  }

  @Test(
    "what a run did not look at is left for the next",
    arguments: [
      (walked: "2026-10-24", from: "2026-10-08", left: String?.none),
      ("2026-09-24", "2026-10-08", "2026-10-08"),
      ("2026-09-24", "2026-09-02", "2026-09-24"),
      (nil, "2026-10-08", "2026-10-08"),
      (nil, "2026-09-02", "2026-09-02"),
      // What is not billed yet is not late.
      (nil, "2026-10-24", nil),
    ])
  func left(walked: String?, from: String, left: String?) {
    var end = UsageEnd()
    end.see(walked.map { .on($0) }, billed)
    #expect(end.left(from: .on(from), billsNothing: false) == left.map { .on($0) })
    #expect(end.left(from: nil, billsNothing: false) == nil)
  }

  @Test("one charge that was looked at says nothing of another")
  func charges() {
    var end = UsageEnd()
    end.see(.on("2026-09-24"), billed)
    end.see(.on("2027-08-24"), [])
    #expect(end.left(from: .on("2026-10-08"), billsNothing: false) == .on("2026-10-08"))
  }

  @Test("a run that bills nothing leaves all of it")
  func nothing() {
    var end = UsageEnd()
    end.see(.on("2026-11-24"), billed)
    #expect(end.left(from: .on("2026-10-08"), billsNothing: true) == .on("2026-10-08"))
    #expect(end.left(from: .on("2026-11-24"), billsNothing: true) == nil)
  }
}
