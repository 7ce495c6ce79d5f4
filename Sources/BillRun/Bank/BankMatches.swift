// SPDX-License-Identifier: Apache-2.0
import Postgres
import SQLFiles

/// Finds which transactions of a message an earlier file told of, each kept entry for one at most
/// (RULES 4).
///
/// What is told in the same words is matched first, then what is told in others, the most alike
/// first and as many as can be. What may be the same and may be another is listed.
struct BankMatches {
  /// A transaction and an entry that may be the same.
  private struct Pair {
    let place: Int64
    let entry: String
    let isKnown: Bool
    let reason: String
    let isByReference: Bool
    let rank: Int32
  }

  static func find(on connection: isolated Connection) throws {
    // What is read and kept in this transaction has no statistics.
    _ = try connection.query(Statement(SQLFiles.planBySets), [.bool(false)])
    try match(["both", "booking"], connection)
    try pair(try list(connection).filter { $0.isKnown && $0.isByReference }, connection)
    try match(["unkept", "named", "unnamed"], connection)
    try pair(try list(connection).filter(\.isKnown), connection)
    var doubts: [Int64: String] = [:]
    for pair in try list(connection) where doubts[pair.place] == nil {
      doubts[pair.place] = pair.reason
    }
    let places = doubts.keys.sorted()
    try connection.execute(
      Statement(SQLFiles.doubtBankItems),
      [.int64Array(places), .stringArray(places.compactMap { doubts[$0] })])
    _ = try connection.query(Statement(SQLFiles.planBySets), [.bool(true)])
  }

  private static func match(_ ways: [String], _ connection: isolated Connection) throws {
    for way in ways {
      try connection.execute(Statement(SQLFiles.matchBankItems), [.string(way)])
    }
  }

  private static func list(_ connection: isolated Connection) throws -> [Pair] {
    let rows = try connection.query(Statement(SQLFiles.listBankLikenesses), [])
    return try rows.indices.map { row in
      Pair(
        place: try rows.int64(row, 0), entry: try rows.string(row, 1),
        isKnown: try rows.bool(row, 2), reason: try rows.string(row, 3),
        isByReference: try rows.bool(row, 4), rank: try rows.int32(row, 5))
    }
  }

  /// Takes as many pairs as can be, of pairs that come best first: a worse one never takes the
  /// place of a better one, but may have it find another.
  private static func pair(_ pairs: [Pair], _ connection: isolated Connection) throws {
    var matching = Matching()
    var rest = pairs[...]
    while let best = rest.first?.rank {
      let rank = rest.prefix { $0.rank == best }
      rest = rest.dropFirst(rank.count)
      for pair in rank { matching.entries[pair.place, default: []].append(pair.entry) }
      for pair in rank where matching.entry[pair.place] == nil { matching.seat(pair.place) }
    }
    let places = matching.entry.keys.sorted()
    try connection.execute(
      Statement(SQLFiles.pairBankItems),
      [.int64Array(places), .stringArray(places.compactMap { matching.entry[$0] })])
  }

  /// A matching of transactions with entries, which grows along paths of other choices.
  private struct Matching {
    /// Which entries each transaction can be.
    var entries: [Int64: [String]] = [:]
    /// Which it is.
    private(set) var entry: [Int64: String] = [:]
    private var place: [String: Int64] = [:]

    /// Finds an entry for a transaction, by way of others that move on, where one is left.
    ///
    /// Breadth first, since a path can be as long as the file.
    mutating func seat(_ start: Int64) {
      var from: [String: Int64] = [:]
      var queue = [start]
      var next = 0
      while next < queue.count {
        let here = queue[next]
        next += 1
        for one in entries[here] ?? [] where from[one] == nil {
          from[one] = here
          guard let taken = place[one] else {
            return move(along: from, to: one)
          }
          queue.append(taken)
        }
      }
    }

    private mutating func move(along from: [String: Int64], to last: String) {
      var free: String? = last
      while let one = free, let here = from[one] {
        free = entry[here]
        entry[here] = one
        place[one] = here
      }
    }
  }
}
