// SPDX-License-Identifier: Apache-2.0
import BillRun
import TestSupport
import Testing

/// Lanes and batch size change no invoice (DESIGN 13.4).
@Suite struct LanesTests {
  struct Row: CustomTestStringConvertible {
    let lanes: Int
    let batchSize: Int

    var testDescription: String { "\(lanes) lanes, batches of \(batchSize)" }
  }

  @Test(
    "the invoices and the fingerprint are those of one lane and one batch",
    arguments: [1, 2, 4].flatMap { lanes in
      [1, 7, 2_000].map { Row(lanes: lanes, batchSize: $0) }
    })
  func same(row: Row) async throws {
    let wanted = try await Undisturbed.shared.outcome()
    try await withBooks { books in
      try await books.ofAllKinds()
      let runs = try await books.bill("2026-11-30", lanes: row.lanes) {
        $0.batchSize = row.batchSize
      }
      #expect(runs.map(\.fingerprint) == [wanted.fingerprint])
      expectSame(try await books.dump(), wanted.dump)
      try await expectSound(books)
    }
  }
}
