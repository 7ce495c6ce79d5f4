// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The user of the operating system who runs the program, for the event log (RULES 2).
public enum SystemUser {
  /// The user's name, or the number where the system has no name for it.
  public static var name: String {
    let id = geteuid()
    // The record belongs to the C library until the next call, so the name is copied at once.
    guard let record = unsafe getpwuid(id), let name = unsafe record.pointee.pw_name else {
      return String(id)
    }
    return unsafe String(cString: name)
  }
}
