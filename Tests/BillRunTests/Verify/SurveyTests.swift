// SPDX-License-Identifier: Apache-2.0
import BillRun
import Postgres
import SQLFiles
import TestSupport
import Testing

/// What the surveys decide of the checks, and what they leave to them.
@Suite(.serialized) struct SurveyTests {
  /// What a survey says of a check.
  private struct Verdict: Hashable {
    let name: String
    let lookedAt: Int64
    let isSound: Bool
  }

  private func verdicts(_ database: TemporaryDatabase) async throws -> [Verdict] {
    let connection = try await database.connect()
    var all: [Verdict] = []
    for file in SQLFiles.surveys {
      let rows = try await connection.query(Statement(name: file.name, text: file.text), [])
      for row in 0..<rows.count {
        all.append(
          Verdict(
            name: try rows.string(row, 0), lookedAt: try rows.int64(row, 1),
            isSound: try rows.bool(row, 2)))
      }
    }
    await connection.close()
    return all
  }

  private func doubted(_ database: TemporaryDatabase) async throws -> [String] {
    try await verdicts(database).filter { !$0.isSound }.map(\.name)
  }

  @Test("on sound books twelve checks are decided, which look at as much themselves")
  func sound() async throws {
    try await SampleBooks.with { database in
      let verdicts = try await verdicts(database)
      #expect(verdicts.count == 12)
      #expect(verdicts.filter { !$0.isSound } == [])
      let connection = try await database.connect()
      for verdict in verdicts {
        let file = try #require(SQLFiles.checks.first { $0.name == "verify_\(verdict.name)" })
        let rows = try await connection.query(
          Statement(name: file.name, text: file.text),
          file.text.contains("$1") ? [.int64(nil)] : [])
        let lookedAt = try rows[0].int64("looked_at")
        #expect(lookedAt == verdict.lookedAt, "\(verdict.name)")
      }
      await connection.close()
    }
  }

  @Test("empty books are sound")
  func empty() async throws {
    try await withTemporaryDatabase { database in
      let doubted = try await doubted(database)
      #expect(doubted == [])
    }
  }

  @Test("days of a line that are spread over two spans are decided")
  func spread() async throws {
    let change = """
      insert into coverage (subscription_id, slot, span_start, span_end, invoice_id, line_no)
      select subscription_id, slot, span_start + 10, span_end, invoice_id, line_no
      from coverage where invoice_id = 1;
      update coverage c set span_end = span_start + 10
      where invoice_id = 1 and exists (
        select from coverage o
        where (o.subscription_id, o.slot, o.span_start)
          = (c.subscription_id, c.slot, c.span_start + 10));
      """
    try await SampleBooks.with(change) { database in
      let doubted = try await doubted(database)
      #expect(doubted == [])
      let verification = try await Verification.check(run: nil, lanes: 2, of: database.database)
      #expect(verification.isClean)
    }
  }

  @Test("what a survey only doubts is clean")
  func doubtful() async throws {
    let change = """
      update invoice_line set quantity = 1, unit_cost = 37.495 where invoice_id = 1 and line_no = 2;
      """
    try await SampleBooks.with(change) { database in
      let doubted = try await doubted(database)
      #expect(doubted == ["line_amounts"])
      let verification = try await Verification.check(run: nil, lanes: 1, of: database.database)
      #expect(verification.isClean)
      #expect(verification.findings.count == 27)
    }
  }

  @Test("figures that are too large to be added up are told of by the checks")
  func tooLarge() async throws {
    let change = """
      update invoice_line set amount_minor = 9223372036854775807, discount_minor = -1
      where invoice_id = 1 and line_no = 2;
      """
    try await SampleBooks.with(change) { database in
      await #expect(throws: PostgresError.self) { _ = try await verdicts(database) }
      let verification = try await Verification.check(run: nil, lanes: 2, of: database.database)
      #expect(
        verification.findings.filter { $0.wrong > 0 }.map(\.check)
          == ["totals", "line_amounts", "discount_shares"])
    }
  }
}
