// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials

/// What a seller's documents show beside what the books know: logo, bank, the small print.
///
/// It is a file of the user's folder, `sellers/CODE.yaml`.
public struct Letterhead: Sendable {
  /// The logo as PNG, with its size in pixels; nil for none.
  public struct Logo: Sendable {
    /// The file.
    let content: [UInt8]
    let width: Int
    let height: Int
  }

  /// The logo; nil for none.
  public var logo: Logo?
  /// The language of customers who have none; nil for English.
  public var language: String?
  /// Where one pays to; empty for nowhere.
  var accountHolder = ""
  var bank = ""
  var iban = ""
  var bic = ""
  /// The lines at the foot of each page: legal form, court of registration, board.
  var footer: [String] = []
  /// Notes that each invoice bears.
  var notes: [String] = []
  /// The fonts to use, in order: `Noto Sans, DejaVu Sans`.
  var fonts = "DejaVu Sans, Noto Sans"
  /// The colour of titles and rules, as parts of red, green and blue from 0 to 255.
  var color: [UInt8] = [0x22, 0x33, 0x55]

  /// One that shows nothing.
  public init() {}

  /// Reads a seller's file; throws `letterheadError` with the line for what is wrong in it.
  init(_ name: String, in folder: DocumentFolder) throws(DocumentError) {
    guard let text = folder.text(name) else { return }
    for (path, value, line) in try YAMLText(text, named: name, .letterheadError).values() {
      do {
        try read(path, value, in: folder)
      } catch {
        throw DocumentError(.letterheadError, "\(name) line \(line), \(error.text)")
      }
    }
  }

  private mutating func read(
    _ path: String, _ value: String, in folder: DocumentFolder
  ) throws(DocumentError) {
    switch path {
    case "logo": logo = try Logo(value, in: folder)
    case "language": language = value
    case "bank.holder": accountHolder = value
    case "bank.name": bank = value
    case "bank.iban": iban = value
    case "bank.bic": bic = value
    case "footer": footer = value.split(separator: "\n").map(String.init)
    case "notes": notes = value.split(separator: "\n").map(String.init)
    case "fonts": fonts = value
    case "color": color = try Self.color(value)
    default:
      throw DocumentError(
        .letterheadError,
        "there is no key '\(path)', but logo, language, bank (holder, name, iban, bic), footer, "
          + "notes, fonts and color")
    }
  }

  /// Reads `#223355`.
  private static func color(_ text: String) throws(DocumentError) -> [UInt8] {
    let digits = Array(text.drop { $0 == "#" })
    let parts = stride(from: 0, to: digits.count, by: 2).map {
      UInt8(String(digits[$0..<min($0 + 2, digits.count)]), radix: 16)
    }
    guard digits.count == 6, !parts.contains(nil) else {
      throw DocumentError(.letterheadError, "a color is six digits of hex, as '#223355'")
    }
    return parts.compactMap { $0 }
  }

  /// The color as in HTML: `#223355`.
  var htmlColor: String {
    "#" + color.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

extension Letterhead.Logo {
  /// Takes a PNG of the folder.
  init(_ name: String, in folder: DocumentFolder) throws(DocumentError) {
    guard let content = folder.files[name] ?? folder.files["sellers/" + name] else {
      throw DocumentError(.letterheadError, "the logo \(name) is not in the folder")
    }
    // Signature, then the header's length and name, then width and height in network order.
    guard content.count > 24, content.starts(with: [0x89, 0x50, 0x4E, 0x47, 13, 10, 0x1A, 10])
    else { throw DocumentError(.letterheadError, "the logo \(name) is no PNG") }
    func number(_ place: Int) -> Int {
      content[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
    self.content = content
    width = number(16)
    height = number(20)
    guard 1...4000 ~= width, 1...4000 ~= height else {
      throw DocumentError(.letterheadError, "the logo \(name) is larger than 4000 × 4000 pixels")
    }
  }

  /// The logo as an address that holds all of it, for HTML.
  var dataURI: String { "data:image/png;base64," + Data(content).base64EncodedString() }
}
