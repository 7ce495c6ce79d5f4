// SPDX-License-Identifier: Apache-2.0
import Postgres
import Transport

/// What somebody shows to the server to be let in: a key, or a token.
///
/// Its text says of which books it is: `brk_<schema>_<64 hex digits>`. The digits are 256 random
/// bits of the system's generator. A plain SHA-256 of them is what is kept: a slow hash makes
/// guessing dear where people choose the secret, and there is nothing to guess among 2^256.
public struct Credential: Sendable {
  /// What it is.
  public enum Kind: String, Sendable {
    /// A key.
    case key = "brk"
    /// A token that a client of OAuth was given.
    case token = "brt"
  }

  /// What it is.
  public let kind: Kind
  /// The schema with the books that it opens.
  public let schema: String
  /// All of it.
  let secret: Secret

  /// All of it, to be shown or sent, and to be kept nowhere.
  public var exposed: String { secret.exposed }

  /// Reads a credential; nil for what is none.
  public init?(_ text: String) {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count >= 3, let kind = Kind(rawValue: String(parts[0])), let last = parts.last,
      last.utf8.count == 64, last.utf8.allSatisfy({ 48...57 ~= $0 || 97...102 ~= $0 })
    else { return nil }
    let schema = parts[1..<(parts.count - 1)].joined(separator: "_")
    guard Settings.isPlainName(schema) else { return nil }
    self.kind = kind
    self.schema = schema
    secret = Secret(text)
  }

  /// Makes a random one for the books of a schema.
  init(random kind: Kind, schema: String) {
    self.kind = kind
    self.schema = schema
    secret = Secret("\(kind.rawValue)_\(schema)_\(Self.randomText(64, of: Self.hexDigits))")
  }

  /// The SHA-256 of its text.
  public var digest: [UInt8] { Self.sha256(Array(secret.exposed.utf8)) }

  /// The SHA-256 of bytes.
  public static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var buffer = DigestBuffer()
    buffer.append(raw: bytes)
    return buffer.sha256()
  }

  /// Whether two digests are the same, found out in a time that tells nothing of where they differ.
  static func areSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    guard one.count == other.count else { return false }
    return zip(one, other).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// Random signs of the system's generator, out of a number of them that is a power of two.
  private static func randomText(_ count: Int, of signs: [Character]) -> String {
    var generator = SystemRandomNumberGenerator()
    return String((0..<count).map { _ in signs[Int(generator.next() % UInt64(signs.count))] })
  }

  private static let hexDigits = Array("0123456789abcdef")
  private static let signs = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.")

  /// A name for OAuth, in the form of a UUID, since clients want 36 characters.
  static func randomClientID() -> String {
    [8, 4, 4, 4, 12].map { randomText($0, of: hexDigits) }.joined(separator: "-")
  }

  /// A secret for OAuth of 40 signs, since clients take 42 at most: 240 random bits.
  static func randomClientSecret() -> String { randomText(40, of: signs) }
}
