// SPDX-License-Identifier: Apache-2.0

/// Turns the records of a CSV file into objects, whose fields are all texts until SQL gives them
/// their types.
struct CSVTable {
  private let object: String
  private let header: [String]

  /// Reads what the records are from the header, which has the names of the fields.
  ///
  /// Throws `BillRunError` when none of the objects that may come as CSV has them, or when one
  /// stands twice, since only one of its values could be taken.
  init(header: [String], file: String) throws {
    let names = header.map { $0.filter { $0 != " " } }
    if let twice = names.first(where: { name in
      !name.isEmpty && names.count { $0 == name } > 1
    }) {
      throw BillRunError(
        .dataError, code: "csv_malformed", "\(file):1: the header names \(twice) twice",
        hint: "head -1 \(file)")
    }
    let others: [(Character, String)] = [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")]
    if header.count == 1, let found = others.first(where: { header[0].contains($0.0) }) {
      throw BillRunError(
        .dataError, code: "csv_malformed",
        "\(file):1: the columns are separated by \(found.1), and must be by commas",
        hint: "export it anew, separated by commas, or change the separator in a spreadsheet")
    }
    let known = Self.objects.first { $0.fields.allSatisfy(names.contains) }
    guard let known else {
      throw BillRunError(
        .dataError, code: "header_unknown",
        "\(file):1: the header is of no customer, subscription, usage record, pending line item or "
          + "payment",
        hint: "head -1 \(file)")
    }
    object = known.name
    self.header = names
  }

  /// The first one that fits is meant: a usage record has fewer fields that others lack.
  private static let objects: [(name: String, fields: [String])] = [
    ("subscription", ["id", "customer", "plan", "start_date"]),
    ("usage_record", ["subscription", "quantity", "timestamp"]),
    ("pending_line_item", ["customer", "catalog_item"]),
    ("pending_line_item", ["customer", "unit_cost"]),
    ("customer", ["id", "name"]),
    ("payment", ["amount", "currency", "date"]),
  ]

  /// The record as JSON; a field too many comes as one that no object has.
  func json(_ record: CSVReader.Record) -> String {
    var writer = JSONWriter()
    writer.object {
      $0.field("object", object)
      for (index, value) in record.fields.enumerated() where !value.isEmpty {
        $0.field(index < header.count ? header[index] : "column_\(index + 1)", value)
      }
    }
    return writer.text
  }
}

extension BillRunError {
  /// A CSV file that cannot be taken apart; nothing of it is taken in.
  static func malformed(_ fault: CSVReader.Fault, in file: String) -> BillRunError {
    switch fault {
    case .notUTF8(let line):
      BillRunError(
        .dataError, code: "csv_malformed", "\(file):\(line): not UTF-8",
        hint: "iconv -f WINDOWS-1252 -t UTF-8 \(file), if that is what it is written in")
    case .openQuote(let line):
      BillRunError(
        .dataError, code: "csv_malformed", "\(file):\(line): a quote is opened and never closed",
        hint: "tail \(file), it may be cut off; a quote within a text is doubled")
    }
  }
}
