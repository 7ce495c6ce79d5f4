// SPDX-License-Identifier: Apache-2.0
public import BillingCore
import Postgres
import SQLFiles

/// Stored documents made again by this program from what is stored with them, and compared to the
/// cent: what an upgrade must leave as it is.
public struct Replay: Sendable {
  /// Which documents.
  public let scope: Scope
  /// What all of them came to.
  public private(set) var tally = Tally()
  /// How long it took.
  public private(set) var milliseconds: Int64 = 0

  /// Whether every figure is what is stored.
  public var isClean: Bool { tally.differences == 0 }

  /// The status to leave with; `software` when something differs.
  public var exitCode: ExitStatus { isClean ? .ok : .software }

  /// Which documents are made again; deleted drafts never are.
  public struct Scope: Hashable, Sendable {
    /// Those of these runs; nil for all documents, also those that no run has made.
    public var runs: [Int64]?
    /// Not those dated before it; nil for no bound.
    public var from: LocalDate?
    /// Not those dated after it; nil for no bound.
    public var to: LocalDate?

    /// Takes all.
    public init(runs: [Int64]? = nil, from: LocalDate? = nil, to: LocalDate? = nil) {
      self.runs = runs
      self.from = from
      self.to = to
    }
  }

  /// What some documents came to.
  public struct Tally: Sendable {
    /// How many documents were made again.
    public fileprivate(set) var documents: Int64 = 0
    /// How many lines they have.
    public fileprivate(set) var lines: Int64 = 0
    /// How many stored figures were compared.
    public fileprivate(set) var figures: Int64 = 0
    /// How many documents have a figure that differs.
    public fileprivate(set) var differing: Int64 = 0
    /// How many figures differ.
    public fileprivate(set) var differences: Int64 = 0
    /// The first of them by document, at most `Replay.shown`.
    public fileprivate(set) var first: [Difference] = []
  }

  /// A figure that comes to something else than what is stored.
  public struct Difference: Hashable, Sendable {
    /// The document.
    public let invoice: Int64
    /// Its number, nil for a draft without one.
    public let number: String?
    /// Which part of it: `line`, `discount`, `tax` or `totals`.
    public let part: String
    /// The number of the line, discount or tax; nil for the totals.
    public let place: Int?
    /// What the figure is called: `amount`.
    public let figure: String
    /// What is stored.
    public let stored: String
    /// What it comes to.
    public let recomputed: String
  }

  /// So many differences are named; all are counted.
  public static let shown = 100

  /// Documents and lines of a block, each block being read by seven queries: some thousand
  /// documents of a few lines.
  private static let blockSize: Int64 = 4_000

  /// Makes documents again.
  ///
  /// Each block is read as of one moment; nothing is written.
  ///
  /// - Parameters:
  ///   - scope: Which documents.
  ///   - lanes: How many connections work at once.
  ///   - database: The set of books.
  /// - Returns: What differs.
  /// - Throws: `BillRunError` when there is no such run, and for a schema that does not fit; else
  ///   `PostgresError`.
  public static func make(
    _ scope: Scope, lanes: Int, of database: Database
  ) async throws -> Replay {
    var watch = StopWatch()
    let leader = try await database.open()
    for run in scope.runs ?? [] { _ = try await RunSummary.read(run, on: leader) }
    let queue = BlockQueue(try await leader.blocks(of: scope, size: blockSize))
    await leader.close()
    var replay = Replay(scope: scope)
    replay.tally = try await withThrowingTaskGroup(of: Tally.self) { lane in
      for _ in 0..<max(1, lanes) {
        lane.addTask {
          let connection = try await database.connect(settings: Self.settings)
          var tally = Tally()
          while let block = await queue.next() {
            try Task.checkCancellation()
            tally.add(try await connection.replay(block))
          }
          await connection.close()
          return tally
        }
      }
      return try await lane.reduce(into: Tally()) { $0.add($1) }
    }
    replay.milliseconds = watch.lap().milliseconds
    return replay
  }

  /// One plan for every block, by index.
  private static let settings = [
    "plan_cache_mode": "force_generic_plan", "enable_seqscan": "off",
  ]
}

extension Replay.Tally {
  /// Adds what other documents came to.
  fileprivate mutating func add(_ other: Replay.Tally) {
    documents += other.documents
    lines += other.lines
    figures += other.figures
    differing += other.differing
    differences += other.differences
    if other.first.isEmpty { return }
    // Stable for one document, whose differences come in order.
    let all = (first + other.first).enumerated().sorted {
      ($0.element.invoice, $0.offset) < ($1.element.invoice, $1.offset)
    }
    first = all.prefix(Replay.shown).map(\.element)
  }

  /// Adds a document.
  fileprivate mutating func add(_ loaded: IssuedDocumentReader.Loaded) {
    documents += 1
    lines += Int64(loaded.document.lines.count)
    let before = differences
    do {
      for part in try Explainer(loaded.document).explain().parts {
        for step in part.steps {
          guard let stored = step.stored else { continue }
          figures += 1
          if !step.isMismatch { continue }
          add(
            Replay.Difference(
              invoice: loaded.head.id, number: loaded.head.number, part: part.kind.rawValue,
              place: part.number, figure: step.label, stored: stored.description,
              recomputed: step.result.description))
        }
      }
    } catch {
      add(
        Replay.Difference(
          invoice: loaded.head.id, number: loaded.head.number, part: "totals", place: nil,
          figure: "all", stored: "figures", recomputed: error.code))
    }
    if differences > before { differing += 1 }
  }

  private mutating func add(_ difference: Replay.Difference) {
    differences += 1
    if first.count < Replay.shown { first.append(difference) }
  }
}

/// Hands out the blocks, each once.
private actor BlockQueue {
  private var rest: ArraySlice<[Int64]>

  init(_ blocks: [[Int64]]) { rest = blocks[...] }

  func next() -> [Int64]? { rest.popFirst() }
}

extension Connection {
  fileprivate func blocks(of scope: Replay.Scope, size: Int64) throws -> [[Int64]] {
    let rows = try query(
      Statement(SQLFiles.listReplayed),
      [
        scope.runs.map { .int64Array($0) } ?? .null, .day(scope.from),
        .day(scope.to), .int64(size),
      ])
    return try (0..<rows.count).map { try rows.int64Array($0, 0) }
  }

  fileprivate func replay(_ block: [Int64]) throws -> Replay.Tally {
    try inTransaction(isolation: .repeatableRead, readOnly: true) {
      var tally = Replay.Tally()
      for loaded in try IssuedDocumentReader.read(block, on: self) { tally.add(loaded) }
      return tally
    }
  }
}
