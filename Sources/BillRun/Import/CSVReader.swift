// SPDX-License-Identifier: Apache-2.0

/// Takes CSV (RFC 4180) apart into records of texts.
///
/// Fields in quotes may hold commas, line feeds and doubled quotes. What cannot be meant, or is
/// only a part of a file, is refused: other bytes than UTF-8, and quotes that don't close.
struct CSVReader {
  /// What is wrong with the text, and on which line the record begins.
  enum Fault: Error, Hashable {
    case notUTF8(line: Int)
    case openQuote(line: Int)
  }

  /// One record.
  struct Record: Hashable {
    /// The line on which it begins, from 1 in the text.
    let line: Int
    /// Its fields.
    let fields: [String]
  }

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  /// Makes a reader of UTF-8 text.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next record that isn't an empty line; nil after the last.
  mutating func next() throws(Fault) -> Record? {
    while position < bytes.count {
      let start = line
      let fields = try readRecord()
      if fields != [""] { return Record(line: start, fields: fields) }
    }
    return nil
  }

  private mutating func readRecord() throws(Fault) -> [String] {
    let start = line
    var fields: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\n") { line += 1 }
      switch byte {
      case UInt8(ascii: "\"") where isQuoted && peek == UInt8(ascii: "\""):
        field.append(byte)
        position += 1
      case UInt8(ascii: "\"") where isQuoted || field.isEmpty:
        isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted:
        fields.append(try Self.text(field, line: start))
        field.removeAll(keepingCapacity: true)
      case UInt8(ascii: "\n") where !isQuoted:
        if field.last == UInt8(ascii: "\r") { field.removeLast() }
        return fields + [try Self.text(field, line: start)]
      default: field.append(byte)
      }
    }
    if isQuoted { throw .openQuote(line: start) }
    return fields + [try Self.text(field, line: start)]
  }

  private static func text(_ field: [UInt8], line: Int) throws(Fault) -> String {
    // A zero byte is what other encodings leave; the database has no text with one.
    guard !field.contains(0), let text = String(validating: field, as: UTF8.self) else {
      throw .notUTF8(line: line)
    }
    return text
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
}
