// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres

extension CatchUp {
  /// The policy's word, as a run and a manifest keep it.
  private var word: String {
    switch policy {
    case .each: "each"
    case .merged: "merged"
    case .capped: "capped"
    case .covered: "covered"
    }
  }

  /// As JSON, to be kept on the run.
  var json: String {
    var writer = JSONWriter()
    writer.object {
      $0.field("policy", word)
      if case .capped(let count) = policy { $0.field("limit", count) }
      if case .covered(let reason) = policy { $0.field("reason", reason.rawValue) }
      if let from {
        $0.field("from", from.description)
        $0.field("earlier", earlier.rawValue)
      }
      if let to { $0.field("to", to.description) }
      $0.field("collecting", collecting.rawValue)
      $0.field("sweeps_items", sweepsItems)
    }
    return writer.text
  }

  /// Reads what a run or a manifest has kept; the usual way where that is nothing.
  init(_ row: Row) throws {
    func reason(_ column: String) throws -> ReasonedSpan.Reason {
      try row.optionalString(column).flatMap { ReasonedSpan.Reason(rawValue: $0) } ?? .skipped
    }
    let policy: Policy =
      switch try row.optionalString("policy") {
      case "merged": .merged
      case "capped": .capped(Int(try row.optionalInt64("policy_limit") ?? 1))
      case "covered": .covered(try reason("policy_reason"))
      default: .each
      }
    let collecting = try row.optionalString("collecting").flatMap { Collecting(rawValue: $0) }
    self.init(
      policy, from: try row.optionalString("bills_from").flatMap { LocalDate(iso: $0) },
      earlier: try reason("earlier"),
      to: try row.optionalString("bills_to").flatMap { LocalDate(iso: $0) },
      collecting: collecting ?? .newest,
      sweepsItems: try row.optionalBool("sweeps_items") ?? true)
  }
}

/// What a run is for (DESIGN 8).
public enum RunKind: String, Hashable, Sendable {
  /// Everything that is due.
  case regular
  /// Missed periods of a window, planned and approved.
  case backfill
  /// Periods moved forward without invoices, when coming from another system.
  case catchUp = "catch_up"
}
