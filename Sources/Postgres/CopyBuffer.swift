// SPDX-License-Identifier: Apache-2.0

/// Rows in PostgreSQL's binary COPY format, in one growing piece of memory.
///
/// For each row call `beginRow(fields:)` and then exactly as many fields, in the order of the
/// columns of the COPY statement and of exactly their types: the server converts nothing. A nil is
/// NULL.
@safe public struct CopyBuffer: ~Copyable, Sendable {
  // The memory belongs to this one value, which cannot be copied.
  @usableFromInline nonisolated(unsafe) var base: UnsafeMutableRawPointer
  @usableFromInline var capacity: Int
  @usableFromInline var used = 0
  @usableFromInline var fieldsLeft = 0
  @usableFromInline var hasWrongRow = false
  private var isFinished = false

  /// How many rows were begun since the last reset.
  public private(set) var rowCount = 0

  /// Makes an empty buffer with room for so many bytes; it grows as needed.
  public init(capacity: Int = 1 << 16) {
    let size = max(capacity, Self.header.count)
    unsafe base = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    self.capacity = size
    reset()
  }

  deinit { unsafe base.deallocate() }

  /// How many bytes are written, the header included.
  public var byteCount: Int { used }

  /// Empties the buffer and writes the header; the memory stays.
  public mutating func reset() {
    clear()
    for byte in Self.header { put(byte) }
  }

  /// Writes the trailer, after which no row may follow until `reset()`.
  public mutating func finish() {
    guard !isFinished else { return }
    if fieldsLeft != 0 { hasWrongRow = true }
    reserve(2)
    put(Int16(-1))
    isFinished = true
  }

  /// Begins a row of so many fields.
  @inlinable
  public mutating func beginRow(fields: Int16) {
    noteRow()
    fieldsLeft = Int(fields)
    reserve(2)
    put(fields)
  }

  /// Writes NULL.
  @inlinable
  public mutating func null() {
    fieldsLeft &-= 1
    reserve(4)
    put(Int32(-1))
  }

  /// Writes a `smallint`.
  @inlinable
  public mutating func int2(_ value: Int16?) {
    guard let value else { return null() }
    fixed(value)
  }

  /// Writes an `integer`.
  @inlinable
  public mutating func int4(_ value: Int32?) {
    guard let value else { return null() }
    fixed(value)
  }

  /// Writes a `bigint`.
  @inlinable
  public mutating func int8(_ value: Int64?) {
    guard let value else { return null() }
    fixed(value)
  }

  /// Writes a `boolean`.
  @inlinable
  public mutating func bool(_ value: Bool?) {
    guard let value else { return null() }
    fixed(value ? 1 as UInt8 : 0)
  }

  /// Writes a `date` as days since 2000-01-01.
  @inlinable
  public mutating func date(daysSince2000 value: Int32?) { int4(value) }

  /// Writes a `timestamptz` as microseconds since 2000-01-01 00:00 UTC.
  @inlinable
  public mutating func timestamptz(microseconds value: Int64?) { int8(value) }

  /// Writes a `text`, `varchar` or `char(n)`.
  @inlinable
  public mutating func text(_ value: String?) {
    guard var value else { return null() }
    value.withUTF8 { unsafe text(utf8: UnsafeRawBufferPointer($0)) }
  }

  /// Writes a text that is a constant of the program.
  @inlinable
  public mutating func text(utf8 value: StaticString) {
    value.withUTF8Buffer { unsafe text(utf8: UnsafeRawBufferPointer($0)) }
  }

  /// Writes a text of UTF-8 bytes.
  @inlinable
  public mutating func text(utf8 value: Span<UInt8>) {
    unsafe value.withUnsafeBytes { unsafe text(utf8: $0) }
  }

  /// Writes a text of UTF-8 bytes in memory.
  @inlinable
  public mutating func text(utf8 value: UnsafeRawBufferPointer) {
    fieldsLeft &-= 1
    reserve(4 &+ value.count)
    put(Int32(truncatingIfNeeded: value.count))
    unsafe append(value)
  }

  /// Writes a `bytea`.
  @inlinable
  public mutating func bytes(_ value: [UInt8]?) {
    guard let value else { return null() }
    unsafe value.withUnsafeBytes { unsafe text(utf8: $0) }
  }

