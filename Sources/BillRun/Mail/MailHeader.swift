// SPDX-License-Identifier: Apache-2.0
import BillingCore

/// Header lines of messages: nothing that comes from data can end one or begin another.
enum MailHeader {
  private static let width = 76

  /// A header with text for people, such as a subject.
  static func text(_ name: String, _ value: String) -> String {
    let clean = oneLine(value)
    let isPlain =
      clean.utf8.allSatisfy { $0 < 0x7F } && !clean.contains("=?")
      && clean.split(separator: " ").allSatisfy { $0.utf8.count < width - 10 }
    return fold(name, isPlain ? clean.split(separator: " ").map(String.init) : words(clean))
  }

  /// A header with addresses.
  static func addresses(_ name: String, _ list: [Mailbox]) -> String {
    var tokens: [String] = []
    for (index, box) in list.enumerated() {
      var parts = phrase(box.name)
      parts.append(parts.isEmpty ? box.address : "<\(box.address)>")
      if index < list.count - 1 { parts[parts.count - 1] += "," }
      tokens += parts
    }
    return fold(name, tokens)
  }

  /// A header with tokens that stand for themselves, such as Message-IDs.
  static func tokens(_ name: String, _ tokens: [String]) -> String {
    fold(name, tokens.map { token in String(token.filter { $0.isASCII && !$0.isWhitespace }) })
  }

  /// The moment of UNIX seconds as RFC 5322 writes it.
  static func date(_ moment: Int64) -> String {
    let days = moment >= 0 ? moment / 86_400 : (moment - 86_399) / 86_400
    let seconds = Int(moment - days * 86_400)
    let day = LocalDate(daysSince1970: Int32(days))
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let weekday = weekdays[Int(((days % 7) + 7) % 7)]
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map {
      $0 < 10 ? "0\($0)" : "\($0)"
    }
    return "\(weekday), \(day.day) \(months[day.month - 1]) \(day.year) "
      + clock.joined(separator: ":") + " +0000"
  }

  /// A file's name as a parameter (RFC 2231 where it is not plain ASCII).
  static func fileName(_ name: String) -> [String] {
    let clean = oneLine(name)
    let isPlain = clean.utf8.allSatisfy { 0x20..<0x7F ~= $0 && $0 != UInt8(ascii: "%") }
    return isPlain ? ["filename=\(quote(clean))"] : ["filename*=UTF-8''\(percent(clean))"]
  }

  /// Without control characters and line ends of any kind, and with single spaces.
  static func oneLine(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: " "
      // These turn the direction of all that follows.
      case .format where 0x202A...0x202E ~= scalar.value || 0x2066...0x2069 ~= scalar.value: " "
      default: scalar
      }
    }
    return String(String.UnicodeScalarView(scalars)).split(separator: " ").joined(separator: " ")
  }

  /// A name before an address: as it is, quoted or encoded.
  private static func phrase(_ name: String?) -> [String] {
    let clean = oneLine(name ?? "")
    if clean.isEmpty { return [] }
    guard clean.unicodeScalars.allSatisfy(\.isASCII), !clean.contains("=?"),
      clean.utf8.count < width - 10
    else { return words(clean) }
    let isAtoms = clean.allSatisfy {
      $0.isLetter || $0.isNumber || " !#$&'*+-/=?^_`{|}~".contains($0)
    }
    return isAtoms ? clean.split(separator: " ").map(String.init) : [quote(clean)]
  }

  private static func quote(_ text: String) -> String {
    "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
  }

  private static func percent(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.map { byte in
      let isPlain =
        48...57 ~= byte || 65...90 ~= byte || 97...122 ~= byte || byte == 45 || byte == 46
        || byte == 95
      return isPlain
        ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }.joined()
  }

  /// Encoded words (RFC 2047) of whole characters, each short enough for a line.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    var piece: [UInt8] = []
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      if piece.count + bytes.count > 42 {
        words.append("=?UTF-8?B?\(MailEncoding.base64(piece))?=")
        piece = []
      }
      piece += bytes
    }
    if !piece.isEmpty { words.append("=?UTF-8?B?\(MailEncoding.base64(piece))?=") }
    return words
  }

  /// One header, its tokens in lines that are not too long, with its end.
  static func fold(_ name: String, _ tokens: [String]) -> String {
    var text = name + ":"
    var column = text.utf8.count
    for (index, token) in tokens.enumerated() {
      if index > 0, column + 1 + token.utf8.count > width {
        text += "\r\n"
        column = 0
      }
      text += " " + token
      column += 1 + token.utf8.count
    }
    return text + "\r\n"
  }
}

/// Who a message is from or for.
public struct Mailbox: Hashable, Sendable {
  /// The name; nil for none.
  public let name: String?
  /// The address, of ASCII characters without white space.
  public let address: String

  /// Makes one; nil for an address that a server would not understand.
  public init?(name: String?, address: String) {
    guard let sound = EmailAddress(address), sound.name == nil,
      sound.address.utf8.allSatisfy({ $0 < 0x7F })
    else { return nil }
    self.name = name
    self.address = sound.address
  }
}
