// SPDX-License-Identifier: Apache-2.0
import Glibc
import Postgres
import SQLFiles

/// Tells what is wrong with the lines of an import.
struct ImportFaults {
  /// Knows in which file a line stands.
  let staging: ImportStaging
  /// How many faults are listed, and where refused lines go.
  let options: ImportOptions

  /// Counts and lists what is wrong, and writes the refused lines to their file, if they have one.
  func report(
    _ counts: [ImportReport.Count], since start: ContinuousClock.Instant,
    on connection: isolated Connection
  ) throws -> ImportReport {
    let totals = try connection.query(Statement(SQLFiles.importCountErrors), [])
    let refused = Int(try totals.int64(0, 1))
    if let file = options.refusedFile { try writeRefused(to: file, on: connection) }
    let isTaken = refused == 0 || options.refusedFile != nil
    let spent = start.duration(to: .now).components
    return ImportReport(
      counts: isTaken ? counts : [], faults: refused == 0 ? [] : try faults(on: connection),
      faultCount: Int(try totals.int64(0, 0)), refusedLines: refused, isTaken: isTaken,
      lines: staging.lines,
      milliseconds: spent.seconds * 1000 + spent.attoseconds / 1_000_000_000_000_000)
  }

  private func faults(on connection: isolated Connection) throws -> [ImportReport.Fault] {
    let rows = try connection.query(
      Statement(SQLFiles.importListErrors), [.int64(Int64(options.listedErrors))])
    return try rows.indices.map { row in
      let place = staging.place(of: Int(try rows.int32(row, 0)))
      let cause = try rows.optionalInt32(row, 4).map { staging.place(of: Int($0)) }
      return ImportReport.Fault(
        file: place.file, line: place.line, field: try rows.string(row, 1),
        expected: try rows.string(row, 2), found: try rows.optionalString(row, 3),
        because: cause.map { "\($0.file):\($0.line)" })
    }
  }

  /// What a file already has would be lost: lines of an earlier import that still wait to be
  /// mended, or a file to import that was named by mistake.
  static func refuseToOverwrite(_ file: String) throws {
    var state = stat()
    guard unsafe stat(file, &state) == 0, state.st_mode & S_IFMT == S_IFREG, state.st_size > 0
    else { return }
    throw BillRunError(
      .ioError, code: "file_unwritable",
      "refused lines not written, on \(file), it has something in it",
      hint: "another name, or rm \(file) if nobody needs it")
  }

  /// Writes the refused lines, each with its reasons, as lines that can be mended and imported.
  private func writeRefused(to file: String, on connection: isolated Connection) throws {
    let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw unwritable(file) }
    defer { close(descriptor) }
    var text: [UInt8] = []
    try connection.stream(Statement(SQLFiles.importListRefused), []) { row in
      text += Array(try row.string(0).utf8) + [UInt8(ascii: "\n")]
      guard text.count > 1 << 16 else { return }
      try write(text, to: descriptor, file)
      text.removeAll(keepingCapacity: true)
    }
    try write(text, to: descriptor, file)
  }

  private func write(_ bytes: [UInt8], to descriptor: Int32, _ file: String) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw unwritable(file) }
      rest = rest.dropFirst(count)
    }
  }

  private func unwritable(_ file: String) -> BillRunError {
    BillRunError(
      .ioError, code: "file_unwritable", "refused lines not written, on \(file)",
      hint: "ls -ld \(file)")
  }
}
