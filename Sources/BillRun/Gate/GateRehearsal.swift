// SPDX-License-Identifier: Apache-2.0
import Postgres
import SQLFiles
import Synchronization

/// What the gate would say of a dry run, whose batches are looked at one by one before each is
/// taken back.
final class GateRehearsal: Sendable {
  private let limits: Parameter
  private let sum = Mutex(Sum())

  private struct Sum {
    /// What was billed, by kind and currency.
    var tallies: [Tally] = []
    /// What was found about payers.
    var codes: [GateFindings.Code] = []
  }

  private struct Tally {
    let kind: String
    let currency: String
    let documents: Int64
    let zeros: Int64
    let total: Int64
    /// How many are of payers of whom something was found.
    let held: Int64
  }

  /// Ends the look at the whole run, which leaves nothing.
  private struct TakenBack: Error {
    let codes: [GateFindings.Code]
  }

  init(_ limits: GateLimits) { self.limits = .jsonb(limits.json) }

  /// Looks at a batch.
  func look(at run: Int64, on connection: isolated Connection) throws {
    try connection.execute(Statement(SQLFiles.noteBillAnomalies), [.int64(run), limits])
    let codes = try GateFindings.codes(of: run, on: connection)
    let tallies = try connection.query(Statement(SQLFiles.tallyRunDocuments), [.int64(run)]).map {
      Tally(
        kind: try $0.string("kind"), currency: try $0.string("currency"),
        documents: try $0.int64("documents"), zeros: try $0.int64("zeros"),
        total: try $0.int64("total_minor"), held: try $0.int64("held"))
    }
    sum.withLock { sum in
      sum.tallies += tallies
      for code in codes {
        if let place = sum.codes.firstIndex(where: { $0.code == code.code }) {
          sum.codes[place].found += code.found
          sum.codes[place].held += code.held
        } else {
          sum.codes.append(code)
        }
      }
    }
  }

  /// What a run of a kind with all these batches would be held for.
  ///
  /// `posts` tells whether what nothing holds would be posted.
  func findings(
    of run: Int64, as kind: RunKind, posts: Bool, on connection: isolated Connection
  ) throws -> GateFindings {
    let (tallies, bills) = sum.withLock { ($0.tallies, $0.codes.sorted { $0.code < $1.code }) }
    var whole: [GateFindings.Code] = []
    do {
      try connection.inTransaction {
        try connection.execute(
          Statement(SQLFiles.noteRunAnomalies),
          [
            .int64(run), limits, .string(kind.rawValue), .stringArray(tallies.map(\.kind)),
            .stringArray(tallies.map(\.currency)), .int64Array(tallies.map(\.documents)),
            .int64Array(tallies.map(\.zeros)), .int64Array(tallies.map(\.total)),
          ])
        throw TakenBack(codes: try GateFindings.codes(of: run, on: connection))
      }
    } catch let back as TakenBack {
      whole = back.codes
    }
    let all = tallies.reduce(0) { $0 + $1.documents }
    let held = whole.isEmpty ? tallies.reduce(0) { $0 + $1.held } : all
    return GateFindings(
      outcome: whole.isEmpty ? (bills.isEmpty ? "pass" : "hold_some") : "hold_all",
      drafts: posts ? held : all, held: held, codes: whole + bills)
  }
}
