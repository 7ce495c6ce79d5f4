// SPDX-License-Identifier: Apache-2.0

/// What is told of a run that is under way.
public struct ProgressLine {
  private let now: (accounts: Int, invoices: Int, population: Int)
  private let rate: Int

  /// Tells accounts done, invoices made and accounts in all, after so long a time.
  public init(_ now: (accounts: Int, invoices: Int, population: Int), after time: Duration) {
    self.now = now
    rate = now.accounts / max(1, Int(time.components.seconds))
  }

  /// Accounts done, invoices, rate and time left.
  public var text: String {
    "billing \(now.accounts) of \(now.population) accounts, \(now.invoices) invoices, \(rest)"
  }

  /// The same with a bar, in one line of so many characters, which never wraps: what there is no
  /// room for is left out.
  public func bar(width: Int) -> String {
    let share = now.population > 0 ? now.accounts * 100 / now.population : 0
    let percent = "\(share < 10 ? "  " : share < 100 ? " " : "")\(share) %"
    let counts = "\(now.accounts) of \(now.population), \(rest)"
    // The last column stays free: some terminals wrap when it is written.
    let room = width - 1 - percent.count - counts.count - 5
    guard room >= 10 else { return String("\(percent)  \(counts)".prefix(max(0, width - 1))) }
    let length = min(40, room)
    let done = min(length, length * share / 100)
    let bar = String(repeating: "#", count: done) + String(repeating: ".", count: length - done)
    return "[\(bar)] \(percent)  \(counts)"
  }

  private var rest: String {
    guard rate > 0 else { return "0/s" }
    return "\(rate)/s, \(Self.time(max(0, now.population - now.accounts) / rate)) left"
  }

  /// `45 s`, `3 min 20 s` or `2 h 05 min`.
  private static func time(_ seconds: Int) -> String {
    let two = { (value: Int) in (value < 10 ? "0" : "") + String(value) }
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 { return "\(seconds / 60) min \(two(seconds % 60)) s" }
    return "\(seconds / 3600) h \(two(seconds / 60 % 60)) min"
  }
}
