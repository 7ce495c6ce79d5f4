// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A time of day by which work has to end, in the time zone of the process.
public struct Deadline: Hashable, Sendable {
  /// Minutes since midnight.
  let minutes: Int

  /// Reads `05:30`; nil when it is no time of day.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
      parts.allSatisfy({ $0.utf8.allSatisfy { 48...57 ~= $0 } }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
    else { return nil }
    minutes = hour * 60 + minute
  }

  /// The seconds left at a moment, in UNIX seconds; nil when it is over.
  ///
  /// Of its occurrences the nearest counts: one up to twelve hours ago is over, so that what
  /// begins late does not run into the day.
  public func secondsLeft(at moment: Int64) -> Int64? {
    var now = time_t(moment)
    var parts = unsafe tm()
    guard unsafe localtime_r(&now, &parts) != nil else { return nil }
    let (hour, minute, second) = unsafe (parts.tm_hour, parts.tm_min, parts.tm_sec)
    let seconds = Int64(hour) * 3_600 + Int64(minute) * 60 + Int64(second)
    let day: Int64 = 86_400
    let ahead = ((Int64(minutes) * 60 - seconds) % day + day) % day
    return ahead > 0 && ahead <= day / 2 ? ahead : nil
  }

  /// Asks for the end when it is reached.
  ///
  /// Throws `BillRunError` with 75 when it is over already.
  public func apply(to stop: StopSignal, clock: WallClock = .system) throws {
    guard let left = secondsLeft(at: clock.now()) else {
      throw BillRunError(
        .tryAgain, code: "deadline_over", "the deadline of \(self) is over, nothing was begun",
        hint: "start it earlier, or without --deadline")
    }
    Task.detached {
      try await Task.sleep(for: .seconds(left))
      stop.request()
    }
  }
}

extension Deadline: CustomStringConvertible {
  /// `05:30`.
  public var description: String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(minutes / 60)):\(two(minutes % 60))"
  }
}
