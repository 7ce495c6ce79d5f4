// SPDX-License-Identifier: Apache-2.0
import Postgres

/// Why a payer is not billed, since when, and how often that was tried.
public struct Hold: Sendable {
  /// The hold's id.
  public let id: Int64
  /// The payer's id.
  public let customer: Int64
  /// The payer's name.
  public let customerName: String
  /// `run` or `operator`.
  public let placedBy: String
  /// The code of what is wrong.
  public let code: String
  /// What is wrong, in words.
  public let message: String
  /// The run that first met it; nil when an operator placed it.
  public let firstRun: Int64?
  /// The run that last met it; nil when none did.
  public let lastRun: Int64?
  /// When it was first seen, in UNIX seconds.
  public let firstSeen: Int64
  /// When it was last seen, in UNIX seconds.
  public let lastSeen: Int64
  /// How many runs have met it.
  public let tries: Int32
  /// For how many days it has stood, from the as-of day of the first run or the day it was placed.
  public let days: Int32
  /// Who ended it; nil while it stands.
  public let releasedBy: String?
  /// When it ended, in UNIX seconds; nil while it stands.
  public let released: Int64?
}

extension Hold {
  init(_ row: Row) throws {
    id = try row.int64("hold_id")
    customer = try row.int64("customer_id")
    customerName = try row.string("customer_name")
    placedBy = try row.string("placed_by")
    code = try row.string("code")
    message = try row.string("message")
    firstRun = try row.optionalInt64("first_run_id")
    lastRun = try row.optionalInt64("last_run_id")
    firstSeen = try row.int64("first_seen")
    lastSeen = try row.int64("last_seen")
    tries = try row.int32("tries")
    days = try row.int32("days")
    releasedBy = try row.optionalString("released_by")
    released = try row.optionalInt64("released")
  }

  /// Writes the hold as an object.
  public func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("object", "hold")
      $0.field("id", id)
      $0.field("customer", customer)
      $0.field("placed_by", placedBy)
      $0.field("code", code)
      $0.field("message", message)
      $0.field("first_run", firstRun)
      $0.field("last_run", lastRun)
      $0.field("first_seen_at", firstSeen)
      $0.field("last_seen_at", lastSeen)
      $0.field("tries", tries)
      $0.field("days", days)
      $0.field("released_by", releasedBy)
      $0.field("released_at", released)
    }
  }

  /// A table of holds for people; it tells who ended them when any has ended.
  public static func table(of holds: [Hold]) -> TextTable {
    let hasEnded = holds.contains { $0.released != nil }
    var table = TextTable(
      [
        ("customer", .right), ("name", .left), ("by", .left), ("code", .left), ("days", .right),
        ("tries", .right),
      ] + (hasEnded ? [("ended by", .left)] : []) + [("message", .left)])
    for hold in holds {
      table.add(
        [
          String(hold.customer), hold.customerName, hold.placedBy, hold.code, String(hold.days),
          String(hold.tries),
        ] + (hasEnded ? [hold.releasedBy ?? ""] : []) + [hold.message])
    }
    return table
  }
}
