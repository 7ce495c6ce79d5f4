// SPDX-License-Identifier: Apache-2.0

/// A Swift text of which each byte is known to be code, comment or string.
///
/// What is inside an interpolation is code. Regex literals are not known: none holds a quote.
struct SwiftText {
  enum Kind { case code, comment, string }

  private let bytes: [UInt8]
  private let kinds: [Kind]

  init(_ text: String) {
    var scan = SwiftScan(bytes: Array(text.utf8))
    scan.run()
    bytes = scan.bytes
    kinds = scan.kinds
  }

  /// The text with all other kinds replaced by spaces, so that lines and columns stay.
  func only(_ wanted: Kind...) -> String {
    let newline = UInt8(ascii: "\n")
    let blanked = zip(bytes, kinds).map { byte, kind in
      byte == newline || wanted.contains(kind) ? byte : UInt8(ascii: " ")
    }
    return String(decoding: blanked, as: UTF8.self)
  }
}

/// The scan behind `SwiftText`: one pass, with a stack for strings in interpolations in strings.
private struct SwiftScan {
  private enum Context {
    case code(parentheses: Int)
    case string(hashes: Int, quotes: Int)
  }

  /// The bytes at which anything can begin or end; all others are as the one before.
  private static let special = Set("\"\\/#()\n".utf8)

  let bytes: [UInt8]
  private(set) var kinds: [SwiftText.Kind] = []
  private var stack: [Context] = [.code(parentheses: 0)]

  init(bytes: [UInt8]) {
    self.bytes = bytes
    kinds.reserveCapacity(bytes.count)
  }

  private var position: Int { kinds.count }

  mutating func run() {
    while position < bytes.count, let context = stack.last {
      switch context {
      case .code(let parentheses): scanCode(parentheses)
      case .string(let hashes, let quotes): scanString(hashes, quotes)
      }
    }
  }

  private mutating func scanCode(_ parentheses: Int) {
    if !Self.special.contains(bytes[position]) {
      take(1, .code)
    } else if sees("//") {
      let line = bytes[position...].prefix { $0 != UInt8(ascii: "\n") }
      take(line.count, .comment)
    } else if sees("/*") {
      scanBlockComment()
    } else if let (hashes, quotes) = openingQuote() {
      take(hashes + quotes, .string)
      stack.append(.string(hashes: hashes, quotes: quotes))
    } else if stack.count > 1, sees(")"), parentheses == 0 {
      take(1, .string)
      stack.removeLast()
    } else {
      let step = sees("(") ? 1 : sees(")") ? -1 : 0
      stack[stack.count - 1] = .code(parentheses: parentheses + step)
      take(1, .code)
    }
  }

  private mutating func scanString(_ hashes: Int, _ quotes: Int) {
    guard Self.special.contains(bytes[position]) else { return take(1, .string) }
    let fence = String(repeating: "#", count: hashes)
    if sees(String(repeating: "\"", count: quotes) + fence) {
      take(quotes + hashes, .string)
      stack.removeLast()
    } else if sees("\\" + fence + "(") {
      take(hashes + 2, .string)
      stack.append(.code(parentheses: 0))
    } else if sees("\\" + fence) {
      take(hashes + 2, .string)
    } else if quotes == 1, sees("\n") {
      stack.removeLast()
    } else {
      take(1, .string)
    }
  }

  private mutating func scanBlockComment() {
    var depth = 0
    repeat {
      if sees("/*") {
        depth += 1
        take(2, .comment)
      } else if sees("*/") {
        depth -= 1
        take(2, .comment)
      } else {
        take(1, .comment)
      }
    } while depth > 0 && position < bytes.count
  }

  /// The number of hashes and of quotes, if a string begins here.
  private func openingQuote() -> (hashes: Int, quotes: Int)? {
    let hashes = bytes[position...].prefix { $0 == UInt8(ascii: "#") }.count
    let quotes = bytes[(position + hashes)...].prefix { $0 == UInt8(ascii: "\"") }.count
    guard quotes > 0 else { return nil }
    return (hashes, quotes >= 3 ? 3 : 1)
  }

  private func sees(_ text: String) -> Bool {
    bytes[position...].starts(with: text.utf8)
  }

  private mutating func take(_ count: Int, _ kind: SwiftText.Kind) {
    kinds += repeatElement(kind, count: min(count, bytes.count - position))
  }
}
