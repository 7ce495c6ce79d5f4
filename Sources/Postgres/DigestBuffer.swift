// SPDX-License-Identifier: Apache-2.0
import CLibCrypto

/// Bytes to be hashed: values in a fixed form, one after the other.
@safe public struct DigestBuffer: ~Copyable {
  private var base: UnsafeMutableRawPointer
  private var capacity = 4_096
  private var used = 0
  /// Looked up once: finding it by name costs as much as hashing a short text.
  private let algorithm = unsafe EVP_MD_fetch(nil, "SHA256", nil)
  private let context = unsafe EVP_MD_CTX_new()

  /// Makes an empty buffer.
  public init() {
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
  }

  deinit {
    unsafe base.deallocate()
    unsafe EVP_MD_CTX_free(context)
    unsafe EVP_MD_free(algorithm)
  }

  /// The SHA-256 of all that was appended, in 32 bytes.
  public func sha256() -> [UInt8] {
    let count = 32
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { digest, initialized in
      let done =
        unsafe EVP_DigestInit_ex2(context, algorithm, nil) == 1
        && EVP_DigestUpdate(context, base, used) == 1
        && EVP_DigestFinal_ex(context, digest.baseAddress, nil) == 1
      precondition(done, "libcrypto has no SHA-256")
      initialized = count
    }
  }

  /// Empties the buffer; the memory stays.
  public mutating func reset() { used = 0 }

  /// Appends an integer in eight bytes.
  public mutating func append(_ value: Int64) {
    reserve(8)
    put(value)
  }

  /// Appends an integer in sixteen bytes.
  public mutating func append(_ value: Int128) {
    reserve(16)
    put(value)
  }

  /// Appends a text, its length first.
  public mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { bytes in unsafe append(UnsafeRawBufferPointer(bytes)) }
  }

  /// Appends bytes as they are, without their length.
  public mutating func append(raw bytes: [UInt8]) {
    reserve(bytes.count)
    unsafe bytes.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      unsafe (base + used).copyMemory(from: start, byteCount: bytes.count)
    }
    used += bytes.count
  }

  /// Appends a row as the server sent it.
  public mutating func append(_ row: Int, of rows: Rows) {
    for column in 0..<rows.columnCount {
      if let value = unsafe rows.bytes(at: row, column) {
        unsafe append(value)
      } else {
        append(-1 as Int64)
      }
    }
  }

  private mutating func append(_ bytes: UnsafeRawBufferPointer) {
    reserve(8 + bytes.count)
    put(Int64(bytes.count))
    guard let start = bytes.baseAddress else { return }
    unsafe (base + used).copyMemory(from: start, byteCount: bytes.count)
    used += bytes.count
  }

  private mutating func put<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
    unsafe base.storeBytes(of: value.bigEndian, toByteOffset: used, as: Value.self)
    used += MemoryLayout<Value>.size
  }

  private mutating func reserve(_ count: Int) {
    if capacity - used >= count { return }
    capacity = max(capacity * 2, used + count)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    unsafe larger.copyMemory(from: base, byteCount: used)
    unsafe base.deallocate()
    unsafe base = larger
  }
}
