// SPDX-License-Identifier: Apache-2.0

/// Up to where the usage of a subscription is billed, and what of it a run has not looked at
/// (RULES 5, late usage).
struct UsageEnd {
  /// Up to where this run has looked, nil for nowhere.
  private(set) var walked: LocalDate?
  /// The end of what is billed, also beyond that.
  private var covered: LocalDate?
  /// From where on a charge is billed and this run, of an earlier day, did not look; nil for none.
  private var unseen: LocalDate?
  private var isMeasured = false

  /// Notes a measured charge: the end of the days that were looked at, nil for none, and which are
  /// billed.
  mutating func see(_ walked: LocalDate?, _ live: [Period]) {
    isMeasured = true
    if let walked {
      self.walked = max(self.walked ?? walked, walked)
      covered = max(covered ?? walked, walked)
    }
    guard let first = live.first, let last = live.last else { return }
    covered = max(covered ?? last.end, last.end)
    let seen = walked ?? first.start
    if seen < last.end { unseen = min(unseen ?? seen, seen) }
  }

  /// Up to where usage is billed: the subscription's first day where nothing is, so that nothing is
  /// late; nil where nothing is measured.
  func day(from start: LocalDate) -> LocalDate? { covered ?? (isMeasured ? start : nil) }

  /// The earliest day of late usage that is left for another run, of that from a day on; nil for
  /// none.
  func left(from day: LocalDate?, billsNothing: Bool) -> LocalDate? {
    guard let day, let covered, day < covered else { return nil }
    return billsNothing ? day : unseen.map { max(day, $0) }
  }
}
