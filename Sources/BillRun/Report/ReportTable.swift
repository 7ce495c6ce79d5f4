// SPDX-License-Identifier: Apache-2.0
import BillingCore
import Postgres

/// A table of a report: columns that say what their values are, rows, and what is drawn of them.
public struct ReportTable: Sendable {
  /// What the values of a column are.
  enum Kind: Sendable {
    /// A text as it is.
    case text
    /// One of a few words, which JSON writes with underscores instead of spaces.
    case word
    /// A count or an id.
    case integer
    /// A count, with its digits in groups for people.
    case count
    /// An amount in minor units; in SQL a `numeric` beside a column `digits`.
    case amount
    /// A day.
    case day
    /// A moment in UNIX seconds.
    case moment
  }

  /// A column: its name for programs, its head for people.
  struct Column: Sendable {
    let key: String
    let head: String
    let kind: Kind

    init(_ key: String, _ head: String? = nil, _ kind: Kind = .text) {
      self.key = key
      self.head = head ?? key
      self.kind = kind
    }
  }

  /// A value of a row.
  enum Value: Sendable, Hashable {
    /// There is none.
    case none
    case text(String)
    case integer(Int64)
    case amount(Int128, digits: Int)
    case day(LocalDate)
  }

  /// The name for programs: the key in JSON, the first field in CSV.
  let key: String
  /// What stands above it.
  var title: String
  /// What its figures mean, in a sentence; empty where that is plain.
  var note = ""
  let columns: [Column]
  var rows: [[Value]]
  var charts: [ReportChart] = []
  /// How many rows people are shown; programs get all.
  var shown = Int.max
  /// The command that lists those that people are not shown.
  var more = ""

  init(_ key: String, _ title: String, _ columns: [Column], rows: [[Value]] = []) {
    self.key = key
    self.title = title
    self.columns = columns
    self.rows = rows
  }

  /// The rows that people are shown.
  var shownRows: ArraySlice<[Value]> { rows.prefix(shown) }

  /// What is told below the rows where some are not shown; nil where all are.
  var moreText: String? {
    rows.count <= shown ? nil : "and \(Figure.count(rows.count - shown)) more: \(more)"
  }

  /// Adds a table of a statement's rows, which have a column of the same name for each of ours.
  init(
    _ key: String, _ title: String, _ columns: [Column], of statement: Statement,
    _ parameters: [Parameter], on connection: isolated Connection
  ) throws {
    let rows = try connection.query(statement, parameters)
    let isMoney = columns.contains { $0.kind == .amount }
    self.init(
      key, title, columns,
      rows: try rows.map { row in
        let digits = isMoney ? Int(try row.int64("digits")) : 0
        return try columns.map { try Value($0, row, digits: digits) }
      })
  }
}

extension ReportTable.Value {
  fileprivate init(_ column: ReportTable.Column, _ row: Row, digits: Int) throws {
    let name = column.key
    let value: Self? =
      switch column.kind {
      case .text, .word: try row.optionalString(name).map { .text($0) }
      case .integer, .count, .moment: try row.optionalInt64(name).map { .integer($0) }
      case .amount: try row.optionalNumeric(name, scale: 0).map { .amount($0, digits: digits) }
      case .day: try row.optionalDate(name).map { .day(LocalDate(daysSince2000: $0)) }
      }
    self = value ?? .none
  }

  init(_ text: String?) { self = text.map { .text($0) } ?? .none }

  init(_ value: (some FixedWidthInteger & SignedInteger)?) {
    self = value.map { .integer(Int64($0)) } ?? .none
  }

  init(_ day: LocalDate?) { self = day.map { .day($0) } ?? .none }

  /// The value as people read it; empty where there is none.
  func text(_ kind: ReportTable.Kind) -> String {
    switch self {
    case .none: ""
    case .text(let text): text
    case .integer(let moment) where kind == .moment: Self.moment(moment)
    case .integer(let value): kind == .count ? Figure.count(value) : String(value)
    case .amount(let minor, let digits): Figure.amount(minor: minor, digits: digits)
    case .day(let day): day.description
    }
  }

  /// The value as programs read it; empty where there is none.
  func plain(_ kind: ReportTable.Kind) -> String {
    switch self {
    case .integer(let value) where kind != .moment: String(value)
    case .amount(let minor, let digits): Figure.plain(minor: minor, digits: digits)
    default: text(kind)
    }
  }

  /// Day and minute in UTC.
  private static func moment(_ seconds: Int64) -> String {
    let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
    let two = { (value: Int64) in (value < 10 ? "0" : "") + String(value) }
    return "\(LocalDate(daysSince1970: Int32(days))) \(two(rest / 3600)):\(two(rest / 60 % 60))"
  }
}
