// SPDX-License-Identifier: Apache-2.0

/// What a command tells cron or systemd when it ends: the codes of `sysexits`.
public enum ExitStatus: Int32, Error, CaseIterable, Sendable {
  /// All billed, or nothing was due.
  case ok = 0
  /// Wrong flags.
  case usage = 64
  /// Finished with some customers held, or a bad input file.
  case dataError = 65
  /// Database, gateway or mail server not reachable.
  case unavailable = 69
  /// An invariant failed: a bug.
  case software = 70
  /// A report could not be written.
  case ioError = 74
  /// Another run is at work, or stopped by signal or deadline: run again.
  case tryAgain = 75
  /// Rights on the database are missing.
  case noPermission = 77
  /// Bad settings; schema missing, too old, too new or changed.
  case configuration = 78

  /// Where several apply, the first in this order is the one that counts.
  private static let precedence: [ExitStatus] = [
    .usage, .software, .configuration, .noPermission, .unavailable, .ioError, .tryAgain, .dataError,
  ]

  /// The one that counts of several; `ok` when there is none.
  public static func worst(of statuses: some Sequence<ExitStatus>) -> ExitStatus {
    let present = Set(statuses)
    return precedence.first { present.contains($0) } ?? .ok
  }
}
