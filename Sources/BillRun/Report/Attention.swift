// SPDX-License-Identifier: Apache-2.0
public import Postgres
import SQLFiles

/// What in the books needs a person now.
public struct Attention: Sendable {
  private let counts: [(kind: String, count: Int64)]

  /// Counts what needs a person; nil means every seller.
  public static func read(
    seller: String?, on connection: isolated Connection
  ) throws -> Attention {
    let rows = try connection.query(Statement(SQLFiles.reportAttention), [.string(seller)])
    var counts = try rows.map { (kind: try $0.string("kind"), count: try $0.int64("count")) }
    let waiting = Set(try WaitingDrafts.list(seller: seller, on: connection).map(\.run))
    let refused = try RefusedRun.list(seller: seller, on: connection)
    let runs: [(kind: String, count: Int64)] = [
      ("unposted_run", Int64(waiting.count)), ("refused_run", Int64(refused.count)),
    ]
    counts += runs.filter { $0.count > 0 }
    return Attention(counts: counts.sorted { $0.kind < $1.kind })
  }

  /// Whether nothing does.
  public var isClean: Bool { counts.isEmpty }

  /// What it is, in one line, for a report that is about something else.
  public var text: String {
    counts.map { one in
      let words = Self.words[one.kind]
      let look = words.map { " (\($0.command))" } ?? ""
      return "\(one.count) \(words?.text ?? one.kind)\(look)"
    }.joined(separator: ", ")
  }

  /// How many entries of bank statements wait for a person.
  var bankEntries: Int64 { counts.first { $0.kind == "bank_entry" }?.count ?? 0 }

  /// The kinds with what to look at.
  var table: ReportTable {
    var table = ReportTable(
      "attention", "What needs a person",
      [.init("kind"), .init("count", nil, .count), .init("command", "look at")])
    table.rows = counts.map {
      [
        .text(Self.words[$0.kind]?.text ?? $0.kind), .init($0.count),
        .init(Self.words[$0.kind]?.command),
      ]
    }
    return table
  }

  private static let words: [String: (text: String, command: String)] = [
    "held": ("held customers", "billrun hold list"),
    "unknown_charge": ("charges of unknown outcome", "billrun report collections"),
    "bank_entry": ("open entries of bank statements", "billrun bank entries --open"),
    "unseen_debit": ("approved debits that no statement credits", "billrun bank settle"),
    "unfinished_run": ("runs that have not ended well", "billrun runs list"),
    "unposted_run": ("runs that wait to be posted", "billrun report run"),
    "refused_run": ("sellers whose last run was refused", "billrun report run"),
    "gate_finding": ("findings of the gate", "billrun runs list; billrun runs gate RUN"),
    "untied_run": ("runs that do not tie", "billrun verify"),
    "held_message": ("held messages", "billrun report outbox"),
    "bounced_message": ("bounced messages", "billrun report outbox"),
    "failed_message": ("failed messages", "billrun report outbox"),
  ]
}
