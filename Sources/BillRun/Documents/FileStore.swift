// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import Glibc
public import Postgres
import SQLFiles

/// Keeps files that are attached to documents, in the database beside them.
public struct FileStore: Sendable {
  /// In bytes.
  private let limit: Int

  /// Makes a store that takes files of at most so many megabytes (2^20 bytes).
  public init(maxMegabytes: Int) { limit = maxMegabytes << 20 }

  /// A file as it is shown.
  public struct Kept: Sendable {
    /// The key.
    public let id: Int64
    /// The name that it goes by.
    public let name: String
    /// The type of its content, such as `image/png`.
    public let type: String
    /// In bytes.
    public let size: Int32
    /// The seeds' object as JSON text.
    public let object: String
  }

  /// Keeps the file of a path, and returns the seeds' File object as JSON text.
  ///
  /// `name` is else the last part of the path, `type` else what its end says. Throws `BillRunError`
  /// when it cannot be read or is too large.
  public func add(
    _ path: String, name: String? = nil, type: String? = nil, on connection: isolated Connection
  ) throws -> String {
    let file = name ?? String(path.split(separator: "/").last ?? "")
    let type = type ?? Self.type(of: file)
    try Self.check(name: file, type: type)
    let content = try read(path)
    let kept = try connection.query(
      Statement(SQLFiles.addFile),
      [.string(file), .string(type), .bytea([UInt8](content))])
    let rows = try show(try kept.int64(0, 0), withContent: false, on: connection)
    return try rows.string(0, 0)
  }

  /// Refuses what is no name of a file anywhere, and what is no media type (RFC 6838, 4.2).
  private static func check(name: String, type: String) throws {
    let isName =
      !name.isEmpty && name.utf8.count <= 255 && name != "." && name != ".."
      && name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f && $0 != "/" }
    if !isName {
      throw BillRunError(
        .usage, code: "file_name_wrong",
        "a file's name has 1 to 255 bytes, without slashes and control characters",
        hint: "billrun file add PATH --name NAME")
    }
    let parts = type.split(separator: "/", omittingEmptySubsequences: false)
    let isType =
      parts.count == 2
      && parts.allSatisfy { part in
        (1...127).contains(part.utf8.count)
          && part.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber)
              || "!#$&-^_.+".contains($0)
          }
      }
    if !isType {
      throw BillRunError(
        .usage, code: "file_type_wrong", "\(type) is no media type, as image/png",
        hint: "billrun file add PATH --type TYPE")
    }
  }

  /// The content of a file; throws `BillRunError` with what keeps it from being kept.
  private func read(_ path: String) throws -> Data {
    var state = stat()
    let isReadable = unsafe stat(path, &state) == 0 && access(path, R_OK) == 0
    let trouble = unsafe strerror(errno).map { unsafe String(cString: $0).lowercased() }
    if state.st_size > limit { throw tooLarge(path, Int(state.st_size)) }
    let reason: String?
    if !isReadable {
      reason = trouble
    } else if state.st_mode & S_IFMT == S_IFDIR {
      reason = "it is a directory"
    } else if let content = FileManager.default.contents(atPath: path) {
      if content.count > limit { throw tooLarge(path, content.count) }
      if !content.isEmpty { return content }
      reason = "it is empty"
    } else {
      reason = nil
    }
    throw BillRunError(
      .dataError, code: "file_unreadable",
      "file not read, on \(path), \(reason ?? "it cannot be read")", hint: "ls -l \(path)")
  }

  private func tooLarge(_ path: String, _ size: Int) -> BillRunError {
    BillRunError(
      .dataError, code: "file_too_large",
      "file not kept, on \(path), it has \(size) bytes, \(limit) are the limit",
      hint: "max_file_mb in billrun.yaml")
  }

  /// Writes the content of a file to a path; one that is there is not touched unless wanted.
  ///
  /// Throws `BillRunError` when there is no such file, or the path cannot be written.
  public func get(
    _ id: Int64, to path: String, overwriting: Bool, on connection: isolated Connection
  ) throws {
    let content = try show(id, withContent: true, on: connection).bytes(0, 3)
    try Self.write(content, to: path, overwriting: overwriting)
  }

  /// Writes content to a path; a file that is there is not touched unless wanted.
  ///
  /// Throws `BillRunError` when the path cannot be written.
  public static func write(
    _ content: [UInt8], to path: String, overwriting: Bool
  ) throws {
    if !overwriting, FileManager.default.fileExists(atPath: path) {
      throw BillRunError(
        .ioError, code: "file_exists", "file not written, on \(path), it is there already",
        hint: "--overwrite, or another name")
    }
    do {
      let options: Data.WritingOptions = overwriting ? [.atomic] : [.withoutOverwriting]
      try Data(content).write(to: URL(filePath: path), options: options)
    } catch {
      throw BillRunError(
        .ioError, code: "file_unwritable", "file not written, on \(path)", hint: "ls -ld \(path)")
    }
  }

  /// The files that are attached to a document, in order; the object of each is the seeds'
  /// Attachment.
  public static func attachments(
    of invoice: Int64, on connection: isolated Connection
  ) throws -> [Kept] {
    let rows = try connection.query(Statement(SQLFiles.listAttachments), [.int64(invoice)])
    return try rows.indices.map { row in
      Kept(
        id: try rows.int64(row, 1), name: try rows.string(row, 2), type: try rows.string(row, 3),
        size: try rows.int32(row, 4), object: try rows.string(row, 0))
    }
  }

  private func show(
    _ id: Int64, withContent: Bool, on connection: isolated Connection
  ) throws -> Rows {
    let rows = try connection.query(Statement(SQLFiles.showFile), [.int64(id), .bool(withContent)])
    if rows.isEmpty {
      throw BillRunError(.usage, code: "file_not_found", "file \(id) not found, no id is so")
    }
    return rows
  }

  private static func type(of name: String) -> String {
    let end = name.split(separator: ".").dropFirst().last.map { $0.lowercased() }
    return end.flatMap { types[$0] } ?? "application/octet-stream"
  }

  private static let types = [
    "csv": "text/csv", "gif": "image/gif", "html": "text/html", "jpeg": "image/jpeg",
    "jpg": "image/jpeg", "json": "application/json", "pdf": "application/pdf",
    "png": "image/png", "txt": "text/plain", "xml": "application/xml", "zip": "application/zip",
  ]
}
