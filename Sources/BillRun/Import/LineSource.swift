// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Reads a file in pieces of whole lines, so that memory stays flat.
struct LineSource: ~Copyable {
  /// The file as it was named; `-` is standard input.
  let name: String

  private let descriptor: Int32
  private var scratch = [UInt8](repeating: 0, count: 1 << 20)
  private var rest: [UInt8] = []
  private var isAtEnd = false
  private var isAtStart = true

  /// Longer lines are refused: the server takes no larger values.
  private static let longestLine = 1 << 28

  /// Opens a file; throws `BillRunError` when it cannot be read.
  init(_ name: String) throws {
    self.name = name
    descriptor = name == "-" ? STDIN_FILENO : unsafe open(name, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw Self.unreadable(name) }
  }

  deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

  /// Whether a name is that of a regular file, which can be read more than once.
  static func isFile(_ name: String) -> Bool {
    var state = stat()
    return unsafe name != "-" && stat(name, &state) == 0 && state.st_mode & S_IFMT == S_IFREG
  }

  /// The next lines, each but perhaps the last ended by a line feed; nil after the last.
  mutating func next() throws -> [UInt8]? {
    while !isAtEnd {
      try fill()
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
    let count = unsafe scratch.withUnsafeMutableBytes {
      unsafe read(descriptor, $0.baseAddress, $0.count)
    }
    if count < 0 && errno == EINTR { return }
    if count < 0 { throw Self.unreadable(name) }
    isAtEnd = count == 0
    rest += scratch[..<count]
    if isAtStart && rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest.removeFirst(3) }
    if count > 0 { isAtStart = false }
  }

  private static func unreadable(_ name: String) -> BillRunError {
    let reason = unsafe strerror(errno).map { unsafe String(cString: $0).lowercased() }
    return BillRunError(
      .dataError, code: "file_unreadable", "file not read, on \(name), \(reason ?? "unknown")",
      hint: "ls -l \(name)")
  }
}
