// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import Glibc

/// The folder that files for a bank are put into: whole or not at all, for nobody else to read.
struct BankFolder {
  let path: String

  /// Writes a file, unless it is there with these bytes; returns whether it was written.
  ///
  /// Throws `BillRunError` with 74 when it cannot be.
  func put(_ content: [UInt8], as name: String) throws -> Bool {
    let target = "\(path)/\(name)"
    if let known = FileManager.default.contents(atPath: target), [UInt8](known) == content {
      return false
    }
    let part = "\(target).part.\(getpid())"
    let file = unsafe open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw Self.unwritable(target, errno) }
    var trouble = Self.write(content, to: file)
    if trouble == nil, fsync(file) != 0 { trouble = errno }
    close(file)
    if trouble == nil, unsafe rename(part, target) != 0 { trouble = errno }
    if let trouble {
      _ = unsafe unlink(part)
      throw Self.unwritable(target, trouble)
    }
    // The name outlives a power cut only when its folder is on the disk, too.
    let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
    return true
  }

  private static func write(_ bytes: [UInt8], to file: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return errno }
      rest = rest.dropFirst(count)
    }
    return nil
  }

  private static func unwritable(_ target: String, _ trouble: Int32) -> BillRunError {
    let reason = unsafe strerror(trouble).map { unsafe String(cString: $0).lowercased() }
    return BillRunError(
      .ioError, code: "file_unwritable",
      "bank file not written, on \(target), \(reason ?? "unknown"); it is in the books",
      hint: "the same command again writes it, or --output FOLDER")
  }
}
