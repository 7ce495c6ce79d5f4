// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import Glibc

/// Files that survive a power cut, or are not there.
enum SpoolFile {
  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
    } catch {
      throw trouble(path, "the folder cannot be made")
    }
  }

  /// Writes a file in whole, or again; who may do so at the same time needs a `part` each.
  static func write(
    _ bytes: [UInt8], to path: String, by part: String? = nil, mode: mode_t? = nil
  ) throws {
    var part = try PartFile(path, by: part, mode: mode)
    try part.append(bytes)
    try part.finish()
  }

  /// Whether a line with this first field stands in a file.
  static func hasLine(_ path: String, of key: String) throws -> Bool {
    guard let content = FileManager.default.contents(atPath: path) else { return false }
    return lines([UInt8](content)).contains { $0.starts(with: Array("\(key),".utf8)) }
  }

  /// Adds a line to a file, unless one with the same first field is there; the header comes first.
  ///
  /// What a crash has left of a line is taken away. Others who do the same wait.
  static func addLine(_ line: String, of key: String, to path: String, header: String) throws {
    let file = unsafe open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    guard file >= 0 else { throw trouble(path) }
    defer { close(file) }
    guard flock(file, LOCK_EX) == 0 else { throw trouble(path) }
    var content = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
    let whole = content.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    if whole < content.count {
      guard ftruncate(file, whole) == 0 else { throw trouble(path) }
      content.removeSubrange(whole...)
    }
    if lines(content).contains(where: { $0.starts(with: Array("\(key),".utf8)) }) { return }
    try append(Array((content.isEmpty ? header + line : line).utf8), to: file, path)
    guard fsync(file) == 0 else { throw trouble(path) }
    try sync(folderOf: path)
  }

  private static func lines(_ content: [UInt8]) -> [ArraySlice<UInt8>] {
    content.split(separator: UInt8(ascii: "\n"))
  }

  fileprivate static func append(_ bytes: [UInt8], to file: Int32, _ path: String) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0 && errno != EINTR { throw trouble(path) }
      rest = rest.dropFirst(max(0, count))
    }
  }

  /// A name is only there for good when its folder is written.
  fileprivate static func sync(folderOf path: String) throws {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let file = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw trouble(folder) }
    defer { close(file) }
    guard fsync(file) == 0 else { throw trouble(folder) }
  }

  fileprivate static func trouble(_ path: String, _ reason: String? = nil) -> BillRunError {
    let text = unsafe strerror(errno).map { unsafe String(cString: $0).lowercased() }
    return BillRunError(
      .ioError, code: "folder_unwritable",
      "not written, on \(path), \(reason ?? text ?? "it cannot be written")", hint: "df -h")
  }
}

/// A file that is written piece by piece, and has its name only when all of it is there.
///
/// What was not finished is removed.
struct PartFile: ~Copyable {
  private let path: String
  private let part: String
  private let mode: mode_t?
  private let file: Int32
  private var isFinished = false

  /// Begins a file, under the name `part` in the same folder, else the path with `.part`; throws
  /// `BillRunError` where it cannot be made.
  ///
  /// Without a mode its owner may write it and its group read it, as far as the umask lets them.
  init(_ path: String, by part: String? = nil, mode: mode_t? = nil) throws {
    self.path = path
    self.part = part ?? "\(path).part"
    self.mode = mode
    let isFree = Self.isFree(path)
    file =
      isFree
      ? unsafe open(self.part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode ?? 0o640) : -1
    guard file >= 0 else {
      throw SpoolFile.trouble(path, isFree ? nil : "it is there, and no file")
    }
  }

  /// Whether there is nothing, or a file that may be replaced: no device, pipe or folder.
  private static func isFree(_ path: String) -> Bool {
    var state = stat()
    return unsafe stat(path, &state) != 0 || state.st_mode & S_IFMT == S_IFREG
  }

  deinit {
    if file < 0 { return }
    close(file)
    if !isFinished { _ = unsafe unlink(part) }
  }

  /// Writes a piece.
  func append(_ bytes: [UInt8]) throws { try SpoolFile.append(bytes, to: file, path) }

  /// Makes the file last, under its name.
  mutating func finish() throws {
    let isOpen = mode.map { fchmod(file, $0) == 0 } ?? true
    guard isOpen, fsync(file) == 0, unsafe rename(part, path) == 0 else {
      throw SpoolFile.trouble(path)
    }
    isFinished = true
    try SpoolFile.sync(folderOf: path)
  }
}
