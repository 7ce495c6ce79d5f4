// SPDX-License-Identifier: Apache-2.0
import Postgres
import SQLFiles

/// Brings the lines of files into the staging tables.
struct ImportStaging {
  /// The files with the number of the line before their first, counted over all of them.
  private(set) var files: [(name: String, offset: Int)] = []

  /// How many lines were read, empty ones not counted.
  private(set) var lines = 0

  /// The number of the last line.
  private(set) var offset = 0
  private var hasTexts = false

  /// Loads the files in order, then looks at those lines one by one that the server refused in
  /// bulk.
  mutating func load(_ names: [String], on connection: isolated Connection) throws {
    for name in names {
      files.append((name, offset))
      if name.lowercased().hasSuffix(".csv") {
        try loadCSV(name, on: connection)
      } else {
        try loadJSON(name, on: connection)
      }
    }
    if hasTexts { try connection.execute(Self.readTexts, []) }
  }

  /// Loads objects that somebody has as text, a line each.
  mutating func load(_ text: DocumentText, on connection: isolated Connection) throws {
    files.append((text.name, offset))
    var buffer = CopyBuffer()
    var bytes = [UInt8(ascii: "\n")] + text.bytes
    try stage(&bytes, in: &buffer, on: connection)
    if hasTexts { try connection.execute(Self.readTexts, []) }
  }

  /// The file and the line in it of a line that is counted over all files.
  func place(of line: Int) -> (file: String, line: Int) {
    let file = files.last { $0.offset < line } ?? ("", 0)
    return (file.name, line - file.offset)
  }

  private mutating func loadJSON(_ name: String, on connection: isolated Connection) throws {
    var source = try LineSource(name)
    var buffer = CopyBuffer(capacity: 1 << 22)
    while let piece = try source.next() {
      // The byte before each line is a line feed, which makes room for the version of a jsonb.
      var bytes = [UInt8(ascii: "\n")] + piece
      try stage(&bytes, in: &buffer, on: connection)
    }
  }

  /// Copies a piece as JSON; when the server finds a line that is none, copies it as bytes instead.
  private mutating func stage(
    _ bytes: inout [UInt8], in buffer: inout CopyBuffer, on connection: isolated Connection
  ) throws {
    let first = offset
    offset = fill(&buffer, from: &bytes, after: first, asText: false)
    try connection.run(script: "savepoint piece", name: "savepoint")
    do {
      lines += try connection.copyIn(Self.copyLines, &buffer)
      try connection.run(script: "release savepoint piece", name: "release savepoint")
    } catch let error as PostgresError where !error.isConnectionLoss && !error.isCanceled {
      try connection.run(script: "rollback to savepoint piece", name: "rollback to savepoint")
      offset = fill(&buffer, from: &bytes, after: first, asText: true)
      lines += try connection.copyIn(Self.copyTexts, &buffer)
      hasTexts = true
    }
  }

  private mutating func loadCSV(_ name: String, on connection: isolated Connection) throws {
    var source = try LineSource(name)
    var bytes: [UInt8] = []
    while let piece = try source.next() { bytes += piece }
    var reader = CSVReader(bytes)
    func next() throws -> CSVReader.Record? {
      do { return try reader.next() } catch { throw BillRunError.malformed(error, in: name) }
    }
    guard let header = try next() else { return }
    let table = try CSVTable(header: header.fields, file: name)
    var buffer = CopyBuffer(capacity: 1 << 22)
    let first = offset
    while let record = try next() {
      buffer.beginRow(fields: 2)
      buffer.int4(Int32(truncatingIfNeeded: first + record.line))
      buffer.jsonb(table.json(record))
      offset = first + record.line
      lines += 1
      if buffer.byteCount > 1 << 22 { try flush(&buffer, on: connection) }
    }
    try flush(&buffer, on: connection)
    try connection.execute(
      Self.readCSV, [.int32(Int32(first)), .int32(Int32(truncatingIfNeeded: offset))])
  }

  private func flush(_ buffer: inout CopyBuffer, on connection: isolated Connection) throws {
    try connection.copyIn(Self.copyLines, &buffer)
    buffer.reset()
  }

  /// Writes the lines that aren't empty as rows, and returns the number of the last line.
  private func fill(
    _ buffer: inout CopyBuffer, from bytes: inout [UInt8], after first: Int, asText: Bool
  ) -> Int {
    buffer.reset()
    var number = first
    var start = 1
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      number += 1
      if bytes[start..<end].contains(where: { $0 > UInt8(ascii: " ") }) {
        buffer.beginRow(fields: 2)
        buffer.int4(Int32(truncatingIfNeeded: number))
        bytes[start - 1] = Self.jsonbVersion
        buffer.text(utf8: bytes.span.extracting((asText ? start : start - 1)..<end))
        bytes[start - 1] = UInt8(ascii: "\n")
      }
      start = end + 1
    }
    return number
  }

  /// The first byte of a `jsonb` in binary form; JSON text follows.
  private static let jsonbVersion: UInt8 = 1

  private static let copyLines = SQLFiles.importCopyLines.text
  private static let copyTexts = SQLFiles.importCopyTexts.text
  private static let readTexts = Statement(SQLFiles.importReadTexts)
  private static let readCSV = Statement(SQLFiles.importReadCSV)
}
