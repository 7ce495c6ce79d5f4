// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// A report as tables, which is written as text, JSON, CSV or one page of HTML.
public struct TabularReport: Sendable {
  /// How a report is written.
  public enum Format: String, CaseIterable, Sendable {
    /// For people, on a terminal.
    case text
    /// One JSON value.
    case json
    /// Records of comma-separated values (RFC 4180), each with its table's name.
    case csv
    /// A page without scripts that needs nothing beside itself.
    case html

    /// How a file of it ends.
    var suffix: String { self == .text ? "txt" : rawValue }

    /// Its media type.
    var mediaType: String {
      switch self {
      case .text: "text/plain"
      case .json: "application/json"
      case .csv: "text/csv"
      case .html: "text/html"
      }
    }
  }

  /// Its `object` in JSON, such as `tax_report`.
  let object: String
  /// What it is about, such as `tax`.
  let title: String
  /// Of which days, such as `2026-11-01 to 2026-11-30`.
  let about: String
  /// What was asked for, by its key in JSON.
  var asked: [(key: String, value: ReportTable.Value)] = []
  /// The tables, in order.
  var tables: [ReportTable] = []
  /// The text where it is another one than that of the tables.
  var ownText: String?
  /// The JSON where it is another one than that of the tables.
  var ownJSON: String?

  init(_ object: String, _ title: String, _ about: String) {
    self.object = object
    self.title = title
    self.about = about
  }

  /// The report in a format, with the line feed that ends it.
  public func bytes(_ format: Format) -> [UInt8] {
    switch format {
    case .text: Array(text.utf8)
    case .json: Array((json + "\n").utf8)
    case .csv: Array(csv.utf8)
    case .html: Array(ReportPage(self).text.utf8)
    }
  }

  /// One line for people: `tax, 2026-11-01 to 2026-11-30`.
  var heading: String { "\(title), \(about)" }
}

// MARK: - Text

extension TabularReport {
  /// The report for people: heading and tables, without those that have no rows.
  public var text: String {
    if let ownText { return ownText }
    let filled = tables.filter { !$0.rows.isEmpty }
    if filled.isEmpty { return heading + "\nnothing\n" }
    return heading + "\n" + filled.map(\.text).joined(separator: "\n")
  }
}

extension ReportTable {
  /// Title, heads and rows; a title that is the first column's head is not told twice.
  var text: String {
    var table = TextTable(columns.map { ($0.head, $0.isNumber ? .right : .left) })
    for row in shownRows { table.add(zip(columns, row).map { $1.text($0.kind) }) }
    let head = title == columns.first?.head ? "" : title + "\n"
    return head + table.text + (moreText.map { $0 + "\n" } ?? "")
  }
}

extension ReportTable.Column {
  /// Whether its values stand to the right.
  var isNumber: Bool { [.integer, .count, .amount].contains(kind) }
}

// MARK: - JSON

extension TabularReport {
  /// The report as one object: what was asked for, and each table as a list of objects.
  public var json: String {
    if let ownJSON { return ownJSON }
    var writer = JSONWriter()
    writer.object {
      $0.field("object", object)
      for (key, value) in asked {
        $0.key(key)
        value.write(to: &$0, .text)
      }
      for table in tables { table.write(to: &$0) }
    }
    return writer.text
  }
}

extension ReportTable {
  /// Writes the rows as a list of objects, as a field of the object that is being written.
  func write(to writer: inout JSONWriter) {
    writer.field(key, objects: rows) { element, row in
      for (column, value) in zip(columns, row) {
        element.key(column.key)
        value.write(to: &element, column.kind)
      }
    }
  }
}

extension ReportTable.Value {
  fileprivate func write(to writer: inout JSONWriter, _ kind: ReportTable.Kind) {
    switch self {
    case .none: writer.null()
    case .text(let text):
      writer.string(kind == .word ? text.replacing(" ", with: "_") : text)
    case .integer(let value): writer.integer(value)
    case .amount(let minor, let digits): writer.amount(minor: minor, digits: digits)
    case .day(let day): writer.string(day.description)
    }
  }
}

// MARK: - CSV

extension TabularReport {
  /// Records of CSV: of each table with rows its heads and rows, the table's name before each, and
  /// an empty line between tables.
  public var csv: String {
    tables.filter { !$0.rows.isEmpty }.map { table in
      let head = CSVRecord.text(["table"] + table.columns.map(\.key))
      return head
        + table.rows.map { row in
          CSVRecord.text([table.key] + zip(table.columns, row).map { $1.field($0.kind) })
        }.joined()
    }.joined(separator: "\r\n")
  }
}

extension ReportTable.Value {
  /// The value as a field of CSV, which a spreadsheet does not take for a formula.
  fileprivate func field(_ kind: ReportTable.Kind) -> String {
    guard case .text(let text) = self, let first = text.unicodeScalars.first else {
      return plain(kind)
    }
    let isSigned = first == "+" || first == "-"
    let isNumber = text.dropFirst().allSatisfy { "0123456789 .,-()/".contains($0) }
    let isFormula = ["=", "@", "\t", "\r"].contains(first) || isSigned && !isNumber
    return isFormula ? "'" + text : text
  }
}

/// A record of comma-separated values (RFC 4180).
enum CSVRecord {
  /// The fields on a line that ends as the standard asks.
  static func text(_ fields: [String]) -> String {
    fields.map(field).joined(separator: ",") + "\r\n"
  }

  private static func field(_ text: String) -> String {
    // By bytes: a carriage return and a line feed together are one character.
    guard text.utf8.contains(where: { [0x2C, 0x22, 0x0D, 0x0A].contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
