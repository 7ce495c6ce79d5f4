// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BillingCore

/// The order of RULES 6; that the schema derives the same, on every combination, is seen by
/// `StatusSchemaTests`.
@Suite struct InvoiceStatusTests {
  private static let today = LocalDate.on("2026-11-20")

  private func status(_ change: (inout InvoiceStatus.Facts) -> Void) -> InvoiceStatus {
    var facts = InvoiceStatus.Facts()
    facts.owed = 100
    change(&facts)
    return InvoiceStatus(facts, today: Self.today)
  }

  @Test("the first that fits wins, in the order of the rule book")
  func order() {
    #expect(status { $0.wasSent = true } == .sent)
    #expect(status { _ in } == .notSent)
    var found: [InvoiceStatus] = []
    let facts: [(inout InvoiceStatus.Facts) -> Void] = [
      { $0.wasSent = true }, { $0.wasViewed = true }, { $0.dueDate = .on("2026-11-19") },
      { $0.hasLiveAttempt = true }, { $0.settled = 100 }, { $0.isDisputed = true },
      { $0.state = .writtenOff },
    ]
    for count in 0...facts.count {
      found.append(status { known in for fact in facts.prefix(count) { fact(&known) } })
    }
    #expect(
      found == [
        .notSent, .sent, .viewed, .pastDue, .pending, .paid, .disputed, .badDebt,
      ])
  }

  @Test("a document is past due after its day, and AutoPay from its first failed attempt")
  func pastDue() {
    #expect(status { $0.dueDate = Self.today } == .notSent)
    #expect(status { $0.autopay = true } == .notSent)
    #expect(status { ($0.autopay, $0.attempts) = (true, 1) } == .pastDue)
    #expect(status { ($0.autopay, $0.attempts, $0.dueDate) = (true, 1, Self.today) } == .notSent)
  }

  @Test("what nothing is owed on is paid")
  func zero() {
    #expect(status { $0.owed = 0 } == .paid)
  }

  @Test("a stored state that is not open says it all", arguments: InvoicePhase.State.allCases)
  func states(_ state: InvoicePhase.State) {
    let status = status { ($0.state, $0.isDisputed, $0.settled) = (state, true, 100) }
    let words: [InvoicePhase.State: String] = [.open: "disputed", .writtenOff: "bad_debt"]
    #expect(status.rawValue == words[state] ?? state.rawValue)
  }
}
