// SPDX-License-Identifier: Apache-2.0

/// The parameters of one call in the arrays that libpq wants.
struct ParameterList: ~Copyable {
  let types: [UInt32]
  private var buffer = CopyBuffer(capacity: 256)
  private var starts: [Int?] = []
  private var lengths: [Int32] = []
  private var formats: [Int32] = []

  /// Encodes the parameters; throws when a text holds a zero byte, which the server cannot store.
  init(_ parameters: [Parameter], of statement: String) throws {
    types = parameters.map(\.type)
    buffer.clear()
    for parameter in parameters {
      let start = buffer.byteCount + 4
      parameter.write(to: &buffer)
      starts.append(parameter.isNull ? nil : start)
      lengths.append(Int32(truncatingIfNeeded: buffer.byteCount - start))
      formats.append(parameter.isText ? 0 : 1)
      if case .string(let text?) = parameter {
        guard !text.utf8.contains(0) else {
          throw PostgresError(
            sqlState: "22021", message: "parameter $\(starts.count) holds a zero byte",
            statement: statement)
        }
        buffer.endText()
      }
    }
  }

  var count: Int32 { Int32(truncatingIfNeeded: lengths.count) }

  /// Lends the arrays of values, lengths and formats.
  func withArrays<Value>(
    _ body: ([UnsafePointer<CChar>?], [Int32], [Int32]) throws -> Value
  ) rethrows -> Value {
    try unsafe buffer.withBytes { bytes in
      let values = unsafe starts.map { start in
        unsafe start.flatMap { unsafe bytes.baseAddress?.advanced(by: $0) }?
          .assumingMemoryBound(to: CChar.self)
      }
      return try unsafe body(values, lengths, formats)
    }
  }
}
