// SPDX-License-Identifier: Apache-2.0

/// A table for people: columns of even width, numbers to the right, no line ever wrapped.
public struct TextTable: Sendable {
  /// Where the values of a column stand.
  public enum Side: Sendable {
    /// Texts.
    case left
    /// Numbers.
    case right
  }

  private let sides: [Side]
  private var rows: [[String]]

  /// Begins a table with the heads of its columns.
  public init(_ columns: [(head: String, side: Side)]) {
    sides = columns.map(\.side)
    rows = [columns.map(\.head)]
  }

  /// Adds a row of as many values as there are columns.
  public mutating func add(_ values: [String]) { rows.append(values.map(Self.printable)) }

  /// Heads and rows, each line with its line feed; nothing stands after the last value of a line.
  public var text: String {
    let widths = sides.indices.map { column in
      rows.map { Self.width(of: $0[column]) }.max() ?? 0
    }
    return rows.map { row in
      let cells = zip(row, zip(widths, sides)).map { value, place in
        let padding = String(repeating: " ", count: place.0 - Self.width(of: value))
        return place.1 == .left ? value + padding : padding + value
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }

  /// How many columns of a terminal a text takes.
  static func width(of text: String) -> Int { text.reduce(0) { $0 + width(of: $1) } }

  /// Two for the wide letters and signs of East Asia and for emoji, else one.
  private static func width(of character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
    0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
    0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]

  /// A name from outside must neither break a line nor send commands to the terminal.
  static func printable(_ value: String) -> String {
    String(
      String.UnicodeScalarView(
        value.unicodeScalars.map { scalar in
          let isControl = scalar.properties.generalCategory == .control
          return isControl || scalar.properties.isBidiControl ? "\u{FFFD}" : scalar
        }))
  }
}
