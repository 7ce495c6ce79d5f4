// SPDX-License-Identifier: Apache-2.0

/// An object as somebody has written it: the text of a file, and how it is named in errors.
public struct DocumentText: Sendable {
  /// The file as it was named; `-` is standard input.
  public let name: String
  /// JSON, over as many lines as it likes.
  let bytes: [UInt8]

  /// How many bytes there are.
  public var count: Int { bytes.count }

  /// Takes text that is there already.
  public init(_ text: String, name: String = "-") {
    self.name = name
    bytes = Array(text.utf8)
  }

  /// Reads a file, or standard input where its name is a dash.
  ///
  /// Throws `BillRunError` when it cannot be read.
  public init(file name: String) throws {
    self.name = name
    var source = try LineSource(name)
    var bytes: [UInt8] = []
    while let piece = try source.next() { bytes += piece }
    self.bytes = bytes
  }
}
