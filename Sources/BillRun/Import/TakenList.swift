// SPDX-License-Identifier: Apache-2.0
import Postgres
import SQLFiles

/// A file of payments, known again by its lines: without references nothing else tells that its
/// payments are recorded already.
struct TakenList {
  /// The file as it was named.
  private let name: String
  private let fingerprint: [UInt8]
  private let isKnown: Bool

  /// The files that were just staged and have lines.
  ///
  /// Throws `BillRunError` when one was taken before, unless that is overruled.
  static func find(
    _ staging: ImportStaging, _ options: ImportOptions, on connection: isolated Connection
  ) throws -> [TakenList] {
    let offsets = staging.files.map(\.offset) + [staging.offset]
    let rows = try connection.query(
      Statement(SQLFiles.importFindLists),
      [
        .int32Array(offsets.dropLast().map { Int32(truncatingIfNeeded: $0 + 1) }),
        .int32Array(offsets.dropFirst().map { Int32(truncatingIfNeeded: $0) }),
      ])
    return try rows.indices.map { row in
      let name = staging.files[Int(try rows.int64(row, 0)) - 1].name
      let day = try rows.optionalString(row, 2)
      if let day, !options.overruled.contains(.again) {
        throw BillRunError(
          .dataError, code: "list_known", "nothing imported, \(name) was imported on \(day)",
          hint: "billrun payment import --again \(name), if all of it was paid again")
      }
      return TakenList(
        name: name, fingerprint: try rows.bytes(row, 1), isKnown: day != nil)
    }
  }

  /// Remembers it; the first time counts.
  func record(on connection: isolated Connection) throws {
    if isKnown { return }
    try connection.execute(
      Statement(SQLFiles.importRecordList), [.bytea(fingerprint), .string(name)])
  }
}
