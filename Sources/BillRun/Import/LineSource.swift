// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Reads a file in pieces of whole lines, so that memory stays flat.
struct LineSource: ~Copyable {
  /// The file as it was named; `-` is standard input.
  let name: String

  private let descriptor: Int32
  private var rest: [UInt8] = []
  private var isAtEnd = false
  private var isAtStart = true

  /// About how much is read at once, in bytes.
  private static let pieceSize = 1 << 22

  /// Longer lines are refused: the server takes no larger values.
  private static let longestLine = 1 << 28

  /// Opens a file; throws `BillRunError` when it cannot be read.
  init(_ name: String) throws {
    self.name = name
    descriptor = name == "-" ? STDIN_FILENO : unsafe open(name, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw Self.unreadable(name) }
  }

  deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

  /// The next lines, each but perhaps the last ended by a line feed; nil after the last.
  mutating func next() throws -> [UInt8]? {
    while !isAtEnd {
      try fill()
      guard !isAtEnd else { break }
      guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { continue }
      let piece = Array(rest[...end])
      rest.removeSubrange(...end)
      return piece
    }
    guard !rest.isEmpty else { return nil }
    defer { rest = [] }
    return rest
  }

  /// Reads on behind what is left.
  private mutating func fill() throws {
    guard rest.count < Self.longestLine else {
      throw BillRunError(
        .dataError, code: "line_too_long", "a line of more than 256 MB, in \(name)",
        hint: "one object a line, in UTF-8")
    }
    let known = rest.count
    rest.append(contentsOf: repeatElement(0, count: Self.pieceSize))
    var filled = known
    while filled < rest.count {
      let count = unsafe rest.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress?.advanced(by: filled), $0.count - filled)
      }
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw Self.unreadable(name) }
      if count == 0 {
        isAtEnd = true
        break
      }
      filled += count
    }
    rest.removeSubrange(filled...)
    if isAtStart && rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest.removeFirst(3) }
    isAtStart = false
  }

  private static func unreadable(_ name: String) -> BillRunError {
    let reason = unsafe strerror(errno).map { unsafe String(cString: $0).lowercased() }
    return BillRunError(
      .dataError, code: "file_unreadable", "file not read, on \(name), \(reason ?? "unknown")",
      hint: "ls -l \(name)")
  }
}
