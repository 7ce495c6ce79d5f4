// SPDX-License-Identifier: Apache-2.0

/// One SQL statement with the name under which each connection prepares it once.
public struct Statement: Hashable, Sendable {
  /// The name that shows in the server's log and in errors; one name stands for one text.
  public let name: String

  /// The SQL text with `$1`, `$2`, … as its parameters.
  public let text: String

  /// Makes a statement of its name and its text.
  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }

  /// The name as the server gets it: it would cut a longer one off, and two could become one.
  var preparedName: String {
    let bytes = name.utf8
    guard bytes.count > Self.longestName else { return name }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let kept = String(decoding: bytes.prefix(Self.longestName - 20), as: UTF8.self)
    return "\(kept.filter { $0 != "\u{FFFD}" })_\(String(hash, radix: 16))"
  }

  /// The server's limit of a name, in bytes.
  static let longestName = 63
}
