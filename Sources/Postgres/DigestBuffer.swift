// SPDX-License-Identifier: Apache-2.0
import CLibCrypto

/// Bytes to be hashed: values in a fixed form, one after the other.
@safe public struct DigestBuffer: ~Copyable {
  private var bytes: [UInt8] = []

  /// Makes an empty buffer.
  public init() {}

  /// Empties the buffer; the memory stays.
  public mutating func reset() { bytes.removeAll(keepingCapacity: true) }

  /// Appends an integer in eight bytes.
  public mutating func append(_ value: Int64) {
    unsafe withUnsafeBytes(of: value.bigEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  /// Appends an integer in sixteen bytes.
  public mutating func append(_ value: Int128) {
    unsafe withUnsafeBytes(of: value.bigEndian) { unsafe bytes.append(contentsOf: $0) }
  }

  /// Appends a text, its length first.
  public mutating func append(_ text: String) {
    append(Int64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  /// Appends a row as the server sent it.
  public mutating func append(_ row: Int, of rows: Rows) {
    for column in rows.columnNames.indices {
      guard let value = unsafe rows.bytes(at: row, column) else {
        append(-1 as Int64)
        continue
      }
      append(Int64(value.count))
      unsafe bytes.append(contentsOf: value)
    }
  }

  /// The SHA-256 of all that was appended, in 32 bytes.
  public func sha256() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    unsafe _ = SHA256(bytes, bytes.count, &digest)
    return digest
  }
}
