// SPDX-License-Identifier: Apache-2.0
import BillRun

/// A list that is written while it is read: a JSON array, or JSON Lines with `--jsonl`.
struct JSONList {
  private let output: Output
  private var writer = JSONWriter()

  /// Whether somebody still reads the list.
  private(set) var isRead = true

  /// Begins a list on an output whose format is JSON or JSON Lines.
  init(to output: Output) {
    self.output = output
    if output.format == .json { writer.openArray() }
  }

  /// Writes the next element, which is one value.
  ///
  /// Returns false when the reader has gone away: then there is no more to write.
  @discardableResult
  mutating func append(_ element: (inout JSONWriter) throws -> Void) throws -> Bool {
    try element(&writer)
    if output.format == .jsonLines { writer.endLine() }
    if writer.bytes.count > 1 << 16 { try flush() }
    return isRead
  }

  /// Ends the list.
  mutating func finish() throws {
    if output.format == .json {
      writer.closeArray()
      writer.endLine()
    }
    try flush()
  }

  private mutating func flush() throws {
    if isRead { isRead = try output.write(writer.bytes) }
    writer.removeWritten()
  }
}