  /// Writes a `jsonb` of JSON text.
  @inlinable
  public mutating func jsonb(_ value: String?) {
    guard var value else { return null() }
    value.withUTF8 { utf8 in
      fieldsLeft &-= 1
      reserve(5 &+ utf8.count)
      put(Int32(truncatingIfNeeded: utf8.count &+ 1))
      put(1 as UInt8)  // the version of jsonb's binary format
      unsafe append(UnsafeRawBufferPointer(utf8))
    }
  }

  /// Writes a `smallint[]`.
  public mutating func int2Array(_ values: [Int16]?) {
    guard let values else { return null() }
    array(values, of: TypeID.int2, hasNulls: false) { $0.int2($1) }
  }

  /// Writes an `integer[]`.
  public mutating func int4Array(_ values: [Int32]?) {
    guard let values else { return null() }
    array(values, of: TypeID.int4, hasNulls: false) { $0.int4($1) }
  }

  /// Writes a `bigint[]`.
  public mutating func int8Array(_ values: [Int64]?) {
    guard let values else { return null() }
    array(values, of: TypeID.int8, hasNulls: false) { $0.int8($1) }
  }
}

// MARK: - For the encoders of this module

extension CopyBuffer {
  /// The signature, no flags, no extension.
  private static let header: [UInt8] =
    [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00] + [0, 0, 0, 0, 0, 0, 0, 0]

  /// Whether the trailer is written and every row had as many fields as it began with.
  var isComplete: Bool { isFinished && !hasWrongRow }

  /// Empties the buffer without a header, for parameters, which have the format of fields.
  mutating func clear() {
    used = 0
    fieldsLeft = 0
    rowCount = 0
    hasWrongRow = false
    isFinished = false
  }

  /// Ends a text of a parameter in text form, which libpq measures by its zero byte.
  mutating func endText() {
    reserve(1)
    put(0 as UInt8)
  }

  /// Lends the bytes.
  @discardableResult
  func withBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
    try unsafe body(UnsafeRawBufferPointer(start: base, count: used))
  }

  /// Writes a one-dimensional array; `element` writes each as a field.
  @inline(__always)
  mutating func array<Element>(
    _ values: [Element], of type: UInt32, hasNulls: Bool,
    element: (inout CopyBuffer, Element) -> Void
  ) {
    let left = fieldsLeft &- 1
    reserve(24)
    let start = used
    put(Int32(0))
    put(values.isEmpty ? 0 as Int32 : 1)
    put(hasNulls ? 1 as Int32 : 0)
    put(type)
    if !values.isEmpty {
      put(Int32(truncatingIfNeeded: values.count))
      put(1 as Int32)  // the index of the first element
    }
    for value in values { element(&self, value) }
    let length = Int32(truncatingIfNeeded: used - start - 4)
    unsafe base.storeBytes(of: length.bigEndian, toByteOffset: start, as: Int32.self)
    fieldsLeft = left
  }

  @usableFromInline
  mutating func noteRow() {
    if fieldsLeft != 0 || isFinished { hasWrongRow = true }
    rowCount &+= 1
  }

  /// Makes sure that so many bytes can be put without a further check.
  @inlinable @inline(__always)
  mutating func reserve(_ count: Int) {
    if capacity &- used < count { grow(count) }
  }

  @usableFromInline @inline(never)
  mutating func grow(_ count: Int) {
    let size = max(capacity * 2, used + count)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    unsafe larger.copyMemory(from: base, byteCount: used)
    unsafe base.deallocate()
    unsafe base = larger
    capacity = size
  }

  /// Writes a field of a fixed width: its length and its big-endian bytes.
  @inlinable @inline(__always)
  mutating func fixed<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
    fieldsLeft &-= 1
    reserve(4 &+ MemoryLayout<Value>.size)
    put(Int32(truncatingIfNeeded: MemoryLayout<Value>.size))
    put(value)
  }

  /// Stores big-endian bytes into room that was reserved.
  @inlinable @inline(__always)
  mutating func put<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
    unsafe base.storeBytes(of: value.bigEndian, toByteOffset: used, as: Value.self)
    used &+= MemoryLayout<Value>.size
  }

  /// Copies bytes into room that was reserved.
  @inlinable @inline(__always)
  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    unsafe (base + used).copyMemory(from: start, byteCount: bytes.count)
    used &+= bytes.count
  }
}
