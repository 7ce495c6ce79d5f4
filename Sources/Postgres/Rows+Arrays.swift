// SPDX-License-Identifier: Apache-2.0

extension Rows {
  /// A `smallint[]` without nulls.
  public func int16Array(_ row: Int, _ column: Int) throws -> [Int16] {
    try present(optionalInt16Array(row, column), row, column)
  }

  /// A `smallint[]` without nulls; nil when the array is null.
  public func optionalInt16Array(_ row: Int, _ column: Int) throws -> [Int16]? {
    try integers(row, column, TypeID.int2Array)
  }

  /// An `integer[]` without nulls.
  public func int32Array(_ row: Int, _ column: Int) throws -> [Int32] {
    try present(optionalInt32Array(row, column), row, column)
  }

  /// An `integer[]` without nulls; nil when the array is null.
  public func optionalInt32Array(_ row: Int, _ column: Int) throws -> [Int32]? {
    try integers(row, column, TypeID.int4Array)
  }

  /// A `bigint[]` without nulls.
  public func int64Array(_ row: Int, _ column: Int) throws -> [Int64] {
    try present(optionalInt64Array(row, column), row, column)
  }

  /// A `bigint[]` without nulls; nil when the array is null.
  public func optionalInt64Array(_ row: Int, _ column: Int) throws -> [Int64]? {
    try integers(row, column, TypeID.int8Array)
  }

  /// A `date[]` without nulls, as days since 2000-01-01.
  public func dateArray(_ row: Int, _ column: Int) throws -> [Int32] {
    try present(optionalDateArray(row, column), row, column)
  }

  /// A `date[]` without nulls, as days since 2000-01-01; nil when the array is null.
  public func optionalDateArray(_ row: Int, _ column: Int) throws -> [Int32]? {
    try integers(row, column, TypeID.dateArray)
  }

  /// The coefficients of a `numeric[]` without nulls, all at the scale.
  public func numericArray(_ row: Int, _ column: Int, scale: Int) throws -> [Int128] {
    try present(optionalNumericArray(row, column, scale: scale), row, column)
  }

  /// The coefficients of a `numeric[]` without nulls, all at the scale; nil when the array is null.
  public func optionalNumericArray(_ row: Int, _ column: Int, scale: Int) throws -> [Int128]? {
    try unsafe elements(row, column, [TypeID.numericArray]) {
      unsafe BinaryNumeric($0)?.coefficient(scale: scale)
    }
  }

  /// A `text[]` without nulls.
  public func stringArray(_ row: Int, _ column: Int) throws -> [String] {
    try present(optionalStringArray(row, column), row, column)
  }

  /// A `text[]` without nulls; nil when the array is null.
  public func optionalStringArray(_ row: Int, _ column: Int) throws -> [String]? {
    try unsafe elements(
      row, column, [TypeID.textArray, TypeID.varcharArray, TypeID.bpcharArray]
    ) { unsafe String(decoding: $0, as: UTF8.self) }
  }

  private func integers<Value: FixedWidthInteger & BitwiseCopyable>(
    _ row: Int, _ column: Int, _ type: UInt32
  ) throws -> [Value]? {
    try unsafe elements(row, column, [type]) {
      guard $0.count == MemoryLayout<Value>.size else { return nil }
      return unsafe Value(bigEndian: $0.loadUnaligned(as: Value.self))
    }
  }

  /// Reads a one-dimensional array: its head of three numbers, length and lower bound, the
  /// elements.
  @inline(__always)
  private func elements<Value>(
    _ row: Int, _ column: Int, _ types: [UInt32], read: (UnsafeRawBufferPointer) -> Value?
  ) throws -> [Value]? {
    guard types.contains(try type(row, column)) else {
      throw wrongType(row, column, wanted: "array of type \(types[0])")
    }
    guard let bytes = unsafe bytes(at: row, column) else { return nil }
    func number(_ offset: Int) throws -> Int {
      guard offset + 4 <= bytes.count else { throw error(row, column, "the array is cut off") }
      return unsafe Int(
        Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
    }
    let dimensions = try number(0)
    guard dimensions > 0 else { return [] }
    guard dimensions == 1 else { throw error(row, column, "it has \(dimensions) dimensions") }
    let count = try number(12)
    var values: [Value] = []
    values.reserveCapacity(count)
    var offset = 20
    for _ in 0..<count {
      let length = try number(offset)
      let start = offset + 4
      guard length >= 0 else { throw error(row, column, "an element is null") }
      guard start + length <= bytes.count,
        let value = unsafe read(UnsafeRawBufferPointer(rebasing: bytes[start..<start + length]))
      else { throw error(row, column, "an element cannot be read") }
      values.append(value)
      offset = start + length
    }
    return values
  }
}
