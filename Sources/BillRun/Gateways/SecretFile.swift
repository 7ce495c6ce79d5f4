// SPDX-License-Identifier: Apache-2.0
import Glibc
import Transport

/// Reads a secret out of a file that nobody but its owner may read.
enum SecretFile {
  private static let maxBytes = 4096

  /// The contents without the white space around them.
  ///
  /// Throws `BillRunError` with 78 when the file cannot be read, belongs to another user than this
  /// one or root, may be read by more than its owner, or holds no secret of one line.
  ///
  /// A credential of systemd's lies in a folder that is closed to others. It is root's, and open to
  /// the service by a list of rights, which shows as a right of the group.
  static func secret(at path: String, isCredential: Bool = false) throws -> Secret {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
      throw error(path, "it cannot be opened", hint: "ls -l \(path)")
    }
    defer { close(file) }
    // Of the file that is open, not of whatever has its name by now.
    var status = stat()
    guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw error(path, "it is no plain file", hint: "ls -l \(path)")
    }
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw error(path, "it belongs to another user", hint: "chown \(geteuid()) \(path)")
    }
    let mode = status.st_mode & 0o7777
    guard mode == 0o600 || mode == 0o400 || isCredential && mode == 0o440 else {
      throw error(
        path, "its mode is 0\(String(mode, radix: 8)), where 0600 or 0400 is expected",
        hint: "chmod 0600 \(path)")
    }
    var bytes = [UInt8](repeating: 0, count: maxBytes)
    let count = unsafe read(file, &bytes, bytes.count)
    let text = bytes.prefix(max(0, count)).trimming { $0 <= 0x20 }
    guard !text.isEmpty, count < maxBytes, text.allSatisfy({ 0x21..<0x7F ~= $0 }) else {
      throw error(path, "one line with the key is expected in it", hint: nil)
    }
    return Secret(String(decoding: text, as: UTF8.self))
  }

  private static func error(_ path: String, _ problem: String, hint: String?) -> BillRunError {
    BillRunError(
      .configuration, code: "gateway_key_unreadable", "key not read, on \(path), \(problem)",
      hint: hint)
  }
}

extension ArraySlice<UInt8> {
  /// Without the bytes at both ends for which it holds.
  fileprivate func trimming(_ isTrimmed: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    guard let end = lastIndex(where: { !isTrimmed($0) }) else { return [] }
    return self[...end].drop(while: isTrimmed)
  }
}
