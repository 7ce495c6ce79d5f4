// SPDX-License-Identifier: Apache-2.0

/// Text from outside, made fit to be printed: no control characters, and no marks that turn the
/// direction of what comes after them.
enum PlainText {
  /// One line: each line end and control character is a space, and spaces are not repeated.
  static func line(_ text: String) -> String {
    if text.utf8.allSatisfy({ 0x20..<0x7F ~= $0 }), !text.contains("  ") { return text }
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isSpace = scalar == " " || isControl(scalar)
      if isSpace, line.last == " " || line.isEmpty { continue }
      line.append(isSpace ? " " : scalar)
    }
    if line.last == " " { line.removeLast() }
    return String(line)
  }

  /// Several lines: of control characters only the line ends stay, as line feeds.
  static func lines(_ text: String) -> String {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map { line(String($0)) }.joined(separator: "\n")
  }

  /// C0, C1, line and paragraph separators, embeddings, overrides and isolates.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFF9...0xFFFB: true
    default: false
    }
  }
}
