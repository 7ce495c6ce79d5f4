// SPDX-License-Identifier: Apache-2.0
import BillRun
import BillingCore
import Postgres
import TestSupport
import Testing

/// The status of Swift and of SQL, compared on every combination of what it is derived from
/// (RULES 6).
@Suite struct StatusSchemaTests {
  private static let today = "2026-11-20"
  private static let dueDates: [String?] = [nil, "2026-11-19", "2026-11-20", "2026-11-21"]
  private static let amended: [String?] = [nil, "2026-11-19", "2026-11-21"]
  /// Of 100 owed.
  private static let settled: [Int64] = [0, 40, 100]

  /// Every combination, invoice 1 being the disputed one.
  private static var combinations: [(facts: InvoiceStatus.Facts, sql: String)] {
    var all: [(InvoiceStatus.Facts, String)] = []
    for state in InvoicePhase.State.allCases {
      for due in dueDates {
        for amendedDue in amended {
          for paid in settled {
            for bits in 0..<64 {
              all.append(combination(state, due, amendedDue, paid, bits))
            }
          }
        }
      }
    }
    return all
  }

  private static func combination(
    _ state: InvoicePhase.State, _ due: String?, _ amendedDue: String?, _ paid: Int64, _ bits: Int
  ) -> (InvoiceStatus.Facts, String) {
    var facts = InvoiceStatus.Facts()
    facts.state = state
    facts.owed = 100
    facts.settled = paid
    facts.dueDate = (amendedDue ?? due).flatMap { LocalDate(iso: $0) }
    facts.isDisputed = bits & 1 != 0
    facts.hasLiveAttempt = bits & 2 != 0
    facts.autopay = bits & 4 != 0
    facts.attempts = bits & 8 != 0 ? 1 : 0
    facts.wasViewed = bits & 16 != 0
    facts.wasSent = bits & 32 != 0
    func day(_ text: String?) -> String { text.map { "'\($0)'" } ?? "null" }
    let sql = """
      (\(facts.isDisputed ? 1 : 2), '\(state.rawValue)', \(day(due)), \(day(amendedDue)), \(paid), \
      \(facts.hasLiveAttempt), \(facts.autopay), \(facts.attempts), \(facts.wasViewed), \
      \(facts.wasSent))
      """
    return (facts, sql)
  }

  @Test("Swift and SQL derive the same status from every combination")
  func same() async throws {
    try await withBooks { books in
      try await dispute(books)
      let today = try #require(LocalDate(iso: Self.today))
      let all = Self.combinations
      #expect(all.count == 13_824)
      var seen: Set<InvoiceStatus> = []
      for first in stride(from: 0, to: all.count, by: 2_000) {
        let part = all[first..<min(first + 2_000, all.count)]
        let derived = try await books.texts(
          """
          select invoice_status(jsonb_populate_record(null::invoice, jsonb_build_object(
            'invoice_id', id, 'state', state, 'due_date', due::date, 'amended_due_date',
            amended::date, 'total_minor', 98, 'rounding_minor', 2, 'settled_minor', paid,
            'autopay', autopay, 'attempt_count', attempts,
            'viewed_at', case when viewed then now() end,
            'sent_at', case when sent then now() end)),
            '\(Self.today)', pending)
          from (select row_number() over () as place, v.*
                from (values \(part.map(\.sql).joined(separator: ",")))
                  as v (id, state, due, amended, paid, pending, autopay, attempts, viewed, sent)
          ) rows
          order by place
          """)
        let expected = part.map { InvoiceStatus($0.facts, today: today) }
        seen.formUnion(expected)
        let wrong = zip(part, zip(expected, derived)).first { $1.0.rawValue != $1.1 }
        #expect(derived.count == part.count)
        #expect(wrong == nil, "\(String(describing: wrong))")
      }
      #expect(seen == Set(InvoiceStatus.allCases))
    }
  }

  /// Invoice 1, with a payment that is disputed.
  private func dispute(_ books: Books) async throws {
    try await books.seller()
    try await books.plan("pro", "10")
    try await books.customer(1)
    try await books.subscription(1, of: 1, "pro", from: "2026-11-01")
    try await books.bill("2026-11-01")
    try await books.run(
      """
      insert into payment (customer_id, currency, amount_minor, received_on)
        values (1, 'eur', 400, '2026-11-10');
      insert into settlement (invoice_id, kind, amount_minor, effective_on, payment_id)
        select 1, 'payment', 400, '2026-11-10', payment_id from payment;
      insert into payment_return (payment_id, kind, state, amount_minor, opened_on)
        select payment_id, 'dispute', 'disputed', 400, '2026-11-12' from payment;
      """)
  }
}
